"""Curve fitting: a network with one input, whose hidden neurons are seen as the parts of a sum, and regression.

Its set-up stands in the address, so that a teacher can send it.
"""

from __future__ import annotations

import streamlit as st

from nnlab.teaching.fitting import COUNTS, CURVES, FITTING_TEXT, NOISES, RATES, FittingSetup, sample
from nnlab.teaching.plane import ACTIVATIONS, BATCHES
from nnlab.teaching.points import OWN
from nnlab.ui import keys, numbers
from nnlab.ui.components import fitting
from nnlab.ui.layout import columns
from nnlab.ui.learn.setups import Chosen
from nnlab.ui.text import t

NETWORK = "learn.fitting"  # the component's key
TESTS = 100  # points that are not learned from
LEARNED_SEED, TESTED_SEED = 1, 2
CHOSEN = Chosen(FITTING_TEXT, {
    "curve": keys.Learn.FITTING_CURVE,
    "hidden": keys.Learn.FITTING_HIDDEN,
    "activation": keys.Learn.FITTING_ACTIVATION,
    "rate": keys.Learn.FITTING_RATE,
    "count": keys.Learn.FITTING_COUNT,
    "noise": keys.Learn.FITTING_NOISE,
    "batch": keys.Learn.FITTING_BATCH,
}, keys.Learn.FITTING_ASKED, keys.Learn.FITTING_SETUP)  # fmt: skip


@st.fragment
def show() -> None:
    CHOSEN.follow_address()
    left, right = columns(0.26) if CHOSEN.has_choices else (st.container(), st.container())
    with left:
        _choose()
    setup = FittingSetup(**CHOSEN.values())
    CHOSEN.keep(setup)
    with right:
        fitting.show(
            NETWORK,
            setup,
            sample(setup.curve, setup.count, setup.noise, LEARNED_SEED),
            sample(setup.curve, TESTS, setup.noise, TESTED_SEED),
            CHOSEN.times_asked,
            _resize,
        )


def _choose() -> None:
    """What a teacher's link does not hide; the rest stays as the link has it."""
    kept = {"persist_state": "session"}
    if CHOSEN.shows("curve"):
        st.segmented_control(
            t("fitting.curve"), (*CURVES, OWN), required=True, wrap=True, key=keys.Learn.FITTING_CURVE,
            format_func=lambda name: t(f"fitting.curve_{name}"), **kept,
        )  # fmt: skip
    if CHOSEN.shows("activation"):
        st.segmented_control(
            t("fitting.activation"), ACTIVATIONS, required=True, wrap=True, key=keys.Learn.FITTING_ACTIVATION,
            format_func=lambda name: t(f"learn.activation_{name}"), **kept,
        )  # fmt: skip
    if CHOSEN.shows("rate"):
        st.select_slider(t("fitting.rate"), RATES, key=keys.Learn.FITTING_RATE, format_func=numbers.rate, **kept)
    if CHOSEN.shows("rare"):
        with st.expander(t("fitting.rare"), key="learn.fitting_rare"):
            is_own = st.session_state[keys.Learn.FITTING_CURVE] == OWN
            st.select_slider(t("plane.count"), COUNTS, key=keys.Learn.FITTING_COUNT, disabled=is_own, **kept)
            st.select_slider(t("plane.noise"), NOISES, key=keys.Learn.FITTING_NOISE, disabled=is_own, **kept)
            st.select_slider(t("plane.batch"), BATCHES, key=keys.Learn.FITTING_BATCH, **kept)


def _resize() -> None:
    units = fitting.units(NETWORK)
    if units is not None:
        CHOSEN.take("hidden", units)
