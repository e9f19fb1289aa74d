"""How a network reads its whole test set: computed once for each network, for the sections that ask where it fails.

A wide network reads beside the page, which shows how far it is meanwhile. So it does for the other sections that show
it many images: ``made_beside``.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

import streamlit as st

from nnlab.ui import beside, keys, waiting
from nnlab.ui.inspect.subject import Subject, test_tensors
from nnlab.ui.text import t

if TYPE_CHECKING:
    from collections.abc import Callable

    from torch import Tensor

    from nnlab.reader import Reader

T = TypeVar("T")
KEPT = 24  # networks of all visitors together; each takes 0.4 MB
SOME_IMAGES = 100  # of a test set, which name it


@dataclass(frozen=True, eq=False)
class Tested:
    """A test set and what a network reads in it.

    Attributes:
        images, labels: (N, 28, 28) uint8, (N,) int64. Shared by all visitors: not to change.
        probabilities: (N, 10) float32, finite, with the network's own temperature, as on all pages.
    """

    images: Tensor
    labels: Tensor
    probabilities: Tensor


def read_test_set(subject: Subject) -> Tested | None:
    """All test images as the subject's network reads them; None, and a sentence or a bar, while that is not known."""
    found = test_tensors(subject.source)
    if found is None:
        return None
    images, labels = found
    name, reader = name_of(subject, found), subject.reader.network
    if beside.takes_long(subject.reader.model.config.parameter_count, len(images)):

        def read(hear: beside.Hear) -> Tensor:
            return _probabilities(
                name, _reader=reader, _images=images, _hear=lambda share: hear(share, "inspect.reading_now")
            )

        probabilities = made_beside(name, read)
        if probabilities is None:
            return None
    else:
        with st.spinner(t("failures.reading", count=f"{len(images):,}"), show_time=False):
            probabilities = _probabilities(name, _reader=reader, _images=images)
    if not probabilities.isfinite().all():
        st.error(t("common.not_a_number"), icon=":material/error:")
        return None
    return Tested(images, labels, probabilities)


def made_beside(name: str, make: Callable[[beside.Hear], T]) -> T | None:
    """What ``make`` makes of a wide network beside the page; until it is there None, and a bar with Cancel.

    Only one section is open at a time, and one of them has it made: what another one asked for is given up.
    """
    return waiting.made("inspect.reading_", keys.Inspect.READING, name, make)


def name_of(subject: Subject, found: tuple[Tensor, Tensor]) -> str:
    """Names what decides how a test set, its images and labels, is read: the weights, the temperature and the set."""
    return f"{subject.reader.id} {subject.reader.network.calibration.temperature} {name_of_set(found)}"


def name_of_set(found: tuple[Tensor, Tensor]) -> str:
    """Names a test set by its labels and some of its images: the files of one source may be exchanged."""
    images, labels = found
    some = images[:: max(1, len(images) // SOME_IMAGES)]
    return hashlib.sha256(labels.numpy().tobytes() + some.numpy().tobytes()).hexdigest()[:16]


@st.cache_resource(show_spinner=False, max_entries=KEPT)
def _probabilities(
    name: str, _reader: Reader, _images: Tensor, _hear: Callable[[float], None] = lambda share: None
) -> Tensor:
    from nnlab.evaluation import in_batches

    return in_batches(_reader.predict_proba, _images, _hear)
