"""Families of styles: a rule for each digit that draws by lot how it is put together.

A list of habits has gaps between its entries: a slash at 40 degrees and one at 70, but none at 55. A family has none.
It says between which bounds the slash of a 0 lies, how long the flag of a 1 may be before it is a 7, how far the head
of a 9 may stay open, and draws its members from there. Bounds keep the digits apart: the bar of a 7 is nearly level,
the flag of a 1 is not. Each member is a style in the notation of ``handwriting_styles``.

Families are only learned from. What tests the network are the styles that were written down one by one.

Read next: ``handwriting``.
"""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
from numpy.random import Generator

from nnlab.workshop.handwriting_styles import Style

SEED = 41  # of the lots; another seed gives other members of the same families

IN_ONE_SHARE = 0.2  # of the zeros: slash and oval without lifting the pen
UPRIGHT_OR_LEVEL_SHARE = 0.25  # of the slashes: as in a Phi or a Theta
STEEP_FLAG = 38  # degrees under the level: a long flag that is less steep makes a 7 of a 1
SHORT_FLAG = 24  # hundredths of the height: a shorter flag may be less steep


def zero(lots: Generator) -> str:
    """An oval, perhaps not closed, with or without a slash of any direction and length."""
    height = lots.uniform(32, 50)
    width = height * lots.uniform(0.35, 1.1)
    turn = lots.choice([-1, 1])
    start = lots.uniform(-150, -40)
    sweep = lots.uniform(325, 400)
    oval = f"o36,50,{width:.0f},{height:.0f},{start:.0f},{start + turn * sweep:.0f}"
    if lots.random() < 0.15:
        return oval
    angle = lots.uniform(15, 80)  # degrees over the level, as in "/"
    if lots.random() < UPRIGHT_OR_LEVEL_SHARE:
        angle = lots.choice([0, 90]) + lots.uniform(-8, 8)
    elif lots.random() < 0.1:
        angle = 180 - angle  # as in "\"
    x, y = math.cos(math.radians(angle)), -math.sin(math.radians(angle))
    edge = 1 / math.hypot(x / width, y / height)  # from the middle to the oval along the slash
    far, near = edge * lots.uniform(0.5, 1.7, 2)
    middle_x, middle_y = 36 + lots.normal(0, 0.1) * width, 50 + lots.normal(0, 0.1) * height
    ends = [_point(middle_x + far * x, middle_y + far * y), _point(middle_x - near * x, middle_y - near * y)]
    if lots.random() < IN_ONE_SHARE:  # the oval ends at its top and the pen goes on along the slash
        round_again = f"o36,50,{width:.0f},{height:.0f},-60,-{lots.uniform(390, 430):.0f}"
        return f"{round_again} {ends[0]}{lots.choice(['', '!'])} {ends[1]}"
    if lots.random() < 0.2:
        ends.reverse()
    return f"{oval} | {' '.join(ends)}"


def one(lots: Generator) -> str:
    """A stem; perhaps a flag, steep where it is long; perhaps a foot; sometimes drawn from the foot upwards."""
    top, foot = 38.0, 38 + lots.uniform(-18, 18)
    stem = [_point(top, 0), _point(foot, 100)]
    if lots.random() < 0.75:
        length = lots.uniform(12, 75)
        angle = math.radians(lots.uniform(18 if length < SHORT_FLAG else STEEP_FLAG, 72))
        flag = _point(top - length * math.cos(angle), length * math.sin(angle))
        stem = [flag, stem[0] + "!", stem[1]]
    if lots.random() < 0.55:
        return " ".join(stem[::-1] if lots.random() < 0.2 else stem)
    left, right, tilt = lots.uniform(0, 48), lots.uniform(12, 50), lots.normal(0, 3)
    ends = _point(foot - left, 100 + tilt), _point(foot + right, 100 - tilt)
    if lots.random() < 0.3:
        return f"{' '.join(stem)}! {ends[0]}! {ends[1]}"
    return f"{' '.join(stem)} | {' '.join(ends)}"


def two(lots: Generator) -> str:
    """A head, round or flat, a slope, and a foot: straight, with a loop, or hanging down like a tail."""
    right, high, slope = lots.uniform(50, 64), lots.uniform(18, 28), lots.uniform(0, 12)
    if lots.random() < 0.2:  # flat, like a z
        head = f"{_point(lots.uniform(0, 12), lots.uniform(2, 10))} {_point(right, lots.uniform(0, 6))}{_corner(lots)}"
    else:
        head = _arc(33, high, right - 33, high, lots.uniform(-200, -125), lots.uniform(25, 60))
    end, form = lots.uniform(56, 92), lots.random()
    if form < 0.55:
        return f"{head} {_point(slope, 98)}! {_point(end, 98 + lots.normal(0, 5))}"
    width, flatness = lots.uniform(6, 14), lots.uniform(5, 11)
    if form < 0.85:  # the slope runs into a loop, and the foot comes out of it
        loop = _arc(slope + width, 98 - flatness, width, flatness, -40, lots.uniform(-330, -290))
        return f"{head} {loop} {_point(end, 96 + lots.uniform(-4, 12))}"
    curl = f"{_point(slope + 8, 90)} {_point(slope, 82)} {_point(slope + 12, 76)}"
    return f"{head} {curl} {_point(lots.uniform(34, 46), 92)} {_point(lots.uniform(46, 62), lots.uniform(104, 118))}"


