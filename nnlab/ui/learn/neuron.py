"""A neuron: multiply, add, bend."""

from __future__ import annotations

import numpy as np
import streamlit as st
import torch

from nnlab.activations import ACTIVATIONS
from nnlab.ui import keys, numbers, shell
from nnlab.ui.layout import NOTES_ACTIVATIONS, beside, columns, slider
from nnlab.ui.learn import charts as learn_charts
from nnlab.ui.learn import diagrams
from nnlab.ui.learn.formula import aligned, factor, number, weighted_sum
from nnlab.ui.text import t

DEFAULT_INPUTS = (1.0, 0.5, -1.0)
DEFAULT_WEIGHTS = (0.8, -0.4, 0.3)
DEFAULT_BIAS = 0.1
SHOWN_TOTALS = (-6.0, 6.0)  # the part of f that is drawn, wider where z is beyond it


@st.fragment
def show() -> None:
    left, right = columns()
    with left:
        inputs, weights = [], []
        for index, (value, weight) in enumerate(zip(DEFAULT_INPUTS, DEFAULT_WEIGHTS, strict=True), start=1):
            for_input, for_weight = st.columns(2)
            place = numbers.subscript(index)
            with for_input:
                inputs.append(slider(t("learn.input", index=place), f"neuron_x{index}", -2.0, 2.0, value))
            with for_weight:
                weights.append(slider(t("learn.weight", index=place), f"neuron_w{index}", -2.0, 2.0, weight))
        bias = slider(t("learn.bias"), "neuron_b", -3.0, 3.0, DEFAULT_BIAS)
        name = st.segmented_control(
            t("learn.activation"),
            NOTES_ACTIVATIONS,
            default="relu",
            required=True,
            format_func=lambda name: t(f"learn.activation_{name}"),
            key=keys.Learn.NEURON_ACTIVATION,
            persist_state="session",
            wrap=True,
        )
    total = sum(w * x for w, x in zip(weights, inputs, strict=True)) + bias
    output = float(ACTIVATIONS[name].function(torch.tensor(total, dtype=torch.float64)))
    with right:
        _show_result(inputs, weights, bias, total, output, name)


def _show_result(
    inputs: list[float], weights: list[float], bias: float, total: float, output: float, name: str
) -> None:
    function = t(f"learn.activation_{name}")
    diagram, curve = beside(0.58)
    with diagram:
        figure = diagrams.neuron_diagram(inputs, weights, bias, total, output, function)
        said = t("learn.neuron_alt", z=numbers.fixed(total, 2), a=numbers.fixed(output, 2))
        shell.show_chart(figure, "learn.neuron_diagram", said)
    with curve:
        ends = min(SHOWN_TOTALS[0], total), max(SHOWN_TOTALS[1], total)
        x = np.linspace(*ends, 201)
        y = ACTIVATIONS[name].function(torch.from_numpy(x)).numpy()
        figure = learn_charts.curve_with_point(x, y, (total, output), "z", "f(z)")
        shell.show_chart(figure, "learn.neuron_curve", t("learn.neuron_curve_alt", function=function))
    st.latex(
        aligned(
            r"z &= w_1 x_1 + w_2 x_2 + w_3 x_3 + b",
            rf"&= {weighted_sum(weights, inputs, bias)}",
            rf"&= \mathbf{{{number(total)}}}",
            rf"a &= f(z) = f{factor(total, 2) if total < 0 else f'({number(total)})'} = \mathbf{{{number(output, 3)}}}",
        )
    )
