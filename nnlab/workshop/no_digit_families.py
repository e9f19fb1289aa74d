"""Families of what is no digit: letters, syllables, shapes and pictures that are put together by lot.

Forty letters and shapes are soon known by heart, and a network that knows them is sure again of the forty-first. These
rules draw others: stems with arms, as in E and K; zigzags, as in M; crossing lines; stars; stems with a bow, as in h
and R; Hangul syllables of two or three letters; pictures of circles, boxes and lines. What could be read as a digit is
left out: a stem without arms, a bow at the foot of a stem, a circle alone.

Like the families of digits, they are only learned from.

Read next: ``textures``, what nobody draws with a pen.
"""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
from numpy.random import Generator

from nnlab.workshop.handwriting_styles import Style

SEED = 43  # of the lots
CORNER = "!"  # of the notation: the pen turns sharply there

# Hangul letters that are written into one box; the strokes are rows of corners in hundredths of the box.
CONSONANTS = (
    "0,0 90,0 80,100", "0,0 0,100 100,100", "100,0 0,0 0,100 100,100", "0,0 90,0 90,50 0,50 0,100 100,100",
    "0,0 0,100 100,100 100,0 0,0", "0,0 0,100 100,100 100,0 | 0,50 100,50", "50,0 0,100 | 45,30 100,100",
    "50,0 15,15 0,50 15,85 50,100 85,85 100,50 85,15 50,0", "0,0 100,0 | 50,0 0,100 | 45,40 100,100",
    "100,0 0,0 0,100 100,100 | 0,50 90,50", "0,0 100,0 | 30,0 25,100 | 70,0 75,100 | 0,100 100,100",
)  # fmt: skip
STANDING = ("0,0 0,100 | 0,45 60,45", "60,0 60,100 | 0,45 60,45", "0,0 0,100 | 0,30 60,30 | 0,60 60,60", "30,0 30,100")
LYING = ("50,0 50,80 | 0,80 100,80", "0,20 100,20 | 50,20 50,100", "0,50 100,50")


def stems(lots: Generator) -> str:
    """A stem with two to four arms on one side or both, or two stems with one to three bars: E, F, K, H."""
    strokes = [[(0.0, 0.0), (lots.normal(0, 4), 100.0)]]
    if lots.random() < 0.3:
        width = lots.uniform(40, 80)
        strokes.append([(width, lots.uniform(-6, 6)), (width, 100.0)])
        for height in lots.uniform(5, 95, lots.integers(1, 4)):
            strokes.append([(0.0, height), (width, height + lots.normal(0, 20))])
        return _written(strokes)
    for height in lots.permutation([0, 25, 50, 75, 100])[: lots.integers(2, 5)]:
        side = 1 if lots.random() < 0.75 else -1
        strokes.append([(0.0, height), (side * lots.uniform(40, 70), height + lots.normal(0, 18))])
    return _written(strokes)


def zigzag(lots: Generator) -> str:
    """Up and down from left to right: V, N, M, W, a flash."""
    count, step = lots.integers(3, 8), lots.uniform(14, 36)
    first = lots.integers(2)
    return _written([[(step * place, 100 * ((place + first) % 2) + lots.normal(0, 9)) for place in range(count)]])


def crossing(lots: Generator) -> str:
    """Two to four lines that cross near the middle: X, plus, asterisk, hash."""
    if lots.random() < 0.3:
        places = lots.uniform(20, 40), lots.uniform(60, 80)
        lean = lots.normal(0, 8)
        upright = [[(place + lean, 0.0), (place - lean, 100.0)] for place in places]
        return _written(upright + [[(0.0, place), (100.0, place + lots.normal(0, 4))] for place in places])
    count = lots.integers(2, 5)
    turn = lots.uniform(-15, 15) + (45 if count == 2 else 0)
    strokes = []
    for angle in np.radians(turn + 180 / count * np.arange(count)):
        x, y = 50 * math.cos(angle), 50 * math.sin(angle)
        strokes.append([(50 + x, 50 + y), (50 - x, 50 - y)])
    return _written(strokes)


def star(lots: Generator) -> str:
    """A triangle, a box, or a star with five to eight points, drawn round or along its lines."""
    corners = lots.integers(3, 9)
    turn, inner = lots.uniform(0, 360), lots.uniform(0.3, 0.6)
    if corners < 5:
        around = [(360 / corners * place + lots.normal(0, 10), 1.0) for place in range(corners)]
    elif corners % 2 and lots.random() < 0.5:
        around = [(360 * 2 / corners * place, 1.0) for place in range(corners)]
    else:
        around = [(180 / corners * place, (1.0, inner)[place % 2]) for place in range(2 * corners)]
    points = [_around(turn + angle, 50 * radius) for angle, radius in around]
    return _written([[*points, points[0]]])


