"""Health: how many units of a random layer are dead or saturated."""

from __future__ import annotations

import streamlit as st
from torch import Tensor

from nnlab.activations import ACTIVATIONS
from nnlab.config import ACTIVATION_NAMES
from nnlab.inspection.health import SATURATION_THRESHOLD, LayerHealth, health, random_layer
from nnlab.ui import keys, saving, shell
from nnlab.ui.activations import charts, tables
from nnlab.ui.activations.shared import (
    CONTROLS_WIDTH,
    X_LIMIT,
    choose_seed,
    label_of,
    labels_of,
    say_inputs,
    standardized_digits,
)
from nnlab.ui.layout import beside, columns
from nnlab.ui.numbers import percent, significant
from nnlab.ui.text import t

INPUTS, UNITS = 256, 256
SCALES = tuple(round(float(f"{10 ** (step / 10 - 1):.2g}"), 2) for step in range(26))  # 0.1 to 32, ten per decade
THRESHOLDS = (0.1, 0.01, 0.001)


@st.fragment
def show() -> None:
    """How much of one random layer is dead or saturated, as the weight scale and the bias change."""
    left, right = columns(CONTROLS_WIDTH)
    with left:
        name = shell.menu(
            t("activations.one"), labels_of(ACTIVATION_NAMES), keys.Activations.ONE, persist_state="session"
        )
        scale = st.select_slider(
            t("activations.health_scale"), SCALES, 1.0, key=keys.Activations.HEALTH_SCALE,
            help=t("activations.health_scale_help"), persist_state="session",
        )  # fmt: skip
        bias = st.slider(
            t("activations.health_bias"), -X_LIMIT, X_LIMIT, -2.0, step=0.5, format="%.1f",
            key=keys.Activations.HEALTH_BIAS, persist_state="session",
        )  # fmt: skip
        threshold = st.segmented_control(
            t("activations.health_threshold"), THRESHOLDS, default=SATURATION_THRESHOLD, required=True,
            key=keys.Activations.HEALTH_THRESHOLD, format_func=lambda value: f"{value:g}",
            help=t("activations.health_threshold_help"), persist_state="session", wrap=True,
        )  # fmt: skip
        seed = choose_seed(keys.Activations.HEALTH_SEED)
    inputs, source = standardized_digits(INPUTS)
    pre_activations = scale * random_layer(inputs, UNITS, seed) + bias
    found = health(ACTIVATIONS[name].derivative(pre_activations), threshold)
    mean, deviation = significant(pre_activations.mean().item()), significant(pre_activations.std().item())
    shares = {"dead": percent(found.dead_units), "saturated": percent(found.saturated_units)}
    with right:
        curve_place, histogram_place = beside(0.5, "top")
        with curve_place:
            titles = t("activations.axis_scale"), t("activations.axis_share")
            labels = LayerHealth(*(t(f"activations.measure_{measure}") for measure in ("dead", "units", "share")))
            healths = _healths(name, bias, threshold, seed, source, _inputs=inputs)
            figure = charts.layer_health(SCALES, healths, scale, labels, titles)
            alt = t("activations.health_alt", name=label_of(name), share=percent(found.saturated_share), **shares)
            columns_of = dict(zip(labels, zip(*healths, strict=True), strict=True))
            saving.show_chart(figure, "activations.health", alt, {titles[0]: SCALES} | columns_of)
        with histogram_place:
            titles = tuple(t(f"activations.axis_{axis}") for axis in ("z", "output", "pairs"))
            sums, outputs = pre_activations.numpy(), ACTIVATIONS[name].function(pre_activations).numpy()
            figure = charts.histograms(sums, outputs, charts.line_of(name)["color"], titles)
            alt = t("activations.histogram_alt", name=label_of(name), mean=mean, deviation=deviation)
            saving.show_chart(figure, "activations.histograms", alt, tables.histogram_table(sums, outputs, titles))
        st.markdown(t("activations.ask_health"))
        st.markdown(
            t(
                "activations.health_sentence",
                scale=significant(scale), bias=significant(bias), units=UNITS,
                dead=round(found.dead_units * UNITS), saturated=round(found.saturated_units * UNITS),
                share=percent(found.saturated_share), mean=mean, deviation=deviation,
            )
        )  # fmt: skip
        say_inputs(INPUTS, source)
    st.subheader(t("activations.definitions"), anchor=False)
    counts = {"units": UNITS, "count": INPUTS, "pairs": f"{UNITS * INPUTS:,}"}
    st.markdown(t("activations.health_definitions", threshold=f"{threshold:g}", **counts))


@st.cache_data(show_spinner=False, max_entries=500)
def _healths(name: str, bias: float, threshold: float, seed: int, source: str, _inputs: Tensor) -> list[LayerHealth]:
    layer, derivative = random_layer(_inputs, UNITS, seed), ACTIVATIONS[name].derivative
    return [health(derivative(scale * layer + bias), threshold) for scale in SCALES]
