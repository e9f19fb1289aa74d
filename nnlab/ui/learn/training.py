"""Training: a digit, a batch, an epoch, counted; then two losses of one run that drift apart."""

from __future__ import annotations

import streamlit as st

from nnlab.ui import keys
from nnlab.ui.layout import choose_view
from nnlab.ui.learn import training_curves, training_steps
from nnlab.ui.text import t

VIEWS = {"steps": training_steps.show, "curves": training_curves.show}


@st.fragment
def show() -> None:
    titles = {name: t(f"lesson_training.view_{name}") for name in VIEWS}
    view = choose_view(t("learn.view"), titles, keys.Learn.TRAINING_VIEW)
    VIEWS[view]()
