"""What a visitor does with a kept run: a name, a note, a star, away with it and back again, and further with it.

The functions are for ``on_click`` and ``on_change``: they are done before anything is drawn.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from nnlab.ui import kept, keys, state
from nnlab.ui.kept import OwnRun

if TYPE_CHECKING:
    from nnlab.runs.run import Job


def may_mark(run: OwnRun) -> bool:
    """Whether this visitor may change what is said of it."""
    return run.kept is not None and run.kept.shelf in kept.shelves()


def star(run_id: str, is_starred: bool) -> None:
    """Mark a run, or take the mark away."""
    kept.store().star(run_id, is_starred)


def rename(run_id: str, field: str) -> None:
    """Give a run the name that stands in a field."""
    kept.store().rename(run_id, str(st.session_state.get(field) or ""))


def write_note(run_id: str, field: str) -> None:
    """Write the note that stands in a field."""
    kept.store().write_note(run_id, str(st.session_state.get(field) or ""))


def delete(run_id: str) -> None:
    """Take a run out of the list, and stop it if it trains; ``undo`` brings it back until the next one is deleted."""
    from nnlab.runs import jobs

    job = jobs.get(run_id)
    if job is not None and state.is_own(job):
        job.stop()
    kept.store().delete(run_id)
    st.session_state[keys.Runs.DELETED] = run_id
    if st.session_state.get(keys.Runs.RUN) == run_id:
        st.session_state[keys.Runs.RUN] = ""


def undo(run_id: str) -> None:
    """Bring a deleted run back."""
    kept.store().undelete(run_id)
    st.session_state.pop(keys.Runs.DELETED, None)


def forget_undo() -> None:
    """Offer to bring nothing back any more."""
    st.session_state.pop(keys.Runs.DELETED, None)


def train_further(run: OwnRun) -> Job | None:
    """Begin another run with the same settings, from the weights that this one has; None if it has none."""
    from nnlab.runs import jobs

    weights = run.weights()
    if weights is None:
        return None
    job = jobs.start(run.setup, owner=state.owner(), start_from=weights)
    state.set_current_job(job)
    return job
