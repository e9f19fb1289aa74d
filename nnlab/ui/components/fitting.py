"""A small network that learns in the browser to follow points with a curve, and takes nothing of the server for it.

The page says which points there are and how the network learns; the browser keeps the network and the points that the
visitor puts there. How many neurons the hidden layer has is chosen beside the picture: the browser says it, so that it
is still so when the lesson is opened again.

The script is ``static/fitting.js``; ``static/fitting_network.js`` is the network.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import streamlit as st
from streamlit.components import v2

from nnlab.teaching.fitting import CURVES, HEIGHT, MOST_HIDDEN, REACH, FittingSetup, Samples
from nnlab.teaching.points import OWN
from nnlab.ui import files
from nnlab.ui.text import t

FUNCTIONS = {"identity": "", "relu": "ReLU", "sigmoid": "σ", "tanh": "tanh"}  # as in a formula, so in no language
DECIMALS = 3  # of a point's place
SAMPLES = 161  # of the curve that the points come from
# What both networks that learn in the browser say, and what this one does.
SHARED = (
    "train", "pause", "step", "again", "speed", "speed_of", "dead", "dead_neuron", "broken", "fewer", "more", "wipe",
    "clear", "brushes", "loss_axis", "train_loss", "test_loss", "bias",
)  # fmt: skip
WORDS = (
    "state", "state_test", "empty", "hidden", "neurons", "neuron", "numbers", "weight", "weight_out", "bias_out",
    "whole", "sum", "picture", "picture_alt", "answer", "put", "parts", "squares", "origin", "loss_axis", "losses_alt",
    "x", "y",
)  # fmt: skip
BLANKS = {  # what the browser fills in
    name: f"{{{name}}}" for name in ("epoch", "loss", "count", "speed", "name", "unit", "x", "y", "output")
}

_fitting = v2.component(
    "nnlab_fitting",
    html='<div class="nnlab-learning nnlab-fitting" role="group"></div>',
    css=files.style(__file__, Path(__file__).with_name("learning.css")),
    js=files.loader("fitting.js", "show"),
    isolate_styles=False,
)


def show(
    key: str,
    setup: FittingSetup,
    points: Samples,
    tests: Samples,
    asked: int,
    on_resize: Callable[[], None],
) -> None:
    """Show the network's curve and its points.

    Args:
        setup: the network and how it learns. The hidden layer counts when it is first shown, and when ``asked``
            changes.
        points: what is learned from, besides what the visitor puts there.
        tests: what is not learned from.
        asked: how often an address has asked for a set-up.
        on_resize: called when the visitor has chosen another hidden layer: ``units`` says which.
    """
    shared = {name: t(f"plane.{name}", **BLANKS) for name in SHARED}
    _fitting(
        key=key,
        data={
            "reach": REACH,
            "height": HEIGHT,
            "points": _columns(points),
            "tests": _columns(tests),
            "origin": _origin(setup.curve),
            "own": setup.curve == OWN,
            "hidden": setup.hidden,
            "most": MOST_HIDDEN,
            "asked": asked,
            "activation": setup.activation,
            "functions": FUNCTIONS,
            "rate": setup.rate,
            "batch": setup.batch,
            "words": shared | {name: t(f"fitting.{name}", **BLANKS) for name in WORDS},
        },
        on_hidden_change=on_resize,
    )


def _columns(points: Samples) -> list[list[float]]:
    return [_rounded(points.x), _rounded(points.y)]


def _origin(curve: str) -> list[float] | None:
    """The curve that points come from; one's own come from none."""
    return None if curve == OWN else _rounded(CURVES[curve](np.linspace(-REACH, REACH, SAMPLES)))


def _rounded(values: np.ndarray) -> list[float]:
    return values.round(DECIMALS).tolist()


def units(key: str) -> int | None:
    """How many neurons the hidden layer has by what the browser sent last; None for nothing, or nonsense."""
    sent = (st.session_state.get(key) or {}).get("hidden")
    return sent if type(sent) is int and 0 <= sent <= MOST_HIDDEN else None
