"""The parts of the drawing page: what is read (a drawing or a test digit), the answer, and how it came about."""

from __future__ import annotations

import math
import random
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import streamlit as st

from nnlab.ui import digits, readers, state
from nnlab.ui.components import live_reading
from nnlab.ui.components.canvas import PEN_WIDTHS, Canvas
from nnlab.ui.digits import test_set
from nnlab.ui.images import show_image, to_grey
from nnlab.ui.layout import CANVAS_PIXELS
from nnlab.ui.text import t

if TYPE_CHECKING:
    from torch import Tensor

    from nnlab.drawing import Stages

SOURCES = ("canvas", "test")
CANVAS = Canvas("draw")
DIGIT = "draw.digit"  # session key: the index of the test digit that is shown
LARGE_CANVAS_PIXELS = 392  # for a projector
SMALL_PIXELS = 168  # the picture of what the network sees


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


class Reading(NamedTuple):
    """An answer: who read, the probabilities of the ten digits, whether to doubt it, and the true class if known."""

    reader: readers.Reader
    probabilities: list[float]
    is_doubtful: bool = False
    truth: int | None = None

    @property
    def digit(self) -> int:
        """The most probable one."""
        return max(range(len(self.probabilities)), key=self.probabilities.__getitem__)

    @property
    def result(self) -> live_reading.Result:
        return live_reading.Result(self.probabilities, self.is_doubtful, self.truth)


def canvas_pixels() -> int:
    """The side of the canvas: larger on a projector, but not on a phone."""
    is_phone = "Mobi" in st.context.headers.get("User-Agent", "")
    return LARGE_CANVAS_PIXELS if state.has_large_text() and not is_phone else CANVAS_PIXELS


def choose_source() -> str:
    """Drawing, or reading a test digit; returns one of ``SOURCES``."""
    labels = {"canvas": t("draw.source_canvas"), "test": t(f"draw.source_{digits.source_here()}")}
    return st.segmented_control(
        t("draw.source"),
        SOURCES,
        format_func=labels.get,
        key="draw.source",
        default=SOURCES[0],
        required=True,
        label_visibility="collapsed",
    )


def choose_pen() -> int:
    """The width of the pen, in pixels of the usual canvas."""
    least, usual, most = PEN_WIDTHS
    st.session_state.setdefault("draw.pen", usual)
    return st.slider(t("draw.pen"), least, most, step=2, key="draw.pen", format="%d px", persist_state="session")


def drawing(pen_width: int) -> Subject | None:
    """The canvas with its buttons; returns the drawing, or None while there is none."""
    size = canvas_pixels()
    pixels = CANVAS.show(size, round(pen_width * size / CANVAS_PIXELS), t("draw.canvas_alt"))
    is_blank = not CANVAS.strokes()
    with st.container(horizontal=True):
        for name, icon, key, action in (
            ("undo", ":material/undo:", "Z", CANVAS.undo),
            ("clear", ":material/delete:", "X", CANVAS.clear),
        ):
            st.button(
                t(f"draw.{name}"), key=f"draw.{name}", icon=icon, shortcut=key, on_click=action, disabled=is_blank
            )
    if pixels is None:
        return None
    readers.wait_for_torch()
    from nnlab.drawing import stages

    found = stages(pixels)
    return None if found.is_empty else Subject(found.result, found)


def test_digit() -> Subject | None:
    """A digit of the test set, large, with a button for another; None where MNIST is broken."""
    source = digits.source_here()
    found = test_set(source)
    if found is None:
        return None
    images, labels = found
    if DIGIT not in st.session_state:
        _take_another(len(images))
    index = st.session_state[DIGIT] % len(images)  # it may have been chosen from a larger set
    name = digits.name_of(source)
    number = t("draw.digit_number", source=name, number=f"{index + 1:,}", count=f"{len(images):,}")
    show_image(images[index], alt=t("draw.digit_alt", number=number), width=canvas_pixels(), caption=number)
    digits.caption_problem()
    st.button(
        t("draw.another"),
        key="draw.another",
        icon=":material/casino:",
        shortcut="N",
        on_click=_take_another,
        args=[len(images)],
    )
    readers.wait_for_torch()
    import torch

    return Subject(torch.from_numpy(images[index]) / 255, truth=int(labels[index]))


def _take_another(count: int) -> None:
    st.session_state[DIGIT] = random.randrange(count)


def read(subject: Subject | None, choice: str, source: str) -> Reading | None:
    """What the chosen network reads; an invitation while there is nothing to read, and None while nothing is read."""
    is_drawing = source == "canvas"
    if subject is None and not is_drawing:
        return None
    reader = readers.load(choice) if subject or choice != readers.BUNDLED else None
    if reader is None and choice != readers.BUNDLED:
        st.info(t("draw.no_weights"), icon=":material/hourglass_empty:")
        _offer_again()
        return None
    reading = subject and _answer(reader, subject)
    network = readers.for_browser(choice, reader) if is_drawing else None
    live_reading.show_answer(
        "draw",
        reading and reading.result,
        network,
        canvas_class=CANVAS.css_class if network else "",
        invitation=t("draw.invitation") if subject is None else "",
    )
    if subject and not reading:
        st.error(t("draw.not_a_number"), icon=":material/error:")
    if is_drawing and reader and readers.is_too_large(reader.model.config):
        st.caption(t("draw.too_large", count=f"{reader.model.parameter_count:,}"))
    if reading:
        _comment(reading)
    return reading


def _answer(reader: readers.Reader, subject: Subject) -> Reading | None:
    probabilities, is_doubtful = reader.read(subject.image)
    if any(math.isnan(probability) for probability in probabilities):
        return None
    return Reading(reader, probabilities, is_doubtful, subject.truth)


def _comment(reading: Reading) -> None:
    """Below the answer: whether it is right, whether to doubt it, and who gave it."""
    if reading.truth is not None:
        st.markdown(t("draw.right" if reading.digit == reading.truth else "draw.wrong", truth=reading.truth))
    if reading.is_doubtful:
        st.warning(t("draw.doubtful"), icon=":material/help:")
    st.caption(reading.reader.words)
    if reading.reader.is_training:
        _offer_again()


def _offer_again() -> None:
    st.button(t("draw.again"), key="draw.again", icon=":material/refresh:")


def show_seen(image: Tensor | None) -> None:
    """What the network is given: 28 x 28 grey values, black where there is no ink."""
    st.caption(t("draw.seen"))
    live_reading.show_sight("draw", None if image is None else to_grey(image), SMALL_PIXELS, t("draw.seen_alt"))
