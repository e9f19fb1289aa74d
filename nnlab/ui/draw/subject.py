"""What is to be read on the Draw page: a drawing, or a digit of the test set."""

from __future__ import annotations

import random
from dataclasses import dataclass
from typing import TYPE_CHECKING

import streamlit as st

from nnlab.sources.published import is_of_digits
from nnlab.ui import address, classes, digits, keys, readers, state
from nnlab.ui.components.canvas import PEN_WIDTHS, Canvas
from nnlab.ui.digits import test_set
from nnlab.ui.images import show_image
from nnlab.ui.layout import CANVAS_PIXELS
from nnlab.ui.text import t

if TYPE_CHECKING:
    from torch import Tensor

    from nnlab.drawing import Stages

SOURCES = ("canvas", "test")
CANVAS = Canvas("draw")
LARGE_CANVAS_PIXELS = 392  # for a projector


@dataclass(frozen=True, eq=False)
class Subject:
    """What is to be read.

    Attributes:
        image: (28, 28) float32 in [0, 1], 1 = ink.
        stages: how a drawing became that image; None for a test digit, which is one already.
        truth: the class of a test digit; None for a drawing.
    """

    image: Tensor
    stages: Stages | None = None
    truth: int | None = None


def canvas_pixels() -> int:
    """The side of the canvas: larger on a projector, but not on a phone."""
    is_phone = "Mobi" in st.context.headers.get("User-Agent", "")
    return LARGE_CANVAS_PIXELS if state.has_large_text() and not is_phone else CANVAS_PIXELS


def choose_source() -> str:
    """Drawing, or reading a test digit; returns one of ``SOURCES``."""
    labels = {"canvas": t("draw.source_canvas"), "test": t(f"draw.source_{_test_source()}")}
    st.session_state["draw.source"] = address.asked("view") or st.session_state.get("draw.source", SOURCES[0])
    source = st.segmented_control(
        t("draw.source"),
        SOURCES,
        format_func=labels.get,
        key="draw.source",
        required=True,
        label_visibility="collapsed",
        wrap=True,
    )
    if source == SOURCES[0]:
        address.write(view=None, image=None)
    else:
        address.write(view=source)
    return source


def choose_pen() -> None:
    """The slider for the width of the pen."""
    least, _, most = PEN_WIDTHS
    _pen_width()
    st.slider(t("draw.pen"), least, most, step=2, key=keys.Draw.PEN, format="%d px", persist_state="session")


def _pen_width() -> int:
    """In pixels of the usual canvas. It is known before its slider is drawn, so that the canvas can come first."""
    return st.session_state.setdefault(keys.Draw.PEN, PEN_WIDTHS[1])


def drawing() -> Subject | None:
    """The canvas with its buttons; returns the drawing, or None while there is none."""
    size = canvas_pixels()
    pixels = CANVAS.show(size, round(_pen_width() * size / CANVAS_PIXELS), t("common.canvas_alt"))
    is_blank = not CANVAS.strokes()
    with st.container(horizontal=True):
        for name, icon, key, action in (
            ("undo", ":material/undo:", "Z", CANVAS.undo),
            ("clear", ":material/delete:", "X", CANVAS.clear),
        ):
            st.button(
                t(f"common.{name}"), key=f"draw.{name}", icon=icon, shortcut=key, on_click=action, disabled=is_blank
            )
    if pixels is None:
        return None
    readers.wait_for_torch()
    from nnlab.drawing import stages

    found = stages(pixels)
    return None if found.is_empty else Subject(found.result, found)


def test_digit() -> Subject | None:
    """A digit of the test set, large, with a button for another; None where MNIST is broken."""
    source = _test_source()
    found = test_set(source)
    if found is None:
        return None
    images, labels = found
    if asked := address.asked("image"):
        st.session_state[keys.Draw.TEST_DIGIT] = asked - 1
    if keys.Draw.TEST_DIGIT not in st.session_state:
        _take_another(len(images))
    index = st.session_state[keys.Draw.TEST_DIGIT] % len(images)  # it may have been chosen from a larger set
    address.write(image=str(index + 1))
    name = digits.name_of(source)
    number = t("common.digit_number", source=name, number=f"{index + 1:,}", count=f"{len(images):,}")
    show_image(images[index], alt=t("draw.digit_alt", number=number), width=canvas_pixels(), caption=number)
    digits.caption_problem()
    st.button(
        t(classes.key("common.another_digit", source)),
        key="draw.another",
        icon=":material/casino:",
        shortcut="N",
        on_click=_take_another,
        args=[len(images)],
    )
    readers.wait_for_torch()
    import torch

    return Subject(torch.from_numpy(images[index]) / 255, truth=int(labels[index]))


def _test_source() -> str:
    """Whose test images are shown: of what the chosen network has learned, if that is no digits."""
    linked = address.value("network") if address.has_just_opened() else None  # the menu, further down, follows it
    learned = readers.source_of(linked or st.session_state.get(keys.Draw.NETWORK, readers.BUNDLED))
    return digits.source_here() if is_of_digits(learned) else learned


def _take_another(count: int) -> None:
    st.session_state[keys.Draw.TEST_DIGIT] = random.randrange(count)
