"""The network of the Train page's controls: its picture, and a row of controls for each hidden layer.

The values are in ``controls``, which makes a configuration of them.
"""

from __future__ import annotations

import streamlit as st

from nnlab.config import MAX_HIDDEN_LAYERS, MAX_UNITS, ModelConfig, Number
from nnlab.ui import keys, restrictions, shell, terms
from nnlab.ui.charts import hold_still
from nnlab.ui.components.number_field import number_field
from nnlab.ui.diagram import network_diagram
from nnlab.ui.text import t
from nnlab.ui.train import controls

UNITS = Number(1, MAX_UNITS, integer=True)
NEW_LAYER_UNITS = 64  # a first layer's; further layers start as large as the one before
DIAGRAM_HEIGHT = 140  # pixels
UNITS_STEP = 8  # what the + and - buttons of a layer change; any number can be typed


def show_network(model: ModelConfig) -> None:
    """The network of the controls as a small diagram, and how much it has to learn."""
    sizes = model.layer_sizes
    figure = network_diagram(sizes, unit_noun=t("train.unit_noun"), height=DIAGRAM_HEIGHT, limit=7)
    for size_of_layer in figure["layout"]["annotations"]:
        size_of_layer["font"] = {"size": 9 if len(sizes) > 6 else 12}
    hold_still(figure)
    words = t("train.diagram_alt", sizes=", ".join(f"{size:,}" for size in sizes))
    shell.show_chart(figure, "train.diagram", words)
    terms.tell("train.parameters", count=f"{model.parameter_count:,}")


def show_rows() -> None:
    """One row per hidden layer with its units and a button to remove it, and a button to add one."""
    if restrictions.is_hidden("hidden_sizes"):
        return
    count, is_locked = st.session_state[keys.Train.LAYER_COUNT], restrictions.is_locked("hidden_sizes")
    for layer in range(count):
        with st.container(horizontal=True, vertical_alignment="center", gap="xsmall", key=f"train.row.{layer}"):
            label, removal = t("train.hidden_layer", number=layer + 1), t("train.remove_layer", number=layer + 1)
            st.caption(label, width="content")
            number_field(
                label, UNITS, keys.Train.units(layer), step=UNITS_STEP, is_label_hidden=True, disabled=is_locked
            )
            if is_locked:
                continue
            st.button(
                removal,
                icon=":material/close:",
                key=f"train.remove.{layer}",
                help=removal,
                on_click=_remove_layer,
                args=(layer,),
            )
    if is_locked:
        return
    st.button(
        t("train.add_layer"),
        icon=":material/add:",
        key="train.add_layer",
        disabled=count >= MAX_HIDDEN_LAYERS,
        help=t("train.add_layer_help", most=MAX_HIDDEN_LAYERS),
        on_click=_add_layer,
        width="stretch",
    )


def _add_layer() -> None:
    sizes = controls.units()
    controls.set_units([*sizes, sizes[-1] if sizes else NEW_LAYER_UNITS])


def _remove_layer(layer: int) -> None:
    sizes = controls.units()
    controls.set_units(sizes[:layer] + sizes[layer + 1 :])
