"""The lines of a worksheet from the loss back to every gradient, and the update; with mistakes that people make."""

from __future__ import annotations

from nnlab.tiny import ACTIVATIONS
from nnlab.ui.learn.lines import Line, Rule

_SLOPES = {
    "relu": r"\begin{cases} 1 & <Z> > 0 \\ 0 & <Z> \le 0 \end{cases}",
    "sigmoid": r"<A> \cdot (1 - <A>)",
    "tanh": "1 - <A>^2",
    "identity": "1",
}


def output_error(g: str, outputs: range) -> tuple[Line, ...]:
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
    slopes = (slope(g, "r", f"{k}", f"u{k}", f"o{k}") for k in outputs)
    return (*differences, *slopes, *(through(f"d_u{k}", f"d_o{k}", f"r{k}") for k in outputs))


def through(name: str, arrives: str, slope: str) -> Line:
    """Back through an activation: what arrives at its output, times its slope."""
    forgot = (("forgot_slope", lambda v: v[arrives]), ("slope_alone", lambda v: v[slope]))
    return Line(name, "through", rf"<{arrives}> \cdot <{slope}>", lambda v: v[arrives] * v[slope], forgot)


def gradients(lines: list[tuple[str, str, str]], bias: str, neurons: range) -> tuple[Line, ...]:
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


def back(neuron: int, outputs: range, hidden: range) -> Line:
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


def update(name: str) -> Line:
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


def slope(name: str, letter: str, index: str, total: str, output: str) -> Line:
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
