"""Numbers in LaTeX: what the lessons write out with the values of their sliders."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from nnlab.ui import numbers


def number(value: float, digits: int = 2) -> str:
    """A fixed number of decimals; a value that rounds to zero has no minus sign.

    Example:
        >>> number(-0.001), number(-1.5, 1)
        ('0.00', '-1.5')
    """
    return numbers.fixed(value, digits).replace(numbers.MINUS, "-")  # LaTeX makes its own minus sign of a hyphen


def factor(value: float, digits: int = 1) -> str:
    """A number to be multiplied or added: negative ones in brackets."""
    text = number(value, digits)
    return f"({text})" if text.startswith("-") else text


def short(value: float) -> str:
    """Three decimals; in the form 1.23e5 where that would be long."""
    if abs(value) < 1e4:
        return number(value, 3)
    mantissa, exponent = numbers.mantissa_and_exponent(value, 2)
    return f"{mantissa}e{exponent}"


def scientific(value: float, decimals: int) -> str:
    r"""As many digits as this, and a power of ten if it is not the zeroth: 2.5 \cdot 10^{-3}."""
    mantissa, exponent = numbers.mantissa_and_exponent(value, decimals)
    return mantissa if exponent == 0 else rf"{mantissa} \cdot 10^{{{exponent}}}"


def weighted_sum(weights: Iterable[float], inputs: Iterable[float], bias: float) -> str:
    r"""w_1 x_1 + ... + b with its numbers.

    Example:
        >>> weighted_sum([0.5, -1.0], [2.0, 0.1], 0.3)
        '0.5 \\cdot 2.0 + (-1.0) \\cdot 0.1 + 0.3'
    """
    products = [rf"{factor(w)} \cdot {factor(x)}" for w, x in zip(weights, inputs, strict=True)]
    return " + ".join([*products, factor(bias)])


def matrix(rows: Sequence[Sequence[float]], digits: int = 1) -> str:
    """A matrix in square brackets."""
    body = r" \\ ".join(" & ".join(number(value, digits) for value in row) for row in rows)
    return rf"\begin{{bmatrix}} {body} \end{{bmatrix}}"


def vector(values: Sequence[float], digits: int = 1) -> str:
    """A column vector in square brackets."""
    return matrix([[value] for value in values], digits)


def aligned(*lines: str) -> str:
    """Several lines of a calculation, one below the other; ``&`` marks where they are aligned."""
    body = r" \\ ".join(lines)
    return rf"\begin{{aligned}} {body} \end{{aligned}}"
