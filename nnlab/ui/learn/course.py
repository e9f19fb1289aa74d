"""The Learn page's lessons: one module each, in the order in which the ideas need each other.

Every lesson module has ``show()``. Most are a fragment, so that moving a slider runs that lesson alone. The module is
imported when its lesson is opened, after the page has drawn its frame, because the lessons compute with torch.

Where there is room the lessons stand in one row by short names; else they are a menu, by their full names.
Both are drawn, and ``style.css`` hides one of them.
"""

from __future__ import annotations

from importlib import import_module

import streamlit as st

from nnlab.ui import keys, shell, state, terms
from nnlab.ui.text import prose, t

LESSONS = (
    "neuron", "layer", "network", "forward", "loss", "descent", "backward", "by_hand", "training", "inside", "writing",
)  # fmt: skip
PARAMETER = "lesson"  # the open lesson in the page's address, so that a link can name it
MENU = "learn.lesson_menu"


def show() -> None:
    """The row of lessons with previous and next, and the lesson that is open."""
    lesson = _choose()
    terms.show(prose(f"learn/{lesson}"), above=t("learn.purpose"))
    with st.spinner(t("learn.loading")):
        module = import_module(f"nnlab.ui.learn.{lesson}")
    module.show()


def number_of(lesson: str) -> int:
    """The number by which people call a lesson."""
    return LESSONS.index(lesson) + 1


def _choose() -> str:
    """The open lesson: the one in the address, else the one last open, else the first."""
    wanted = st.query_params.get(PARAMETER)
    if wanted in LESSONS:
        st.session_state[keys.Learn.LESSON] = wanted
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="learn.course"):
        lesson = st.segmented_control(
            t("learn.lessons"),
            LESSONS,
            key=keys.Learn.LESSON,
            default=None if keys.Learn.LESSON in st.session_state else LESSONS[0],
            format_func=lambda name: f"{number_of(name)} {t(f'learn.short_{name}')}",
            required=True,
            label_visibility="collapsed",
            on_change=_write_address,
            persist_state="session",
        )
        _step_button("previous", "arrow_back", lesson, -1)
        st.session_state[MENU] = lesson
        names = {name: f"{number_of(name)} {t(f'learn.{name}')}" for name in LESSONS}
        shell.menu(t("learn.lessons"), names, MENU, label_visibility="collapsed", on_change=_open_from_menu)
        _step_button("next", "arrow_forward", lesson, 1)
    return lesson


def _step_button(direction: str, icon: str, lesson: str, step: int) -> None:
    """The way to the lesson before or after."""
    place = LESSONS.index(lesson) + step
    is_there = 0 <= place < len(LESSONS)
    st.button(
        t(f"learn.{direction}"),
        key=f"learn.{direction}",
        icon=f":material/{icon}:",
        disabled=not is_there,
        on_click=_open,
        args=(LESSONS[place] if is_there else lesson,),
    )


def _open(lesson: str) -> None:
    st.session_state[keys.Learn.LESSON] = lesson
    _write_address()


def _open_from_menu() -> None:
    if lesson := state.chosen(MENU):
        _open(lesson)


def _write_address() -> None:
    if lesson := state.chosen(keys.Learn.LESSON):
        st.query_params[PARAMETER] = lesson
