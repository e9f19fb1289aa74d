"""The parts of the drawing page: what is read (a drawing or a test digit), the answer, and how it came about."""

from __future__ import annotations

import math
import random
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import streamlit as st

from nnlab.idx import DataError
from nnlab.ui import charts, digits, readers, shell, state
from nnlab.ui.canvas import Canvas
from nnlab.ui.text import t

if TYPE_CHECKING:
    from torch import Tensor

    from nnlab.drawing import Stages

SOURCES = ("canvas", "test")
CANVAS = Canvas("draw")
DIGIT = "draw.digit"  # session key: the index of the test digit that is shown
CANVAS_PIXELS = 336  # 12 times 28; a phone of 390 pixels has room for 350
LARGE_CANVAS_PIXELS = 392  # for a projector
PEN_WIDTHS = (8, 20, 40)  # least, usual, most, of CANVAS_PIXELS; MNIST's pen is about a tenth of its digits' height
SMALL_PIXELS = 168  # the picture of what the network sees
SIDE_PIXELS = 208  # the column that holds it
STAGE_PIXELS = 140
DOUBT = 0.8  # a less probable answer is followed by the second guess
STAGES = ("ink", "crop", "scaled", "placed", "result")
BARS_HEIGHT = 340

# The answer is read from the last row of a classroom. Its numbers keep their width while they change.
_ANSWER = """<style>
.nnlab-answer {{ display: flex; align-items: center; gap: 1.1rem; min-height: 5rem; }}
.nnlab-answer b {{ font-size: 5rem; line-height: 5rem; font-weight: 650; }}
.nnlab-answer span {{ font-variant-numeric: tabular-nums; font-size: 1.5rem; line-height: 1.9rem; }}
.nnlab-answer small {{ font-size: 1.05rem; line-height: 1.5rem; opacity: 0.75; display: block; min-height: 1.5rem; }}
</style><div class="nnlab-answer" role="status"><b>{digit}</b><span>{words}<small>{rival}</small></span></div>"""


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
    """An answer: who read, and the probabilities of the ten digits."""

    reader: readers.Reader
    probabilities: list[float]


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
        st.button(t("draw.undo"), key="draw.undo", icon=":material/undo:", on_click=CANVAS.undo, disabled=is_blank)
        st.button(t("draw.clear"), key="draw.clear", icon=":material/delete:", on_click=CANVAS.clear, disabled=is_blank)
    if pixels is None:
        return None
    readers.wait_for_torch()
    from nnlab.drawing import stages

    found = stages(pixels)
    return None if found.is_empty else Subject(found.result, found)


def test_digit() -> Subject | None:
    """A digit of the test set, large, with a button for another; None where MNIST is broken."""
    source = digits.source_here()
    try:
        images, labels = digits.load_test_set(source)
    except DataError as error:
        st.error(t("draw.broken_mnist", reason=error), icon=":material/error:")
        shell.link("home")
        return None
    if DIGIT not in st.session_state:
        _take_another(len(images))
    index = st.session_state[DIGIT] % len(images)  # it may have been chosen from a larger set
    name = digits.name_of(source)
    number = t("draw.digit_number", source=name, number=f"{index + 1:,}", count=f"{len(images):,}")
    shell.show_image(images[index], alt=t("draw.digit_alt", number=number), width=canvas_pixels(), caption=number)
    st.button(
        t("draw.another"), key="draw.another", icon=":material/casino:", on_click=_take_another, args=[len(images)]
    )
    readers.wait_for_torch()
    import torch

    return Subject(torch.from_numpy(images[index]) / 255, truth=int(labels[index]))


def _take_another(count: int) -> None:
    st.session_state[DIGIT] = random.randrange(count)


def read(subject: Subject | None, choice: str, source: str) -> Reading | None:
    """What the chosen network reads; an invitation while there is nothing to read, and None while nothing is read."""
    if subject is None:
        if source == "canvas":
            st.info(t("draw.invitation"), icon=":material/draw:")
        return None
    reader = readers.load(choice)
    if reader is None:
        st.info(t("draw.no_weights"), icon=":material/hourglass_empty:")
        st.button(t("draw.again"), key="draw.again", icon=":material/refresh:")
        return None
    probabilities, is_doubtful = reader.read(subject.image)
    if any(math.isnan(probability) for probability in probabilities):
        st.error(t("draw.not_a_number"), icon=":material/error:")
        return None
    show_answer(probabilities, subject.truth)
    if is_doubtful:
        st.warning(t("draw.doubtful"), icon=":material/help:")
    st.caption(reader.words)
    if reader.is_training:
        st.button(t("draw.again"), key="draw.again", icon=":material/refresh:")
    return Reading(reader, probabilities)


def show_answer(probabilities: list[float], truth: int | None = None) -> None:
    """The answer in large type, its probability, and the second guess where the first is in doubt; then all ten."""
    ranking = sorted(range(len(probabilities)), key=lambda digit: -probabilities[digit])
    first, second = ranking[:2]
    probability = f"{probabilities[first]:.1%}"
    words = f"{t(f'draw.digit_{first}')}<br>{probability}"
    in_doubt = probabilities[first] < DOUBT
    rival = t("draw.rival", digit=second, probability=f"{probabilities[second]:.1%}") if in_doubt else ""
    st.html(_ANSWER.format(digit=first, words=words, rival=rival))
    if truth is not None:
        st.markdown(t("draw.right" if first == truth else "draw.wrong", truth=truth))
    bars_height = round(shell.scaled(BARS_HEIGHT))
    answer = t("draw.answer_alt", digit=first, probability=probability)
    figure = charts.probability_bars(probabilities, t("draw.probability"), t("draw.digit"), truth, bars_height)
    room = 1.7 if state.has_large_text() else 1.4  # for "100.0%" beside a full bar, in a narrow column
    figure.update_xaxes(range=[0, room], tickvals=[0, 0.5, 1], tickangle=0)
    charts.hold_still(figure)
    shell.show_chart(figure, key="draw.bars", alt=t("draw.bars_alt", answer=answer))


def show_seen(image: Tensor | None) -> None:
    """What the network is given: 28 x 28 grey values, black where there is no ink."""
    pixels = np.zeros((28, 28), np.uint8) if image is None else to_grey(image)
    st.caption(t("draw.seen"))
    shell.show_image(pixels, alt=t("draw.seen_alt"), width=SMALL_PIXELS)


def unfold_stages(found: Stages) -> None:
    """A fold that shows, when opened, how the drawing became what the network sees."""
    fold = st.expander(t("draw.stages"), key="draw.stages", icon=":material/conversion_path:", on_change="rerun")
    if fold.open:
        with fold:
            show_stages(found)


def show_stages(found: Stages) -> None:
    """Every stage from the canvas to the image, with one sentence each."""
    with st.container(horizontal=True):
        for number, name in enumerate(STAGES, start=1):
            pixels = to_grey(getattr(found, name))
            height, width = pixels.shape
            with st.container(width=STAGE_PIXELS + 10):
                st.markdown(f"**{number}. {t(f'draw.stage_{name}')}**")
                shown_width = max(1, round(STAGE_PIXELS * width / max(pixels.shape)))
                shell.show_image(pixels, alt=t(f"draw.stage_{name}"), width=shown_width)
                st.caption(f"{width} × {height} px. {t(f'draw.stage_{name}_text')}")


def to_grey(image: Tensor) -> np.ndarray:
    """(H, W) float in [0, 1] -> (H, W) uint8, 255 = ink."""
    return (image * 255).round().byte().numpy()
