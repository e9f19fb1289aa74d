"""Advice on the run, folded away below its curve: how it is going, and what to try next, by rules and without guessing.

What the rules see, and what they suggest, is ``nnlab.teaching.advice``; here it is said in words, with the numbers of
this run, and what they suggest can be started by one press.
"""

from __future__ import annotations

from dataclasses import fields
from typing import TYPE_CHECKING, Any

import streamlit as st

from nnlab.config import Choice, Config, Setup, Sizes, Switch, rule_of
from nnlab.ui import layout, numbers, state, terms
from nnlab.ui.text import t
from nnlab.ui.train import commands, controls, own_share

if TYPE_CHECKING:
    from collections.abc import Mapping

    from nnlab.runs.run import Job
    from nnlab.teaching.situation import Hint, Situation

SHARES = ("share", "train", "test")  # evidence that is a fraction
WHOLE = ("steps", "least", "layer")  # that is a count
IN_FULL = ("rate",)  # as it was typed
SMALL = {"vanishing": ("first", "last")}  # by hint: of any size, so with significant digits
EPOCHS = ("epoch", "epochs")


def show(job: Job | None) -> None:
    """The fold; nothing is computed while it is closed."""
    _show_fold(job)


@st.fragment
def _show_fold(job: Job | None) -> None:
    if state.current_job() is not job:  # a next run was started here
        st.rerun()
    fold = layout.fold(t("advice.title"), key="train.advice", icon=":material/lightbulb:")
    if not fold.open:
        return
    with fold:
        if job is None:
            terms.note("advice.none")
        else:
            _advise(job)


def _advise(job: Job) -> None:
    from nnlab.teaching import advice

    found = situation(job)
    standing = advice.standing(found)
    terms.note("advice.look")
    st.markdown(" ".join([said(standing, "standing"), *_accuracy(job)]))
    for number, hint in enumerate(advice.hints(found)):
        st.markdown(said(hint, "hint"))
        if hint.cure is not None and not job.is_fine_tuning:  # which started from weights that had learned
            _offer(number, hint.cure, job)
    with st.container(horizontal=True, vertical_alignment="center"):
        if commands.is_active(job):
            st.button(t("advice.ask_again"), key="train.advice_again", icon=":material/refresh:")
        terms.note("advice.as_of", step=f"{job.step:,}", epoch=f"{job.epoch:.2f}")


def situation(job: Job) -> Situation:
    """What the rules may look at of a run."""
    from nnlab.teaching.results import Result
    from nnlab.teaching.situation import Situation

    told = job.pulses.since(max(0, len(job.pulses) - 1))
    neurons, gradients = job.setup.model.hidden_sizes, [sizes[-1] for sizes in told["gradients"] if sizes]
    has_diverged = job.reason is not None and job.reason.code == "diverged"
    return Situation(
        job.setup,
        Result.of(job.history, has_diverged, source=job.data_source),
        is_over=job.is_over,
        is_complete=job.status == "finished",
        dead_shares=[dead[-1] / count for dead, count in zip(told["dead"], neurons, strict=True) if dead],
        gradients=[] if None in gradients else gradients,
    )


def said(hint: Hint, kind: str) -> str:
    """What was seen, in a sentence with its numbers; ``kind`` is "standing" or "hint"."""
    return t(f"advice.{kind}_{hint.name}", **_written(hint.name, hint.evidence))


def _written(name: str, evidence: Mapping[str, float]) -> dict[str, str]:
    def write(key: str, value: float) -> str:
        if key in SMALL.get(name, ()):
            return numbers.significant(value)
        if key in SHARES:
            return numbers.percent(value)
        if key in WHOLE:
            return f"{value:,.0f}"
        if key in IN_FULL:
            return numbers.in_full(value)
        return f"{value:.2f}" if key in EPOCHS else numbers.fixed(value, 3)

    return {key: write(key, value) for key, value in evidence.items()}


def _accuracy(job: Job) -> list[str]:
    if not job.history.evaluations:
        return []
    last = job.history.evaluations[-1]
    share = numbers.percent(last.test_accuracy)
    return [t("advice.standing_accuracy", share=share, count=f"{last.test_samples:,}")]


def _offer(number: int, cure: Setup, job: Job) -> None:
    st.button(
        t("advice.cure", changes=", ".join(changes(job.setup, cure))),
        key=f"train.advice_cure.{number}",
        icon=":material/play_arrow:",
        help=t("advice.cure_help"),
        on_click=_start,
        args=[cure, job],
    )


def changes(before: Setup, after: Setup) -> list[str]:
    """What is different in a next run, a few words for each field: "Learning rate 0.01 instead of 0.1"."""
    return [
        t(
            "advice.change",
            label=t("train.hidden_layers" if setting.name == "hidden_sizes" else f"train.{setting.name}"),
            old=_value(type(old), setting.name, getattr(old, setting.name)),
            new=_value(type(old), setting.name, getattr(new, setting.name)),
        )
        for old, new in zip(
            (before.model, before.train, before.data), (after.model, after.train, after.data), strict=True
        )
        for setting in fields(old)
        if getattr(old, setting.name) != getattr(new, setting.name)
    ]


def _value(config_type: type[Config], name: str, value: Any) -> str:
    rule = rule_of(config_type, name)
    if isinstance(rule, Sizes):
        return numbers.sizes(value) or "0"
    if isinstance(rule, Choice):
        return t(f"train.{name}_{value}")
    if isinstance(rule, Switch):
        return t("advice.on" if value else "advice.off")
    return numbers.in_full(value, is_grouped=True)


def _start(setup: Setup, job: Job) -> None:
    """End the visitor's run if it is going, set the controls, and start the next one."""
    if state.is_own(job):
        commands.end(job)
    controls.fill(setup)
    commands.launch(setup, own_digits=own_share.for_next_run())
