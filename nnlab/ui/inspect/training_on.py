"""The changed network as the start of a new run of the visitor's."""

from __future__ import annotations

import streamlit as st

from nnlab.config import Setup
from nnlab.sources.own import fine_tuning
from nnlab.sources.published import DATA_SETS
from nnlab.ui import pressing, readers, shell, state
from nnlab.ui.inspect.subject import Subject
from nnlab.ui.text import t

STARTED = "inspect.training_on"


def offer(subject: Subject) -> None:
    """A button that starts the run and goes to it."""
    words = t("inspect.train_on_help")
    if pressing.button(t("inspect.train_on"), STARTED, icon=":material/model_training:", help=words):
        _start(subject)
        pressing.answered(STARTED)
        st.switch_page(shell.PAGES["train"].path)


def _start(subject: Subject) -> None:
    from nnlab.checkpoint import to_bytes
    from nnlab.runs import jobs

    setup = setup_of(subject)
    job = jobs.start(setup, owner=state.owner(), start_from=to_bytes(subject.reader.model))
    state.set_current_job(job)


def setup_of(subject: Subject) -> Setup:
    """That of the run whose network it is; the bundled network is trained as when it is fine-tuned."""
    job = readers.job_of(subject.network)
    source = subject.source if subject.source in DATA_SETS else "auto"  # a file of clothes goes on with clothes
    return job.setup if job else fine_tuning(subject.reader.model.config, source)
