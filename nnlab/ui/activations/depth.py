"""Depth: what remains of a gradient that has passed many layers."""

from __future__ import annotations

import streamlit as st
from torch import Tensor

from nnlab.config import INITIALIZATION_NAMES
from nnlab.inspection.depth import GradientProfile, gradient_profile
from nnlab.ui import keys, saving, shell
from nnlab.ui.activations import charts
from nnlab.ui.activations.shared import (
    CONTROLS_WIDTH,
    choose,
    choose_seed,
    label_of,
    labels_of,
    say_inputs,
    standardized_digits,
    table,
    words_of,
    x_slider,
)
from nnlab.ui.layout import columns
from nnlab.ui.numbers import significant, superscript
from nnlab.ui.text import t

MAX_DEPTH = 30
WIDTHS = (16, 32, 64, 128, 256)
INPUTS = 64  # digits
WEIGHT_FACTORS = (0.25, 0.5, 0.75, 0.9, 1.0, 1.1, 1.25, 1.5, 2.0, 3.0, 4.0)
VANISHED, EXPLODED = 1e-3, 1e3  # the words of the verdict; the numbers stand beside them


@st.fragment
def show() -> None:
    """What remains of a gradient after many layers: the slope alone, and a real random network."""
    left, right = columns(CONTROLS_WIDTH)
    with left:
        depth = st.slider(t("activations.depth"), 1, MAX_DEPTH, 20, key=keys.Activations.DEPTH, persist_state="session")
        words = t("activations.product_x_help")
        x = x_slider(keys.Activations.PRODUCT_X, t("activations.product_x"), 1.0, (-5.0, 5.0), words)
        names = choose()
        ways = words_of("train.initialization", [name for name in INITIALIZATION_NAMES if name != "zeros"])
        initialization = shell.menu(
            t("train.initialization"), ways, keys.Activations.INITIALIZATION, [*ways][1], persist_state="session"
        )
        factor = st.select_slider(
            t("activations.weight_factor"), WEIGHT_FACTORS, 1.0, key=keys.Activations.WEIGHT_FACTOR,
            help=t("activations.weight_factor_help"), persist_state="session",
        )  # fmt: skip
        width_place, seed_place = st.columns(2)
        with width_place:
            width = st.selectbox(
                t("activations.width"), WIDTHS, index=WIDTHS.index(128), key=keys.Activations.WIDTH,
                persist_state="session",
            )  # fmt: skip
        with seed_place:
            seed = choose_seed(keys.Activations.DEPTH_SEED)
    with right:
        if not names:
            st.info(t("activations.none_chosen"))
            return
        inputs, source = standardized_digits(INPUTS)
        profiles = {
            name: _profile(name, depth, width, initialization, factor, seed, source, _inputs=inputs) for name in names
        }
        slopes = {name: charts.values_at(name, x)[1] for name in names}
        titles = tuple(t(f"activations.axis_{axis}") for axis in ("passed", "product", "gradient"))
        sizes = (
            {name: [abs(slope) ** passed for passed in range(depth + 1)] for name, slope in slopes.items()},
            {name: [1.0, *reversed(profile.gradient_norms)] for name, profile in profiles.items()},
            {name: [1.0, *reversed(profile.slope_products)] for name, profile in profiles.items()},
        )
        figure = charts.through_depth(*sizes, labels_of(names), titles)
        heads = *titles[1:], t("activations.column_slopes")
        table_of = {titles[0]: range(depth + 1)} | {
            f"{label_of(name)}: {head}": group[name] for name in names for head, group in zip(heads, sizes, strict=True)
        }
        alt = t("activations.depth_alt", names=", ".join(labels_of(names).values()), depth=depth)
        saving.show_chart(figure, "activations.through_depth", alt, table_of)
        st.markdown(t("activations.ask_depth"))
        _verdicts(profiles, depth)
        st.markdown(_depth_table(profiles, slopes, depth))
        not_positive = [label_of(name) for name, slope in slopes.items() if slope <= 0]
        if not_positive:
            st.caption(t("activations.zero_power", names=", ".join(not_positive)))
        st.caption(t("activations.note_depth", width=width, depth=depth))
        with st.expander(t("activations.depth_measured"), key="activations.depth_measured"):
            st.caption(t("activations.depth_measured_text", depth=depth))
        say_inputs(INPUTS, source)


def _verdicts(profiles: dict[str, GradientProfile], depth: int) -> None:
    """A sentence with its numbers on the gradient that shrank most and, if it is another, on the one that grew most."""
    ordered = sorted(profiles, key=lambda name: profiles[name].gradient_norms[0])
    for name in dict.fromkeys((ordered[0], ordered[-1])):
        end = profiles[name].gradient_norms[0]
        verdict = "zero" if end == 0 else "vanish" if end < VANISHED else "explode" if end > EXPLODED else "hold"
        values = {"depth": depth, "end": significant(end), "factor": significant(end ** (1 / depth))} if end else {}
        st.markdown(t(f"activations.verdict_{verdict}", name=label_of(name), **values))


def _depth_table(profiles: dict[str, GradientProfile], slopes: dict[str, float], depth: int) -> str:
    power = t("activations.column_power", depth=superscript(depth))
    others = [t(f"activations.column_{column}") for column in ("slopes", "first", "factor")]
    rows = [
        [
            label_of(name),
            significant(slopes[name]),
            significant(slopes[name] ** depth),
            significant(profile.slope_products[0]),
            significant(profile.gradient_norms[0]),
            significant(profile.gradient_norms[0] ** (1 / depth)),
        ]
        for name, profile in profiles.items()
    ]
    return table([t("activations.column_function"), t("activations.column_slope"), power, *others], rows)


@st.cache_data(show_spinner=False, max_entries=4000)
def _profile(
    name: str, depth: int, width: int, initialization: str, factor: float, seed: int, source: str, _inputs: Tensor
) -> GradientProfile:
    return gradient_profile(name, depth, width, initialization, factor, _inputs, seed)
