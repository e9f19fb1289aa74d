"""Which digit passes through the network that is played back: a test image, a drawing, or one of the gallery."""

from __future__ import annotations

import random
from dataclasses import dataclass

import numpy as np
import streamlit as st

from nnlab.config import IMAGE_SIDE, Number
from nnlab.sources.published import is_of_digits
from nnlab.ui import classes, digits, image_choice, keys, saving, shell
from nnlab.ui.components.canvas import Canvas
from nnlab.ui.components.number_field import number_field
from nnlab.ui.images import show_image
from nnlab.ui.text import t

CANVAS = Canvas("replay")
DRAWING_PIXELS = 6 * IMAGE_SIDE  # as much as the column has
PICTURE_PIXELS = 4 * IMAGE_SIDE


@dataclass(frozen=True, eq=False)
class Chosen:
    """(28, 28) uint8, 255 = ink, and its true class if that is known."""

    pixels: np.ndarray
    truth: int | None


def choose(source: str) -> Chosen | None:
    """The controls; None where there is no image yet.

    Args:
        source: the data set whose test images are offered, and which names the classes.
    """
    kind = image_choice.choose_kind(keys.Replay.IMAGE)
    if kind == "test":
        return _test_image(source)
    return _drawing() if kind == "drawing" else _gallery(source)


def _test_image(source: str) -> Chosen | None:
    found = digits.test_set(source)
    if found is None:
        return None
    images, labels = found
    name = t("inspect.test_number", source=digits.name_of(source), count=f"{len(images):,}")
    st.session_state.setdefault(keys.Replay.TEST_NUMBER, 1)
    number = number_field(name, Number(1, len(images), integer=True), keys.Replay.TEST_NUMBER)
    st.button(
        t(classes.key("common.another_digit", source)),
        key="runs.replay_another",
        icon=":material/casino:",
        on_click=_take_another,
        args=[len(images)],
    )
    _show(images[number - 1])
    return Chosen(images[number - 1], int(labels[number - 1]))


def _take_another(count: int) -> None:
    st.session_state[keys.Replay.TEST_NUMBER] = random.randrange(count) + 1


def _drawing() -> Chosen | None:
    grey = image_choice.drawn(CANVAS, DRAWING_PIXELS, "runs.replay_")
    if grey is None:
        return None
    _show(grey, t("draw.seen"))
    return Chosen(grey, None)


def _gallery(source: str) -> Chosen | None:
    digit = image_choice.from_gallery(keys.Replay.GALLERY_NUMBER)
    if digit is None:
        return None
    _show(digit.image)
    return Chosen(digit.image, digit.meant if is_of_digits(source) else None)  # a 7 is no class of clothes


def _show(pixels: np.ndarray, caption: str | None = None) -> None:
    show_image(pixels, t("inspect.image_alt"), round(shell.scaled(PICTURE_PIXELS)), caption)
    saving.offer_pictures([pixels], saving.pixel_rows(ink=pixels), "runs.replay_digit")
