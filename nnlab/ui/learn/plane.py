"""Points in a plane: a network so small that all of it is seen while it learns, and what its hidden layers are for."""

from __future__ import annotations

import streamlit as st

from nnlab.teaching.points import ARRANGEMENTS, MOST_NOISE, OWN, arrange
from nnlab.ui import keys, numbers
from nnlab.ui.components import plane
from nnlab.ui.layout import NOTES_ACTIVATIONS, columns, rates, slider
from nnlab.ui.text import t

NETWORK = "learn.plane"  # the component's key
TESTS = 200  # points that are not learned from
LEARNED_SEED, TESTED_SEED = 1, 2
GIVEN, HIDDEN = ("x1", "x2"), (4, 2)  # at first
BATCHES = (1, 5, 10, 20, 50)
DECAYS = (0.0, 0.001, 0.003, 0.01, 0.03, 0.1)


@st.fragment
def show() -> None:
    left, right = columns(0.3)
    with left:
        name = st.segmented_control(
            t("plane.points"),
            (*ARRANGEMENTS, OWN),
            default="circles",
            required=True,
            format_func=lambda name: t(f"plane.points_{name}"),
            key=keys.Learn.PLANE_POINTS,
            persist_state="session",
            wrap=True,
        )
        inputs = st.pills(
            t("plane.inputs"),
            list(plane.INPUTS),
            selection_mode="multi",
            default=GIVEN,
            format_func=plane.INPUTS.get,
            key=keys.Learn.PLANE_INPUTS,
            help=t("plane.inputs_help"),
            persist_state="session",
            wrap=True,
        )
        activation = st.segmented_control(
            t("plane.activation"),
            NOTES_ACTIVATIONS,
            default="tanh",
            required=True,
            format_func=lambda name: t(f"learn.activation_{name}"),
            key=keys.Learn.PLANE_ACTIVATION,
            persist_state="session",
            wrap=True,
        )
        rate = st.select_slider(
            t("plane.rate"),
            rates(-3, 1),
            0.1,
            format_func=numbers.rate,
            key=keys.Learn.PLANE_RATE,
            persist_state="session",
        )
        with st.expander(t("plane.rare"), key="learn.plane_rare"):
            count = slider(t("plane.count"), "plane_count", 10, 200, 100, 10, format="%d")
            noise = slider(t("plane.noise"), "plane_noise", 0.0, MOST_NOISE, 0.0, 0.05, format="%.2f")
            batch = st.select_slider(t("plane.batch"), BATCHES, 10, key=keys.Learn.PLANE_BATCH, persist_state="session")
            decay = st.select_slider(
                t("plane.decay"), DECAYS, 0.0, key=keys.Learn.PLANE_DECAY, help=t("plane.decay_help"),
                persist_state="session",
            )  # fmt: skip
    with right:
        plane.show(
            NETWORK,
            arrange(name, count, noise, LEARNED_SEED),
            arrange(name, TESTS, noise, TESTED_SEED),
            name == OWN,
            inputs or GIVEN,
            st.session_state.get(keys.Learn.PLANE_HIDDEN, HIDDEN),
            _resize,
            activation=activation,
            rate=rate,
            batch=batch,
            decay=decay,
        )


def _resize() -> None:
    sizes = plane.sizes(NETWORK)
    if sizes is not None:
        st.session_state[keys.Learn.PLANE_HIDDEN] = sizes
