"""The digit and the network that the lessons on forward and backpropagation look at: one choice for both.

The network is one small network, before its training and after it: ``reader.twins``.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import streamlit as st
import torch
from torch import Tensor

from nnlab import reader
from nnlab.evaluation import to_float
from nnlab.model import MLP
from nnlab.reader import Reader
from nnlab.sources.errors import DataError
from nnlab.ui import digits, keys, problem, readers, shell
from nnlab.ui.images import show_image
from nnlab.ui.learn import course
from nnlab.ui.numbers import percent
from nnlab.ui.text import t

NETWORKS = ("untrained", "trained")
DEFAULT_DIGIT = 3


class Specimen(NamedTuple):
    """What is looked at.

    Attributes:
        image: (28, 28) float32 in [0, 1].
        label: the digit it is meant to be.
        reader: the network, shared by all visitors: never change it.
        choice: what was chosen, to tell one specimen from another.
        words: where the image comes from, for the visitor.
    """

    image: Tensor
    label: int
    reader: Reader
    choice: tuple[object, ...]
    words: str

    @property
    def model(self) -> MLP:
        return self.reader.model


def choose(default_network: str) -> Specimen:
    """The controls: where the digit comes from, which one, and the network."""
    source = _choose_source()
    digit = st.slider(t("learn.digit"), 0, 9, DEFAULT_DIGIT, key=keys.Learn.DIGIT, persist_state="session")
    image, index = _test_digit(source, digit)
    words = t("learn.from_test_set", source=digits.name_of(source), index=index)
    name = st.pills(
        t("learn.which_network"),
        NETWORKS,
        default=default_network,
        required=True,
        format_func=lambda name: t(f"learn.network_{name}"),
        key=keys.Learn.network(default_network),
        persist_state="session",
        wrap=True,
    )
    st.caption(_story())
    return Specimen(image, digit, getattr(reader.twins(), name), (source, index, name), words)


def _story() -> str:
    """Which network it is, how it was trained, and how good that has made it."""
    config, facts = reader.twins().trained.model.config, reader.twin_facts()
    return t(
        "learn.twins",
        network=readers.architecture(config),
        accuracy=percent(facts["test_accuracy"], 2),
        samples=f"{facts['test_samples']:,}",
    )


def _choose_source() -> str:
    """Which data set the digit is from; without MNIST, or if it is broken, there is one only."""
    words, details = "", ""
    if digits.source_here() == "builtin":
        words = digits.complaint() or t("learn.no_mnist", lesson=course.number_of("writing"))
    else:
        try:
            digits.load_test_set("mnist")
        except DataError as error:
            lesson = course.number_of("writing")
            words, details = t("learn.broken_mnist", reason=problem.data_words(error), lesson=lesson), str(error)
    if words:
        st.caption(words)
        problem.show_details(details)
        shell.link("home", t("learn.fetch_mnist"))
        return "builtin"
    return st.segmented_control(
        t("learn.source"),
        ("mnist", "builtin"),
        default="mnist",
        required=True,
        format_func=digits.name_of,
        key=keys.Learn.DIGIT_SOURCE,
        persist_state="session",
        wrap=True,
    )


def _test_digit(source: str, digit: int) -> tuple[Tensor, int]:
    """A test image of this digit and its number in the test set; another one for every press of the button."""
    images, labels = digits.load_test_set(source)
    st.button(t("learn.another"), key="learn.another", icon=":material/refresh:", on_click=_turn)
    candidates = np.flatnonzero(labels == digit)
    index = int(candidates[st.session_state.get(keys.Learn.DIGIT_TURN, 0) % len(candidates)])
    return to_float(torch.from_numpy(images[index].copy())), index


def _turn() -> None:
    st.session_state[keys.Learn.DIGIT_TURN] = st.session_state.get(keys.Learn.DIGIT_TURN, 0) + 1


def show_specimen(specimen: Specimen, width: int) -> None:
    """The digit as the network sees it, dark on light, with its origin below."""
    paper = np.round(255 * (1 - specimen.image.numpy())).astype(np.uint8)
    show_image(paper, t("learn.digit_alt", digit=specimen.label), width, specimen.words)
