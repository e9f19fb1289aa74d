"""The set-up of a network in the plane, and as a text for a link: ``points:spiral;hidden:8,8;act:relu``.

What is as usual is left out of the text. Read next: ``points``.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields
from typing import Any

from nnlab.config import Choice, Number
from nnlab.teaching.points import ARRANGEMENTS, MOST_NOISE, OWN

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
        decay: strength of the penalty on the weights.
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


def _number(options: Sequence[float], is_whole: bool = False) -> Callable[[str], float]:
    def parse(text: str) -> float:
        value = Number(min(options), max(options), integer=is_whole).parse(text)
        if value not in options:
            raise ValueError(text)
        return value

    return parse


def _inputs(text: str) -> tuple[str, ...]:
    names = [Choice(INPUTS).parse(name) for name in text.split(",", len(INPUTS))]
    return tuple(name for name in INPUTS if name in names)


def _hidden(text: str) -> tuple[int, ...]:
    sizes = text.split(",", MOST_LAYERS) if text else []
    if len(sizes) > MOST_LAYERS:
        raise ValueError(text)
    return tuple(int(Number(1, MOST_NEURONS, integer=True).parse(size)) for size in sizes)


PARTS: dict[str, tuple[str, Callable[[str], Any]]] = {  # what a text calls a field -> the field, and how it is read
    "points": ("points", Choice((*ARRANGEMENTS, OWN)).parse),
    "inputs": ("inputs", _inputs),
    "hidden": ("hidden", _hidden),
    "act": ("activation", Choice(ACTIVATIONS).parse),
    "lr": ("rate", _number(RATES)),
    "count": ("count", _number(COUNTS, is_whole=True)),
    "noise": ("noise", _number(NOISES)),
    "batch": ("batch", _number(BATCHES, is_whole=True)),
    "l2": ("decay", _number(DECAYS)),
}


class PlaneText:
    """Rule: a set-up as a text; the usual one is the empty text."""

    allowed = "points, a network and a rate, such as points:spiral;hidden:8,8;act:relu;lr:0.1"

    def parse(self, text: str) -> PlaneSetup:
        """Read what ``write`` writes.

        Raises:
            ValueError: for anything else.
        """
        found = {}
        for part in text.split(";", len(PARTS)) if text else []:
            name, _, value = part.partition(":")
            if name not in PARTS or PARTS[name][0] in found:
                raise ValueError(self.allowed)
            field, parse = PARTS[name]
            try:
                found[field] = parse(value)
            except ValueError:
                raise ValueError(self.allowed) from None
        return PlaneSetup(**found)

    def write(self, setup: PlaneSetup) -> str:
        """The text of a set-up."""
        usual = {field.name: field.default for field in fields(PlaneSetup)}
        values = {name: getattr(setup, field) for name, (field, _) in PARTS.items()}
        return ";".join(f"{name}:{_written(value)}" for name, value in values.items() if value != usual[PARTS[name][0]])


def _written(value: object) -> str:
    if isinstance(value, tuple):
        return ",".join(map(str, value))
    return f"{value:g}" if isinstance(value, float) else str(value)
