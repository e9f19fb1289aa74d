r"""The lines of one training step on paper, in the order in which a person calculates.

A line's formula is LaTeX with the names of quantities in angle brackets, ``<w11> \cdot <x1>``. With symbols put in for
them it is the rule, with numbers the calculation; what it comes to is ``rule`` of the same names. The names are those
of the formulas: x inputs, w and b the hidden layer's weights and biases, z its sums, a its outputs; v, c, u, o the same
of the output layer; y target, L loss, eta learning rate. "d_w11" is dL/dw11, "w11+" what it is after the step, "s1" and
"r1" are the slopes f'(z1) and g'(u1).

Read next: ``worksheet``, where the numbers are.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

from nnlab import tiny
from nnlab.tiny import ACTIVATIONS

Values = Mapping[str, float]
Rule = Callable[[Values], float]
Mistakes = tuple[tuple[str, Rule], ...]
PLACE = re.compile(r"<(\w+\+?)(!?)>")  # "!": no brackets, though the number may be negative
_FUNCTIONS = {
    "relu": r"\max(0, <Z!>)",
    "sigmoid": r"\frac{1}{1 + e^{-<Z>}}",
    "tanh": r"\tanh(<Z!>)",
    "identity": "<Z!>",
}
_SLOPES = {
    "relu": r"\begin{cases} 1 & <Z> > 0 \\ 0 & <Z> \le 0 \end{cases}",
    "sigmoid": r"<A> \cdot (1 - <A>)",
    "tanh": "1 - <A>^2",
    "identity": "1",
}
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


def steps_of(sizes: tuple[int, int, int], f: str, g: str, target: Sequence[float]) -> tuple[Step, ...]:
    """The steps of an exercise: forward, back, update, and forward once more.

    Args:
        sizes: how many inputs, hidden neurons and outputs there are.
        f, g: the activations of the hidden and of the output layer.
        target: what the outputs should be; a 1 among zeros for a softmax.
    """
    inputs, hidden, outputs = (range(1, size + 1) for size in sizes)
    into_hidden = [(f"w{j}{i}", f"d_z{j}", f"x{i}") for j in hidden for i in inputs]  # weight, error, what came in
    into_output = [(f"v{k}{j}", f"d_u{k}", f"a{j}") for k in outputs for j in hidden]
    again = [line for step in _forward(sizes, f, g, target, "+") for line in step.lines]
    slopes = [_slope(f, "s", f"{j}", f"z{j}", f"a{j}") for j in hidden]
    return (
        *_forward(sizes, f, g, target),
        Step("error", _output_error(g, outputs)),
        Step("output_gradient", _gradients(into_output, "c", outputs)),
        Step("back", tuple(_back(j, outputs, hidden) for j in hidden)),
        Step("hidden_error", (*slopes, *(_through(f"d_z{j}", f"d_a{j}", f"s{j}") for j in hidden))),
        Step("hidden_gradient", _gradients(into_hidden, "b", hidden)),
        Step("output_update", tuple(map(_update, [*(w for w, _, _ in into_output), *(f"c{k}" for k in outputs)]))),
        Step("hidden_update", tuple(map(_update, [*(w for w, _, _ in into_hidden), *(f"b{j}" for j in hidden)]))),
        Step("again", tuple(again)),
    )


def _forward(sizes: tuple[int, int, int], f: str, g: str, target: Sequence[float], new: str = "") -> list[Step]:
    """Forward to the loss, with the old weights or, ``new`` being "+", with the new ones."""
    inputs, hidden, outputs = (range(1, size + 1) for size in sizes)
    if g == "softmax":
        name, last = "probabilities", [_softmax(k, [f"u{k}{new}" for k in outputs], new) for k in outputs]
    else:
        name, last = "results", [_activation(g, f"u{k}{new}", f"o{k}{new}") for k in outputs]
    return [
        Step("sums", tuple(_sum("wxbz", j, inputs, new) for j in hidden)),
        Step("outputs", tuple(_activation(f, f"z{j}{new}", f"a{j}{new}") for j in hidden)),
        Step("output_sums", tuple(_sum("vacu", k, hidden, new) for k in outputs)),
        Step(name, tuple(last)),
        Step("loss", (_loss(g, target, new),)),
    ]


def _sum(letters: str, neuron: int, sources: range, new: str) -> Line:
    weight, value, bias, total = letters
    came_in = "" if value == "x" else new  # the inputs stay what they are
    pairs = [(f"{weight}{neuron}{i}{new}", f"{value}{i}{came_in}") for i in sources]
    own = f"{bias}{neuron}{new}"

    def rule(v: Values, taken: Sequence[tuple[str, str]] = pairs) -> float:
        return tiny.weighted_sum([v[w] for w, _ in taken], [v[x] for _, x in taken], v[own])

    turned = [(f"{weight}{i}{neuron}{new}", x) for i, (_, x) in zip(sources, pairs, strict=True)]
    mistakes = [("forgot_bias", lambda v: rule(v) - v[own])]
    mistakes += [("left_out", lambda v, i=i: rule(v, pairs[:i] + pairs[i + 1 :])) for i in range(len(pairs))]
    mistakes.append(("turned", lambda v: rule(v, turned)))
    formula = " + ".join([*(rf"<{w}> \cdot <{x}>" for w, x in pairs), f"<{own}>"])
    return Line(f"{total}{neuron}{new}", "sum", formula, rule, tuple(mistakes))


def _activation(name: str, total: str, output: str) -> Line:
    f = ACTIVATIONS[name].function
    mistakes = [("no_activation", lambda v: v[total])]
    if name == "sigmoid":
        mistakes.append(("exponent_sign", lambda v: f(-v[total])))
    formula = _FUNCTIONS[name].replace("Z", total)
    numbers = "" if name == "identity" else None
    return Line(output, f"activation_{name}", formula, lambda v: f(v[total]), tuple(mistakes), numbers)


def _slope(name: str, letter: str, index: str, total: str, output: str) -> Line:
    """f' at a sum; of sigmoid and tanh it is written with the output, which is known by now."""
    by_output = {"sigmoid": lambda a: a * (1 - a), "tanh": lambda a: 1 - a * a}.get(name)
    if by_output is None:
        f, numbers = ACTIVATIONS[name].slope, f"{'f' if letter == 's' else 'g'}'(<{total}!>)" if name == "relu" else ""
        rule, mistakes = (lambda v: f(v[total])), [("value_for_slope", lambda v: v[output])]
    else:
        rule, numbers = (lambda v: by_output(v[output])), None
        mistakes = [("value_for_slope", lambda v: v[output]), ("sum_for_output", lambda v: by_output(v[total]))]
    formula = _SLOPES[name].replace("Z", total).replace("A", output)
    return Line(f"{letter}{index}", f"slope_{name}", formula, rule, tuple(mistakes), numbers)


