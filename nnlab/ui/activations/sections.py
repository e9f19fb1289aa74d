"""The three parts of the activations page, each a fragment of its own: controls left, what they show right.

Importing this module imports torch, so the page does it after its frame has been drawn.
"""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st
import torch
from streamlit.delta_generator import DeltaGenerator
from torch import Tensor

from nnlab.activations import ACTIVATIONS
from nnlab.config import ACTIVATION_NAMES, INITIALIZATION_NAMES, INPUT_NORMALIZATION, TrainConfig, rule_of
from nnlab.inspection.depth import GradientProfile, gradient_profile
from nnlab.inspection.health import SATURATION_THRESHOLD, LayerHealth, health, random_layer
from nnlab.sources.errors import DataError
from nnlab.ui import digits, shell, state
from nnlab.ui.activations import charts
from nnlab.ui.components.number_field import number_field
from nnlab.ui.layout import beside
from nnlab.ui.numbers import fixed, percent, significant, superscript
from nnlab.ui.text import prose, t

FIRST_CHOICE = ("relu", "sigmoid", "tanh")  # the three of the study notes
X_LIMIT = 10.0
MAX_DEPTH = 30
WIDTHS = (16, 32, 64, 128, 256)
DEPTH_INPUTS, HEALTH_INPUTS, HEALTH_UNITS = 64, 256, 256
WEIGHT_FACTORS = (0.25, 0.5, 0.75, 0.9, 1.0, 1.1, 1.25, 1.5, 2.0, 3.0, 4.0)
SCALES = tuple(round(float(f"{10 ** (step / 10 - 1):.2g}"), 2) for step in range(26))  # 0.1 to 32, ten per decade
THRESHOLDS = (0.1, 0.01, 0.001)
VANISHED, EXPLODED = 1e-3, 1e3  # the words of the verdict; the numbers stand beside them


@st.fragment
def show_curves() -> None:
    """f and f' of the chosen functions with the tangents at a movable x; below, a card on each of them."""
    left, right = _controls_and_result()
    with left:
        low, high = x_range = _x_range()
        x = _x_slider(state.ACTIVATIONS_X, t("activations.x"), 0.5, x_range, t("activations.x_help"))
        names = _choice()
        if names:
            st.markdown(_value_table(names, x))
    with right:
        if not names:
            st.info(t("activations.none_chosen"))
            return
        layout = st.session_state.get(state.ACTIVATIONS_LAYOUT, charts.LAYOUTS[0])
        titles = t("activations.axis_x"), t("activations.axis_value"), t("activations.axis_slope")
        figure = charts.curves(names, _labels(names), x, x_range, layout, titles)
        joined = ", ".join(_labels(names).values())
        alt = t("activations.curves_alt", names=joined, low=significant(low), high=significant(high), x=significant(x))
        shell.show_chart(figure, "activations.curves", alt)
        st.caption(t("activations.note_each" if layout == "each" else "activations.note_panels"))
        _view_controls()
    _cards(names)


def _controls_and_result() -> tuple[DeltaGenerator, DeltaGenerator]:
    # Side by side; where a phone stacks them, the shell's style puts the result first, by this key.
    controls, result = st.container(key="result-first").columns((3, 8), gap="medium")
    return controls, result


def _x_range() -> tuple[float, float]:
    low, high = st.session_state.get(state.ACTIVATIONS_RANGE, (-5.0, 5.0))
    return (low, high) if high - low >= 1 else (max(-X_LIMIT, high - 1), max(-X_LIMIT, high - 1) + 1)


def _x_slider(key: str, label: str, first: float, x_range: tuple[float, float], words: str) -> float:
    x = st.session_state.setdefault(key, first)
    inside = min(max(x, x_range[0]), x_range[1])  # a narrower range may leave the old x outside
    if inside != x:  # what is written here overrules a slider that has moved on meanwhile
        st.session_state[key] = inside
    return st.slider(label, *x_range, step=0.1, format="%.1f", key=key, help=words, persist_state="session")


