"""The loss: how wrong one prediction is, as a number."""

from __future__ import annotations

import math

import numpy as np
import streamlit as st
import torch

from nnlab.config import CLASSES
from nnlab.ui import charts, keys, shell
from nnlab.ui.layout import beside, columns, slider
from nnlab.ui.learn import charts as learn_charts
from nnlab.ui.learn.formula import aligned, number
from nnlab.ui.text import t

LOWEST_PROBABILITY = 0.005
LARGEST_LOSS = 6.0  # nats; top of the curve's axis
DEFAULT_LOGITS = (1.0, 2.0, 0.0)


@st.fragment
def show() -> None:
    left, right = columns()
    with left:
        way = st.segmented_control(
            t("learn.loss_way"),
            ("probability", "logits"),
            default="probability",
            required=True,
            format_func=lambda name: t(f"learn.loss_{name}"),
            key=keys.Learn.LOSS_WAY,
            persist_state="session",
            wrap=True,
        )
        if way == "probability":
            words = t("learn.right_probability")
            probability = slider(words, "loss_p", LOWEST_PROBABILITY, 1.0, 0.1, 0.005, format="%.3f")
            st.metric(t("learn.loss_value"), t("learn.nats", value=number(-math.log(probability), 3)))
        else:
            logits, truth = _logits()
            probabilities = torch.softmax(torch.tensor(logits, dtype=torch.float64), dim=0)  # (3,)
            probability = float(probabilities[truth])
        loss = -math.log(probability)
    with right:
        _show_curve(probability, loss, height=300 if way == "probability" else 240)
        if way == "logits":
            _show_softmax(logits, probabilities.tolist(), truth)
        else:
            st.latex(rf"L = -\ln p = -\ln {probability:.3f} = \mathbf{{{number(loss, 3)}}}")


def _logits() -> tuple[list[float], int]:
    """Three logits and the number of the right class."""
    logits = [
        slider(t("learn.logit", index=index), f"loss_z{index}", -5.0, 5.0, value)
        for index, value in enumerate(DEFAULT_LOGITS)
    ]
    truth = st.segmented_control(
        t("learn.right_class"),
        range(len(logits)),
        default=0,
        required=True,
        key=keys.Learn.LOSS_TRUTH,
        persist_state="session",
        wrap=True,
    )
    return logits, truth


def _show_curve(probability: float, loss: float, height: int) -> None:
    x = np.concatenate([np.geomspace(math.exp(-LARGEST_LOSS), 0.1, 120), np.linspace(0.1, 1, 90)])
    guess = 1 / CLASSES
    figure = learn_charts.curve_with_point(
        x,
        -np.log(x),
        (probability, loss),
        t("learn.probability_axis"),
        t("learn.loss_axis"),
        height=height,
        mark=(guess, -math.log(guess), t("learn.guess", classes=CLASSES, loss=f"{-math.log(guess):.3f}")),
        y_range=(0, max(LARGEST_LOSS, 1.1 * loss)),
    )
    charts.update_axes(figure, "x", range=[0, 1.02])
    shell.show_chart(figure, "learn.loss_curve", t("learn.loss_alt", p=f"{probability:.3f}", loss=number(loss, 3)))


def _show_softmax(logits: list[float], probabilities: list[float], truth: int) -> None:
    bars, words = beside(0.42)
    with bars:
        figure = charts.probability_bars(
            probabilities, t("learn.probability_short"), t("learn.class_axis"), truth, height=190
        )
        shell.show_chart(figure, "learn.loss_bars", t("learn.softmax_alt"))
    powers = " + ".join(f"e^{{{number(logit, 1)}}}" for logit in logits)
    with words:
        st.latex(
            aligned(
                rf"p_{truth} &= \frac{{e^{{{number(logits[truth], 1)}}}}}{{{powers}}} = {probabilities[truth]:.3f}",
                rf"L &= -\ln {probabilities[truth]:.3f} = \mathbf{{{number(-math.log(probabilities[truth]), 3)}}}",
            )
        )
