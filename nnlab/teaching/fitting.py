"""Points of a curve, for a network with one input and one output: what a hidden layer adds up can then be seen whole.

Each curve asks for something else: ``line`` for no hidden neuron, ``tent`` for two, ``bump`` and ``wave`` for more,
``step`` for large weights. Of ``own`` there are no points: visitors put them there.

Pure functions of a seed. Sources: Cybenko 1989 and Hornik 1991 (one hidden layer comes as near to a continuous curve as
one likes).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from nnlab.config import Choice, Number
from nnlab.teaching.plane import ACTIVATIONS, BATCHES
from nnlab.teaching.points import MOST_NOISE, OWN, check
from nnlab.teaching.setups import SetupText, one_of

REACH = 2.0  # x goes from -REACH to REACH
HEIGHT = 1.5  # and y from -HEIGHT to HEIGHT
GOLDEN = (5**0.5 - 1) / 2  # steps of this size, modulo 1, leave no large gap
MOST_HIDDEN = 16
RATES = tuple(float(f"{digit}e{power}") for power in (-3, -2, -1) for digit in (1, 2, 5)) + (1.0,)
COUNTS = tuple(range(5, 101, 5))
NOISES = tuple(step / 20 for step in range(round(20 * MOST_NOISE) + 1))

CURVES: dict[str, Callable[[np.ndarray], np.ndarray]] = {
    "line": lambda x: 0.5 * x,
    "tent": lambda x: 0.9 - 0.9 * np.abs(x),
    "bump": lambda x: 1.8 * np.exp(-((1.5 * x) ** 2)) - 0.9,
    "step": lambda x: np.where(x < 0, -0.8, 0.8),
    "wave": lambda x: 0.9 * np.sin(np.pi * x),
}


class Samples(NamedTuple):
    """Points of a curve: (N,) float64 each, x from -REACH to REACH, y from -HEIGHT to HEIGHT."""

    x: np.ndarray
    y: np.ndarray


def sample(name: str, count: int, noise: float = 0.0, seed: int = 0) -> Samples:
    """Points of a curve, spread evenly over x.

    Args:
        name: a key of ``CURVES``, or ``OWN`` for no point at all.
        count: how many, 0 or more.
        noise: the standard deviation of what is added to y, 0 to ``MOST_NOISE``.
        seed: the same one gives the same points; the first of more points are those of fewer.

    Raises:
        KeyError: for another name.
        ValueError: for a count below 0, or a noise out of range.
    """
    check(count, noise)
    if name == OWN:
        return Samples(np.zeros(0), np.zeros(0))
    curve, random = CURVES[name], np.random.default_rng(seed)
    x = REACH * (2 * ((random.random() + GOLDEN * np.arange(count)) % 1) - 1)
    return Samples(x, (curve(x) + noise * random.standard_normal(count)).clip(-HEIGHT, HEIGHT))


@dataclass(frozen=True)
class FittingSetup:
    """Which points, which network, and how it learns from them.

    Attributes:
        curve: a key of ``CURVES``, or ``OWN``.
        hidden: neurons of the hidden layer, 0 to ``MOST_HIDDEN``; 0 for no such layer.
        activation: that of the hidden neurons, one of ``ACTIVATIONS``.
        rate: the learning rate.
        count: how many points are learned from.
        noise: see ``sample``.
        batch: points of a step.
    """

    curve: str = "wave"
    hidden: int = 8
    activation: str = "relu"
    rate: float = 0.02
    count: int = 40
    noise: float = 0.0
    batch: int = 10


def _units(text: str) -> int:
    return int(Number(0, MOST_HIDDEN, integer=True).parse(text))


FITTING_TEXT = SetupText(
    "fitting",
    FittingSetup(),
    {
        "curve": ("curve", Choice((*CURVES, OWN)).parse),
        "hidden": ("hidden", _units),
        "act": ("activation", Choice(ACTIVATIONS).parse),
        "lr": ("rate", one_of(RATES)),
        "count": ("count", one_of(COUNTS, is_whole=True)),
        "noise": ("noise", one_of(NOISES)),
        "batch": ("batch", one_of(BATCHES, is_whole=True)),
    },
    ("curve", "activation", "rate", "rare"),
    "a curve, a network and a rate, such as curve:bump;hidden:12;act:tanh;lr:0.1",
)
