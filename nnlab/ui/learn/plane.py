"""Points in a plane: a network so small that all of it is seen while it learns, and what its hidden layers are for.

Its set-up stands in the address, so that a teacher can send it.
"""

from __future__ import annotations

import streamlit as st

from nnlab.teaching.plane import (
    ACTIVATIONS,
    BATCHES,
    COUNTS,
    DECAYS,
    INPUTS,
    NOISES,
    PLANE_TEXT,
    RATES,
    PlaneSetup,
)
from nnlab.teaching.points import ARRANGEMENTS, OWN, arrange
from nnlab.ui import keys, numbers
from nnlab.ui.components import plane
from nnlab.ui.layout import columns
from nnlab.ui.learn.setups import Chosen
from nnlab.ui.text import t

NETWORK = "learn.plane"  # the component's key
TESTS = 200  # points that are not learned from
LEARNED_SEED, TESTED_SEED = 1, 2
CHOSEN = Chosen(PLANE_TEXT, {
    "points": keys.Learn.PLANE_POINTS,
    "inputs": keys.Learn.PLANE_INPUTS,
    "hidden": keys.Learn.PLANE_HIDDEN,
    "view": keys.Learn.PLANE_VIEW,
    "activation": keys.Learn.PLANE_ACTIVATION,
    "rate": keys.Learn.PLANE_RATE,
    "count": keys.Learn.PLANE_COUNT,
    "noise": keys.Learn.PLANE_NOISE,
    "batch": keys.Learn.PLANE_BATCH,
    "decay": keys.Learn.PLANE_DECAY,
    "sparsity": keys.Learn.PLANE_SPARSITY,
}, keys.Learn.PLANE_ASKED, keys.Learn.PLANE_SETUP)  # fmt: skip


@st.fragment
def show() -> None:
    CHOSEN.follow_address()
    left, right = columns(0.3) if CHOSEN.has_choices else (st.container(), st.container())
    with left:
        _choose()
    setup = _setup()
    CHOSEN.keep(setup)
    with right:
        plane.show(
            NETWORK,
            setup,
            arrange(setup.points, setup.count, setup.noise, LEARNED_SEED),
            arrange(setup.points, TESTS, setup.noise, TESTED_SEED),
            CHOSEN.times_asked,
            _resize,
            _turn,
        )


def set_up(setup: PlaneSetup) -> None:
    """Choose all that a set-up says, before the lesson is drawn."""
    CHOSEN.choose(setup)


def _choose() -> None:
    """What a teacher's link does not hide; the rest stays as the link has it."""
    kept = {"persist_state": "session"}
    if CHOSEN.shows("points"):
        st.segmented_control(
            t("plane.points"), (*ARRANGEMENTS, OWN), required=True, wrap=True, key=keys.Learn.PLANE_POINTS,
            format_func=lambda name: t(f"plane.points_{name}"), **kept,
        )  # fmt: skip
    if CHOSEN.shows("inputs"):
        st.pills(
            t("plane.inputs"), INPUTS, selection_mode="multi", wrap=True, key=keys.Learn.PLANE_INPUTS,
            format_func=plane.NAMES.get, help=t("plane.inputs_help"), **kept,
        )  # fmt: skip
    if CHOSEN.shows("activation"):
        st.segmented_control(
            t("plane.activation"), ACTIVATIONS, required=True, wrap=True, key=keys.Learn.PLANE_ACTIVATION,
            format_func=lambda name: t(f"learn.activation_{name}"), **kept,
        )  # fmt: skip
    if CHOSEN.shows("rate"):
        st.select_slider(t("plane.rate"), RATES, key=keys.Learn.PLANE_RATE, format_func=numbers.rate, **kept)
    if CHOSEN.shows("rare"):
        with st.expander(t("plane.rare"), key="learn.plane_rare"):
            is_own = st.session_state[keys.Learn.PLANE_POINTS] == OWN
            st.select_slider(t("plane.count"), COUNTS, key=keys.Learn.PLANE_COUNT, disabled=is_own, **kept)
            st.select_slider(t("plane.noise"), NOISES, key=keys.Learn.PLANE_NOISE, disabled=is_own, **kept)
            st.select_slider(t("plane.batch"), BATCHES, key=keys.Learn.PLANE_BATCH, **kept)
            for name in ("decay", "sparsity"):
                st.select_slider(
                    t(f"plane.{name}"), DECAYS, key=CHOSEN.widgets[name], help=t(f"plane.{name}_help"), **kept
                )


def _setup() -> PlaneSetup:
    """The set-up that is chosen. Where no input is left, the network is given the usual two."""
    chosen = CHOSEN.values()
    inputs = tuple(name for name in INPUTS if name in chosen["inputs"]) or PlaneSetup().inputs
    return PlaneSetup(**{**chosen, "inputs": inputs})


def _resize() -> None:
    sizes = plane.sizes(NETWORK)
    if sizes is not None:
        CHOSEN.take("hidden", sizes)


def _turn() -> None:
    view = plane.view(NETWORK)
    if view is not None:
        CHOSEN.take("view", view)
