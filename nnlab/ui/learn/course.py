"""The Learn page's lessons: one module each, in the order in which the ideas need each other.

Every lesson module has ``show()``, a fragment: moving its sliders runs that lesson alone. The module is imported when
its lesson is opened, after the page has drawn its frame, because the lessons compute with torch.
"""

from __future__ import annotations

from importlib import import_module

import streamlit as st

from nnlab.ui import address, keys, restrictions, state
from nnlab.ui.places import PAGES
from nnlab.ui.text import prose, t

LESSONS = PAGES["learn"].sections


def show() -> None:
    """The row of lessons with previous and next, and the lesson that is open."""
    lesson = _choose()
    address.write(lesson=lesson)
    st.markdown(prose(f"learn/{lesson}"))
    with st.spinner(t("learn.loading")):
        module = import_module(f"nnlab.ui.learn.{lesson}")
    module.show()


def _choose() -> str:
    """The open lesson: the one in the address, else the one last open, else the first."""
    lessons = restrictions.shown_sections("learn", LESSONS)
    wanted = address.asked("lesson")
    if wanted in lessons:
        st.session_state[keys.Learn.LESSON] = wanted
    if st.session_state.get(keys.Learn.LESSON) not in lessons:
        st.session_state[keys.Learn.LESSON] = lessons[0]
    if restrictions.is_hidden("lesson"):
        return st.session_state[keys.Learn.LESSON]
    is_locked = restrictions.is_locked("lesson")
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        lesson = st.segmented_control(
            t("learn.lessons"),
            lessons,
            key=keys.Learn.LESSON,
            format_func=lambda name: f"{LESSONS.index(name) + 1} {t(f'learn.{name}')}",
            required=True,
            label_visibility="collapsed",
            disabled=is_locked,
            on_change=_write_address,
            persist_state="session",
        )
        for direction, step in (("previous", -1), ("next", 1)):
            place = lessons.index(lesson) + step
            is_there = 0 <= place < len(lessons) and not is_locked
            st.button(
                t(f"learn.{direction}"),
                key=f"learn.{direction}",
                icon=f":material/arrow_{'back' if step < 0 else 'forward'}:",
                disabled=not is_there,
                on_click=_open,
                args=(lessons[place] if is_there else lesson,),
            )
    return lesson


def _open(lesson: str) -> None:
    st.session_state[keys.Learn.LESSON] = lesson
    _write_address()


def _write_address() -> None:
    if lesson := state.chosen(keys.Learn.LESSON):
        address.write(lesson=lesson)
