"""Digits that nnlab writes itself: strokes as vectors, varied as hands vary, for any pen at any size.

MNIST was written with pens on forms, by Americans, about 1990. On a screen people write slashed zeros, ones with a
foot, crossed sevens, with a mouse and a broad round pen. ``handwriting_styles``, ``handwriting_habits`` and
``authors`` list such ways to write, ``handwriting_families`` draws more of them by lot, and ``hands`` says how writing
strays from them. This module writes each in endless variation. A network learns some of them, and is tested on others
that it never saw.

A stroke is a curve through its points (Catmull-Rom), and that is linear in the points: for one style, all variations
are one matrix product.

Read next: ``ink``, which makes pixels of the strokes.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import torch
from torch import Generator, Tensor

from nnlab.workshop.authors import AUTHORS_TRAINING
from nnlab.workshop.hands import HAND, HANDS, Hand, between, hurry, vary
from nnlab.workshop.handwriting_families import members
from nnlab.workshop.handwriting_habits import HABITS_TRAINING
from nnlab.workshop.handwriting_styles import TRAINING, Style

CANVAS_SIDE = 280  # pixels; the Draw page's canvas
POINTS = 72  # per drawing: on the 20-pixel box, neighbours are then a pixel or less apart
ARC_STEP = 30  # degrees between the points of an arc
LEARNED = TRAINING + HABITS_TRAINING + AUTHORS_TRAINING + members()  # the styles that the bundled network learns from


@dataclass(frozen=True, eq=False)
class Drawings:
    """Drawings as the pen's path, not yet as pixels.

    Attributes:
        paths: (N, T, 2) float32 x and y in pixels of the canvas, T = 72 points.
        is_down: (N, T - 1) bool, whether the pen touches the paper from a point to the next.
        pens: (N,) float32, the pen's width in pixels.
        labels: (N,) int64, the digit.
        styles: (N,) int64, which of the styles that were asked for.
    """

    paths: Tensor
    is_down: Tensor
    pens: Tensor
    labels: Tensor
    styles: Tensor

    def __len__(self) -> int:
        return len(self.pens)


def write(
    count: int,
    generator: Generator,
    styles: Sequence[Style] = LEARNED,
    hand: Hand = HAND,
    side: int = CANVAS_SIDE,
    weights: Tensor | None = None,
) -> Drawings:
    """Write ``count`` digits, each digit equally often, in random order.

    Args:
        count: how many.
        generator: the only source of randomness.
        styles: what to choose from.
        hand: how far the writing strays.
        side: the canvas's side in pixels; ``hand`` speaks of one of 280, so pens and sizes grow with it.
        weights: (S,) how often each of the S styles is chosen, against the others of its digit; None: all of a digit
            equally often, in turn.
    """
    chosen = _choose(count, styles, generator, weights)  # (N,)
    paths, is_down = torch.empty(count, POINTS, 2), torch.empty(count, POINTS - 1, dtype=torch.bool)
    for index in chosen.unique().tolist():
        rows = (chosen == index).nonzero()[:, 0]
        paths[rows], is_down[rows] = _write_style(styles[index], len(rows), generator, hand)
    paths = vary(paths, generator, hand)
    skips = torch.rand(count, generator=generator) < hand.gaps
    where = torch.randint(5, POINTS - 8, (count,), generator=generator)[:, None]
    steps = torch.arange(POINTS - 1)
    is_down &= ~(skips[:, None] & (steps >= where) & (steps < where + 2))
    pens = between(*hand.pen, count, generator) * side / CANVAS_SIDE
    sizes = between(*hand.size, count, generator) * side / CANVAS_SIDE
    paths = _put(paths, pens, sizes, side, generator)
    labels = torch.tensor([style.digit for style in styles])[chosen]
    return Drawings(paths, is_down, pens, labels, chosen)


def write_by_many(
    count: int,
    generator: Generator,
    styles: Sequence[Style] = LEARNED,
    hands: Sequence[Hand] = HANDS,
    weights: Tensor | None = None,
) -> Drawings:
    """``write`` by several hands, each for an equal part of the drawings; those of a hand are together."""
    parts = [
        write(len(range(place, count, len(hands))), generator, styles, hand, weights=weights)
        for place, hand in enumerate(hands)
    ]
    fields = ("paths", "is_down", "pens", "labels", "styles")
    return Drawings(*(torch.cat([getattr(part, field) for part in parts]) for field in fields))


def scribbles(count: int, generator: Generator, turns: str = "") -> tuple[Style, ...]:
    """``count`` ways to scribble, as styles of the digit -1: one to three strokes through points anywhere.

    ``turns``: "" for smooth ones, "!" for sharp.
    """
    styles = []
    for number in range(count):
        strokes = int(torch.randint(1, 4, (1,), generator=generator))
        lengths = torch.randint(3, 3 + 9 // strokes, (strokes,), generator=generator).tolist()
        words = [torch.randint(0, 100, (length, 2), generator=generator).tolist() for length in lengths]
        text = " | ".join(" ".join(f"{x},{y}{turns}" for x, y in stroke) for stroke in words)
        styles.append(Style(-1, f"scribble {number}", text))
    return tuple(styles)


def _choose(count: int, styles: Sequence[Style], generator: Generator, weights: Tensor | None) -> Tensor:
    digits = sorted({style.digit for style in styles})
    of_digit = [torch.tensor([i for i, style in enumerate(styles) if style.digit == digit]) for digit in digits]
    order = torch.randperm(count, generator=generator)
    chosen = torch.empty(count, dtype=torch.int64)
    for position, candidates in enumerate(of_digit):
        rows = order[position :: len(digits)]
        if weights is None:  # every style in turn, so that even a small test sees all of them
            chosen[rows] = candidates[torch.arange(len(rows)) % len(candidates)]
        elif len(rows):
            drawn = torch.multinomial(weights[candidates], len(rows), replacement=True, generator=generator)
            chosen[rows] = candidates[drawn]
    return chosen


def _write_style(style: Style, count: int, generator: Generator, hand: Hand) -> tuple[Tensor, Tensor]:
    """(count, T, 2) paths in heights of the digit, and (count, T - 1) whether the pen is down."""
    points, stroke_of, matrix, is_down = template(style)
    moved = points + torch.randn(count, *points.shape, generator=generator) * hand.points
    offsets = torch.randn(count, int(stroke_of.max()) + 1, 2, generator=generator) * hand.strokes
    paths = hurry(matrix @ (moved + offsets[:, stroke_of]), is_down, generator, hand)
    return paths, is_down.expand(count, -1)


@lru_cache(maxsize=2048)
def template(style: Style) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    """A style's strokes, ready to be varied.

    Returns:
        The control points (P, 2) in heights of the digit; (P,) the stroke of each; the matrix (T, P) that turns them
        into the path; (T - 1,) bool, whether the pen is down between two points of the path.
    """
    strokes = [_parse(stroke) for stroke in style.strokes.split("|")]
    lengths = torch.tensor([float(points.diff(dim=0).norm(dim=1).sum()) for points, _ in strokes])
    counts = (lengths / lengths.sum() * POINTS).round().long().clamp(min=2)
    counts[lengths.argmax()] += POINTS - counts.sum()
    blocks = [_curve(corners, int(n)) for (_, corners), n in zip(strokes, counts, strict=True)]
    points = torch.cat([points for points, _ in strokes])
    stroke_of = torch.cat([torch.full((len(points),), i) for i, (points, _) in enumerate(strokes)])
    is_down = torch.ones(POINTS - 1, dtype=torch.bool)
    is_down[counts.cumsum(0)[:-1] - 1] = False
    return points, stroke_of, torch.block_diag(*blocks), is_down


def _parse(stroke: str) -> tuple[Tensor, list[bool]]:
    """A stroke in the notation of ``handwriting_styles``: (P, 2) points, and whether each is a corner."""
    points, corners = [], []
    for word in stroke.split():
        numbers = [float(number) for number in word.strip("o!").split(",")]
        new = _arc(*numbers) if word.startswith("o") else [numbers]
        points += new
        corners += [False] * (len(new) - 1) + [word.endswith("!")]
    return torch.tensor(points) / 100, corners


def _arc(x: float, y: float, radius_x: float, radius_y: float, first: float, last: float) -> list[list[float]]:
    count = 2 + round(abs(last - first) / ARC_STEP)
    angles = [math.radians(first + (last - first) * i / (count - 1)) for i in range(count)]
    return [[x + radius_x * math.cos(angle), y + radius_y * math.sin(angle)] for angle in angles]


def _curve(corners: list[bool], count: int) -> Tensor:
    """(count, P) weights: ``count`` points along a Catmull-Rom spline through P points, sharp at the corners.

    Between p1 and p2, with t from 0 to 1 and tangents m: (2t^3 - 3t^2 + 1) p1 + (t^3 - 2t^2 + t) m1
    + (-2t^3 + 3t^2) p2 + (t^3 - t^2) m2. A tangent is half the way from the last point to the next; at an end or a
    corner it is the way along this piece alone.
    """
    last = len(corners) - 1
    weights = torch.zeros(count, len(corners))
    for row, position in enumerate(torch.linspace(0, last, count).tolist()):
        piece = min(int(position), last - 1)
        t = position - piece
        weights[row, piece] += 2 * t**3 - 3 * t**2 + 1
        weights[row, piece + 1] += -2 * t**3 + 3 * t**2
        for end, factor in ((piece, t**3 - 2 * t**2 + t), (piece + 1, t**3 - t**2)):
            is_sharp = end in (0, last) or corners[end]
            before, after = (piece, piece + 1) if is_sharp else (end - 1, end + 1)
            scale = factor if is_sharp else factor / 2
            weights[row, after] += scale
            weights[row, before] -= scale
    return weights


def _put(paths: Tensor, pens: Tensor, sizes: Tensor, side: int, generator: Generator) -> Tensor:
    """Scale the paths to their sizes and put each somewhere on the canvas, ink and all."""
    low, high = paths.amin(1, keepdim=True), paths.amax(1, keepdim=True)  # (N, 1, 2)
    scale = torch.minimum(sizes, side - pens - 2)[:, None, None] / (high - low).amax(2, keepdim=True)
    room = side - (high - low) * scale - pens[:, None, None]
    corner = pens[:, None, None] / 2 + torch.rand(len(paths), 1, 2, generator=generator) * room.clamp(min=0)
    return (paths - low) * scale + corner
