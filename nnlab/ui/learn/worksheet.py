r"""One training step on paper: an exercise, every number in it, and every line of it in symbols and in numbers.

The numbers are those of ``nnlab.tiny``, the lines and the names of their quantities those of ``lines``.
Nothing here draws.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from nnlab import tiny
from nnlab.tiny import Layer, Vector
from nnlab.ui.learn.lines import NOTHING_TO_DO, PLACE, Line, Step, symbol
from nnlab.ui.learn.lines_backward import back, gradients, output_error, slope, through, update
from nnlab.ui.learn.lines_forward import forward
from nnlab.ui.learn.rounding import shown, written

SHORTEST_STEP = 30  # halvings of the learning rate that are tried

IN_ONE_ROW = ("weight_gradient", "through", "difference", "update", "bias_update")  # kinds of lines that are short
LONGEST_ROW = 40  # characters of numbers that fit a phone


@dataclass(frozen=True)
class Exercise:
    """What is calculated with: a hidden and an output layer, one example, a learning rate."""

    hidden: Layer
    output: Layer
    inputs: tuple[float, ...]
    target: tuple[float, ...]
    learning_rate: float

    @property
    def sizes(self) -> tuple[int, int, int]:
        return len(self.inputs), len(self.hidden.biases), len(self.output.biases)

    @cached_property
    def given(self) -> dict[str, float]:
        """The numbers that the exercise begins with, by name."""
        return {
            **_numbered("x", self.inputs), **_parameters([self.hidden, self.output]),
            **_numbered("y", self.target), "eta": self.learning_rate,
        }  # fmt: skip

    @cached_property
    def values(self) -> dict[str, float]:
        """Every number of the training step by name, as ``nnlab.tiny`` calculates it, nothing rounded."""
        network = [self.hidden, self.output]
        passed = tiny.forward(network, self.inputs)
        gradients = tiny.backward(network, passed, self.target)
        moved = tiny.update(network, gradients, self.learning_rate)
        values = {**self.given, **_signals(passed), "L": tiny.loss(network, self.inputs, self.target)}
        for (weight, bias, total, output, slopes), gradient in zip(("wbzas", "vcuor"), gradients, strict=True):
            values |= _table(f"d_{weight}", gradient.weights) | _numbered(f"d_{bias}", gradient.biases)
            values |= _numbered(f"d_{total}", gradient.sums)
            if gradient.outputs is not None and gradient.slopes is not None:
                values |= _numbered(f"d_{output}", gradient.outputs) | _numbered(slopes, gradient.slopes)
        after = _parameters(moved) | _signals(tiny.forward(moved, self.inputs))
        after["L"] = tiny.loss(moved, self.inputs, self.target)
        return values | {f"{name}+": value for name, value in after.items()}

    def with_falling_loss(self) -> Exercise | None:
        """The same with a learning rate at which the step lowers the loss, a half, a quarter, ... of its own.

        None if there is none: at a corner of ReLU the gradient may promise too much, however short the step is.
        """
        for power in range(1, SHORTEST_STEP):
            shorter = replace(self, learning_rate=self.learning_rate / 2**power)
            if shorter.values["L+"] < shorter.values["L"]:
                return shorter
        return None


def _numbered(letter: str, values: Sequence[float]) -> dict[str, float]:
    return {f"{letter}{index}": value for index, value in enumerate(values, start=1)}


def _table(letter: str, rows: Sequence[Sequence[float]]) -> dict[str, float]:
    """A row for each neuron: w12 leads to neuron 1 and comes from input 2."""
    numbered = (_numbered(f"{letter}{index}", row) for index, row in enumerate(rows, start=1))
    return {name: value for row in numbered for name, value in row.items()}


def _parameters(network: Sequence[Layer]) -> dict[str, float]:
    hidden, output = network
    return {
        **_table("w", hidden.weights), **_numbered("b", hidden.biases),
        **_table("v", output.weights), **_numbered("c", output.biases),
    }  # fmt: skip


def _signals(passed: Sequence[tiny.Signals]) -> dict[str, float]:
    hidden, output = passed
    return {
        **_numbered("z", hidden.sums), **_numbered("a", hidden.outputs),
        **_numbered("u", output.sums), **_numbered("o", output.outputs),
    }  # fmt: skip


@dataclass(frozen=True)
class Worksheet:
    """An exercise with all its steps, its numbers rounded to so many decimals."""

    exercise: Exercise
    decimals: int

    @cached_property
    def steps(self) -> tuple[Step, ...]:
        e = self.exercise
        return steps_of(e.sizes, e.hidden.activation, e.output.activation, e.target)

    @property
    def exact(self) -> dict[str, float]:
        return self.exercise.values

    @cached_property
    def shown(self) -> dict[str, float]:
        """The numbers as they stand on the page, with which a student goes on: what is given, and the rest rounded."""
        given = self.exercise.given
        return {n: value if n in given else shown(value, self.decimals) for n, value in self.exact.items()}

    def symbol(self, name: str) -> str:
        """The name of a quantity in LaTeX."""
        return symbol(name, self.exercise.output.activation)

    def number(self, name: str) -> str:
        """A quantity's number in LaTeX, as it stands on the page."""
        return written(self.shown[name], None if name in self.exercise.given else self.decimals)

    def symbols_of(self, line: Line) -> str:
        """The right side of a line with the names of its quantities."""
        return PLACE.sub(lambda place: self.symbol(place[1]), line.formula)

    def numbers_of(self, line: Line) -> str:
        """The right side of a line with its numbers; "" if it would only say the result."""

        def number(place: re.Match[str]) -> str:
            text = self.number(place[1])
            return f"({text})" if text.startswith("-") and not place[2] else text

        return PLACE.sub(number, line.formula if line.numbers is None else line.numbers)

    def rows(self, line: Line, result: str) -> list[str]:
        """The formula, the numbers and what they come to, in as many rows as a phone needs; & aligns them."""
        symbol, symbols, numbers = self.symbol(line.name), self.symbols_of(line), self.numbers_of(line)
        if not numbers:
            return [f"{symbol} &= {symbols} = {result}"]
        if line.kind in IN_ONE_ROW:
            return [f"{symbol} &= {symbols} = {numbers} = {result}"]
        rows = [f"{symbol} &= {symbols}", "&= "]
        if _is_repeated(line):  # the formula has been there before
            rows = [f"{symbol} &= "]
        for place, part in enumerate(numbers.split(" + ")):
            sign = " + " if place else ""
            if place and visible_length(rows[-1] + sign + part) > LONGEST_ROW:
                rows.append(r"&\quad")
            rows[-1] += sign + part
        if visible_length(rows[-1] + result) + 1 > LONGEST_ROW:
            rows.append("&")
        rows[-1] += f" = {result}"
        return rows

    def asked(self, blanks: str) -> list[Line]:
        """The lines that are left blank: "none", "all", or "one": in each step the last of each kind, no bias."""
        found = {}
        for step in self.steps if blanks != "none" else ():
            for line in step.lines:
                if _is_repeated(line) or line.kind in NOTHING_TO_DO or not math.isfinite(self.exact[line.name]):
                    continue
                if blanks == "all":
                    found[line.name] = line
                elif not line.kind.startswith("bias"):
                    found[step.name, line.kind] = line
        return list(found.values())


