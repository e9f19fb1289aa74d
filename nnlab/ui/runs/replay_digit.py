"""Which digit passes through the network that is played back: a test image, a drawing, or one of the gallery."""

from __future__ import annotations

import random
from dataclasses import dataclass

import numpy as np
import streamlit as st

from nnlab.config import IMAGE_SIDE, Number
from nnlab.ui import collection, digits, keys, readers, shell
from nnlab.ui.components.canvas import PEN_WIDTHS, Canvas, pixels_of
from nnlab.ui.components.number_field import number_field
from nnlab.ui.images import show_image, to_grey
from nnlab.ui.layout import CANVAS_PIXELS
from nnlab.ui.text import t

KINDS = ("test", "drawing", "gallery")
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
        source: the data set whose test images are offered.
    """
    kind = st.segmented_control(
        t("inspect.image"),
        KINDS,
        default=KINDS[0],
        required=True,
        format_func=lambda name: t(f"inspect.image_{name}"),
        key=keys.Replay.IMAGE,
        persist_state="session",
        wrap=True,
    )
    if kind == "test":
        return _test_image(source)
    return _drawing() if kind == "drawing" else _gallery()


def _test_image(source: str) -> Chosen | None:
    found = digits.test_set(source)
    if found is None:
        return None
    images, labels = found
    name = t("inspect.test_number", source=digits.name_of(source), count=f"{len(images):,}")
    st.session_state.setdefault(keys.Replay.TEST_NUMBER, 1)
    number = number_field(name, Number(1, len(images), integer=True), keys.Replay.TEST_NUMBER)
    st.button(
        t("common.another_digit"),
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
    """What is drawn here, or as long as that is nothing, on the Draw page."""
    pen = round(PEN_WIDTHS[1] * DRAWING_PIXELS / CANVAS_PIXELS)
    pixels = CANVAS.show(DRAWING_PIXELS, pen, t("common.canvas_alt"))
    with st.container(horizontal=True):
        for name, icon, action in (("undo", "undo", CANVAS.undo), ("clear", "delete", CANVAS.clear)):
            st.button(
                t(f"common.{name}"),
                key=f"runs.replay_{name}",
                icon=f":material/{icon}:",
                on_click=action,
                disabled=not CANVAS.strokes(),
            )
    if pixels is None:
        pixels = pixels_of((st.session_state.get(keys.drawing_of("draw")) or {}).get("data", ""))
        st.caption(t("inspect.draw_here" if pixels is None else "inspect.from_draw"))
    if pixels is None:
        return None
    readers.wait_for_torch()
    from nnlab.drawing import stages

    found = stages(pixels)
    if found.is_empty:
        return None
    grey = to_grey(found.result)
    _show(grey, t("draw.seen"))
    return Chosen(grey, None)


def _gallery() -> Chosen | None:
    """One of the digits that the visitor has kept, the newest first."""
    kept = collection.kept_digits()
    if not kept:
        st.info(t("inspect.gallery_empty"), icon=":material/draw:")
        shell.link("draw")
        return None
    rule = Number(1, len(kept), integer=True)
    st.session_state.setdefault(keys.Replay.GALLERY_NUMBER, 1)
    number = number_field(t("inspect.gallery_number", count=len(kept)), rule, keys.Replay.GALLERY_NUMBER)
    digit = kept[-number]
    _show(digit.image)
    return Chosen(digit.image, digit.meant)


def _show(pixels: np.ndarray, caption: str | None = None) -> None:
    show_image(pixels, t("inspect.image_alt"), round(shell.scaled(PICTURE_PIXELS)), caption)
