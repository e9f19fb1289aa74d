"""The few words in which a curve is spoken of: falls_below, rises_after, stays_above, crosses, shaped_like.

A curve is two arrays, x rising and y. A y that is not a number is a loss that has diverged: it counts as infinitely
high, so it is above everything and below nothing.

Read next: ``results``.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

Array = np.ndarray  # (K,) float64
COMPARED_AT = 60  # places, evenly spread; a multiple of the three parts
PARTS = ("beginning", "middle", "end")
ALIKE = 0.8  # a degree from which two shapes are called alike


def falls_below(x: ArrayLike, y: ArrayLike, level: float) -> float | None:
    """The first x at which the curve is below the level; None if it never is. On the level is not below it."""
    xs, ys = _curve(x, y)
    below = np.flatnonzero(ys < level)
    return float(xs[below[0]]) if len(below) else None


def stays_above(x: ArrayLike, y: ArrayLike, level: float, since: float = -np.inf) -> bool:
    """Whether the curve is above the level at every x from ``since`` on. Without any such x, it is not."""
    xs, ys = _curve(x, y)
    later = ys[xs >= since]
    return bool(len(later) and (later > level).all())


def rises_after(x: ArrayLike, y: ArrayLike, least: float) -> float | None:
    """The x of the curve's lowest point, if it ends higher than that by more than ``least``; else None.

    ``least`` keeps noise from being called a rise. Of several lowest points the last one counts.

    Example:
        >>> rises_after([0, 1, 2, 3], [2.0, 0.6, 0.5, 0.9], least=0.1)
        2.0
    """
    xs, ys = _curve(x, y)
    if not np.isfinite(ys).any():
        return None
    lowest = len(ys) - 1 - int(ys[::-1].argmin())
    return float(xs[lowest]) if ys[-1] - ys[lowest] > least else None


def crosses(x: ArrayLike, y: ArrayLike, other: ArrayLike | float) -> float | None:
    """The x at which the curve first passes from one side of another curve, or of a level, to its other side.

    Where both are equal the curve is on neither side: one that touches and turns back has not crossed. Between two
    points the curves are straight lines. None if it stays on one side.

    Example:
        >>> crosses([0, 1, 2], [0.0, 1.0, 2.0], [1.0, 1.0, 1.0]), crosses([0, 1, 2], [0.0, 1.0, 0.0], 1.0)
        (1.0, None)
    """
    xs, ys = _curve(x, y)
    others = np.broadcast_to(_numbers(other), ys.shape)
    with np.errstate(invalid="ignore"):  # two curves that are infinitely high are equal
        differences = np.where(ys == others, 0.0, ys - others)
    sides = np.sign(differences)
    places = np.flatnonzero(sides)  # where it is on one side
    changed = np.flatnonzero(sides[places][1:] != sides[places][:-1])
    if not len(changed):
        return None
    before, after = places[changed[0]], places[changed[0] + 1]
    first, last = differences[before], differences[after]
    if after - before > 1:  # it is equal in between: there they meet
        return float(xs[before + 1])
    if not np.isfinite([first, last]).all():
        return float(xs[after])
    return float(xs[before] + (xs[after] - xs[before]) * first / (first - last))


class Likeness(NamedTuple):
    """How much two curves have the same shape.

    Attributes:
        degree: 1 the same, 0 nothing in common.
        differs: the part of the curve, one of ``PARTS``, in which they differ most; None if they are alike.
    """

    degree: float
    differs: str | None

    @property
    def is_alike(self) -> bool:
        return self.differs is None


def shaped_like(
    x: ArrayLike,
    y: ArrayLike,
    other_x: ArrayLike,
    other_y: ArrayLike,
    flat: float = 0.0,
) -> Likeness:
    """Compare the shapes of two curves, whatever their scales.

    Each is stretched so that it reaches from 0 to 1 in both directions; the degree is 1 - 2 times the mean distance
    that is left between them, but not below 0. So neither a shift nor a (positive) factor on any axis changes it.

    Args:
        flat: a curve whose y changes by no more than this has no shape: it lies at one half throughout. So it is just
            like another flat one, and never alike one that falls.

    Raises:
        ValueError: if a curve has fewer than two points, or a y that is no finite number: clip it first.

    Example:
        >>> shaped_like([0, 1, 2], [2.3, 1.0, 0.5], [0, 10, 20], [90, 38, 18]).degree
        1.0
    """
    ours, others = _stretched(x, y, flat), _stretched(other_x, other_y, flat)
    distances = np.abs(ours - others)  # (COMPARED_AT,)
    degree = round(max(0.0, 1 - 2 * float(distances.mean())), 9)
    by_part = distances.reshape(len(PARTS), -1).mean(axis=1)
    return Likeness(degree, None if degree >= ALIKE else PARTS[int(by_part.argmax())])


def clipped(y: ArrayLike, low: float, high: float) -> Array:
    """The curve as a chart from ``low`` to ``high`` shows it: what has diverged is at its upper edge."""
    return np.clip(_numbers(y), low, high)


def averaged(x: ArrayLike, y: ArrayLike, parts: int) -> tuple[Array, Array]:
    """The curve without its noise: cut into as many parts, each of them replaced by its mean x and y.

    With fewer points than parts, each point is a part of its own.
    """
    xs, ys = _curve(x, y)
    starts = np.arange(min(parts, len(xs))) * len(xs) // max(1, min(parts, len(xs)))
    counts = np.diff([*starts, len(xs)])
    return np.add.reduceat(xs, starts) / counts, np.add.reduceat(ys, starts) / counts


def _numbers(values: ArrayLike) -> Array:
    numbers = np.asarray(values, dtype=np.float64)
    return np.where(np.isnan(numbers), np.inf, numbers)


def _curve(x: ArrayLike, y: ArrayLike) -> tuple[Array, Array]:
    xs, ys = np.atleast_1d(np.asarray(x, dtype=np.float64)), np.atleast_1d(_numbers(y))
    if len(xs) != len(ys):
        raise ValueError(f"a curve has as many x as y; given: {len(xs)} and {len(ys)}")
    return xs, ys


def _stretched(x: ArrayLike, y: ArrayLike, flat: float) -> Array:
    """(COMPARED_AT,) the curve's y at evenly spread x, from 0 at its lowest point to 1 at its highest."""
    xs, ys = _curve(x, y)
    if len(xs) < 2 or not np.isfinite(ys).all():
        raise ValueError(f"a shape needs two points or more, all finite; given: {ys}")
    height = ys.max() - ys.min()
    if height <= flat:
        return np.full(COMPARED_AT, 0.5)
    places = (xs - xs[0]) / (xs[-1] - xs[0])
    return np.interp(np.linspace(0, 1, COMPARED_AT), places, (ys - ys.min()) / height)
