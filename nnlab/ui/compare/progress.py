"""How the training of a comparison goes on: how much is done, how long it will take, and a button that ends it."""

from __future__ import annotations

import time

import streamlit as st

from nnlab.compare.series import Series, all_series
from nnlab.ui import digits, problem, state
from nnlab.ui.text import duration, t

LOOK_SECONDS = 1.0  # between two looks of the page while something trains
REDRAW_SECONDS = 3.0  # at least, from one drawing of the charts to the next


def show(series: Series) -> None:
    """The bar while runs are missing; what failed; nothing once all is well."""
    drawn = (_mark(series), time.monotonic())
    st.fragment(_look, run_every=LOOK_SECONDS if series.status == "running" else None)(series, drawn)
    for entry in series.entries:
        if entry.status == "failed" and not entry.has_diverged:
            from nnlab.runs import jobs

            job = jobs.get(entry.id)
            reason = job.reason if job else None
            problem.show(t(f"train.failed_{reason.code if reason else 'crashed'}"), reason.text if reason else "")
            break


def _look(series: Series, drawn: tuple[tuple[object, ...], float]) -> None:
    mark, when = drawn
    if _mark(series) != mark and (series.status != "running" or time.monotonic() - when > REDRAW_SECONDS):
        st.rerun()  # the whole page: there is more to draw
    count, is_own = len(series.planned), series.owner == state.owner()
    if series.status == "running":
        left = series.seconds_left
        words = t("compare.progress", over=series.over, count=count)
        if left is not None:
            words = f"{words} {t('compare.left', left=duration(left))}"
        if series.paused:
            words = f"{words} {t('compare.paused', count=series.paused)}"
        if digits.are_being_written(digits.source_here()):
            words = f"{words} {t('common.writing_digits')}"
        st.progress(series.share, words)
        if not is_own:
            return
        st.button(
            t("compare.cancel"), key="compare.cancel", icon=":material/cancel:", on_click=all_series.cancel,
            args=[series],
        )  # fmt: skip
    elif series.status == "cancelled":
        finished = sum(each.entry is not None and each.entry.is_finished for each in series.planned)
        st.info(t("compare.cancelled", over=finished, count=count), icon=":material/cancel:")
        if not is_own:
            return
        st.button(
            t("compare.go_on", count=count - finished), key="compare.go_on", icon=":material/replay:",
            on_click=all_series.go_on, args=[series],
        )  # fmt: skip


def _mark(series: Series) -> tuple[object, ...]:
    """What the charts depend on."""
    entries = series.entries
    return series.status, series.over, sum(len(entry.lines["test_accuracy"].values) for entry in entries)