def _view_controls() -> None:
    arrangement, ends = beside(0.5, "top")
    arrangement.segmented_control(
        t("activations.layout"), charts.LAYOUTS, default=charts.LAYOUTS[0], required=True, key=state.ACTIVATIONS_LAYOUT,
        format_func=_words("activations.layout", charts.LAYOUTS).get, persist_state="session",
    )  # fmt: skip
    ends.slider(
        t("activations.range"), -X_LIMIT, X_LIMIT, (-5.0, 5.0), step=0.5, format="%.1f", key=state.ACTIVATIONS_RANGE,
        persist_state="session",
    )  # fmt: skip


def _choice() -> list[str]:
    chosen = st.pills(
        t("activations.choose"), ACTIVATION_NAMES, selection_mode="multi", default=FIRST_CHOICE,
        key=state.ACTIVATIONS_CHOSEN,
        format_func=_labels(ACTIVATION_NAMES).get, help=t("activations.choose_help"), persist_state="session",
        wrap=True,
    )  # fmt: skip
    return [name for name in ACTIVATION_NAMES if name in chosen]


def _label(name: str) -> str:
    return t(f"train.activation_{name}")


def _labels(names: Sequence[str]) -> dict[str, str]:
    return _words("train.activation", names)


def _words(key: str, names: Sequence[str]) -> dict[str, str]:
    return {name: t(f"{key}_{name}") for name in names}


