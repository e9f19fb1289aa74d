"""Replay: a run from its first step to its last, along one slider, and as a film to take along.

Read next: ``replay_digit``, which digit passes through; ``replay_film``; ``recordings``, what the browser asks for.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from nnlab.sources.published import is_of_digits
from nnlab.ui import classes, digits
from nnlab.ui.components import live_reading, replay_player
from nnlab.ui.layout import columns
from nnlab.ui.runs import opened, recordings, replay_digit, replay_film, ways
from nnlab.ui.text import t

if TYPE_CHECKING:
    from nnlab.replay.recording import Recording

CHOICE_WIDTH = 0.2  # of the page, on a wide screen


def show() -> None:
    """The choice of a run, and its player; a sentence where there is nothing to play."""
    run = opened.choose()
    if run is None:
        st.caption(t("replay.look"))
        return
    ways.from_replay(run.id)
    recording = recordings.find(run.id)
    if recording is None:
        st.info(t("replay.gone"), icon=":material/delete:")
    elif not recording.is_playable:
        st.info(t("replay.too_few"), icon=":material/hourglass_empty:")
        st.button(t("replay.look_again"), key="runs.replay_again", icon=":material/refresh:")
    elif recording.setup.model.parameter_count > live_reading.MAX_PARAMETERS:
        most = f"{live_reading.MAX_PARAMETERS:,}"
        st.info(t("replay.too_large", most=most), icon=":material/memory:")
    else:
        _show_player(recording)


def _show_player(recording: Recording) -> None:
    left, right = columns(CHOICE_WIDTH)
    with left:
        chosen = replay_digit.choose(recording.data_source)
    with right:
        pixels, truth = (chosen.pixels, chosen.truth) if chosen else (None, None)
        source = recording.data_source
        replay_player.show(recording.id, recordings.revision(recording), pixels, truth, source)
        name = digits.name_of(source)
        if not is_of_digits(source):
            st.caption(classes.legend(source))
        st.caption(t("replay.note", source=name) + (f" {t('replay.thinned')}" if recording.dropped else ""))
        if not recording.job.is_over:
            st.button(t("replay.go_on"), key="runs.replay_again", icon=":material/refresh:")
        if chosen is not None:
            replay_film.show(recording, chosen)
