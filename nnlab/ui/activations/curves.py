"""Curves: every activation function and its slope f', with the tangents at an x that can be moved."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

import streamlit as st
import torch

from nnlab.activations import ACTIVATIONS
from nnlab.ui import keys, saving, terms
from nnlab.ui.activations import charts, tables
from nnlab.ui.activations.shared import (
    CONTROLS_WIDTH,
    X_LIMIT,
    choose,
    label_of,
    labels_of,
    table,
    words_of,
    x_slider,
)
from nnlab.ui.layout import beside, columns
from nnlab.ui.numbers import fixed, significant
from nnlab.ui.text import prose, t


@st.fragment
def show() -> None:
    """f and f' of the chosen functions with the tangents at a movable x; below, a card on each of them."""
    left, right = columns(CONTROLS_WIDTH)
    with left:
        low, high = x_range = _x_range()
        x = x_slider(keys.Activations.X, t("activations.x"), 0.5, x_range, t("activations.x_help"))
        names = choose()
        if names:
            st.markdown(_value_table(names, x))
    with right:
        if not names:
            st.info(t("activations.none_chosen"))
            return
        layout = st.session_state.get(keys.Activations.LAYOUT, charts.LAYOUTS[0])
        titles = t("activations.axis_x"), t("activations.axis_value"), t("activations.axis_slope")
        figure = charts.curves(names, labels_of(names), x, x_range, layout, titles)
        joined = ", ".join(labels_of(names).values())
        alt = t("activations.curves_alt", names=joined, low=significant(low), high=significant(high), x=significant(x))
        points = tables.curve_table(names, labels_of(names), x_range, titles)
        saving.show_chart(figure, "activations.curves", alt, points)
        st.caption(t("activations.note_each" if layout == "each" else "activations.note_panels"))
        st.markdown(t("activations.ask_curves"))
        _view_controls()
    _cards(names)


def _x_range() -> tuple[float, float]:
    low, high = st.session_state.get(keys.Activations.RANGE, (-5.0, 5.0))
    return (low, high) if high - low >= 1 else (max(-X_LIMIT, high - 1), max(-X_LIMIT, high - 1) + 1)


def _view_controls() -> None:
    arrangement, ends = beside(0.5, "top")
    arrangement.segmented_control(
        t("activations.layout"), charts.LAYOUTS, default=charts.LAYOUTS[0], required=True, key=keys.Activations.LAYOUT,
        format_func=words_of("activations.layout", charts.LAYOUTS).get, persist_state="session", wrap=True,
    )  # fmt: skip
    ends.slider(
        t("activations.range"), -X_LIMIT, X_LIMIT, (-5.0, 5.0), step=0.5, format="%.1f", key=keys.Activations.RANGE,
        persist_state="session",
    )  # fmt: skip


def _value_table(names: Sequence[str], x: float) -> str:
    heads = [t(f"activations.column_{column}") for column in ("function", "value", "slope")]
    values = {name: charts.values_at(name, x) for name in names}
    rows = [[label_of(name), *(fixed(value, 4) for value in values[name])] for name in names]
    return table(heads, rows)


def _cards(names: Sequence[str]) -> None:
    cards = st.container(key="activations.cards")
    for index in range(0, len(names), 2):
        for column, name in zip(cards.columns(2), names[index : index + 2], strict=False):
            activation = ACTIVATIONS[name]
            low, high = (_bound(bound) for bound in activation.output_range)
            with column.container(border=True, height="stretch"):
                st.markdown(f"#### {label_of(name)}")
                st.latex(activation.formula)
                st.latex(activation.derivative_formula)
                steepest = t("activations.card_steepest", slope=significant(_steepest_slope(name)))
                facts = t("activations.card_range", low=low, high=high), steepest
                st.caption(" · ".join(facts))
                terms.show(prose(f"activations/{name}"))


@cache
def _steepest_slope(name: str) -> float:
    return ACTIVATIONS[name].derivative(torch.linspace(-12, 12, 4801, dtype=torch.float64)).max().item()


def _bound(value: float) -> str:
    return {float("inf"): "∞", float("-inf"): "−∞"}.get(value) or significant(value)
