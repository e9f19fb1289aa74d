"""Marking an answer on a worksheet: right or not, and if not, what went wrong, where that can be told.

A student calculates with the numbers on the page, which are rounded, or goes on with those in the calculator, which are
not. Both are right. So a line's rule is applied to both, and an answer may agree with either; so may a mistake.
"""

from __future__ import annotations

import math
from typing import NamedTuple

from nnlab.ui.learn.lines import Line, Rule, Values
from nnlab.ui.learn.rounding import agrees, read
from nnlab.ui.learn.worksheet import Worksheet

CLOSE = 5  # units of the last decimal: so far off is an answer whose parts were rounded on the way
NEAR = 0.05  # below it, a shifted decimal point cannot be told from other mistakes
CLOSE_SHARE = 0.05  # of the number itself, where that is less


class Mark(NamedTuple):
    """Whether an answer is right, and if not, the name of the hint."""

    is_right: bool
    hint: str = ""


def mark(sheet: Worksheet, line: Line, text: str) -> Mark:
    """Mark what was typed for a line; the hint is a key, ``by_hand.hint_<name>``."""
    answer = read(text)
    if answer is None:
        return Mark(False, "unreadable")
    truths = _results(sheet, line.rule)
    if any(agrees(answer.value, truth, sheet.decimals) for truth in truths):
        return Mark(True)
    for name, rule in line.mistakes:
        if any(agrees(answer.value, value, sheet.decimals) for value in _results(sheet, rule)):
            return Mark(False, name)
    return Mark(False, _slip(answer.value, answer.decimals, truths, sheet.decimals) or line.kind)


def _slip(answer: float, given: int, truths: list[float], decimals: int) -> str:
    """What is wrong with a number that is nearly the right one; "" if it is not."""
    for truth in truths:
        if agrees(answer, -truth, decimals):
            return "sign"
        if given < decimals and agrees(answer, truth, given):
            return "too_few"
        if any(agrees(answer * power, truth, decimals) for power in (0.01, 0.1, 10, 100) if abs(answer * power) > NEAR):
            return "decimal_point"
        if abs(answer - truth) <= min(CLOSE * 10.0**-decimals, CLOSE_SHARE * abs(truth)):
            return "close"
    return ""


def _results(sheet: Worksheet, rule: Rule) -> list[float]:
    """What a rule comes to with the exact numbers and with those on the page."""
    results = (_result(rule, values) for values in (sheet.exact, sheet.shown))
    return [result for result in results if result is not None and math.isfinite(result)]


def _result(rule: Rule, values: Values) -> float | None:
    """None where it comes to nothing: a division by 0, or a mistake that needs a weight which this network lacks."""
    try:
        return rule(values)
    except (ArithmeticError, ValueError, KeyError):
        return None
