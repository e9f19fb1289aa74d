"""Gradient descent itself: a ball on a loss surface, one step at a time."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import streamlit as st

from nnlab.ui import keys, shell
from nnlab.ui.layout import beside, columns, slider
from nnlab.ui.learn import charts as learn_charts
from nnlab.ui.learn.formula import aligned, short
from nnlab.ui.text import t

MOST_STEPS = 40
FAR = 1e6  # beyond this the ball is gone, and the numbers would only grow longer


@dataclass(frozen=True)
class Surface:
    """A loss of one or two weights, with its gradient written out.

    Attributes:
        loss: weights (D,) -> loss.
        gradient: weights (D,) -> (D,) its gradient.
        formula: in LaTeX.
        rates: the learning rates of the slider: smallest, largest, default, step.
        start: (D,) where the ball begins; the first weight's can be moved.
        reach: the part that is drawn, of each weight.
    """

    loss: Callable[[np.ndarray], float]
    gradient: Callable[[np.ndarray], np.ndarray]
    formula: str
    rates: tuple[float, float, float, float]
    start: tuple[float, ...]
    reach: tuple[float, float]


STEEPNESS = 10.0  # of the ravine across, with 1 along it: learning rates above 2/10 diverge
SURFACES = {
    # Each step multiplies w by 1 - 2 eta: eta = 0.5 arrives at once, eta = 1 swings for ever, more flies away.
    "bowl": Surface(
        lambda w: float(w[0] ** 2), lambda w: 2 * w, "L(w) = w^2", (0.01, 1.1, 0.1, 0.01), (1.6,), (-2.2, 2.2)
    ),
    # Two valleys, the right one less deep: where the ball ends depends on where it began.
    "valleys": Surface(
        lambda w: float(w[0] ** 4 - 2 * w[0] ** 2 + 0.4 * w[0] + 1.6),
        lambda w: 4 * w**3 - 4 * w + 0.4,
        r"L(w) = w^4 - 2 w^2 + 0.4\,w + 1.6",
        (0.005, 0.4, 0.02, 0.005),
        (1.7,),
        (-1.9, 1.9),
    ),
    "ravine": Surface(
        lambda w: float(0.5 * (w[0] ** 2 + STEEPNESS * w[1] ** 2)),
        lambda w: w * np.array([1.0, STEEPNESS]),
        r"L(u, v) = \tfrac{1}{2}\,(u^2 + 10\,v^2)",
        (0.005, 0.22, 0.05, 0.005),
        (-1.9, 0.9),
        (-2.2, 2.2),
    ),
}


def descend(surface: Surface, start: np.ndarray, learning_rate: float, steps: int) -> np.ndarray:
    """Gradient descent, w <- w - learning_rate * gradient(w), until the ball is out of sight.

    Returns:
        (steps + 1, D) the weights at the start and after each step; fewer rows if one passes ``FAR``.
    """
    path = [start]
    for _ in range(steps):
        if np.abs(path[-1]).max() > FAR:
            break
        path.append(path[-1] - learning_rate * surface.gradient(path[-1]))
    return np.array(path)


@st.fragment
def show() -> None:
    left, right = columns()
    with left:
        name = st.segmented_control(
            t("learn.surface"),
            tuple(SURFACES),
            default="bowl",
            required=True,
            format_func=lambda name: t(f"learn.surface_{name}"),
            key=keys.Learn.DESCENT_SURFACE,
            on_change=_rewind,
            persist_state="session",
            wrap=True,
        )
        surface = SURFACES[name]
        low, high, default, step = surface.rates
        rate = slider(t("learn.rate"), f"descent_rate_{name}", low, high, default, step, format="%.3f")
        start = slider(t("learn.start"), f"descent_start_{name}", *surface.reach, surface.start[0])
        st.session_state.setdefault(keys.Learn.DESCENT_STEPS, 0)
        steps = st.slider(t("learn.steps"), 0, MOST_STEPS, key=keys.Learn.DESCENT_STEPS, persist_state="session")
        with st.container(horizontal=True):
            st.button(t("learn.one_step"), key="learn.descent_step", type="primary", on_click=_one_step)
            st.button(t("learn.rewind"), key="learn.descent_rewind", on_click=_rewind)
    path = descend(surface, np.array([start, *surface.start[1:]]), rate, steps)
    losses = [surface.loss(weights) for weights in path]
    with right:
        _show_surface(name, surface, path, losses)
        here, following = beside(0.27)
        with here:
            _show_loss(losses)
        with following:
            _show_step(surface, path, rate)


def _one_step() -> None:
    st.session_state[keys.Learn.DESCENT_STEPS] = min(MOST_STEPS, st.session_state[keys.Learn.DESCENT_STEPS] + 1)


def _rewind() -> None:
    st.session_state[keys.Learn.DESCENT_STEPS] = 0


def _show_loss(losses: list[float]) -> None:
    """The loss where the ball is, and whether the last step made it smaller."""
    before, after = losses[-2:] if len(losses) > 1 else losses * 2
    if len(losses) == 1:
        verdict, arrow = "learn.at_start", "off"
    elif math.isclose(before, after, rel_tol=1e-6, abs_tol=1e-9):
        verdict, arrow = "learn.loss_stays", "off"
    elif after < before:
        verdict, arrow = "learn.loss_falls", "down"
    else:
        verdict, arrow = "learn.loss_rises", "up"
    words = t("learn.descent_loss", step=len(losses) - 1)
    st.metric(words, short(after), t(verdict), delta_color="off", delta_arrow=arrow)


def _show_surface(name: str, surface: Surface, path: np.ndarray, losses: list[float]) -> None:
    x = np.linspace(*surface.reach, 201)
    if path.shape[1] == 1:
        y = [surface.loss(np.array([weight])) for weight in x]
        points = np.column_stack([path[:, 0], losses])
        slope = float(surface.gradient(path[-1])[0])
        figure = learn_charts.descent_curve(x, y, points, slope, t("learn.weight_axis"), t("learn.loss_no_unit"))
    else:
        y = np.linspace(-1.2, 1.2, 121)
        z = np.array([[surface.loss(np.array([first, second])) for first in x] for second in y])
        figure = learn_charts.descent_map(x, y, z, path, ("u", "v", t("learn.loss_no_unit")))
    alt = t("learn.descent_alt", surface=t(f"learn.surface_{name}"), steps=len(path) - 1, loss=short(losses[-1]))
    shell.show_chart(figure, "learn.descent_chart", alt)


def _show_step(surface: Surface, path: np.ndarray, rate: float) -> None:
    """The next step written out with its numbers."""
    here, gradient = path[-1], surface.gradient(path[-1])
    letters = ("w",) if len(here) == 1 else ("u", "v")
    following = here - rate * gradient
    lines = [
        rf"{letter}_{{t+1}} &= {short(old)} - {rate:g} \cdot {_bracketed(slope)} = \mathbf{{{short(new)}}}"
        for letter, old, slope, new in zip(letters, here, gradient, following, strict=True)
    ]
    rule = r"w_{t+1} &= w_t - \eta\,L'(w_t)" if len(here) == 1 else r"(u, v)_{t+1} &= (u, v)_t - \eta\,\nabla L"
    st.latex(aligned(surface.formula.replace("=", "&=", 1), rule, *lines))


def _bracketed(value: float) -> str:
    text = short(value)
    return f"({text})" if text.startswith("-") else text
