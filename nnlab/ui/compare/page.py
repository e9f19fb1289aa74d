"""The Compare page's frame: which runs are compared, how their training goes on, and the section that is open.

A section is a module of this folder with ``show(chosen)``. Only the open one is imported and computed.
"""

from __future__ import annotations

from importlib import import_module

import streamlit as st

from nnlab.ui import keys, layout, shell
from nnlab.ui.compare import form, invitation, own, progress
from nnlab.ui.compare.chosen import Chosen
from nnlab.ui.places import PAGES
from nnlab.ui.text import t

SECTIONS = PAGES["compare"].sections
CHOICE_WIDTH = 0.3  # of the page, on a wide screen
WAYS = ("new", "own")


def show() -> None:
    """The row of sections, what is compared, and the open section, or an invitation while there is nothing."""
    form.follow_address()
    section = shell.choose_section("compare", SECTIONS)
    left, right = layout.columns(CHOICE_WIDTH)
    with left:
        way = st.segmented_control(
            t("compare.way"), WAYS, required=True, format_func=lambda name: t(f"compare.way_{name}"),
            key=keys.Compare.WAY, persist_state="session", label_visibility="collapsed", wrap=True,
        )  # fmt: skip
        series = form.series() if way == "new" else None
        chosen = Chosen(series.entries if series else [], series)
        if way == "own":
            chosen = Chosen(own.pick(), None)
        else:
            form.show()
    with right:
        if series is not None:
            progress.show(series)
        if len(chosen.entries) > 1:
            import_module(f"nnlab.ui.compare.{section}").show(chosen)
        elif way == "new" and series is None:
            if form.is_lost():
                st.info(t("compare.lost"), icon=":material/history:")
            invitation.show()
        elif way == "own":
            st.info(t("compare.pick_two"), icon=":material/checklist:")