def _softmax(number: int, totals: list[str], new: str) -> Line:
    own = totals[number - 1]

    def rule(v: Values, at: int = number - 1) -> float:
        return tiny.softmax([v[total] for total in totals])[at]

    powers = " + ".join(f"e^{{<{total}!>}}" for total in totals)
    mistakes = (
        ("not_divided", lambda v: math.exp(v[own])),
        ("no_exponential", lambda v: v[own] / sum(v[total] for total in totals)),
        *(("other_neuron", lambda v, at=at: rule(v, at)) for at, total in enumerate(totals) if total != own),
    )
    return Line(f"o{number}{new}", "softmax", rf"\frac{{e^{{<{own}!>}}}}{{{powers}}}", rule, mistakes)


def _loss(g: str, target: Sequence[float], new: str) -> Line:
    outputs, targets = ([f"{letter}{k}" for k in range(1, len(target) + 1)] for letter in "oy")
    outputs = [f"{output}{new}" for output in outputs]
    mistakes: list[tuple[str, Rule]] = [("old_loss", lambda v: v["L"])] if new else []
    if g == "softmax":
        right = outputs[target.index(1)]
        mistakes.append(("log_ten", lambda v: -math.log10(v[right])))
        mistakes += [("other_neuron", lambda v, o=o: -math.log(v[o])) for o in outputs if o != right]

        def cross_entropy(v: Values) -> float:
            return tiny.cross_entropy([v[o] for o in outputs], [v[y] for y in targets])

        return Line(f"L{new}", "cross_entropy", rf"-\ln(<{right}!>)", cross_entropy, tuple(mistakes))

    def squared_error(v: Values) -> float:
        return tiny.squared_error([v[o] for o in outputs], [v[y] for y in targets])

    def half_differences(v: Values) -> float:
        return sum(abs(v[o] - v[y]) for o, y in zip(outputs, targets, strict=True)) / 2

    mistakes += [("no_half", lambda v: 2 * squared_error(v)), ("no_square", half_differences)]
    parts = [rf"\frac{{1}}{{2}} (<{o}!> - <{y}>)^2" for o, y in zip(outputs, targets, strict=True)]
    return Line(f"L{new}", "squared_error", " + ".join(parts), squared_error, tuple(mistakes))


