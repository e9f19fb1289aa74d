"""Which experiment, and which of its steps, is open: named by the page's address, else as it was left.

The address says ``?experiment=zeros&step=2``, or ``?experiment=all`` for the list. A place in it is followed once only,
because the browser may send an older address again before it has heard of a new one.
"""

from __future__ import annotations

import streamlit as st

from nnlab.teaching.experiments import EXPERIMENTS
from nnlab.ui import keys
from nnlab.ui.learn.experiments import progress

LIST = "all"
PARAMETER, STEP_PARAMETER = "experiment", "step"
LESSON_PARAMETER = "lesson"  # as in learn.course
TEACHER_PARAMETER = "teacher"  # "1" in a teacher's link


def opened() -> str | None:
    """The open experiment, or ``LIST``; None while lessons are shown."""
    asked = (st.query_params.get(PARAMETER, ""), st.query_params.get(STEP_PARAMETER, ""))
    known = st.session_state.setdefault(keys.Learn.KNOWN_PLACES, set())
    if asked not in known and (asked[0] == LIST or asked[0] in EXPERIMENTS):
        known.add(asked)
        st.session_state[keys.Learn.EXPERIMENT] = asked[0]
        if asked[0] in EXPERIMENTS and asked[1].isdecimal() and len(asked[1]) < 4:
            progress.change(asked[0], step=max(int(asked[1]), 1) - 1)
    return st.session_state.get(keys.Learn.EXPERIMENT)


def go_to(name: str | None, step: int | None = None) -> None:
    """Open an experiment at a step (0 is the first) or where it was left, or the list, or with None the lessons."""
    st.session_state[keys.Learn.EXPERIMENT] = name
    if step is not None:
        progress.change(name, step=step)
    write()


def open_lesson(lesson: str) -> None:
    """Open a lesson in place of the experiments."""
    st.session_state[keys.Learn.LESSON] = st.query_params[LESSON_PARAMETER] = lesson
    go_to(None)


def write() -> None:
    """Let the address say where the visitor is."""
    name = st.session_state.get(keys.Learn.EXPERIMENT)
    if name:
        st.query_params.pop(LESSON_PARAMETER, None)
    step = str(progress.of(name).step + 1) if name in EXPERIMENTS else ""
    for parameter, value in ((PARAMETER, name or ""), (STEP_PARAMETER, step)):
        if value:
            st.query_params[parameter] = value
        else:
            st.query_params.pop(parameter, None)
    st.session_state.setdefault(keys.Learn.KNOWN_PLACES, set()).add((name or "", step))


def is_teacher() -> bool:
    """Whether this visitor came by a teacher's link."""
    if st.query_params.get(TEACHER_PARAMETER) == "1":
        st.session_state[keys.Learn.IS_TEACHER] = True
    return st.session_state.get(keys.Learn.IS_TEACHER, False)
