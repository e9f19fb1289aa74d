"""The lines of a worksheet from the inputs to the loss, with what people calculate by mistake in their place."""

from __future__ import annotations

import math
from collections.abc import Sequence

from nnlab import tiny
from nnlab.tiny import ACTIVATIONS
from nnlab.ui.learn.lines import Line, Rule, Step, Values

_FUNCTIONS = {
    "relu": r"\max(0, <Z!>)",
    "sigmoid": r"\frac{1}{1 + e^{-<Z>}}",
    "tanh": r"\tanh(<Z!>)",
    "identity": "<Z!>",
}


def forward(sizes: tuple[int, int, int], f: str, g: str, target: Sequence[float], new: str = "") -> list[Step]:
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
