"""How a network reads its whole test set: computed once for each network, for the sections that ask where it fails."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

import streamlit as st

from nnlab.ui.inspect.subject import Subject, test_tensors
from nnlab.ui.text import t

if TYPE_CHECKING:
    from torch import Tensor

    from nnlab.reader import Reader

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
    """All test images as the subject's network reads them; None, and a sentence, where that cannot be done."""
    found = test_tensors(subject.source)
    if found is None:
        return None
    images, labels = found
    with st.spinner(t("failures.reading", count=f"{len(images):,}"), show_time=False):
        probabilities = _probabilities(name_of(subject, found), _reader=subject.reader.network, _images=images)
    if not probabilities.isfinite().all():
        st.error(t("common.not_a_number"), icon=":material/error:")
        return None
    return Tested(images, labels, probabilities)


def name_of(subject: Subject, found: tuple[Tensor, Tensor]) -> str:
    """Names what decides how a test set, its images and labels, is read: the weights, the temperature and the set."""
    return f"{subject.reader.id} {subject.reader.network.calibration.temperature} {name_of_set(found)}"


def name_of_set(found: tuple[Tensor, Tensor]) -> str:
    """Names a test set by its labels and some of its images: the files of one source may be exchanged."""
    images, labels = found
    some = images[:: max(1, len(images) // SOME_IMAGES)]
    return hashlib.sha256(labels.numpy().tobytes() + some.numpy().tobytes()).hexdigest()[:16]


@st.cache_resource(show_spinner=False, max_entries=KEPT)
def _probabilities(name: str, _reader: Reader, _images: Tensor) -> Tensor:
    import torch

    from nnlab.evaluation import EVALUATION_BATCH, to_float

    return torch.cat([_reader.predict_proba(to_float(batch)) for batch in _images.split(EVALUATION_BATCH)])
