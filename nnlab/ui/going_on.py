"""A run that was cut off when its server ended, and its owner's offer to have it go on: on Train, and on My runs."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from nnlab.ui import kept, state
from nnlab.ui.kept import OwnRun
from nnlab.ui.text import t

if TYPE_CHECKING:
    from nnlab.runs.run import Job


def can_go_on(run: OwnRun) -> bool:
    """Whether it was cut off, something is kept from which it can go on, and this visitor may have it go on."""
    found = run.kept
    is_cut_off = run.status == "interrupted" and found is not None and found.resumes_at is not None
    return is_cut_off and found.shelf in kept.shelves()


def words(run: OwnRun) -> str:
    """What happened, and how much is left of the run."""
    return t("runs.interrupted", step=f"{run.kept.resumes_at:,}", steps=f"{run.setup.train.total_steps:,}")


def button(run: OwnRun, key: str, width: str) -> bool:
    """The button that has it go on; whether it was pressed, and this visitor looks at the run from now on."""
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
