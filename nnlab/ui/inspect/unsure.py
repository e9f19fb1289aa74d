""" "I don't know": below a threshold of confidence the network is silent; what that costs, and what it brings."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import streamlit as st

from nnlab.ui import keys, saving, shell, terms
from nnlab.ui.inspect import failure_charts
from nnlab.ui.inspect.subject import Subject
from nnlab.ui.inspect.tested import read_test_set
from nnlab.ui.layout import beside
from nnlab.ui.numbers import percent, probability_percent
from nnlab.ui.text import t

if TYPE_CHECKING:
    from nnlab.inspection.failures import Answering

# Finer towards certainty, where most answers of a trained network lie.
THRESHOLDS = (
    0.0, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.98, 0.99, 0.995, 0.998, 0.999, 0.9995, 0.9998, 0.9999,
)  # fmt: skip
USUAL = 0.9
TARGETS = (0.99, 0.995, 0.999, 1.0)
SHOWN_POINTS = 400  # of the curve, which has as many as there are images
CHART_HEIGHT = 340


def show(subject: Subject) -> None:
    """The threshold, both numbers, the curve of all thresholds, and which one would be needed."""
    tested = read_test_set(subject)
    if tested is None:
        return
    from nnlab.inspection.failures import answering

    found = answering(tested.probabilities, tested.labels)
    total = len(tested.labels)
    terms.tell("failures.unsure_look")
    threshold = st.select_slider(
        t("failures.threshold"), THRESHOLDS, USUAL, format_func=_sure, key=keys.Inspect.THRESHOLD,
        persist_state="session",
    )  # fmt: skip
    answered, right = found.at(threshold)
    left, right_side = beside(0.42, "top")
    with left:
        _show_numbers(answered, right, total)
        _show_this_image(subject, threshold)
        st.markdown(_needed(found, total))
    with right_side:
        _show_curve(found, answered, right, total)


def _show_numbers(answered: int, right: int, total: int) -> None:
    first, second = st.columns(2)
    first.metric(t("failures.answers"), percent(answered / total, 1))
    second.metric(t("failures.answers_right"), percent(right / answered, 2) if answered else t("common.unknown"))
    st.markdown(
        t(
            "failures.unsure_counts",
            answered=f"{answered:,}", total=f"{total:,}", right=f"{right:,}", wrong=f"{answered - right:,}",
            silent=f"{total - answered:,}",
        )
    )  # fmt: skip


def _show_this_image(subject: Subject, threshold: float) -> None:
    """What the network says to the image beside it: its answer, or that it does not know."""
    probability = max(subject.reader.read(subject.image).probabilities)
    key = "failures.says" if probability >= threshold else "failures.says_nothing"
    st.caption(t(key, probability=probability_percent(probability, 2)))


def _show_curve(found: Answering, answered: int, right: int, total: int) -> None:
    coverage, accuracy = (part[:: max(1, len(part) // SHOWN_POINTS)].tolist() for part in found.curve())
    titles = t("failures.axis_coverage"), t("failures.axis_right"), t("failures.now")
    now = (answered / total, right / answered) if answered else (0.0, 1.0)
    figure = failure_charts.trade_off(coverage, accuracy, now, titles, round(shell.scaled(CHART_HEIGHT)))
    table = {titles[0]: coverage, titles[1]: accuracy}
    saving.show_chart(figure, "inspect.trade_off", t("failures.trade_off_alt"), table)


def _needed(found: Answering, total: int) -> str:
    """A table: to be right so often, how sure it has to be, and how many it then still answers."""
    answers = t("failures.target_answers", total=f"{total:,}")
    rows = [f"| {t('failures.target')} | {t('failures.target_threshold')} | {answers} |", "|---:|---:|---:|"]
    for target in TARGETS:
        threshold = found.threshold_for(target)
        if threshold is None:
            words = t("failures.target_never"), "0"
        else:
            words = _sure(threshold), f"{found.at(threshold)[0]:,}"
        rows.append(f"| {percent(target)} | {words[0]} | {words[1]} |")
    return "\n".join(rows)


def _sure(threshold: float) -> str:
    """A threshold in per cent, with two digits of what is left to 100 %: 0.99992847 -> "99.9928%".

    It is rounded down, so that no answer is refused that the threshold would let pass.
    """
    left = max(1 - threshold, 0)
    decimals = max(1, -1 - math.floor(math.log10(left) + 1e-9)) if left else 1
    scale = 10**decimals
    return f"{math.floor(threshold * 100 * scale + 1e-6) / scale:.{decimals}f}".rstrip("0").rstrip(".") + "%"
