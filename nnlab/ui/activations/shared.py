"""What the sections of the Activations page share: controls, names, tables, the digits that networks are fed."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st
import torch
from torch import Tensor

from nnlab.config import ACTIVATION_NAMES, INPUT_NORMALIZATION, TrainConfig, rule_of
from nnlab.sources.errors import DataError
from nnlab.ui import digits, keys
from nnlab.ui.components.number_field import number_field
from nnlab.ui.text import t

FIRST_CHOICE = ("relu", "sigmoid", "tanh")  # the three of the study notes
X_LIMIT = 10.0
CONTROLS_WIDTH = 3 / 11  # of the page


def x_slider(key: str, label: str, first: float, x_range: tuple[float, float], words: str) -> float:
    """A slider for x, which stays within the range.

    Args:
        first: x at first.
        words: the help.
    """
    x = st.session_state.setdefault(key, first)
    inside = min(max(x, x_range[0]), x_range[1])  # a narrower range may leave the old x outside
    if inside != x:  # what is written here overrules a slider that has moved on meanwhile
        st.session_state[key] = inside
    return st.slider(label, *x_range, step=0.1, format="%.1f", key=key, help=words, persist_state="session")


def choose() -> list[str]:
    """The functions to look at, in the order of the registry."""
    chosen = st.pills(
        t("activations.choose"), ACTIVATION_NAMES, selection_mode="multi", default=FIRST_CHOICE,
        key=keys.Activations.CHOSEN,
        format_func=labels_of(ACTIVATION_NAMES).get, help=t("activations.choose_help"), persist_state="session",
        wrap=True,
    )  # fmt: skip
    return [name for name in ACTIVATION_NAMES if name in chosen]


def label_of(name: str) -> str:
    """What an activation function is called."""
    return t(f"train.activation_{name}")


def labels_of(names: Sequence[str]) -> dict[str, str]:
    """What activation functions are called, by their names in the registry."""
    return words_of("train.activation", names)


def words_of(key: str, names: Sequence[str]) -> dict[str, str]:
    """The strings ``<key>_<name>``, by name."""
    return {name: t(f"{key}_{name}") for name in names}


def table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A Markdown table: words left, numbers right, no number broken into two lines."""
    marks = [":--", *["--:"] * (len(heads) - 1)]
    whole = [[name, *(cell.replace(" ", "\u00a0") for cell in cells)] for name, *cells in rows]
    return "\n".join("| " + " | ".join(cells) + " |" for cells in (heads, marks, *whole))


def choose_seed(key: str) -> int:
    """The field for the seed of the random weights."""
    return number_field(t("activations.seed"), rule_of(TrainConfig, "seed"), key, help=t("activations.seed_help"))


def standardized_digits(count: int) -> tuple[Tensor, str]:
    """(count, P) inputs for a random network, and the data set whose first test digits they are."""
    source = digits.source_here()
    try:
        return _standardized(source, count), source
    except DataError:  # a broken file is the home page's business; this page works without it
        return _standardized("builtin", count), "builtin"


def _standardized(source: str, count: int) -> Tensor:
    mean, deviation = INPUT_NORMALIZATION["standard"]
    images = torch.from_numpy(digits.load_test_set(source)[0][:count])
    return (images.flatten(1) / 255 - mean) / deviation  # (N, P)


def say_inputs(count: int, source: str) -> None:
    """Which digits the random network was fed."""
    st.caption(t("activations.note_inputs", count=count, source=digits.name_of(source)))
    digits.caption_problem()
