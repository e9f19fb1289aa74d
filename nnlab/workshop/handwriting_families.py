"""Families of styles: a rule that draws by lot how a 0, 1, 4, 6 or 9 is put together.

A list of habits has gaps between its entries: a slash at 40 degrees and one at 70, but none at 55. A family has none.
It says between which bounds the slash of a 0 lies, how long the flag of a 1 may be before it is a 7, how far the head
of a 9 may stay open, and draws its members from there. Each is a style in the notation of ``handwriting_styles``.

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


def nine(lots: Generator) -> str:
    """A head, closed or open, and a stem that is straight, bent or hooked."""
    radius_x, radius_y = lots.uniform(16, 30), lots.uniform(14, 28)
    start = lots.uniform(-75, -15)
    sweep = lots.uniform(235, 370)
    head = f"o30,{radius_y:.0f},{radius_x:.0f},{radius_y:.0f},{start:.0f},{start - sweep:.0f}"
    right = 30 + radius_x + lots.uniform(-2, 8)
    top = lots.uniform(-4, radius_y)
    foot = right + lots.uniform(-34, 6)
    tail = f"{_point((right + foot) / 2 + lots.normal(2, 4), 60)} {_point(foot, 100)}"
    if lots.random() < 0.3:
        tail += f" {_point(foot - lots.uniform(16, 40), 100 - lots.uniform(0, 14))}"
    return f"{head} {_point(right, top)}! {tail}"


def _point(x: float, y: float) -> str:
    return f"{x:.0f},{y:.0f}"


FAMILIES: dict[int, tuple[Callable[[Generator], str], int]] = {
    0: (zero, 80),
    1: (one, 50),
    4: (four, 40),
    6: (six, 24),
    9: (nine, 36),
}  # the rule of a digit, and how many members are drawn


def members(seed: int = SEED) -> tuple[Style, ...]:
    """The members of all families that a seed draws."""
    return tuple(
        Style(digit, f"family, member {number}", rule(np.random.default_rng([seed, digit, number])))
        for digit, (rule, count) in FAMILIES.items()
        for number in range(count)
    )
