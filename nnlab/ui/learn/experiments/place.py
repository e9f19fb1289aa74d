"""Which experiment, and which of its steps, is open: named by the page's address, else as it was left.

The address says ``?experiment=zeros&step=2``, or ``?experiment=all`` for the list.
"""

from __future__ import annotations

import streamlit as st

from nnlab.teaching.experiments import EXPERIMENTS
from nnlab.ui import address, keys
from nnlab.ui.learn.experiments import progress
from nnlab.ui.parameters import ALL_EXPERIMENTS

LIST = ALL_EXPERIMENTS


def opened() -> str | None:
    """The open experiment, or ``LIST``; None while lessons are shown."""
    experiment, step, lesson = (address.asked(name) for name in ("experiment", "step", "lesson"))
    if step is not None:
        experiment = experiment or address.value("experiment")
    if experiment is not None:
        st.session_state[keys.Learn.EXPERIMENT] = experiment
        if experiment in EXPERIMENTS and step is not None:
            progress.change(experiment, step=step - 1)
    elif lesson is not None:
        st.session_state[keys.Learn.LESSON] = lesson
        st.session_state[keys.Learn.EXPERIMENT] = None
        address.write(experiment=None, step=None)
    return st.session_state.get(keys.Learn.EXPERIMENT)


def go_to(name: str | None, step: int | None = None) -> None:
    """Open an experiment at a step (0 is the first) or where it was left, or the list, or with None the lessons."""
    st.session_state[keys.Learn.EXPERIMENT] = name
    if step is not None:
        progress.change(name, step=step)
    write()


def open_lesson(lesson: str) -> None:
    """Open a lesson in place of the experiments."""
    st.session_state[keys.Learn.LESSON] = lesson
    go_to(None)


def write() -> None:
    """Let the address say where the visitor is."""
    name = st.session_state.get(keys.Learn.EXPERIMENT)
    step = str(progress.of(name).step + 1) if name in EXPERIMENTS else None
    lesson = None if name else st.session_state.get(keys.Learn.LESSON)
    address.write(experiment=name, step=step, lesson=lesson)
