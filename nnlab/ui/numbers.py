"""How numbers are written for people: each way of writing one stands here, once.

Pure functions without a word of any language; ``text`` writes durations, ``learn.formula`` writes formulas. The minus
sign is that of print (−), wider than a hyphen and never parted from its number at the end of a line.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from decimal import Decimal

MINUS = "−"
SUPERSCRIPTS = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
SUBSCRIPTS = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")


def fixed(value: float, decimals: int) -> str:
    """With this many decimals; what rounds to zero has no sign.

    Example:
        >>> fixed(-1.5, 2), fixed(-0.001, 2)
        ('−1.50', '0.00')
    """
    return f"{round(value, decimals) + 0.0:.{decimals}f}".replace("-", MINUS)


def adding_up(parts: Sequence[float], decimals: int) -> list[float]:
    """Round the parts of a sum so that what is shown adds up to their rounded sum.

    Each is rounded down, then the largest remainders are rounded up, as seats are given in a parliament. So a part may
    be off by up to 1 in its last digit, and not by half of that alone.

    Example:
        >>> adding_up([0.34, 0.34, 0.34], 1)
        [0.4, 0.3, 0.3]
    """
    scaled = [part * 10**decimals for part in parts]
    rounded = [math.floor(part) for part in scaled]
    missing = round(math.fsum(scaled)) - sum(rounded)
    for place in sorted(range(len(parts)), key=lambda place: rounded[place] - scaled[place])[:missing]:
        rounded[place] += 1
    return [part / 10**decimals for part in rounded]


def significant(value: float) -> str:
    """With three significant digits; as a power of ten where it is very small or very large.

    Example:
        >>> significant(0.25), significant(-3), significant(1.23e-19)
        ('0.25', '−3', '1.2 × 10⁻¹⁹')
    """
    if value and not 1e-3 <= abs(value) < 1e5:
        mantissa, exponent = mantissa_and_exponent(value, 1)
        return f"{mantissa} × 10{superscript(exponent)}".replace("-", MINUS)
    return f"{value + 0.0:.3g}".replace("-", MINUS)  # nothing is not less than nothing


def mantissa_and_exponent(value: float, decimals: int) -> tuple[str, int]:
    """A number as mantissa × 10^exponent, the mantissa with this many decimals: 1230.0, 1 -> ("1.2", 3)."""
    mantissa, exponent = f"{value + 0.0:.{decimals}e}".split("e")
    return mantissa, int(exponent)


def superscript(number: int) -> str:
    """A whole number as an exponent is written: ⁻¹⁹."""
    return str(number).translate(SUPERSCRIPTS)


def subscript(number: int) -> str:
    """A whole number, 0 or more, as an index is written: ₁₂."""
    return str(number).translate(SUBSCRIPTS)


def in_full(value: float, is_grouped: bool = False) -> str:
    """All its digits and no exponent, as people type it; with commas between thousands if ``is_grouped``.

    Example:
        >>> in_full(1e-06), in_full(60_000, is_grouped=True)
        ('0.000001', '60,000')
    """
    text = format(Decimal(repr(value)), ",f" if is_grouped else "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def rate(value: float) -> str:
    """A learning rate as it has become, with at most four digits; as a power of ten where it is too small to be read.

    A schedule leads it as far down as it likes, so its zeros would be too many for the place where it stands.

    Example:
        >>> rate(0.0123456), rate(0.00001234), rate(5.354e-8)
        ('0.01235', '0.00001234', '5.4 × 10⁻⁸')
    """
    return in_full(float(f"{value:.4g}")) if abs(value) >= 1e-5 else significant(value)


def percent(fraction: float, decimals: int = 1) -> str:
    """A fraction as a percentage. Only the whole is called so: what is nearly all would else be rounded to it.

    Example:
        >>> percent(0.98765), percent(0.99996, 2), percent(1)
        ('98.8%', '>99.99%', '100.0%')
    """
    text, whole = f"{fraction:.{decimals}%}", f"{1:.{decimals}%}"
    if text == whole and fraction < 1:
        return f">{1 - 10 ** -(decimals + 2):.{decimals}%}"
    return text


def probability_percent(value: float, decimals: int = 1) -> str:
    """A class's probability as a percentage. Softmax gives none the whole, even where float32 can only say 1.

    Example:
        >>> probability_percent(0.98765), probability_percent(1.0)
        ('98.8%', '>99.9%')
    """
    return percent(min(float(value), math.nextafter(1, 0)), decimals)


def change(count: int) -> str:
    """By how many a count has changed: "+1,200", "−3", "0"."""
    return f"{count:+,}".replace("-", MINUS) if count else "0"


def sizes(units: Iterable[int]) -> str:
    """The units of a network's layers, as the field writes them: "784-128-64-10"; "" for none."""
    return "-".join(map(str, units))


def loss(value: float) -> str:
    """A loss, in nats, with four decimals; "NaN" where it is no longer a number."""
    return f"{value:.4f}" if math.isfinite(value) else "NaN"
