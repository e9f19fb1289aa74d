"""The Learn page's lessons: one module each, in the order in which the ideas need each other.

Every lesson module has ``show()``. Most are a fragment, so that moving a slider runs that lesson alone. The module is
imported when its lesson is opened, after the page has drawn its frame, because the lessons compute with torch.

Where there is room the lessons stand in one row by short names; else they are a menu, by their full names.
Both are drawn, and ``style.css`` hides one of them.
"""

from __future__ import annotations

from importlib import import_module

import streamlit as st

from nnlab.ui import address, keys, restrictions, shell, state, terms
from nnlab.ui.places import PAGES
from nnlab.ui.text import prose, t

LESSONS = PAGES["learn"].sections
SET_UP = ("fitting", "plane")  # whose set-up stands in the address while they are open
MENU = "learn.lesson_menu"


def show() -> None:
    """The row of lessons with previous and next, and the lesson that is open."""
    lesson = _choose()
    address.write(lesson=lesson, **{name: None for name in SET_UP if name != lesson})
    with st.container(key="learn.open"):
        with st.container(key="learn.prose"):
            terms.show(prose(f"learn/{lesson}"), above=t("learn.purpose"))
        with st.spinner(t("learn.loading")):
            module = import_module(f"nnlab.ui.learn.{lesson}")
        module.show()


def number_of(lesson: str) -> int:
    """The number by which people call a lesson."""
    return LESSONS.index(lesson) + 1


def _choose() -> str:
    """The open lesson: the one in the address, else the one last open, else the first."""
    lessons, lesson = restrictions.open_section("learn", LESSONS, keys.Learn.LESSON)
    if restrictions.is_hidden("lesson"):
        return lesson
    is_locked = restrictions.is_locked("lesson")
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="learn.course"):
        lesson = st.segmented_control(
            t("learn.lessons"),
            lessons,
            key=keys.Learn.LESSON,
            format_func=lambda name: f"{number_of(name)} {t(f'learn.short_{name}')}",
            required=True,
            label_visibility="collapsed",
            disabled=is_locked,
            on_change=_write_address,
            persist_state="session",
        )
        place = lessons.index(lesson)
        _step_button("previous", "arrow_back", None if is_locked or place == 0 else lessons[place - 1])
        st.session_state[MENU] = lesson
        shell.menu(
            t("learn.lessons"),
            {name: f"{number_of(name)} {t(f'learn.{name}')}" for name in lessons},
            MENU,
            label_visibility="collapsed",
            disabled=is_locked,
            on_change=_open_from_menu,
        )
        _step_button("next", "arrow_forward", None if is_locked or lesson == lessons[-1] else lessons[place + 1])
    return lesson


def _step_button(direction: str, icon: str, lesson: str | None) -> None:
    """The way to the lesson before or after; None where there is none."""
    st.button(
        t(f"learn.{direction}"),
        key=f"learn.{direction}",
        icon=f":material/{icon}:",
        disabled=lesson is None,
        on_click=_open,
        args=(lesson,),
    )


def _open(lesson: str) -> None:
    st.session_state[keys.Learn.LESSON] = lesson
    _write_address()


def _open_from_menu() -> None:
    if lesson := state.chosen(MENU):
        _open(lesson)


def _write_address() -> None:
    if lesson := state.chosen(keys.Learn.LESSON):
        address.write(lesson=lesson)
