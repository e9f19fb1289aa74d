"""What the visitor's changes do to a network: its accuracy on all test images, before and after."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from nnlab.ui import changes
from nnlab.ui.inspect.subject import Subject, test_tensors
from nnlab.ui.inspect.tested import name_of_set
from nnlab.ui.numbers import percent
from nnlab.ui.text import t

if TYPE_CHECKING:
    from torch import Tensor

    from nnlab.model import MLP


def show(subject: Subject) -> None:
    """Where something is changed: how much, the accuracy before and after, and a button to take the last one back."""
    made = changes.of(subject.network)
    if not made:
        return
    words = t("inspect.effect", count=len(made))
    accuracies = before_and_after(subject)
    if accuracies:
        before, after = (percent(accuracy, 2) for accuracy in accuracies)
        words += " " + t("inspect.effect_accuracy", before=before, after=after)
    st.markdown(words)
    changes.undo_button(subject.network)


def before_and_after(subject: Subject) -> tuple[float, float] | None:
    """The fraction of the test images that are read rightly without the changes, and with them; None without images."""
    tested = test_tensors(subject.source)
    if tested is None:
        return None
    name = name_of_set(tested)
    before, after = (_accuracy(reader.id, name, reader.model, *tested) for reader in (subject.before, subject.reader))
    return before, after


@st.cache_data(show_spinner=False, max_entries=1000)
def _accuracy(network: str, test_set: str, _model: MLP, _images: Tensor, _labels: Tensor) -> float:
    from nnlab.evaluation import score

    return score(_model, _images, _labels)[1]
