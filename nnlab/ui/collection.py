"""This visit's own digits: each drawing, what it was meant to be and what was read in it. Nothing here needs torch.

``kept_digits`` and ``arrays`` are for whatever wants to test or train a network with them.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import streamlit as st

from nnlab.config import IMAGE_SIDE
from nnlab.ui import keys, state

MOST = 200  # digits kept of one visit, the newest: more than a lesson's worth, and 160 KB of the server's memory
BYTES = 1000  # of memory for each


@dataclass(frozen=True, eq=False)
class KeptDigit:
    """One drawing of the visitor's.

    Attributes:
        image: (28, 28) uint8, 255 = ink, as the network saw it. Never changed.
        meant: what it was meant to be, as the visitor says.
        read: what the network read when the visitor said so.
        probability: what the network gave to ``read``.
        is_only_test: whether no network may learn from it: it was brought as a test.
    """

    image: np.ndarray
    meant: int
    read: int
    probability: float
    is_only_test: bool = False

    @property
    def is_right(self) -> bool:
        return self.meant == self.read


def kept_digits() -> list[KeptDigit]:
    """All of this visit, the oldest first."""
    return list(st.session_state.get(keys.OWN_DIGITS, ()))


def add(image: np.ndarray, meant: int, read: int, probability: float) -> None:
    """Keep a drawing. A drawing that is kept already, pixel for pixel, is replaced: it counts once.

    Args:
        image: (28, 28) uint8, 255 = ink. Copied.
    """
    pixels = np.array(image, np.uint8)
    pixels.flags.writeable = False
    new = KeptDigit(pixels, int(meant), int(read), float(probability))
    kept = kept_digits()
    known = index_of(pixels)
    if known is None:
        kept.append(new)
    else:
        kept[known] = new
    _keep(kept[-MOST:])


def add_all(digits: Sequence[KeptDigit]) -> None:
    """Keep several at once, as ``add`` keeps one; their images belong to the gallery from then on."""
    kept = {digit.image.tobytes(): digit for digit in (*kept_digits(), *digits)}
    _keep(list(kept.values())[-MOST:])


def remove(image: np.ndarray) -> None:
    """Forget the digit with these pixels; of a digit that is forgotten already, nothing more.

    A place among ``kept_digits()`` would not do: when a button is pressed twice, another digit has moved up to it.
    """
    index = index_of(image)
    if index is not None:
        kept = kept_digits()
        del kept[index]
        _keep(kept)


def name_of(image: np.ndarray) -> str:
    """Twelve letters that are a digit's own, by its pixels."""
    return hashlib.sha256(image.tobytes()).hexdigest()[:12]


def _keep(kept: list[KeptDigit]) -> None:
    state.keep(keys.OWN_DIGITS, tuple(kept), size=len(kept) * BYTES)


def score() -> tuple[int, int]:
    """How many were read right, and how many there are."""
    kept = kept_digits()
    return sum(digit.is_right for digit in kept), len(kept)


def arrays() -> tuple[np.ndarray, np.ndarray]:
    """All digits of this visit as a data set, as ``arrays_of`` makes it; N may be 0."""
    return arrays_of(kept_digits())


def arrays_of(chosen: list[KeptDigit]) -> tuple[np.ndarray, np.ndarray]:
    """Digits as a data set: (N, 28, 28) uint8 images, and (N,) int64 labels, which say what was meant."""
    images = np.zeros((len(chosen), IMAGE_SIDE, IMAGE_SIDE), np.uint8)
    for place, digit in zip(images, chosen, strict=True):
        place[:] = digit.image
    return images, np.array([digit.meant for digit in chosen], np.int64)


def only_test() -> np.ndarray:
    """(N,) bool: which of ``arrays()`` are a test alone."""
    return np.array([digit.is_only_test for digit in kept_digits()], np.bool_)


def index_of(image: np.ndarray) -> int | None:
    return next((index for index, digit in enumerate(kept_digits()) if np.array_equal(digit.image, image)), None)
