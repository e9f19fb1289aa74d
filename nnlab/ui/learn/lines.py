r"""A line of one training step on paper: a formula whose places are filled with symbols or with numbers.

A formula is LaTeX with the names of quantities in angle brackets, ``<w11> \cdot <x1>``. With symbols put in for them it
is the rule, with numbers the calculation; what it comes to is ``rule`` of the same names. The names are those of the
formulas: x inputs, w and b the hidden layer's weights and biases, z its sums, a its outputs; v, c, u, o the same of the
output layer; y target, L loss, eta learning rate. "d_w11" is dL/dw11, "w11+" what it is after the step, "s1" and "r1"
are the slopes f'(z1) and g'(u1).

Read next: ``lines_forward`` and ``lines_backward``, where the lines are, and ``worksheet``, where the numbers are.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import NamedTuple

Values = Mapping[str, float]
Rule = Callable[[Values], float]
Mistakes = tuple[tuple[str, Rule], ...]
PLACE = re.compile(r"<(\w+\+?)(!?)>")  # "!": no brackets, though the number may be negative
NOTHING_TO_DO = ("activation_identity", "slope_identity")  # kinds of lines that are never left blank


class Line(NamedTuple):
    """One line of the calculation.

    Attributes:
        name: of the quantity that it gives.
        kind: what is done in it; names the hint for an answer that nothing else is known about.
        formula: in LaTeX, with names in angle brackets.
        rule: what it comes to.
        mistakes: what people calculate in its place, each with the name of the hint.
        numbers: the formula for numbers, where it is another; "" if numbers would only repeat it.
    """

    name: str
    kind: str
    formula: str
    rule: Rule
    mistakes: Mistakes = ()
    numbers: str | None = None

    @property
    def names(self) -> set[str]:
        """The quantities in it, its own among them."""
        return {self.name, *(name for name, _ in PLACE.findall(self.formula))}


class Step(NamedTuple):
    """Lines that belong together; ``name`` says which title and sentence they have."""

    name: str
    lines: tuple[Line, ...]


def symbol(name: str, output: str) -> str:
    """The LaTeX of a quantity; the outputs of a softmax are probabilities, p.

    Example:
        >>> symbol("w12+", "softmax"), symbol("d_z1", "softmax")
        ('w_{12}^{+}', '\\frac{\\partial L}{\\partial z_{1}}')
    """
    if name.startswith("d_"):
        return rf"\frac{{\partial L}}{{\partial {symbol(name[2:], output)}}}"
    if name[0] in "sr":
        return f"f'(z_{{{name[1:]}}})" if name[0] == "s" else f"g'(u_{{{name[1:]}}})"
    if name == "eta":
        return r"\eta"
    letter, index, after = name[0], name[1:].rstrip("+"), "^{+}" if name.endswith("+") else ""
    if letter == "o" and output == "softmax":
        letter = "p"
    return letter + (f"_{{{index}}}" if index else "") + after
