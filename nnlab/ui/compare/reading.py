"""What two networks read in a whole test set: at once, or beside the page where one of them is wide.

Read next: ``mistakes``, which shows where they disagree.
"""

from __future__ import annotations

import hashlib
from functools import partial
from typing import TYPE_CHECKING

import streamlit as st

from nnlab.compare.entry import Entry
from nnlab.ui import beside, keys, state
from nnlab.ui.compare import own
from nnlab.ui.components import making
from nnlab.ui.text import t

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import numpy as np
    from torch import Tensor

    from nnlab.runs.snapshot import Snapshot

KEPT = 24  # networks' answers to a whole test set, of all visitors together; each takes 0.4 MB
SOON = 0.3  # seconds: what is known already, or nearly, needs no bar


def both(entries: Sequence[Entry], names: Sequence[str], images: np.ndarray, labels: np.ndarray) -> list[Tensor] | None:
    """What the two networks read in the test set, (N, 10) each; None, and a sentence or a bar, while that is not known.

    Args:
        names: what the two runs are called.
    """
    asked: list[tuple[str, Snapshot]] = []
    for entry, name in zip(entries, names, strict=True):
        weights = own.weights(entry)
        if weights is None:
            st.info(t("compare.forgotten", name=name), icon=":material/history:")
            return None
        asked.append((f"{entry.id} {weights.step} {_name_of(images, labels)}", weights))
    if any(weights.model.config.parameter_count > beside.FAST_PARAMETERS for _, weights in asked):
        found = _beside(asked, images)
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


def _beside(asked: Sequence[tuple[str, Snapshot]], images: np.ndarray) -> list[Tensor] | None:
    """The same beside the page: a bar and a button to cancel it, until it is there."""
    title = " ".join(name for name, _ in asked)
    task = st.session_state.get(keys.Compare.READING)
    if task is None or task.name != title:
        task = _begin(title, asked, images)
        task.wait(SOON)
    if task.status == "finished":
        return list(task.result)
    if task.status == "running":
        making.show("compare.reading_bar", making.Feed(task.id, state.language(), task.share or 0.0, "beside"),
                    beside.words_of(task))  # fmt: skip
        st.button(t("compare.reading_cancel"), key="compare.reading_cancel", icon=":material/cancel:",
                  on_click=task.cancel)  # fmt: skip
        return None
    if task.status == "failed":
        st.error(t("compare.reading_failed"), icon=":material/error:")
    st.button(t("compare.reading_again"), key="compare.reading_again", icon=":material/play_arrow:",
              on_click=_begin, args=[title, asked, images])  # fmt: skip
    return None


def _begin(title: str, asked: Sequence[tuple[str, Snapshot]], images: np.ndarray) -> beside.Task:
    """Have the test set read; what this visitor had read is given up."""
    if before := st.session_state.get(keys.Compare.READING):
        before.cancel()
    task = st.session_state[keys.Compare.READING] = beside.Task(title, partial(_read_all, asked, images))
    return task


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
