"""What the Inspect page looks at: a network and an image, both chosen beside the sections.

Read next: ``units``, the first of the sections.
"""

from __future__ import annotations

import hashlib
import random
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import streamlit as st

from nnlab.config import IMAGE_SIDE, Number
from nnlab.ui import address, changes, classes, digits, image_choice, keys, readers, saving, shell
from nnlab.ui.answers import digit_of, is_answer
from nnlab.ui.components.canvas import Canvas
from nnlab.ui.components.number_field import number_field
from nnlab.ui.images import show_image
from nnlab.ui.inspect import past
from nnlab.ui.numbers import probability_percent
from nnlab.ui.readers import NamedReader
from nnlab.ui.text import t

if TYPE_CHECKING:
    from torch import Tensor

CANVAS = Canvas("inspect")
DRAWING_PIXELS = 8 * IMAGE_SIDE  # the canvas, small enough for the column
PICTURE_PIXELS = 6 * IMAGE_SIDE


@dataclass(frozen=True, eq=False)
class Subject:
    """What is looked at.

    Attributes:
        reader: the network, after surgery; its weights are numbers, and it has an answer to the image.
        before: the network before surgery; the same one where nothing is changed.
        image: (28, 28) float32 in [0, 1], 1 = ink.
        label: the true class; for a drawing of the gallery what was meant; None where nobody has said.
        image_id: names the image: others have another.
        source: the data set that the network is tested with, "mnist", "other" or "builtin".
        network: ``readers.BUNDLED`` or the id of a run.
        past: the weights of that run to choose from; None where there are no others.
    """

    reader: NamedReader
    before: NamedReader
    image: Tensor
    label: int | None
    image_id: str
    source: str
    network: str
    past: past.Past | None = None


@dataclass(frozen=True, eq=False)
class _Image:
    """(28, 28) uint8, 255 = ink, its true class if that is known, and its name."""

    pixels: np.ndarray
    label: int | None
    id: str


def choose(has_slider: bool = True) -> Subject | None:
    """The controls; returns what they chose, or None after a sentence that says what is missing.

    Args:
        has_slider: whether the slider over a run's earlier weights is among them; else the section has it.
    """
    if started := st.session_state.pop(keys.Inspect.STARTED, None):
        st.session_state[keys.Inspect.NETWORK] = started
    network = readers.choose_own(keys.Inspect.NETWORK)
    earlier = past.of(network)
    if has_slider:
        past.choose(earlier)
    source = source_of(network)
    image = _choose_image(source)
    readers.wait_for_torch()
    before = readers.as_it_was(earlier.job, earlier.chosen) if earlier and earlier.chosen else _load(network)
    if before is None or image is None:
        return None
    import torch

    pixels = torch.from_numpy(image.pixels) / 255
    reader = readers.changed(before, changes.of(network))
    probabilities, is_doubtful = reader.read(pixels)
    if not is_answer(probabilities):
        _say_nothing_is_read(network)
        return None
    _show_answer(probabilities, is_doubtful, image.label, source)
    st.caption(reader.words)
    if reader.is_training:
        st.button(t("inspect.newest_weights"), key="inspect.newest", icon=":material/refresh:")
    saving.offer_pictures([image.pixels], saving.pixel_rows(ink=image.pixels), "inspect.image")
    return Subject(reader, before, pixels, image.label, image.id, source, network, earlier)


def source_of(network: str) -> str:
    """The data set that a network learned from; for the bundled one, those digits that this server has."""
    job = readers.job_of(network)
    return job.data_source if job else digits.source_here()


_tensors: dict[str, tuple[np.ndarray, tuple[Tensor, Tensor]]] = {}  # by source, with the array they were made of


def test_tensors(source: str) -> tuple[Tensor, Tensor] | None:
    """The test half of a data set: (N, 28, 28) uint8 images, (N,) int64 labels. Shared by all visitors: not to change.

    If MNIST is broken it is None, and the page shows a sentence that says so.
    """
    found = digits.test_set(source)
    if found is None:
        return None
    known = _tensors.get(source)
    if known is None or known[0] is not found[0]:  # else what is known of them need not be found out again
        import torch

        images, labels = (torch.from_numpy(part) for part in found)
        known = _tensors[source] = found[0], (images, labels.long())
    return known[1]


