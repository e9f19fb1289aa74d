"""The network of the lesson on calculating by hand as an SVG, with its numbers at their places.

A pure function, like those of ``diagrams``. It has no colours of paper or text of its own, so it suits both themes, and
it is no chart that the browser must first load a library for.
"""

from __future__ import annotations

import math
from collections.abc import Collection
from html import escape

from nnlab.ui.charts import PALETTE
from nnlab.ui.learn.charts import sign_color
from nnlab.ui.learn.lines import Step
from nnlab.ui.learn.rounding import plain
from nnlab.ui.learn.worksheet import Worksheet

WIDTH, HEIGHT = 520, 340
COLUMNS = (50, 224, 414)  # x of inputs, hidden neurons and outputs
MIDDLE, SPREAD = 165, {1: (0,), 2: (-78, 78), 3: (-105, 0, 105)}  # y of a column's units
RADII = (26, 36, 36)
COLORS = (PALETTE[7], PALETTE[0], PALETTE[2])
LABEL_AT = (0.3, 0.38)  # of the way along a sloping line, in each layer: apart from each other and what is at units
DIGITS = str.maketrans("0123456789+", "₀₁₂₃₄₅₆₇₈₉⁺")


class _Numbers:
    """What is known of each quantity up to a step, as text."""

    def __init__(self, sheet: Worksheet, step: int, pending: Collection[str]):
        self.sheet, self.step, self.pending = sheet, sheet.steps[step], pending
        self.known = {*sheet.exercise.given, *(line.name for s in sheet.steps[: step + 1] for line in s.lines)}
        self.current = {line.name for line in self.step.lines}
        self.touched = {_base(name) for line in self.step.lines for name in line.names}
        self.is_again = self.step.name == "again"

    def latest(self, name: str) -> str | None:
        """Of a weight or bias: its gradient in the step that calculates it, else its newest value."""
        if f"{name}+" in self.known:
            return f"{name}+"
        return f"d_{name}" if f"d_{name}" in self.current else name

    def text(self, name: str) -> str:
        """The number, or a question mark where it is to be filled in."""
        if name in self.pending:
            return "?"
        return plain(self.sheet.shown[name], None if name in self.sheet.exercise.given else self.sheet.decimals)

    def labelled(self, name: str) -> str:
        return f"{self.name(name)} = {self.text(name)}"

    def name(self, name: str) -> str:
        return letters(name, self.sheet.exercise.output.activation)


def letters(name: str, output: str = "") -> str:
    """A quantity's name without LaTeX: w₁₁, ∂L/∂z₁.

    Args:
        output: the activation of the output layer, whose outputs are called p if it is a softmax.
    """
    if name == "eta":
        return "η"
    if name.startswith("d_"):
        return f"∂L/∂{letters(name[2:], output)}"
    if name[0] in "sr":
        return f"f′(z{name[1:].translate(DIGITS)})" if name[0] == "s" else f"g′(u{name[1:].translate(DIGITS)})"
    letter = "p" if name[0] == "o" and output == "softmax" else name[0]
    return letter + name[1:].translate(DIGITS)


def picture(sheet: Worksheet, step: int, pending: Collection[str], alt: str) -> str:
    """Draw the network as far as it has been calculated.

    Args:
        step: the number of the step that is open; what it deals with is drawn thick.
        pending: names of the quantities that are still to be filled in; they are question marks.
        alt: says in words what it shows.

    Returns:
        A ``<div>`` with an ``<svg>`` in it.
    """
    numbers = _Numbers(sheet, step, pending)
    parts = [*_lines(numbers), *_units(numbers)]
    if "L" in numbers.known:
        name = "L+" if numbers.is_again else "L"
        parts.append(_text(COLUMNS[2], HEIGHT - 6, numbers.labelled(name), "L" in numbers.touched))
    parts.sort(key=lambda part: part.startswith("<text"))  # no line runs through a number
    return (
        f'<div class="nnlab-hand"><svg viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="{escape(alt)}">'
        f"<title>{escape(alt)}</title>{''.join(parts)}</svg></div>"
    )


def values_in_words(sheet: Worksheet, step: Step, pending: Collection[str]) -> str:
    """What the step comes to, for the picture's text: "z₁ = 0.500, z₂ = ?"."""
    numbers = _Numbers(sheet, sheet.steps.index(step), pending)
    return ", ".join(numbers.labelled(line.name) for line in step.lines)


