"""The Learn page's lessons: one module each, in the order in which the ideas need each other.

Every lesson module has ``show()``, a fragment: moving its sliders runs that lesson alone. The module is imported when
its lesson is opened, after the page has drawn its frame, because the lessons compute with torch.
"""

from __future__ import annotations

from importlib import import_module

import streamlit as st

from nnlab.ui import keys, state
from nnlab.ui.text import prose, t

LESSONS = ("neuron", "layer", "network", "loss", "forward", "backward", "by_hand", "descent", "writing")
PARAMETER = "lesson"  # the open lesson in the page's address, so that a link can name it


def show() -> None:
    """The row of lessons with previous and next, and the lesson that is open."""
    lesson = _choose()
    st.markdown(prose(f"learn/{lesson}"))
    with st.spinner(t("learn.loading")):
        module = import_module(f"nnlab.ui.learn.{lesson}")
    module.show()


def _choose() -> str:
    """The open lesson: the one in the address, else the one last open, else the first."""
    wanted = st.query_params.get(PARAMETER)
    if wanted in LESSONS:
        st.session_state[keys.Learn.LESSON] = wanted
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        lesson = st.segmented_control(
            t("learn.lessons"),
            LESSONS,
            key=keys.Learn.LESSON,
            default=None if keys.Learn.LESSON in st.session_state else LESSONS[0],
            format_func=lambda name: f"{LESSONS.index(name) + 1} {t(f'learn.{name}')}",
            required=True,
            label_visibility="collapsed",
            on_change=_write_address,
            persist_state="session",
        )
        for direction, step in (("previous", -1), ("next", 1)):
            place = LESSONS.index(lesson) + step
            is_there = 0 <= place < len(LESSONS)
            st.button(
                t(f"learn.{direction}"),
                key=f"learn.{direction}",
                icon=f":material/arrow_{'back' if step < 0 else 'forward'}:",
                disabled=not is_there,
                on_click=_open,
                args=(LESSONS[place] if is_there else lesson,),
            )
    return lesson


def _open(lesson: str) -> None:
    st.session_state[keys.Learn.LESSON] = lesson
    _write_address()


def _write_address() -> None:
    if lesson := state.chosen(keys.Learn.LESSON):
        st.query_params[PARAMETER] = lesson
