"""The network: layers in a row, and where its parameters are."""

from __future__ import annotations

import streamlit as st

from nnlab.config import CLASSES, IMAGE_SIDE, MAX_UNITS, PIXELS, ModelConfig, Number
from nnlab.ui import keys, numbers, shell
from nnlab.ui.components.number_field import number_field
from nnlab.ui.diagram import network_diagram
from nnlab.ui.layout import columns
from nnlab.ui.text import t

DEFAULT_SIZES = (128, 64, 32, 16)  # the first two are the notes' network
MOST_LAYERS = len(DEFAULT_SIZES)
UNITS = Number(1, MAX_UNITS, integer=True)


@st.fragment
def show() -> None:
    left, right = columns(0.42)
    with left:
        config = ModelConfig(_hidden_sizes())
        sizes = config.layer_sizes
        hidden_names = [t("learn.hidden_layer", index=index) for index in range(1, len(sizes) - 1)]
        names = [t("learn.input_layer"), *hidden_names, t("learn.output_layer")]
        _show_arithmetic(config, names)
    with right:
        figure = network_diagram(
            sizes, names, t("learn.units_noun"), [str(digit) for digit in range(CLASSES)], height=380, limit=11
        )
        shell.show_chart(figure, "learn.network_diagram", t("learn.network_alt", sizes=numbers.sizes(sizes)))
        st.caption(t("learn.network_note", pixels=PIXELS, side=IMAGE_SIDE))


def _hidden_sizes() -> tuple[int, ...]:
    count = st.segmented_control(
        t("learn.hidden_layers"),
        range(MOST_LAYERS + 1),
        default=2,
        required=True,
        key=keys.Learn.NETWORK_LAYERS,
        persist_state="session",
        wrap=True,
    )
    sizes = []
    places = st.columns(2) * 2  # two beside each other
    for index in range(count):
        with places[index]:
            label, key = t("learn.hidden_units", index=index + 1), keys.Learn.value(f"network_units{index + 1}")
            sizes.append(number_field(label, UNITS, key, DEFAULT_SIZES[index]))
    return tuple(sizes)


def _show_arithmetic(config: ModelConfig, names: list[str]) -> None:
    """A row per layer: its weights and biases, counted; then their sum."""
    sizes = config.layer_sizes
    head = "learn.table_layer", "learn.table_arithmetic", "learn.table_parameters"
    rows = [_row(*map(t, head)), "|:--|--:|--:|"]
    for name, inputs, outputs in zip(names[1:], sizes[:-1], sizes[1:], strict=True):
        rows.append(_row(name, f"{inputs:,} × {outputs:,} + {outputs:,}", f"{(inputs + 1) * outputs:,}"))
    rows.append(_row(t("learn.table_total"), "", f"**{config.parameter_count:,}**"))
    st.markdown("\n".join(rows))


def _row(*cells: str) -> str:
    return f"| {' | '.join(cells)} |"