def _is_repeated(line: Line) -> bool:
    """Whether a line is of the second way forward, as before with other numbers; its loss is what it is for."""
    return line.name.endswith("+") and "update" not in line.kind and line.name != "L+"


def visible_length(latex: str) -> int:
    r"""About how many characters a row of a formula is long; a fraction counts as both its parts.

    Example:
        >>> visible_length(r"&= 0.5 \cdot x_{1}")
        7
    """
    return len(re.sub(r"\\[a-z]+|[\\{}&_^ ]", "", latex.replace(r"\cdot", "*")))


def steps_of(sizes: tuple[int, int, int], f: str, g: str, target: Vector) -> tuple[Step, ...]:
    """The steps of an exercise: forward, back, update, and forward once more.

    Args:
        sizes: how many inputs, hidden neurons and outputs there are.
        f, g: the activations of the hidden and of the output layer.
        target: what the outputs should be; a 1 among zeros for a softmax.
    """
    inputs, hidden, outputs = (range(1, size + 1) for size in sizes)
    into_hidden = [(f"w{j}{i}", f"d_z{j}", f"x{i}") for j in hidden for i in inputs]  # weight, error, what came in
    into_output = [(f"v{k}{j}", f"d_u{k}", f"a{j}") for k in outputs for j in hidden]
    again = [line for step in forward(sizes, f, g, target, "+") for line in step.lines]
    slopes = [slope(f, "s", f"{j}", f"z{j}", f"a{j}") for j in hidden]
    return (
        *forward(sizes, f, g, target),
        Step("error", output_error(g, outputs)),
        Step("output_gradient", gradients(into_output, "c", outputs)),
        Step("back", tuple(back(j, outputs, hidden) for j in hidden)),
        Step("hidden_error", (*slopes, *(through(f"d_z{j}", f"d_a{j}", f"s{j}") for j in hidden))),
        Step("hidden_gradient", gradients(into_hidden, "b", hidden)),
        Step("output_update", tuple(map(update, [*(w for w, _, _ in into_output), *(f"c{k}" for k in outputs)]))),
        Step("hidden_update", tuple(map(update, [*(w for w, _, _ in into_hidden), *(f"b{j}" for j in hidden)]))),
        Step("again", tuple(again)),
    )
