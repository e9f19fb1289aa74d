"""Hands: how far one person's writing strays from a template, in haste, with a mouse, a trackpad or a finger.

A template says which strokes make a digit. A hand moves their points, bends and slants the whole, and starts and ends
each stroke too early or too late; ``HANDS`` lists those that a network learns from, ``OTHER_HANDS`` those that test it.

Read next: ``handwriting``, which writes with them.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from itertools import pairwise

import torch
from torch import Generator, Tensor


@dataclass(frozen=True)
class Hand:
    """How far one person's writing strays from the template. Lengths are in heights of the digit.

    Attributes:
        points: standard deviation of each control point.
        strokes: standard deviation of each stroke's place: overshoots and gaps where strokes should meet.
        warp: amplitude of each of three waves of bending that run through the whole digit.
        turn: largest rotation in degrees, either way.
        slant: largest shear, either way: right-handers lean one way, left-handers the other.
        aspect: largest change of width against height, as a natural logarithm.
        shake: standard deviation of the tremor of a mouse, on every tenth drawing twice as much.
        gaps: fraction of the drawings in which the pen skips once.
        taper: largest change of width from the middle to the top, as a fraction, either way; the foot opposite.
        bow: how far the middle is pushed sideways against top and bottom, standard deviation.
        ends: how much too early or too late the pen comes down and goes up, standard deviation, as a fraction of the
            stroke: gaps that are not closed, and overshoot.
        late: largest part of the drawing's first stroke that is missing, as a fraction: a finger that starts late.
        haste: largest rounding of the corners, as a standard deviation in 1/72 of the drawing's way.
        pieces: (least, most) length of the straight pieces of which a trackpad makes a curve, in 1/72 of the way; 0
            for curves.
        pen: (least, largest) width in pixels of the canvas.
        size: (least, largest) of the strokes' longest side in pixels of the canvas.
    """

    points: float = 0.035
    strokes: float = 0.025
    warp: float = 0.03
    turn: float = 14.0
    slant: float = 0.3
    aspect: float = 0.3
    shake: float = 0.01
    gaps: float = 0.1
    taper: float = 0.0
    bow: float = 0.0
    ends: float = 0.0
    late: float = 0.0
    haste: float = 0.0
    pieces: tuple[float, float] = (0.0, 0.0)
    pen: tuple[float, float] = (8.0, 30.0)
    size: tuple[float, float] = (60.0, 250.0)


HAND = Hand(ends=0.01)
FAST = Hand(points=0.03, strokes=0.03, ends=0.03, haste=3.5)
MOUSE = Hand(shake=0.035, strokes=0.035, ends=0.02)
TRACKPAD = Hand(shake=0.012, ends=0.02, pieces=(5.0, 12.0))
FINGER = Hand(ends=0.015, late=0.12, haste=2.0)
HANDS = (HAND, HAND, FAST, MOUSE, TRACKPAD, FINGER)  # each for an equal part of the drawings

# The hands of the tests stray in other ways: points keep closer together, digits are bowed and tapered.
OTHER_HAND = Hand(points=0.012, strokes=0.03, warp=0.0, turn=13.0, slant=0.27, taper=0.25, bow=0.06)
OTHER_HANDS = {
    "careful": OTHER_HAND,
    "fast": replace(OTHER_HAND, strokes=0.04, ends=0.025, haste=3.0),
    "mouse": replace(OTHER_HAND, shake=0.03),
    "trackpad": replace(OTHER_HAND, pieces=(4.0, 10.0)),
    "finger": replace(OTHER_HAND, late=0.1, ends=0.02),
}


def hurry(paths: Tensor, is_down: Tensor, generator: Generator, hand: Hand) -> Tensor:
    """What haste and the pointing device make of each stroke: ends, rounded corners, straight pieces.

    Args:
        paths: (N, T, 2) drawings of one style.
        is_down: (T - 1,) bool, whether the pen is down between two points; False parts the strokes.
        generator: the only source of randomness.
        hand: how far the writing strays.

    Returns:
        (N, T, 2), a new tensor where anything changes.
    """
    if not (hand.ends or hand.late or hand.haste or any(hand.pieces)):
        return paths
    lifts = (~is_down).nonzero()[:, 0] + 1
    bounds = [0, *lifts.tolist(), len(is_down) + 1]
    late = torch.rand(len(paths), generator=generator) * hand.late
    strokes = []
    for first, last in pairwise(bounds):
        stroke = _resample(paths[:, first:last], generator, hand.ends, late if first == 0 else 0 * late)
        if hand.haste:
            stroke = _round_corners(stroke, between(0, hand.haste, len(paths), generator))
        if any(hand.pieces):
            stroke = _straighten(stroke, float(between(*hand.pieces, 1, generator)))
        strokes.append(stroke)
    return torch.cat(strokes, 1)


def _resample(stroke: Tensor, generator: Generator, ends: float, late: Tensor) -> Tensor:
    """(N, c, 2) points from a little after or before the start to a little before or after the end.

    Beyond an end the stroke goes on straight.
    """
    count, points = stroke.shape[:2]
    first, last = torch.randn(2, count, 1, generator=generator) * ends
    first = first + late[:, None]
    way = stroke.diff(dim=1).norm(dim=2).clamp(min=1e-6)  # (N, c - 1)
    passed = torch.cat([torch.zeros(count, 1), way.cumsum(1)], 1)  # (N, c), from the start to each point
    wanted = (first + (1 - last - first) * torch.linspace(0, 1, points)) * passed[:, -1:]  # (N, c)
    before = (torch.searchsorted(passed, wanted) - 1).clamp(0, points - 2)
    part = (wanted - passed.gather(1, before)) / way.gather(1, before)
    rows = torch.arange(count)[:, None]
    return torch.lerp(stroke[rows, before], stroke[rows, before + 1], part[:, :, None])


def _round_corners(stroke: Tensor, widths: Tensor) -> Tensor:
    """Each point of (N, c, 2) the mean of its neighbours, weighted by a Gaussian of (N,) standard deviation, points."""
    places = torch.arange(stroke.shape[1], dtype=torch.float32)
    distance = (places[:, None] - places).square() / (2 * widths.clamp(min=0.1).square())[:, None, None]  # (N, c, c)
    return torch.softmax(-distance, 2) @ stroke


def _straighten(stroke: Tensor, piece: float) -> Tensor:
    """(N, c, 2) points on straight lines between every ``piece``-th of them."""
    length = stroke.shape[1]
    knots = 1 + max(1, round((length - 1) / piece))
    places = torch.linspace(0, knots - 1, length)
    weights = (1 - (places[:, None] - torch.arange(knots)).abs()).clamp(min=0)  # (c, knots), rows sum to 1
    chosen = torch.linspace(0, length - 1, knots).round().long()
    return weights @ stroke[:, chosen]


def vary(paths: Tensor, generator: Generator, hand: Hand) -> Tensor:
    """Bend, shake, turn, slant and stretch (N, T, 2) paths, each in its own way."""
    count = len(paths)
    for _ in range(3):
        waves = torch.randn(count, 2, 1, generator=generator) * 0.7  # cycles per height, x and y
        phases = torch.rand(count, 1, generator=generator) * math.tau
        heights = torch.randn(count, 1, 2, generator=generator) * hand.warp
        paths = paths + torch.sin(math.tau * (paths @ waves)[:, :, 0] + phases)[:, :, None] * heights
    if hand.taper or hand.bow:
        height = paths[:, :, 1] - 0.5  # (N, T), from the middle
        taper = between(-2 * hand.taper, 2 * hand.taper, count, generator)[:, None]
        bow = torch.randn(count, 1, generator=generator) * 4 * hand.bow
        middle = paths[:, :, 0].mean(1, keepdim=True)
        x = middle + (paths[:, :, 0] - middle) * (1 - taper * height) + bow * height.square()
        paths = torch.stack([x, paths[:, :, 1]], 2)
    tremor = torch.randn(count, paths.shape[1] + 2, 2, generator=generator)
    tremor = (tremor[:, :-2] + tremor[:, 1:-1] + tremor[:, 2:]) / math.sqrt(3)  # a hand is slower than its samples
    strength = torch.rand(count, generator=generator) * hand.shake
    strength *= 1 + (torch.rand(count, generator=generator) < 0.1)
    paths = paths + tremor * strength[:, None, None]
    angle = math.radians(hand.turn) * between(-1, 1, count, generator)
    slant = between(-hand.slant, hand.slant, count, generator)
    stretch = torch.exp(between(-hand.aspect, hand.aspect, count, generator) / 2)
    cosine, sine = angle.cos(), angle.sin()
    # (x, y) -> rotation of (stretch x - slant y, y / stretch)
    to_x = torch.stack([cosine * stretch, -cosine * slant - sine / stretch], 1)
    to_y = torch.stack([sine * stretch, -sine * slant + cosine / stretch], 1)
    return paths @ torch.stack([to_x, to_y], 2)


def between(low: float, high: float, count: int, generator: Generator) -> Tensor:
    """(count,) float32, even between low and high."""
    return low + (high - low) * torch.rand(count, generator=generator)
