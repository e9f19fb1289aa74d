"""What the sections that look at whole layers share: what a layer is called, a menu of layers, a name for weights."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import TYPE_CHECKING
from weakref import ref

import streamlit as st

from nnlab.ui import keys, layout, shell
from nnlab.ui.text import t

if TYPE_CHECKING:
    from torch import Tensor

    from nnlab.config import ModelConfig
    from nnlab.model import MLP

_digests: dict[int, tuple[ref[Tensor], int, bytes]] = {}  # by a tensor's id: what it was when it was last looked at


def fingerprint(model: MLP, images: Tensor | None = None) -> str:
    """A name for a network, or for a network and what it is shown: other weights, functions or images, another name."""
    digest = hashlib.blake2b(repr(model.config).encode(), digest_size=16)
    for tensor in (*model.parameters(), *([] if images is None else [images])):
        digest.update(_digest_of(tensor))
    return digest.hexdigest()


def _digest_of(tensor: Tensor) -> bytes:
    """A digest of a tensor's numbers, computed again only when torch has seen them change: 7 MB take 50 ms."""
    version = 0 if tensor.is_inference() else tensor._version
    known = _digests.get(id(tensor))
    if known and known[0]() is tensor and known[1] == version:
        return known[2]
    digest = hashlib.blake2b(tensor.detach().contiguous().numpy(), digest_size=16).digest()
    place = id(tensor)
    _digests[place] = ref(tensor, lambda _: _digests.pop(place, None)), version, digest
    return digest


def layer_name(config: ModelConfig, layer: int) -> str:
    """ "Hidden layer 1: 128 neurons, ReLU", or for the last "Output: 10 neurons"."""
    units = f"{config.layer_sizes[layer + 1]:,}"
    if layer == len(config.hidden_sizes):
        return t("layers.output", units=units)
    return t("layers.hidden", number=layer + 1, units=units, function=t(f"train.activation_{config.activation}"))


def short_name(config: ModelConfig, layer: int) -> str:
    """Its number, or "output" for the last."""
    return t("layers.output_short") if layer == len(config.hidden_sizes) else str(layer + 1)


def first_unit(config: ModelConfig, layer: int) -> int:
    """What a layer's first unit is called: 1, but the outputs are called as their classes are."""
    return 0 if layer == len(config.hidden_sizes) else 1


def layer_names(config: ModelConfig) -> dict[int, str]:
    """All layers' names, 0 being the first after the input."""
    return {layer: layer_name(config, layer) for layer in range(len(config.hidden_sizes) + 1)}


def choose_layer(config: ModelConfig) -> int:
    """A menu of the network's layers; the same in several sections, and it stays as it was left where it can."""
    return _choose_layer(config, keys.Inspect.SHOWN_LAYER, 0)


def choose_favourites_layer(config: ModelConfig) -> int:
    """The same for the favourites of units: it begins with the output layer, whose units are the classes."""
    return _choose_layer(config, keys.Inspect.FAVOURITES_LAYER, len(config.hidden_sizes))


def _choose_layer(config: ModelConfig, key: str, usual: int) -> int:
    names = layer_names(config)
    last = len(names) - 1
    if st.session_state.get(key, 0) > last:  # it was chosen in a deeper network
        st.session_state[key] = last
    return shell.menu(t("layers.layer"), names, key, usual, persist_state="session")


def table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A Markdown table: words left, numbers right, no number broken into two lines."""
    marks = [":--", *["--:"] * (len(heads) - 1)]
    numbers = [[name, *(cell.replace(" ", "\u00a0") for cell in cells)] for name, *cells in rows]
    return "\n".join("| " + " | ".join(cells) + " |" for cells in (heads, marks, *numbers))


def choose_view(page_part: str, views: tuple[str, ...], key: str) -> str:
    """A row of a section's views, named by the strings ``<page_part>.view_<name>``."""
    titles = {name: t(f"{page_part}.view_{name}") for name in views}
    return layout.choose_view(t(f"{page_part}.view"), titles, key)
