"""Numbers in LaTeX: what the lessons write out with the values of their sliders."""

from __future__ import annotations

from collections.abc import Iterable, Sequence


def number(value: float, digits: int = 2) -> str:
    """A fixed number of decimals; a value that rounds to zero has no minus sign.

    Example:
        >>> number(-0.001), number(-1.5, 1)
        ('0.00', '-1.5')
    """
    text = f"{value:.{digits}f}"
    return text.lstrip("-") if float(text) == 0 else text


def factor(value: float, digits: int = 1) -> str:
    """A number to be multiplied or added: negative ones in brackets."""
    text = number(value, digits)
    return f"({text})" if text.startswith("-") else text


def weighted_sum(weights: Iterable[float], inputs: Iterable[float], bias: float) -> str:
    r"""w_1 x_1 + ... + b with its numbers.

    Example:
        >>> weighted_sum([0.5, -1.0], [2.0, 0.1], 0.3)
        '0.5 \\cdot 2.0 + (-1.0) \\cdot 0.1 + 0.3'
    """
    products = [rf"{factor(w)} \cdot {factor(x)}" for w, x in zip(weights, inputs, strict=True)]
    return " + ".join([*products, factor(bias)])


def matrix(rows: Sequence[Sequence[float]], digits: int = 1, color: str | None = None) -> str:
    r"""A matrix in square brackets; ``color`` is a CSS colour for all of it."""
    body = r" \\ ".join(" & ".join(number(value, digits) for value in row) for row in rows)
    text = rf"\begin{{bmatrix}} {body} \end{{bmatrix}}"
    return rf"\textcolor{{{color}}}{{{text}}}" if color else text


def vector(values: Sequence[float], digits: int = 1) -> str:
    """A column vector in square brackets."""
    return matrix([[value] for value in values], digits)


def aligned(*lines: str) -> str:
    """Several lines of a calculation, one below the other; ``&`` marks where they are aligned."""
    body = r" \\ ".join(lines)
    return rf"\begin{{aligned}} {body} \end{{aligned}}"
