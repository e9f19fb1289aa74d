"""Points of a plane in two classes, for a network with two inputs: what it has learned can then be seen whole.

Each arrangement asks for something else: ``blobs`` for one straight border, ``xor`` and ``circles`` for hidden neurons,
``moons`` for a border that bends, ``spiral`` for many neurons and patience. Of ``own`` there are none: visitors put
them there.

Pure functions of a seed. Sources: Minsky & Papert 1969 (no single neuron computes XOR); Lang & Witbrock 1988 (two
spirals).
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from numpy.random import Generator

REACH = 3.0  # the plane goes from -REACH to REACH, both ways
GAP = 0.25  # between a point and a border that runs along the axes, before the noise
SPREAD = 0.5  # of a blob, without noise
TURNS = 1.5  # of a spiral's arm
MOST_NOISE = 0.5


class Points(NamedTuple):
    """Points and what they are.

    Attributes:
        places: (N, 2) float64, from -REACH to REACH.
        classes: (N,) int64, 1 or 0: half of each, as far as the number allows.
    """

    places: np.ndarray
    classes: np.ndarray


def _blobs(classes: np.ndarray, random: Generator) -> np.ndarray:
    middles = np.where(classes[:, None] == 1, 1.4, -1.4)
    return middles + random.normal(0, SPREAD, (len(classes), 2))


def _xor(classes: np.ndarray, random: Generator) -> np.ndarray:
    places = random.uniform(GAP, REACH, (len(classes), 2)) * random.choice([-1, 1], (len(classes), 1))
    places[classes == 0, 1] *= -1  # class 1 where both coordinates have one sign
    return places


def _circles(classes: np.ndarray, random: Generator) -> np.ndarray:
    radius = np.where(classes == 1, random.uniform(0, 1.3, len(classes)), random.uniform(2, 2.8, len(classes)))
    return _around(radius, random.uniform(0, 2 * math.pi, len(classes)))


def _moons(classes: np.ndarray, random: Generator) -> np.ndarray:
    angle = random.uniform(0, math.pi, len(classes))
    arc = _around(np.full(len(classes), 1.7), angle) + random.normal(0, 0.12, (len(classes), 2))
    return np.where(classes[:, None] == 1, arc + [-0.8, -0.4], [0.8, 0.4] - arc)


def _spiral(classes: np.ndarray, random: Generator) -> np.ndarray:
    way = np.sqrt(random.uniform(0.02, 1, len(classes)))  # a longer turn farther out has more of the points
    return _around(2.7 * way, 2 * math.pi * TURNS * way + math.pi * classes)


def _around(radius: np.ndarray, angle: np.ndarray) -> np.ndarray:
    return np.stack([radius * np.cos(angle), radius * np.sin(angle)], 1)


ARRANGEMENTS: dict[str, Callable[[np.ndarray, Generator], np.ndarray]] = {
    "blobs": _blobs,
    "xor": _xor,
    "circles": _circles,
    "moons": _moons,
    "spiral": _spiral,
}
OWN = "own"


def check(count: int, noise: float) -> None:
    """Raise a ValueError for a count below 0, or a noise out of range."""
    if count < 0 or not 0 <= noise <= MOST_NOISE:
        raise ValueError(f"{count} points with a noise of {noise}")


def arrange(name: str, count: int, noise: float = 0.0, seed: int = 0) -> Points:
    """Points of an arrangement, in random order.

    Args:
        name: a key of ``ARRANGEMENTS``, or ``OWN`` for no point at all.
        count: how many, 0 or more.
        noise: by how much each is moved after its class is settled: the standard deviation of both coordinates, 0 to
            ``MOST_NOISE``.
        seed: the same one gives the same points; the first of more points are those of fewer.

    Raises:
        KeyError: for another name.
        ValueError: for a count below 0, or a noise out of range.
    """
    check(count, noise)
    if name == OWN:
        return Points(np.zeros((0, 2)), np.zeros(0, np.int64))
    make = ARRANGEMENTS[name]
    pairs = [_pair(make, noise, np.random.default_rng([seed, pair])) for pair in range((count + 1) // 2)]
    places = np.concatenate([np.zeros((0, 2)), *pairs])[:count]
    return Points(places, np.arange(count, dtype=np.int64) % 2)


def _pair(make: Callable[[np.ndarray, Generator], np.ndarray], noise: float, random: Generator) -> np.ndarray:
    """A point of each class, (2, 2)."""
    places = make(np.array([0, 1]), random) + random.normal(0, 1, (2, 2)) * noise
    return places.clip(-REACH, REACH)