def _places(sheet: Worksheet) -> list[list[tuple[float, float]]]:
    return [
        [(x, MIDDLE + offset) for offset in SPREAD[size]] for x, size in zip(COLUMNS, sheet.exercise.sizes, strict=True)
    ]


def _lines(numbers: _Numbers) -> list[str]:
    """The weights: as thick as they are large, in the colour of their sign, with their number."""
    parts, places = [], _places(numbers.sheet)
    for layer, letter in enumerate("wv"):
        for to, (x2, y2) in enumerate(places[layer + 1], start=1):
            for source, (x1, y1) in enumerate(places[layer], start=1):
                name = f"{letter}{to}{source}"
                is_touched, shown = name in numbers.touched, numbers.latest(name)
                weight = numbers.sheet.shown[name if shown.startswith("d_") else shown]
                width = min(1 + 2 * abs(weight), 6)
                length = math.dist((x1, y1), (x2, y2))
                ends = [RADII[layer] / length, 1 - RADII[layer + 1] / length]  # at the circles' edges
                (xa, ya), (xb, yb) = ((x1 + end * (x2 - x1), y1 + end * (y2 - y1)) for end in ends)
                parts.append(
                    f'<line x1="{xa:.1f}" y1="{ya:.1f}" x2="{xb:.1f}" y2="{yb:.1f}" stroke="{sign_color(weight)}" '
                    f'stroke-width="{width:.1f}" opacity="{0.9 if is_touched else 0.25}"/>'
                )
                along = 0.5 if y1 == y2 else LABEL_AT[layer]
                x, y = (start + along * (end - start) for start, end in ((x1, x2), (y1, y2)))
                parts.append(_text(x, y + 5, numbers.text(shown), is_touched))
    return parts


def _units(numbers: _Numbers) -> list[str]:
    """The circles: within them what was calculated forward, above them the bias, below them what came back."""
    parts = []
    new = "+" if numbers.is_again else ""
    letters = (("x",), ("z", "a"), ("u", "o"))
    for layer, places in enumerate(_places(numbers.sheet)):
        for index, (x, y) in enumerate(places, start=1):
            names = [f"{letter}{index}{new if layer else ''}" for letter in letters[layer]]
            is_touched = any(_base(name) in numbers.touched for name in names)
            width = 3.5 if is_touched else 1.5
            parts.append(
                f'<circle cx="{x}" cy="{y}" r="{RADII[layer]}" fill="none" stroke="{COLORS[layer]}" '
                f'stroke-width="{width}"/>'
            )
            known = [name for name in names if name in numbers.known]
            for row, name in enumerate(known):
                text = numbers.text(name) if layer == 0 else f"{numbers.name(name[:1])} {numbers.text(name)}"
                parts.append(_text(x, y + 5 + 17 * (row - (len(names) - 1) / 2), text, _base(name) in numbers.touched))
            if layer == 0:
                parts.append(_text(x, y + RADII[0] + 15, numbers.name(names[0]), False))
                continue
            bias = numbers.latest(f"{'.bc'[layer]}{index}")
            parts.append(_text(x, y - RADII[layer] - 7, numbers.labelled(bias), _base(bias) in numbers.touched))
            back = [f"d_{letter}{index}" for letter in letters[layer]]
            came_back = [name for name in back if name in numbers.known and not numbers.is_again]
            if came_back:
                is_new = came_back[0] in numbers.current
                parts.append(_text(x, y + RADII[layer] + 17, numbers.labelled(came_back[0]), is_new))
            if layer == 2:
                target = numbers.labelled(f"y{index}")
                parts.append(_text(x + RADII[2] + 6, y + 5, target, f"y{index}" in numbers.touched, "start"))
    return parts


def _base(name: str) -> str:
    """The weight or unit that a quantity belongs to: w11 of d_w11 and of w11+."""
    return name.removeprefix("d_").rstrip("+")


def _text(x: float, y: float, text: str, is_strong: bool, anchor: str = "middle") -> str:
    weight = ' font-weight="700"' if is_strong else ""
    return f'<text x="{x:.0f}" y="{y:.0f}" text-anchor="{anchor}"{weight}>{escape(text)}</text>'
