"""Digits that a network has read, in a row: each with what it is and what it was taken for."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import streamlit as st

from nnlab.ui import classes, saving, shell
from nnlab.ui.images import show_image
from nnlab.ui.numbers import probability_percent
from nnlab.ui.text import t

if TYPE_CHECKING:
    from nnlab.evaluation import Reading

EXAMPLE_PIXELS = 104  # three in a row on a phone


def show_readings(
    readings: Sequence[Reading],
    images: Sequence[np.ndarray],
    alt: str,
    key: str,
    side: int = EXAMPLE_PIXELS,
    source: str = "mnist",
) -> None:
    """Draw digits, (28, 28) uint8, and below each the true class, the answer and its probability; let them be saved.

    Args:
        alt: the string that says so to those who hear the page.
        key: of them all, which names the files as well.
        side: of a picture, in pixels of the usual text size.
        source: the data set, which names the classes.
    """
    if not readings:
        return
    width = round(shell.scaled(side))
    with st.container(horizontal=True, gap="small"):
        for reading, image in zip(readings, images, strict=True):
            with st.container(width=width, gap=None):
                words = {
                    "truth": classes.name(source, reading.label),
                    "predicted": classes.name(source, reading.predicted),
                }
                show_image(255 - image, t(alt, **words), width=width)
                st.markdown(t("train.mistake", **words, probability=probability_percent(reading.probability)))
    _offer(readings, images, key, source)


def _offer(readings: Sequence[Reading], images: Sequence[np.ndarray], key: str, source: str) -> None:
    names, signs = classes.names(source), classes.signs(source)
    table = {
        "number": [reading.index + 1 for reading in readings],
        t(classes.key("failures.truth", source)): [names[reading.label] for reading in readings],
        t(classes.key("failures.predicted", source)): [names[reading.predicted] for reading in readings],
        t("common.probability"): [reading.probability for reading in readings],
    }
    captions = [
        f"{signs[reading.label]} → {signs[reading.predicted]}, {probability_percent(reading.probability)}"
        for reading in readings
    ]
    shown = [255 - image for image in images]
    saving.offer_pictures(shown, table | saving.pixel_columns(np.array(images)), key, captions)
