"""Training: a digit, a batch, an epoch, counted; then two losses of one run that drift apart."""

from __future__ import annotations

import streamlit as st

from nnlab.ui import keys
from nnlab.ui.learn import training_curves, training_steps
from nnlab.ui.text import t

VIEWS = {"steps": training_steps.show, "curves": training_curves.show}


@st.fragment
def show() -> None:
    view = st.segmented_control(
        t("learn.view"),
        tuple(VIEWS),
        default="steps",
        required=True,
        format_func=lambda name: t(f"lesson_training.view_{name}"),
        key=keys.Learn.TRAINING_VIEW,
        label_visibility="collapsed",
        persist_state="session",
    )
    VIEWS[view]()