def bows(lots: Generator) -> str:
    """A stem and bows to its right, as in P, R, h, n and m, or a hook with a bar, as in J."""
    form, width = lots.integers(3), lots.uniform(30, 50)
    if form == 0:
        half = lots.uniform(20, 28)
        leg = f" | {_written([[(6, 2 * half), (width + 8, 100)]])}" if lots.random() < 0.5 else ""
        return f"6,100 6,0! | o8,{half:.0f},{width:.0f},{half:.0f},-85,{lots.uniform(85, 100):.0f}{leg}"
    if form == 1:
        top = lots.choice([0, 40])
        strokes = [f"4,{top} 4,100"]
        for place in range(1 if top == 0 else lots.integers(1, 3)):
            left = 4 + place * width
            bow = f"o{left + width / 2:.0f},62,{width / 2:.0f},20,180,360"
            strokes.append(f"{left:.0f},64 {bow} {left + width:.0f},100")
        return " | ".join(strokes)
    half = lots.uniform(22, 30)
    hook = f"o{width - half:.0f},{100 - half:.0f},{half:.0f},{half:.0f},0,170"
    return f"{width:.0f},0 {width:.0f},{100 - half:.0f} {hook} | 0,0 90,0"


def syllable(lots: Generator) -> str:
    """A Hangul syllable: a consonant, a vowel beside it or under it, often a consonant below."""
    below = lots.random() < 0.5
    height = 55.0 if below else 100.0
    first = str(lots.choice(CONSONANTS))
    if lots.random() < 0.6:
        parts = [_boxed(first, 0, 0, 48, height * 0.9), _boxed(str(lots.choice(STANDING)), 62, -4, 36, height)]
    else:
        parts = [
            _boxed(first, 10, 0, 70, height * 0.5),
            _boxed(str(lots.choice(LYING)), 0, height * 0.56, 90, height * 0.4),
        ]
    if below:
        parts.append(_boxed(str(lots.choice(CONSONANTS)), 12, 68, 66, 36))
    return " | ".join(parts)


def picture(lots: Generator) -> str:
    """Three to six parts, circles, boxes, roofs and lines, at places of a raster: a house, a face, a wheel, a man."""
    strokes = []
    for place in lots.permutation(9)[: lots.integers(3, 7)]:
        x, y = 20.0 + 30 * (place % 3), 20.0 + 30 * (place // 3)
        width, height = lots.uniform(8, 26, 2)
        form = lots.integers(4)
        if form == 0:
            strokes.append(f"o{x:.0f},{y:.0f},{width:.0f},{height:.0f},-90,270")
        elif form == 1:
            corners = [(-1, -1), (-1, 1), (1, 1), (1, -1), (-1, -1)]
            strokes.append(_written([[(x + width * a, y + height * b) for a, b in corners]]))
        elif form == 2:
            strokes.append(_written([[(x - width, y + height), (x, y - height), (x + width, y + height)]]))
        else:
            dx, dy = _around(lots.uniform(0, 180), 34)
            strokes.append(_written([[(x + dx - 50, y + dy - 50), (x - dx + 50, y - dy + 50)]]))
    return " | ".join(strokes)


def _around(angle: float, radius: float) -> tuple[float, float]:
    """The point at this angle, in degrees, and distance from 50, 50."""
    return 50 + radius * math.cos(math.radians(angle)), 50 + radius * math.sin(math.radians(angle))


def _written(strokes: list[list[tuple[float, float]]]) -> str:
    """Strokes of straight lines in the notation of ``handwriting_styles``."""
    return " | ".join(" ".join(f"{x:.0f},{y:.0f}{CORNER}" for x, y in stroke) for stroke in strokes)


def _boxed(letter: str, x: float, y: float, width: float, height: float) -> str:
    """A letter of ``CONSONANTS``, ``STANDING`` or ``LYING``, written into a box with this corner and size."""
    strokes = [[tuple(map(float, point.split(","))) for point in stroke.split()] for stroke in letter.split(" | ")]
    return _written([[(x + a * width / 100, y + b * height / 100) for a, b in stroke] for stroke in strokes])


FAMILIES: tuple[tuple[Callable[[Generator], str], int], ...] = (
    (stems, 16), (zigzag, 10), (crossing, 10), (star, 14), (bows, 14), (syllable, 32), (picture, 24),
)  # fmt: skip


def strange_members(seed: int = SEED) -> tuple[Style, ...]:
    """The members of all families that a seed draws, as styles of the digit -1."""
    return tuple(
        Style(-1, f"{rule.__name__} {number}", rule(np.random.default_rng([seed, place, number])))
        for place, (rule, count) in enumerate(FAMILIES)
        for number in range(count)
    )