def three(lots: Generator) -> str:
    """Two bows, the upper one round or flat, with a waist that is sharp, smooth or looped."""
    waist_x, waist_y = lots.uniform(16, 36), lots.uniform(38, 52)
    if lots.random() < 0.35:
        top = f"{_point(lots.uniform(0, 12), lots.uniform(-2, 6))} {_point(lots.uniform(50, 62), lots.uniform(-4, 4))}!"
    else:
        top = _arc(30, waist_y / 2, lots.uniform(18, 28), waist_y / 2, lots.uniform(-175, -115), lots.uniform(40, 80))
    waist = _point(waist_x, waist_y) + _corner(lots)
    if lots.random() < 0.12:
        waist = f"{_point(waist_x, waist_y)} {_point(waist_x - 8, waist_y - 6)} {_point(waist_x, waist_y - 10)}"
    half = (100 - waist_y) / 2
    belly = _arc(31, 100 - half, lots.uniform(24, 38), half, lots.uniform(-80, -50), lots.uniform(105, 190))
    return f"{top} {waist} {belly}"


def four(lots: Generator) -> str:
    """A hook and a stem: open or closed above, round or sharp at the corner, the stem straight, bent or leaning."""
    stem_top, stem_foot = 50 + lots.normal(0, 5), 48 + lots.normal(0, 8)
    bar, corner_x = lots.uniform(48, 72), lots.uniform(-8, 10)
    is_closed = lots.random() < 0.4
    start_x, start_y = (stem_top, 0.0) if is_closed else (lots.uniform(2, 34), lots.uniform(-6, 14))
    end_x = max(stem_top, stem_foot) + lots.uniform(-2, 24)
    sharp = lots.choice(["", "!"])
    hook = f"{_point(start_x, start_y)} {_point(corner_x, bar)}{sharp}"
    bend = _point((stem_top + stem_foot) / 2 + lots.normal(0, 5), 55)
    high = 0 if is_closed else lots.uniform(-8, bar - 24)
    stem = f"{_point(stem_top, high)} {bend} {_point(stem_foot, 100)}"
    if not is_closed and lots.random() < 0.35:  # the pen goes from the bar up to the stem's top, and down
        first, rest = stem.split(" ", 1)
        return f"{hook} {_point(stem_top - 6, bar + lots.normal(0, 3))} {first}! {rest}"
    return f"{hook} {_point(end_x, bar + lots.normal(0, 4))} | {stem}"


def five(lots: Generator) -> str:
    """A neck, a belly, and a bar in the same stroke, in one of its own, hovering, or only hinted at by an S."""
    neck_x, foot_x, neck = lots.uniform(8, 20), lots.uniform(4, 14), lots.uniform(28, 54)
    length, tilt, half = lots.uniform(34, 66), lots.normal(0, 4), (106 - neck) / 2
    if lots.random() < 0.2:  # an S with a flat head
        end = _arc(28, 100 - half, lots.uniform(24, 32), half, -60, 140)
        head = f"{_point(neck_x + length, lots.uniform(0, 10))} {_point(neck_x + length / 2, 0)}"
        return f"{head} {_point(neck_x, neck / 2)} {_point(neck_x + 12, neck)} {end}"
    turns = lots.uniform(-140, -105), lots.uniform(110, 180)
    belly = _arc(lots.uniform(28, 34), 100 - half, lots.uniform(22, 36), half, *turns)
    body = f"{_point(foot_x, neck)}{_corner(lots)} {belly}"
    if lots.random() < 0.45:
        return f"{_point(neck_x + length, tilt)} {_point(neck_x, 0)}! {body}"
    start_x, start_y = neck_x + lots.uniform(-8, 24), lots.uniform(-16, 8)
    bar = f"{_point(start_x, start_y)} {_point(start_x + length, start_y + 2 * tilt)}"
    return f"{_point(neck_x, lots.uniform(0, 8))} {body} | {bar}"


def six(lots: Generator) -> str:
    """A stem that runs into a loop: closed, too short, or wound further."""
    radius_x, radius_y = lots.uniform(18, 34), lots.uniform(16, 32)
    middle_x, middle_y = 34.0, 100 - radius_y
    left = middle_x - radius_x
    top = left + lots.uniform(0, 60)
    stem = (
        f"{_point(top, 0)} {_point(left + (top - left) * lots.uniform(0.05, 0.4), middle_y * lots.uniform(0.4, 0.6))}"
    )
    last = 180 - lots.uniform(250, 400)
    return f"{stem} o{middle_x:.0f},{middle_y:.0f},{radius_x:.0f},{radius_y:.0f},180,{last:.0f}"


