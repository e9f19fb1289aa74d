"""A short run that a lesson needs: started here, waited for here, and the visitor's like any other run.

Read next: ``training_curves`` and ``inside``, which ask for one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from nnlab.ui import problem, state
from nnlab.ui.text import t

if TYPE_CHECKING:
    from nnlab.config import Setup
    from nnlab.runs.run import Job

LOOK_SECONDS = 0.3  # between two looks at how far it is


def start(setup: Setup) -> Job:
    """Begin a run of this visitor's."""
    from nnlab.runs import jobs

    return jobs.start(setup, owner=state.owner())


def find(run_id: str | None) -> Job | None:
    """The run with this id; None if there is none, or the server has forgotten it."""
    from nnlab.runs import jobs

    return jobs.get(run_id) if run_id else None


def wait(job: Job) -> bool:
    """Show how far a run is while it trains; returns whether it has finished. If it failed, a sentence says why.

    Each look is a call of Streamlit's, so whatever the visitor does meanwhile is heard.
    """
    if job.status in ("starting", "running"):
        bar = st.progress(0.0)
        while job.status in ("starting", "running"):
            words = t("lesson_training.running", epoch=f"{job.epoch:.1f}", epochs=job.setup.train.epochs)
            bar.progress(min(1.0, job.step / job.total_steps), words)
            job.wait_until(lambda: job.is_over, LOOK_SECONDS)
        bar.empty()
    if job.status == "failed":
        problem.show(t(f"train.failed_{job.reason.code}"), job.reason.text)
    return job.status == "finished"
