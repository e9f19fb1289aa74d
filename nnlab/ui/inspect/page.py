"""The Inspect page's frame: which network is looked at and for which image, and the section that is open.

A section is a module of this folder with ``show(subject)``. Only the open one is imported and computed. It makes no
fragment of its own, since the page is one already.
"""

from __future__ import annotations

from importlib import import_module

import streamlit as st

from nnlab.ui import layout, shell, terms
from nnlab.ui.inspect import effect, subject
from nnlab.ui.places import PAGES

SECTIONS = PAGES["inspect"].sections
WITH_SLIDER = ("map",)  # the sections that have the slider over a run's earlier weights themselves
CHOICE_WIDTH = 0.25  # of the page, on a wide screen


def show() -> None:
    """The row of sections, the network and the image, and the open section."""
    terms.begin("inspect")
    section = shell.choose_section("inspect", SECTIONS)
    with st.container(key="inspect.desk"):
        left, right = layout.columns(CHOICE_WIDTH)
    with left:
        found = subject.choose(has_slider=section not in WITH_SLIDER)
        if found is not None:
            effect.show(found)
    with right:
        if found is not None:
            import_module(f"nnlab.ui.inspect.{section}").show(found)
