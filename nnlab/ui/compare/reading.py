"""What two networks read in a whole test set: at once, or beside the page where one of them is wide.

Read next: ``mistakes``, which shows where they disagree.
"""

from __future__ import annotations

import hashlib
from functools import partial
from typing import TYPE_CHECKING

import streamlit as st

from nnlab.compare.entry import Entry
from nnlab.ui import beside, keys, waiting
from nnlab.ui.compare import own
from nnlab.ui.text import t, unmarked

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import numpy as np
    from torch import Tensor

    from nnlab.runs.snapshot import Snapshot

KEPT = 24  # networks' answers to a whole test set, of all visitors together; each takes 0.4 MB


def both(entries: Sequence[Entry], names: Sequence[str], images: np.ndarray, labels: np.ndarray) -> list[Tensor] | None:
    """What the two networks read in the test set, (N, 10) each; None, and a sentence or a bar, while that is not known.

    Args:
        names: what the two runs are called.
    """
    asked: list[tuple[str, Snapshot]] = []
    for entry, name in zip(entries, names, strict=True):
        weights = own.weights(entry)
        if weights is None:
            st.info(t("compare.forgotten", name=unmarked(name)), icon=":material/history:")
            return None
        asked.append((f"{entry.id} {weights.step} {_name_of(images, labels)}", weights))
    if any(beside.takes_long(weights.model.config.parameter_count, len(images)) for _, weights in asked):
        title = " ".join(name for name, _ in asked)
        found = waiting.made("compare.reading_", keys.Compare.READING, title, partial(_read_all, asked, images))
    else:
        with st.spinner(t("failures.reading", count=f"{len(images):,}"), show_time=False):
            found = [_probabilities(name, _weights=weights, _images=images) for name, weights in asked]
    if found is not None and not all(probabilities.isfinite().all() for probabilities in found):
        st.error(t("common.not_a_number"), icon=":material/error:")
        return None
    return found


def _name_of(images: np.ndarray, labels: np.ndarray) -> str:
    """Names a test set by its labels and some of its images."""
    some = images[:: max(1, len(images) // 100)]
    return hashlib.sha256(labels.tobytes() + some.tobytes()).hexdigest()[:16]


def _read_all(asked: Sequence[tuple[str, Snapshot]], images: np.ndarray, hear: beside.Hear) -> list[Tensor]:
    found = []
    for name, weights in asked:

        def tell(share: float) -> None:
            hear((len(found) + share) / len(asked), "compare.reading_now")

        found.append(_probabilities(name, _weights=weights, _images=images, _hear=tell))
    return found


@st.cache_resource(show_spinner=False, max_entries=KEPT)
def _probabilities(
    name: str, _weights: Snapshot, _images: np.ndarray, _hear: Callable[[float], None] = lambda share: None
) -> Tensor:
    import torch

    from nnlab.evaluation import predict

    return predict(_weights.model, torch.from_numpy(_images), _hear)
