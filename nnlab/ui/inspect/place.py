"""Which unit of a network is looked at: its layer and its number, both in the address as well.

In a hidden layer the first unit has the number 1; a unit of the last layer is called by its class.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from nnlab.config import CLASSES, ModelConfig, Number
from nnlab.sources.published import is_of_digits
from nnlab.ui import address, classes, keys, shell
from nnlab.ui.components.number_field import number_field
from nnlab.ui.text import t

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence


def choose(config: ModelConfig, usual: Callable[[int], int], source: str) -> tuple[int, int]:
    """The controls; returns the layer and the unit, both counted from 0.

    Args:
        usual: the unit of a layer to look at while nobody has chosen one.
        source: the data set that the network has learned, which names the classes.
    """
    sizes = config.layer_sizes[1:]
    _take_from_address(sizes)
    layer = min(st.session_state.get(keys.Inspect.LAYER, 0), len(sizes) - 1)
    st.session_state[keys.Inspect.LAYER] = layer  # the network may have fewer layers than the last one
    layers, number = st.columns([3, 2], gap="small")
    with layers:
        layer = st.segmented_control(
            t("inspect.layer"),
            range(len(sizes)),
            required=True,
            format_func=lambda layer: _layer_label(sizes, layer),
            key=keys.Inspect.LAYER,
            persist_state="session",
            wrap=True,
        )
    key = keys.Inspect.LOGIT if is_last(config, layer) else keys.Inspect.UNIT
    if key not in st.session_state:
        _set_unit(config, layer, usual(layer))
    with number:
        if is_last(config, layer) and is_of_digits(source):
            unit = number_field(t("inspect.logit"), Number(0, CLASSES - 1, integer=True), key)
        elif is_last(config, layer):
            unit = shell.menu(t("inspect.logit_other"), dict(enumerate(classes.names(source))), key, usual(layer),
                              persist_state="session")  # fmt: skip
        else:
            label = t("inspect.unit", count=f"{sizes[layer]:,}")
            unit = number_field(label, Number(1, sizes[layer], integer=True), key) - 1
    address.write(layer=str(layer + 1), neuron=number_of(config, layer, unit), unit=None)
    return layer, unit


def go(config: ModelConfig, layer: int, unit: int) -> None:
    """Look at another unit; before the controls are drawn, so as a callback."""
    st.session_state[keys.Inspect.LAYER] = layer
    _set_unit(config, layer, unit)


def _set_unit(config: ModelConfig, layer: int, unit: int) -> None:
    if is_last(config, layer):
        st.session_state[keys.Inspect.LOGIT] = unit
    else:
        st.session_state[keys.Inspect.UNIT] = unit + 1


def is_last(config: ModelConfig, layer: int) -> bool:
    """Whether a layer gives the logits."""
    return layer == len(config.hidden_sizes)


def number_of(config: ModelConfig, layer: int, unit: int) -> str:
    """A unit's number for people."""
    return str(unit if is_last(config, layer) else unit + 1)


def called(config: ModelConfig, layer: int, unit: int, source: str) -> str:
    """A unit within its layer: its number, or in the last layer the name of its class."""
    return classes.name(source, unit) if is_last(config, layer) else number_of(config, layer, unit)


def name_of(config: ModelConfig, layer: int, unit: int, source: str) -> str:
    """A unit in words: "neuron 17 of layer 1", or "the logit of 7"."""
    return name_of_any(config, layer, called(config, layer, unit, source), source)


def name_of_any(config: ModelConfig, layer: int, number: str, source: str) -> str:
    """The same, of a unit that is called so."""
    if is_last(config, layer):
        return t(classes.key("inspect.logit_name", source), digit=number)
    return t("inspect.unit_name", layer=layer + 1, unit=number)


def _layer_label(sizes: Sequence[int], layer: int) -> str:
    if layer == len(sizes) - 1:
        return t("inspect.layer_last", count=sizes[layer])
    return t("inspect.layer_hidden", layer=layer + 1, count=f"{sizes[layer]:,}")


def _take_from_address(sizes: Sequence[int]) -> None:
    """A link may name the layer and the neuron; of those that this network does not have, the page's head says so."""
    asked, unit = address.asked("layer"), _asked_unit()
    layer = (asked or st.session_state.get(keys.Inspect.LAYER, 0) + 1) - 1
    layers = Number(1, len(sizes), integer=True)
    if asked is not None:
        if asked > layers.high:
            address.refuse("layer", layers)
        st.session_state[keys.Inspect.LAYER] = layer
    if unit is None:
        return
    is_last = layer == len(sizes) - 1
    units = Number(0, CLASSES - 1, integer=True) if is_last else Number(1, sizes[layer], integer=True)
    if not units.low <= unit <= units.high:
        address.refuse("neuron", units)
    st.session_state[keys.Inspect.LOGIT if is_last else keys.Inspect.UNIT] = unit


def _asked_unit() -> int | None:
    newer, older = address.asked("neuron"), address.asked("unit")
    return older if newer is None else newer
