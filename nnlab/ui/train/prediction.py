"""Predict first: the question of a preset, and the study notes' curve, which waits until theirs has been answered.

The other presets ask something that nothing on the page answers before they are trained.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from nnlab.config import NOTES_LOSSES
from nnlab.ui import keys, restrictions, terms
from nnlab.ui.parameters import PRESET
from nnlab.ui.text import t

if TYPE_CHECKING:
    from nnlab.runs.run import Job

NOTES = "notes"  # the preset whose question the notes' curve answers


def ask(preset: str) -> None:
    """The question of a preset, or of the visitor's own settings ("own"); the notes' run has an answer to choose."""
    terms.note(f"train.preset_{preset}_ask")
    if preset != NOTES:
        return
    epoch = st.pills(
        t("train.predicted"),
        range(1, len(NOTES_LOSSES) + 1),
        key=keys.Train.PREDICTED,
        label_visibility="collapsed",
        persist_state="session",
        wrap=True,
    )
    if epoch:
        terms.note("train.predicted_note", epoch=epoch)


def is_awaited(preset: str | None, job: Job | None) -> bool:
    """Whether the notes' question stands there unanswered: neither has the visitor answered nor has a run ended.

    Args:
        preset: the one that the controls show, if any.
        job: the run that is shown, if any.
    """
    is_asked = preset == NOTES and not restrictions.is_hidden(PRESET)
    is_answered = st.session_state.get(keys.Train.PREDICTED) is not None
    return is_asked and not is_answered and (job is None or not job.is_over)
