"""Digits that a network has read, in a row: each with what it is and what it was taken for."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import streamlit as st

from nnlab.ui import classes, shell
from nnlab.ui.images import show_image
from nnlab.ui.numbers import percent
from nnlab.ui.text import t

if TYPE_CHECKING:
    from nnlab.evaluation import Reading

EXAMPLE_PIXELS = 104  # three in a row on a phone


def show_readings(
    readings: Sequence[Reading],
    images: Sequence[np.ndarray],
    alt: str,
    side: int = EXAMPLE_PIXELS,
    source: str = "mnist",
) -> None:
    """Draw digits, (28, 28) uint8, and below each the true class, the answer and its probability.

    Args:
        alt: the string that says so to those who hear the page.
        side: of a picture, in pixels of the usual text size.
        source: the data set, which names the classes.
    """
    width = round(shell.scaled(side))
    with st.container(horizontal=True, gap="small"):
        for reading, image in zip(readings, images, strict=True):
            with st.container(width=width, gap=None):
                words = {
                    "truth": classes.name(source, reading.label),
                    "predicted": classes.name(source, reading.predicted),
                }
                show_image(255 - image, t(alt, **words), width=width)
                st.markdown(t("train.mistake", **words, probability=percent(reading.probability)))
