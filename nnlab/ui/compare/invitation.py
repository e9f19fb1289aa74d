"""While nothing is compared yet: comparisons that a class asks for, each begun by one press."""

from __future__ import annotations

import streamlit as st

from nnlab.compare.ready import READY
from nnlab.ui.compare import form
from nnlab.ui.layout import beside
from nnlab.ui.text import t


def show() -> None:
    """A card for each: the question, and the button that has its runs trained."""
    st.markdown(t("compare.invitation"))
    names = list(READY)
    for start in range(0, len(names), 2):
        for place, name in zip(beside(0.5, "top"), names[start : start + 2], strict=False):
            with place.container(border=True):
                st.markdown(f"**{t(f'compare.ready_{name}')}**  \n{t(f'compare.ready_{name}_ask')}")
                st.button(
                    t("compare.begin", count=len(READY[name].setups)), key=f"compare.ready_{name}",
                    icon=":material/play_arrow:", on_click=form.begin_ready, args=[name],
                )  # fmt: skip
