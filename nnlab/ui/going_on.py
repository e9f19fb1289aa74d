"""A run that was cut off when its server ended, and its owner's offer to have it go on: on Train, and on My runs."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from nnlab.ui import kept, state
from nnlab.ui.kept import OwnRun
from nnlab.ui.text import t

if TYPE_CHECKING:
    from nnlab.runs.run import Job


def show(run: OwnRun, key: str, width: str) -> bool:
    """Say what happened and how much is left of the run, and offer to go on where there is something to go on from.

    Args:
        run: one that is "interrupted".
        key, width: those of the button.

    Returns:
        whether it goes on, and this visitor looks at it from now on.
    """
    st.markdown(f":material/bookmarks: {_words(run)}")
    return run.kept.resumes_at is not None and run.kept.shelf in kept.shelves() and _button(run, key, width)


def _words(run: OwnRun) -> str:
    if run.kept.resumes_at is None:
        return t("runs.interrupted_early")
    return t("runs.interrupted", step=f"{run.kept.resumes_at:,}", steps=f"{run.setup.train.total_steps:,}")


def _button(run: OwnRun, key: str, width: str) -> bool:
    label = t("runs.go_on", step=f"{run.kept.resumes_at:,}")
    if not st.button(label, key=key, icon=":material/play_arrow:", type="primary", width=width):
        return False
    if _go_on(run.id) is None:
        st.rerun()  # and the page says how the run is by now
    return True


def _go_on(run_id: str) -> Job | None:
    """Take it up from its last state; None if it cannot be any more."""
    from nnlab.runs import jobs

    past = kept.store().past(run_id)
    try:
        job = jobs.go_on(past, state.owner()) if past else None
    except ValueError:  # somebody else was faster, on another server
        return None
    if job is not None:
        state.set_current_job(job)
    return job