def _output_error(g: str, outputs: range) -> tuple[Line, ...]:
    """dL/du: at once for a softmax; for others the difference, the slope, and their product."""
    arrives = "d_u" if g == "softmax" else "d_o"
    differences = tuple(
        Line(
            f"{arrives}{k}",
            "difference",
            f"<o{k}!> - <y{k}>",
            lambda v, k=k: v[f"o{k}"] - v[f"y{k}"],
            (("forgot_target", lambda v, k=k: v[f"o{k}"]),),
        )
        for k in outputs
    )
    if g == "softmax":
        return differences
    slopes = (_slope(g, "r", f"{k}", f"u{k}", f"o{k}") for k in outputs)
    return (*differences, *slopes, *(_through(f"d_u{k}", f"d_o{k}", f"r{k}") for k in outputs))


def _through(name: str, arrives: str, slope: str) -> Line:
    """Back through an activation: what arrives at its output, times its slope."""
    forgot = (("forgot_slope", lambda v: v[arrives]), ("slope_alone", lambda v: v[slope]))
    return Line(name, "through", rf"<{arrives}> \cdot <{slope}>", lambda v: v[arrives] * v[slope], forgot)


def _gradients(lines: list[tuple[str, str, str]], bias: str, neurons: range) -> tuple[Line, ...]:
    """dL/dw for each weight of a layer, and dL/db."""
    errors, came_in = (sorted({line[place] for line in lines}) for place in (1, 2))
    return (
        *(_weight_gradient(*line, errors, came_in) for line in lines),
        *(Line(f"d_{bias}{n}", "bias_gradient", f"<{errors[n - 1]}>", lambda v, e=errors[n - 1]: v[e], (), "")
          for n in neurons),
    )  # fmt: skip


def _weight_gradient(weight: str, error: str, value: str, errors: list[str], came_in: list[str]) -> Line:
    mistakes: list[tuple[str, Rule]] = [("forgot_input", lambda v: v[error]), ("forgot_error", lambda v: v[value])]
    if value[0] == "a":
        mistakes.append(("sum_for_output", lambda v: v[error] * v[value.replace("a", "z")]))
    mistakes += [("other_input", lambda v, x=x: v[error] * v[x]) for x in came_in if x != value]
    mistakes += [("other_error", lambda v, e=e: v[e] * v[value]) for e in errors if e != error]
    formula = rf"<{error}> \cdot <{value}>"
    return Line(f"d_{weight}", "weight_gradient", formula, lambda v: v[error] * v[value], tuple(mistakes))


def _back(neuron: int, outputs: range, hidden: range) -> Line:
    """dL/da: back over every line that begins at this neuron."""
    pairs = [(f"d_u{k}", f"v{k}{neuron}") for k in outputs]
    mistakes: list[tuple[str, Rule]] = []
    if len(pairs) > 1:
        mistakes += [("one_path", lambda v, e=e, w=w: v[e] * v[w]) for e, w in pairs]
        mistakes.append(("turned", lambda v: sum(v[f"d_u{k}"] * v[f"v{neuron}{k}"] for k in outputs)))
    mistakes += [
        ("other_neuron", lambda v, j=j: sum(v[f"d_u{k}"] * v[f"v{k}{j}"] for k in outputs))
        for j in hidden
        if j != neuron
    ]
    formula = " + ".join(rf"<{e}> \cdot <{w}>" for e, w in pairs)
    return Line(f"d_a{neuron}", "back", formula, lambda v: sum(v[e] * v[w] for e, w in pairs), tuple(mistakes))


def _update(name: str) -> Line:
    gradient = f"d_{name}"
    mistakes = (
        ("uphill", lambda v: v[name] + v["eta"] * v[gradient]),
        ("forgot_rate", lambda v: v[name] - v[gradient]),
        ("change_only", lambda v: v["eta"] * v[gradient]),
        ("change_only", lambda v: -v["eta"] * v[gradient]),
    )
    formula = rf"<{name}!> - <eta> \cdot <{gradient}>"
    kind = "update" if name[0] in "wv" else "bias_update"
    return Line(f"{name}+", kind, formula, lambda v: v[name] - v["eta"] * v[gradient], mistakes)
