"""The part of the Learn page with the guided experiments: which of the page's parts is open, and the open one."""

from __future__ import annotations

import streamlit as st

from nnlab.teaching.experiments import EXPERIMENTS
from nnlab.ui import state
from nnlab.ui.learn.experiments import overview, place, teacher, walk
from nnlab.ui.text import t

PARTS = ("lessons", "experiments")


def choose() -> bool:
    """The switch between lessons and experiments; returns whether the experiments are open."""
    is_open = place.opened() is not None
    st.session_state["learn.part"] = PARTS[is_open]
    with st.container(horizontal=True, key="learn.parts"):
        st.segmented_control(
            t("experiments.part"), PARTS, key="learn.part", required=True, label_visibility="collapsed",
            format_func=lambda part: t(f"experiments.part_{part}"), on_change=_switch,
        )  # fmt: skip
    return is_open


def _switch() -> None:
    place.go_to(place.LIST if st.session_state.get("learn.part") == "experiments" else None)


def show() -> None:
    """The list, or the open experiment; for a teacher also what is said to teachers of it."""
    name = place.opened()
    is_for_teacher = state.is_teacher() and teacher.choose()
    if is_for_teacher:
        place.write()
        teacher.show(EXPERIMENTS.get(name))
    elif name in EXPERIMENTS:
        walk.show(EXPERIMENTS[name])
    else:
        overview.show()
