"""All runs of a visitor, the newest first, and the one that is open."""

from __future__ import annotations

import streamlit as st

from nnlab.ui import kept, run_words
from nnlab.ui.runs import opened


def show() -> None:
    """The list, and above it the run that is open."""
    opened.current()
    runs = kept.own_runs()
    if not runs:
        opened.show_none()
    for run in runs:
        st.button(run_words.label(run), key=f"runs.open_{run.id}", on_click=opened.open_run, args=[run.id])