def _table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A Markdown table: words left, numbers right."""
    marks = [":--", *["--:"] * (len(heads) - 1)]
    return "\n".join("| " + " | ".join(cells) + " |" for cells in (heads, marks, *rows))


def _value_table(names: Sequence[str], x: float) -> str:
    heads = [t(f"activations.column_{column}") for column in ("function", "value", "slope")]
    values = {name: charts.values_at(name, x) for name in names}
    rows = [[_label(name), *(fixed(value, 4) for value in values[name])] for name in names]
    return _table(heads, rows)


def _cards(names: Sequence[str]) -> None:
    grid = torch.linspace(-12, 12, 4801, dtype=torch.float64)
    cards = st.container(key="activations.cards")
    for index in range(0, len(names), 2):
        for column, name in zip(cards.columns(2), names[index : index + 2], strict=False):
            activation = ACTIVATIONS[name]
            low, high = (_bound(bound) for bound in activation.output_range)
            with column.container(border=True, height="stretch"):
                st.markdown(f"#### {_label(name)}")
                st.latex(activation.formula)
                st.latex(activation.derivative_formula)
                steepest = significant(activation.derivative(grid).max().item())
                facts = t("activations.card_range", low=low, high=high), t("activations.card_steepest", slope=steepest)
                st.caption(" · ".join(facts))
                st.markdown(prose(f"activations/{name}"))


def _bound(value: float) -> str:
    return {float("inf"): "∞", float("-inf"): "−∞"}.get(value) or significant(value)


@st.fragment
def show_depth() -> None:
    """What remains of a gradient after many layers: the slope alone, and a real random network."""
    left, right = _controls_and_result()
    with left:
        depth = st.slider(
            t("activations.depth"), 1, MAX_DEPTH, 20, key=state.ACTIVATIONS_DEPTH, persist_state="session"
        )
        words = t("activations.product_x_help")
        x = _x_slider(state.ACTIVATIONS_PRODUCT_X, t("activations.product_x"), 1.0, (-5.0, 5.0), words)
        names = _choice()
        ways = _words("train.initialization", [name for name in INITIALIZATION_NAMES if name != "zeros"])
        initialization = shell.menu(
            t("train.initialization"), ways, state.ACTIVATIONS_INITIALIZATION, [*ways][1], persist_state="session"
        )
        factor = st.select_slider(
            t("activations.weight_factor"), WEIGHT_FACTORS, 1.0, key=state.ACTIVATIONS_WEIGHT_FACTOR,
            help=t("activations.weight_factor_help"), persist_state="session",
        )  # fmt: skip
        width_place, seed_place = st.columns(2)
        with width_place:
            width = st.selectbox(
                t("activations.width"), WIDTHS, index=WIDTHS.index(128), key=state.ACTIVATIONS_WIDTH,
                persist_state="session",
            )  # fmt: skip
        with seed_place:
            seed = _seed(state.ACTIVATIONS_DEPTH_SEED)
    with right:
        if not names:
            st.info(t("activations.none_chosen"))
            return
        inputs, source = _inputs(DEPTH_INPUTS)
        profiles = {
            name: _profile(name, depth, width, initialization, factor, seed, source, _inputs=inputs) for name in names
        }
        slopes = {name: charts.values_at(name, x)[1] for name in names}
        titles = tuple(t(f"activations.axis_{axis}") for axis in ("passed", "product", "gradient"))
        figure = charts.through_depth(
            {name: [abs(slope) ** passed for passed in range(depth + 1)] for name, slope in slopes.items()},
            {name: [1.0, *reversed(profile.gradient_norms)] for name, profile in profiles.items()},
            {name: [1.0, *reversed(profile.slope_products)] for name, profile in profiles.items()},
            _labels(names), titles,
        )  # fmt: skip
        alt = t("activations.depth_alt", names=", ".join(_labels(names).values()), depth=depth)
        shell.show_chart(figure, "activations.through_depth", alt)
        _verdicts(profiles, depth)
        st.markdown(_depth_table(profiles, slopes, depth))
        not_positive = [_label(name) for name, slope in slopes.items() if slope <= 0]
        if not_positive:
            st.caption(t("activations.zero_power", names=", ".join(not_positive)))
        st.caption(t("activations.note_depth", width=width, depth=depth))
        _say_inputs(DEPTH_INPUTS, source)


def _verdicts(profiles: dict[str, GradientProfile], depth: int) -> None:
    """A sentence with its numbers on the gradient that shrank most and, if it is another, on the one that grew most."""
    ordered = sorted(profiles, key=lambda name: profiles[name].gradient_norms[0])
    for name in dict.fromkeys((ordered[0], ordered[-1])):
        end = profiles[name].gradient_norms[0]
        verdict = "zero" if end == 0 else "vanish" if end < VANISHED else "explode" if end > EXPLODED else "hold"
        values = {"depth": depth, "end": significant(end), "factor": significant(end ** (1 / depth))} if end else {}
        st.markdown(t(f"activations.verdict_{verdict}", name=_label(name), **values))


def _depth_table(profiles: dict[str, GradientProfile], slopes: dict[str, float], depth: int) -> str:
    power = t("activations.column_power", depth=superscript(depth))
    others = [t(f"activations.column_{column}") for column in ("slopes", "first", "factor")]
    rows = [
        [
            _label(name),
            significant(slopes[name]),
            significant(slopes[name] ** depth),
            significant(profile.slope_products[0]),
            significant(profile.gradient_norms[0]),
            significant(profile.gradient_norms[0] ** (1 / depth)),
        ]
        for name, profile in profiles.items()
    ]
    return _table([t("activations.column_function"), t("activations.column_slope"), power, *others], rows)


@st.cache_data(show_spinner=False, max_entries=4000)
def _profile(
    name: str, depth: int, width: int, initialization: str, factor: float, seed: int, source: str, _inputs: Tensor
) -> GradientProfile:
    return gradient_profile(name, depth, width, initialization, factor, _inputs, seed)


def _seed(key: str) -> int:
    return number_field(t("activations.seed"), rule_of(TrainConfig, "seed"), key, help=t("activations.seed_help"))


@st.fragment
def show_health() -> None:
    """How much of one random layer is dead or saturated, as the weight scale and the bias change."""
    left, right = _controls_and_result()
    with left:
        name = shell.menu(
            t("activations.one"), _labels(ACTIVATION_NAMES), state.ACTIVATIONS_ONE, persist_state="session"
        )
        scale = st.select_slider(
            t("activations.health_scale"), SCALES, 1.0, key=state.ACTIVATIONS_HEALTH_SCALE,
            help=t("activations.health_scale_help"), persist_state="session",
        )  # fmt: skip
        bias = st.slider(
            t("activations.health_bias"), -X_LIMIT, X_LIMIT, -2.0, step=0.5, format="%.1f",
            key=state.ACTIVATIONS_HEALTH_BIAS, persist_state="session",
        )  # fmt: skip
        threshold = st.segmented_control(
            t("activations.health_threshold"), THRESHOLDS, default=SATURATION_THRESHOLD, required=True,
            key=state.ACTIVATIONS_HEALTH_THRESHOLD, format_func=lambda value: f"{value:g}",
            help=t("activations.health_threshold_help"), persist_state="session",
        )  # fmt: skip
        seed = _seed(state.ACTIVATIONS_HEALTH_SEED)
    inputs, source = _inputs(HEALTH_INPUTS)
    pre_activations = scale * random_layer(inputs, HEALTH_UNITS, seed) + bias
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
            alt = t("activations.health_alt", name=_label(name), share=percent(found.saturated_share), **shares)
            shell.show_chart(figure, "activations.health", alt)
        with histogram_place:
            titles = tuple(t(f"activations.axis_{axis}") for axis in ("z", "output", "pairs"))
            outputs = ACTIVATIONS[name].function(pre_activations).numpy()
            figure = charts.histograms(pre_activations.numpy(), outputs, charts.line_of(name)["color"], titles)
            alt = t("activations.histogram_alt", name=_label(name), mean=mean, deviation=deviation)
            shell.show_chart(figure, "activations.histograms", alt)
        st.markdown(
            t(
                "activations.health_sentence",
                scale=significant(scale), bias=significant(bias), units=HEALTH_UNITS,
                dead=round(found.dead_units * HEALTH_UNITS), saturated=round(found.saturated_units * HEALTH_UNITS),
                share=percent(found.saturated_share), mean=mean, deviation=deviation,
            )
        )  # fmt: skip
        _say_inputs(HEALTH_INPUTS, source)
    st.subheader(t("activations.definitions"), anchor=False)
    counts = {"units": HEALTH_UNITS, "count": HEALTH_INPUTS, "pairs": f"{HEALTH_UNITS * HEALTH_INPUTS:,}"}
    st.markdown(t("activations.health_definitions", threshold=f"{threshold:g}", **counts))


@st.cache_data(show_spinner=False, max_entries=500)
def _healths(name: str, bias: float, threshold: float, seed: int, source: str, _inputs: Tensor) -> list[LayerHealth]:
    layer, derivative = random_layer(_inputs, HEALTH_UNITS, seed), ACTIVATIONS[name].derivative
    return [health(derivative(scale * layer + bias), threshold) for scale in SCALES]


def _inputs(count: int) -> tuple[Tensor, str]:
    """(count, P) inputs for a random network, and the data set whose first test digits they are."""
    source = digits.source_here()
    try:
        return _standardized_digits(source, count), source
    except DataError:  # a broken file is the home page's business; this page works without it
        return _standardized_digits("builtin", count), "builtin"


def _standardized_digits(source: str, count: int) -> Tensor:
    mean, deviation = INPUT_NORMALIZATION["standard"]
    images = torch.from_numpy(digits.load_test_set(source)[0][:count])
    return (images.flatten(1) / 255 - mean) / deviation  # (N, P)


def _say_inputs(count: int, source: str) -> None:
    st.caption(t("activations.note_inputs", count=count, source=digits.name_of(source)))
    digits.caption_problem()
