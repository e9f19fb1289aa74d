"""A layer: neurons side by side are one matrix, and two layers without a bend are one layer."""

from __future__ import annotations

from collections.abc import Iterable

import streamlit as st
import torch
from torch import Tensor

from nnlab.activations import ACTIVATIONS
from nnlab.ui import keys, shell, state
from nnlab.ui.layout import beside, columns, slider
from nnlab.ui.learn import diagrams
from nnlab.ui.learn.formula import aligned, matrix, number, vector
from nnlab.ui.text import t

DEFAULT_INPUTS = (1.0, -0.5)
DEFAULT_WEIGHTS = ((1.0, 0.5), (-0.5, 1.0), (0.5, -1.0))  # one row per neuron
DEFAULT_BIASES = (0.0, 0.5, -0.5)
# The layer after it, fixed: two neurons of three inputs. Whole numbers, so that no product needs rounding on screen.
SECOND_WEIGHTS = ((1.0, -1.0, 2.0), (2.0, 1.0, -1.0))
SECOND_BIASES = (0.2, -0.3)


@st.fragment
def show() -> None:
    left, right = columns(0.33)
    with left:
        inputs, weights, biases = _controls()
        between = st.segmented_control(
            t("learn.layer_between"),
            ("identity", "relu"),
            default="identity",
            required=True,
            format_func=lambda name: t(f"learn.activation_{name}"),
            key=keys.Learn.LAYER_ACTIVATION,
            persist_state="session",
            wrap=True,
        )
    totals = weights @ inputs + biases  # (3,)
    with right:
        diagram, product = beside(0.42)
        with diagram:
            figure = diagrams.layer_diagram(inputs.tolist(), weights.tolist(), totals.tolist(), ("a", "z"))
            shell.show_chart(figure, "learn.layer_diagram", t("learn.layer_alt"))
        with product:
            st.latex(
                aligned(
                    r"z &= W a + b",
                    f"&= {matrix(weights.tolist())} {vector(inputs.tolist())} + {vector(biases.tolist())}",
                    f"&= {vector(totals.tolist(), 2)}",
                )
            )
        _show_two_layers(inputs, weights, biases, between)


def _controls() -> tuple[Tensor, Tensor, Tensor]:
    """Inputs (2,), weights (3, 2) and biases (3,) of the layer, float64."""
    places = st.columns(3, gap="small")
    inputs = []
    for column, value in enumerate(DEFAULT_INPUTS, start=1):
        with places[column - 1]:
            inputs.append(slider(f"$a_{column}$", f"layer_a{column}", -2.0, 2.0, value))
    weights, biases = [], []
    for row, (defaults, bias) in enumerate(zip(DEFAULT_WEIGHTS, DEFAULT_BIASES, strict=True), start=1):
        places = st.columns(3, gap="small")
        weights.append([])
        for column, weight in enumerate(defaults, start=1):
            with places[column - 1]:
                label = rf"$w_{{{row}{column}}}$"
                weights[-1].append(slider(label, f"layer_w{row}{column}", -2.0, 2.0, weight))
        with places[2]:
            biases.append(slider(f"$b_{row}$", f"layer_b{row}", -2.0, 2.0, bias))
    return tuple(torch.tensor(values, dtype=torch.float64) for values in (inputs, weights, biases))


def _show_two_layers(inputs: Tensor, weights: Tensor, biases: Tensor, between: str) -> None:
    """Both ways through two layers: one after the other, and through the product matrix."""
    second, second_biases = (torch.tensor(values, dtype=torch.float64) for values in (SECOND_WEIGHTS, SECOND_BIASES))
    hidden = ACTIVATIONS[between].function(weights @ inputs + biases)  # (3,)
    stepwise = second @ hidden + second_biases  # (2,)
    product, product_biases = second @ weights, second @ biases + second_biases  # (2, 2), (2,)
    at_once = product @ inputs + product_biases  # (2,)
    bent = r"\operatorname{ReLU}(z)" if between == "relu" else "z"
    is_equal = torch.allclose(stepwise, at_once)
    ways = (
        (
            rf"V\,{bent} + c",
            f"{matrix(second.tolist(), 0)} {vector(hidden.tolist(), 2)} + {vector(second_biases.tolist())}",
            vector(stepwise.tolist(), 2),
        ),
        (
            "VW a + (V b + c)",
            f"{matrix(product.tolist())} {vector(inputs.tolist())} + {vector(product_biases.tolist())}",
            vector(at_once.tolist(), 2),
        ),
    )
    _write(ways)
    difference = number(float((stepwise - at_once).abs().max()), 2)
    if is_equal and between == "relu":
        st.info(t("learn.layer_still_equal"), icon=":material/info:")
    elif is_equal:
        st.success(t("learn.layer_equal"), icon=":material/equal:")
    else:
        st.success(t("learn.layer_different", difference=difference), icon=":material/call_split:")


def _write(ways: Iterable[tuple[str, str, str]]) -> None:
    """Calculations, each as what is computed, its numbers, and what they give; learn/style.css shows one of two forms.

    On a phone what is computed stands above its numbers, since matrices beside it would be too wide to be read.
    """
    equals = r" \\ &= " if state.has_large_text() else " = "  # large numbers need a line of their own
    with st.container(key="learn.layer-wide"):
        st.latex(aligned(*(f"{what} &= {numbers}{equals}{result}" for what, numbers, result in ways)))
    with st.container(key="learn.layer-narrow"):
        lines = ((f"&{what}", f"& = {numbers}", f"& = {result}") for what, numbers, result in ways)
        st.latex(aligned(*(line for way in lines for line in way)))
