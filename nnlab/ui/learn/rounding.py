"""Numbers on paper: rounded as in school, written in LaTeX, read as they are typed, and when two of them agree."""

from __future__ import annotations

import re
import unicodedata
from decimal import ROUND_HALF_UP, Decimal
from typing import NamedTuple

from nnlab.ui import numbers
from nnlab.ui.learn import formula

NOISE = 1e-12  # a sum that ought to be 0 may miss it by less: 0.1 + 0.2 - 0.3 is 5.6e-17
LONGEST_TEXT = 30  # characters
_TYPED = re.compile(r"([+-]?)(\d*)(?:[.,](\d*))?(?:e([+-]?\d{1,2}))?", re.IGNORECASE)


def half_up(value: float, decimals: int) -> float:
    """Rounded as in school, 5 away from zero; Python's ``round`` goes to the even digit, 0.125 to 0.12.

    Example:
        >>> half_up(0.125, 2), half_up(-1.005, 2)
        (0.13, -1.01)
    """
    exact = Decimal(repr(round(value, 12)))  # 1.005 is a little less in binary; what was meant is its short form
    return float(exact.quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP))


def shown(value: float, decimals: int) -> float:
    """The number as it stands on the page: with two digits of its own where rounding would make it 0."""
    if abs(value) < NOISE:
        return 0.0
    if abs(value) == float("inf"):
        return value
    two_digits = float(f"{value:.1e}")  # of 0.00499 it is 0.005, and that is 0.01 to two decimals
    return half_up(value, decimals) or half_up(two_digits, decimals) or two_digits


def written(value: float, decimals: int | None) -> str:
    r"""A shown number in LaTeX; ``decimals`` None: in full, as it was typed.

    Example:
        >>> written(0.5, 3), written(0.00043, 3), written(-0.5, None)
        ('0.500', '4.3 \\cdot 10^{-4}', '-0.5')
    """
    if decimals is None:
        return numbers.in_full(value)
    if abs(value) == float("inf"):
        return r"\infty"
    is_small = value != 0 and half_up(value, decimals) == 0
    return formula.scientific(value, 1) if is_small else formula.number(value, decimals)


def plain(value: float, decimals: int | None) -> str:
    """The same for a picture, without LaTeX: 4.3·10⁻⁴."""
    text = written(value, decimals).replace(r" \cdot 10", "·10").replace(r"\infty", "∞")
    text = re.sub(r"\^\{(-?\d+)\}", lambda exponent: numbers.superscript(int(exponent[1])), text)
    return text.replace("-", numbers.MINUS)


class Typed(NamedTuple):
    """An answer: its value, and how many digits stand behind the decimal sign."""

    value: float
    decimals: int


def read(text: str) -> Typed | None:
    """An answer as people type it, with a point or a comma; None if it is not a number.

    Nothing in this lesson is so large that it would be written in groups of digits, so 1,250 is 1.25.

    Example:
        >>> read(" 1,25"), read("−.5"), read("one")
        (Typed(value=1.25, decimals=2), Typed(value=-0.5, decimals=1), None)
    """
    plain = unicodedata.normalize("NFKC", text).replace(numbers.MINUS, "-").replace("–", "-").replace(" ", "").strip()
    match = _TYPED.fullmatch(plain) if len(plain) <= LONGEST_TEXT else None
    if match is None or not (match[2] or match[3]):
        return None
    sign, whole, fraction, power = (part or "" for part in match.groups())
    if not (whole + fraction).isascii():
        return None
    value = float(f"{sign}{whole or 0}.{fraction or 0}e{power or 0}")
    return Typed(value, max(0, len(fraction) - int(power or 0)))


def agrees(answer: float, value: float, decimals: int) -> bool:
    """Whether an answer is this number to so many decimals: no farther from it than rounding can take it.

    Half a unit of the last decimal either way, so that of 0.125 both 0.12 and 0.13 are two decimals.
    """
    return abs(answer - value) <= 0.5 * 10.0**-decimals + 1e-9