def _load(network: str) -> NamedReader | None:
    """The network as it is by now; None, and a sentence, if it has no weights yet or they are no numbers."""
    reader = readers.load(network)
    if reader is None:
        st.info(t("common.no_weights"), icon=":material/hourglass_empty:")
        st.button(t("inspect.look_again"), key="inspect.again", icon=":material/refresh:")
    elif not readers.is_finite(reader.model):
        st.error(t("common.not_a_number"), icon=":material/error:")
        return None
    return reader


def _say_nothing_is_read(network: str) -> None:
    """The network's answer is no number: it has diverged, or what the visitor has changed is too much for it."""
    if not changes.of(network):
        st.error(t("common.not_a_number"), icon=":material/error:")
        return
    st.error(t("inspect.changed_too_much"), icon=":material/error:")
    changes.undo_button(network)


def _choose_image(source: str) -> _Image | None:
    if asked := address.asked("image"):
        st.session_state[keys.Inspect.IMAGE], st.session_state[keys.Inspect.TEST_NUMBER] = image_choice.KINDS[0], asked
    kind = image_choice.choose_kind(keys.Inspect.IMAGE)
    if kind == "test":
        return _test_image(source)
    address.write(image=None)
    return _drawing() if kind == "drawing" else _gallery()


def _test_image(source: str) -> _Image | None:
    found = digits.test_set(source)
    if found is None:
        return None
    images, labels = found
    name = t("inspect.test_number", source=digits.name_of(source), count=f"{len(images):,}")
    number = number_field(name, Number(1, len(images), integer=True), keys.Inspect.TEST_NUMBER)
    address.write(image=str(number) if number > 1 else None)
    _show_picture(images[number - 1])
    digits.caption_problem()
    st.button(
        t(classes.key("common.another_digit", source)),
        key="inspect.another",
        icon=":material/casino:",
        shortcut="N",
        on_click=_take_another,
        args=[len(images)],
    )
    return _Image(images[number - 1], int(labels[number - 1]), f"test-{source}-{number}")


def _take_another(count: int) -> None:
    st.session_state[keys.Inspect.TEST_NUMBER] = random.randrange(count) + 1


def _drawing() -> _Image | None:
    grey = image_choice.drawn(CANVAS, DRAWING_PIXELS, "inspect.")
    if grey is None:
        return None
    _show_picture(grey, PICTURE_PIXELS / 2, t("draw.seen"))
    return _Image(grey, None, f"drawing-{_fingerprint(grey)}")


def _gallery() -> _Image | None:
    digit = image_choice.from_gallery(keys.Inspect.GALLERY_NUMBER)
    if digit is None:
        return None
    _show_picture(digit.image)
    return _Image(digit.image, digit.meant, f"gallery-{_fingerprint(digit.image)}")


def _show_picture(pixels: np.ndarray, side: float = PICTURE_PIXELS, caption: str = "") -> None:
    """The image. On a phone it stands above all else, with what is read in it: see ``style.css``."""
    with st.container(key="inspect.picture"):
        show_image(pixels, t("inspect.image_alt"), round(shell.scaled(side)), caption)


def _fingerprint(pixels: np.ndarray) -> str:
    return hashlib.sha256(pixels.tobytes()).hexdigest()[:12]


def _show_answer(probabilities: list[float], is_doubtful: bool, label: int | None, source: str) -> None:
    """What the network reads, and whether that is right."""
    digit = digit_of(probabilities)
    words = [
        t("inspect.reads", digit=classes.name(source, digit), probability=probability_percent(probabilities[digit]))
    ]
    if label is not None:
        words.append(classes.verdict(source, digit, label))
    if is_doubtful:
        words.append(t("draw.no_digit"))
    with st.container(key="inspect.answer"):
        st.markdown("  \n".join(words))
