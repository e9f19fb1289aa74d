"""The set-up of a network in the plane, and its text for a link. Read next: ``points``, ``setups``."""

from __future__ import annotations

from dataclasses import dataclass

from nnlab.config import Choice, Number
from nnlab.teaching.points import ARRANGEMENTS, MOST_NOISE, OWN
from nnlab.teaching.setups import SetupText, one_of

INPUTS = ("x1", "x2", "square_1", "square_2", "product", "sine_1", "sine_2")
ACTIVATIONS = ("relu", "sigmoid", "tanh", "identity")
MOST_LAYERS, MOST_NEURONS = 4, 8
RATES = tuple(float(f"{digit}e{power}") for power in (-3, -2, -1, 0) for digit in (1, 2, 5)) + (10.0,)
COUNTS = tuple(range(10, 201, 10))
NOISES = tuple(step / 20 for step in range(round(20 * MOST_NOISE) + 1))
BATCHES = (1, 5, 10, 20, 50)
DECAYS = (0.0, 0.001, 0.003, 0.01, 0.03, 0.1)


@dataclass(frozen=True)
class PlaneSetup:
    """Which points, which network, and how it learns from them.

    Attributes:
        points: a key of ``ARRANGEMENTS``, or ``OWN``.
        inputs: what the first layer is given of a point, some of ``INPUTS``.
        hidden: neurons of the hidden layers.
        activation: that of the hidden neurons, one of ``ACTIVATIONS``.
        rate: the learning rate.
        count: how many points are learned from.
        noise: see ``points.arrange``.
        batch: points of a step.
        decay: strength of the L2 penalty on the weights, which keeps them small.
        sparsity: strength of the L1 penalty on the weights, which sets those that help little to 0.
        view: 0 to look at the plane, 1 at what the first hidden layer makes of it, and so on.
    """

    points: str = "circles"
    inputs: tuple[str, ...] = ("x1", "x2")
    hidden: tuple[int, ...] = (4, 2)
    activation: str = "tanh"
    rate: float = 0.1
    count: int = 100
    noise: float = 0.0
    batch: int = 10
    decay: float = 0.0
    sparsity: float = 0.0
    view: int = 0


def _inputs(text: str) -> tuple[str, ...]:
    names = [Choice(INPUTS).parse(name) for name in text.split(",", len(INPUTS))]
    return tuple(name for name in INPUTS if name in names)


def _hidden(text: str) -> tuple[int, ...]:
    sizes = text.split(",", MOST_LAYERS) if text else []
    if len(sizes) > MOST_LAYERS:
        raise ValueError(text)
    return tuple(int(Number(1, MOST_NEURONS, integer=True).parse(size)) for size in sizes)


PLANE_TEXT = SetupText(
    "plane",
    PlaneSetup(),
    {
        "points": ("points", Choice((*ARRANGEMENTS, OWN)).parse),
        "inputs": ("inputs", _inputs),
        "hidden": ("hidden", _hidden),
        "act": ("activation", Choice(ACTIVATIONS).parse),
        "lr": ("rate", one_of(RATES)),
        "count": ("count", one_of(COUNTS, is_whole=True)),
        "noise": ("noise", one_of(NOISES)),
        "batch": ("batch", one_of(BATCHES, is_whole=True)),
        "l2": ("decay", one_of(DECAYS)),
        "l1": ("sparsity", one_of(DECAYS)),
        "view": ("view", one_of(range(MOST_LAYERS + 1), is_whole=True)),
    },
    ("points", "inputs", "activation", "rate", "rare"),
    "points, a network and a rate, such as points:spiral;hidden:8,8;act:relu;lr:0.1",
)
