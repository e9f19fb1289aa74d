"""A small network that learns in the browser to tell points of a plane apart, and takes nothing of the server for it.

The page says which points there are, what the network is given of them, and how it learns; the browser keeps the
network and the points that the visitor puts there. How many neurons the hidden layers have is chosen beside the network
itself: the browser says it, so that it is still so when the lesson is opened again.

The script is ``static/plane.js``; ``static/plane_network.js`` is the network.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import streamlit as st
from streamlit.components import v2

from nnlab.teaching.plane import MOST_LAYERS, MOST_NEURONS, PlaneSetup
from nnlab.teaching.points import OWN, REACH, Points
from nnlab.ui import files
from nnlab.ui.text import t

# What the network can be given of a point, and what its neurons make of their sum z: formulas, so in no language.
NAMES = {
    "x1": "x₁", "x2": "x₂", "square_1": "x₁²", "square_2": "x₂²", "product": "x₁x₂", "sine_1": "sin x₁",
    "sine_2": "sin x₂",
}  # fmt: skip
OUTPUTS = {"identity": "a = z", "relu": "a = ReLU(z)", "sigmoid": "a = σ(z)", "tanh": "a = tanh(z)"}
DECIMALS = 3  # of a point's place
WORDS = (
    "train", "pause", "step", "again", "speed", "speed_of", "state", "state_test", "dead", "dead_neuron", "empty",
    "broken", "sizes", "layers", "layer", "fewer", "more", "diagram", "output", "input", "neuron", "map_output",
    "map_neuron", "map_alt", "answer", "brushes", "blue", "orange", "wipe", "clear", "show_tests", "curve_alt",
    "loss_axis", "train_loss", "test_loss", "weight", "bias", "gives_output", "zeros", "sharp", "map_sharp",
    "above", "below", "thicker", "view", "view_plane", "view_layer", "across", "up", "way", "space_start",
    "space_straight", "space_sums", "space_bent", "space_unbent", "space_border", "space_many", "space_weighed",
    "space_next", "space_alt",
)  # fmt: skip
# What the browser fills in.
BLANKS = {
    name: f"{{{name}}}"
    for name in (
        "epoch", "loss", "right", "count", "speed", "name", "layer", "unit", "most", "shown", "x", "y", "probability",
        "all", "next",
    )
}  # fmt: skip

_plane = v2.component(
    "nnlab_plane",
    html='<div class="nnlab-learning nnlab-plane" role="group"></div>',
    css=files.style(__file__, Path(__file__).with_name("learning.css")),
    js=files.loader("plane.js", "show"),
    isolate_styles=False,
)


def show(
    key: str,
    setup: PlaneSetup,
    points: Points,
    tests: Points,
    asked: int,
    on_resize: Callable[[], None],
    on_turn: Callable[[], None],
) -> None:
    """Show the network and its plane.

    Args:
        setup: the network and how it learns. The hidden layers count when it is first shown, and when ``asked``
            changes.
        points: what is learned from, besides what the visitor puts there.
        tests: what is not learned from.
        asked: how often an address has asked for a set-up.
        on_resize: called when the visitor has chosen other layers: ``sizes`` says which.
        on_turn: called when the visitor looks at the plane, or at what a layer makes of it: ``view`` says which.
    """
    _plane(
        key=key,
        data={
            "reach": REACH,
            "points": _columns(points),
            "tests": _columns(tests),
            "own": setup.points == OWN,
            "inputs": list(setup.inputs),
            "names": NAMES,
            "outputs": OUTPUTS,
            "hidden": list(setup.hidden),
            "view": setup.view,
            "asked": asked,
            "activation": setup.activation,
            "rate": setup.rate,
            "batch": setup.batch,
            "decay": setup.decay,
            "sparsity": setup.sparsity,
            "words": {name: t(f"plane.{name}", **BLANKS) for name in WORDS},
        },
        on_hidden_change=on_resize,
        on_view_change=on_turn,
    )


def _columns(points: Points) -> list[list[float]]:
    """The x, the y and the class of each point, as three lists."""
    return [*points.places.T.round(DECIMALS).tolist(), points.classes.tolist()]


def sizes(key: str) -> tuple[int, ...] | None:
    """How many neurons the hidden layers have by what the browser sent last; None for nothing, or nonsense."""
    sent = _sent(key, "hidden")
    if not isinstance(sent, list) or len(sent) > MOST_LAYERS:
        return None
    if not all(type(units) is int and 1 <= units <= MOST_NEURONS for units in sent):
        return None
    return tuple(sent)


def view(key: str) -> int | None:
    """What is looked at by what the browser sent last, as ``PlaneSetup.view``; None for nothing, or nonsense."""
    sent = _sent(key, "view")
    return sent if type(sent) is int and 0 <= sent <= MOST_LAYERS else None


def _sent(key: str, name: str) -> object:
    return (st.session_state.get(key) or {}).get(name)