def seven(lots: Generator) -> str:
    """A bar that is nearly level, straight, hooked or waved; a stem; perhaps a foot, perhaps a cross."""
    right, tilt, form = lots.uniform(48, 68), lots.normal(0, 3), lots.random()
    start = _point(2, tilt)
    if form < 0.3:
        start = f"{_point(lots.uniform(0, 8), lots.uniform(10, 34))} {_point(4, 2)}!"
    elif form < 0.45:
        start = f"{_point(0, 12)} {_point(16, 2)} {_point(right * 0.6, 8)}"
    foot, bend = lots.uniform(14, right - 6), lots.normal(-2, 5)
    strokes = [
        f"{start} {_point(right, -tilt)}{_corner(lots)} {_point((right + foot) / 2 + bend, 50)} {_point(foot, 100)}"
    ]
    ending = lots.random()
    if ending < 0.12:
        strokes[0] += f" {_point(foot + lots.uniform(6, 16), 100 + lots.uniform(-6, 4))}"
    elif ending < 0.2:
        strokes.append(f"{_point(foot - lots.uniform(8, 16), 100)} {_point(foot + lots.uniform(8, 16), 100)}")
    if lots.random() < 0.45:
        height, reach, rise = lots.uniform(38, 76), lots.uniform(12, 30), lots.normal(0, 5)
        middle = right + (foot - right) * height / 100 + bend * 0.6
        strokes.append(f"{_point(middle - reach, height + rise)} {_point(middle + reach, height - rise)}")
    return " | ".join(strokes)


def eight(lots: Generator) -> str:
    """Two circles, one above the other, or both loops in one stroke, whose end may not meet its start."""
    waist, upper, lower = lots.uniform(40, 54), lots.uniform(17, 27), lots.uniform(20, 33)
    shift = lots.normal(0, 4)
    if lots.random() < 0.3:
        half, starts = waist / 2 + lots.uniform(-1, 3), lots.uniform(-140, -40, 2)
        turns = lots.choice([-1, 1], 2) * lots.uniform(335, 390, 2)
        first = _arc(34, half, upper, half, starts[0], starts[0] + turns[0])
        half = (100 - waist) / 2
        return f"{first} | {_arc(34 + 2 * shift, 100 - half, lower, half, starts[1], starts[1] + turns[1])}"
    middle = (100 + waist) / 2
    cross = (34 + shift, waist)
    points = [
        (34 + upper * lots.uniform(0.3, 1.05), lots.uniform(2, 16)), (34, 0), (34 - upper, waist * 0.42), cross,
        (34 + lower, middle), (34 + shift, 100), (34 - lower, middle), cross,
        (34 + upper * 0.9, waist * lots.uniform(0.4, 0.6)),
    ]  # fmt: skip
    if lots.random() < 0.4:  # closed late: the end passes the start
        points.append((34 + upper * lots.uniform(0.5, 1.3), lots.uniform(-8, 10)))
    return " ".join(_point(*point) for point in points)


def nine(lots: Generator) -> str:
    """A head, round or pointed, closed or open, and a stem that is straight, bent or hooked."""
    radius_x, radius_y = lots.uniform(16, 30), lots.uniform(14, 28)
    start, sweep = lots.uniform(-75, -15), lots.uniform(235, 370)
    right = 30 + radius_x + lots.uniform(-2, 8)
    head = _arc(30, radius_y, radius_x, radius_y, start, start - sweep)
    if lots.random() < 0.2:  # three corners
        corner, end = radius_y * lots.uniform(0.5, 1.4), lots.uniform(32, 52)
        head = f"{_point(right - 2, 2)} {_point(30 - radius_x, corner)}! {_point(right - 3, end)}!"
    top = lots.uniform(-4, radius_y)
    foot = right + lots.uniform(-34, 6)
    tail = f"{_point((right + foot) / 2 + lots.normal(2, 4), 60)} {_point(foot, 100)}"
    if lots.random() < 0.3:
        tail += f" {_point(foot - lots.uniform(16, 40), 100 - lots.uniform(0, 14))}"
    return f"{head} {_point(right, top)}! {tail}"


def _point(x: float, y: float) -> str:
    return f"{x:.0f},{y:.0f}"


def _arc(*numbers: float) -> str:
    """Of an ellipse: centre, radii, first and last angle."""
    return "o" + ",".join(f"{number:.0f}" for number in numbers)


def _corner(lots: Generator) -> str:
    """The mark of a corner, or none: then the pen turns smoothly."""
    return str(lots.choice(["", "!"]))


FAMILIES: dict[int, tuple[Callable[[Generator], str], int]] = {
    0: (zero, 80),
    1: (one, 50),
    2: (two, 40),
    3: (three, 30),
    4: (four, 40),
    5: (five, 40),
    6: (six, 24),
    7: (seven, 40),
    8: (eight, 40),
    9: (nine, 36),
}  # the rule of a digit, and how many members are drawn


def members(seed: int = SEED) -> tuple[Style, ...]:
    """The members of all families that a seed draws."""
    return tuple(
        Style(digit, f"family, member {number}", rule(np.random.default_rng([seed, digit, number])))
        for digit, (rule, count) in FAMILIES.items()
        for number in range(count)
    )
