"""The end of the guessing game: the score, the ten drawings and what was read in them, the ranking."""

from __future__ import annotations

import numpy as np
import streamlit as st

from nnlab.config import IMAGE_SIDE
from nnlab.games.guessing import GuessingGame, Round
from nnlab.ui import keys, pressing, state
from nnlab.ui.images import show_image
from nnlab.ui.numbers import probability_percent
from nnlab.ui.play import ranking
from nnlab.ui.text import t

COMMANDS = "play.commands"  # key of the place of the main buttons, so that the keyboard's focus stays with them
AGAIN = "play.again"  # the button
THUMBNAIL_PIXELS = 84


def show(game: GuessingGame) -> bool:
    """Show it; returns whether the visitor wants to play again."""
    left, right = st.columns([5, 4], gap="large")
    with left:
        st.subheader(t("play.result", score=game.score, count=len(game.order)), anchor=False)
        with st.container(horizontal=True, gap="large"):
            st.metric(t("play.time"), t("common.seconds", seconds=f"{game.total_seconds:.1f}"), width="content")
            hardest = game.hardest
            st.metric(t("play.hardest"), str(hardest.asked), width="content", help=t("play.hardest_help"))
        with st.container(horizontal=True, vertical_alignment="center", key=COMMANDS):
            again = pressing.button(t("play.again"), AGAIN, icon=":material/replay:", type="primary")
            st.button(t("play.back"), key="play.back", type="tertiary", on_click=state.drop, args=[keys.Play.GAME])
        with st.container(horizontal=True, gap="small", key="play.drawings"):
            for played in game.rounds:
                _show_round(played)
    with right:
        ranking.offer_entry(game)
        ranking.show()
    return again


def _show_round(played: Round) -> None:
    with st.container(width=THUMBNAIL_PIXELS, gap=None):
        image = np.zeros((IMAGE_SIDE, IMAGE_SIDE), np.uint8) if played.image is None else played.image
        alt = t("play.drawing_alt", asked=played.asked, outcome=words_of(played))
        show_image(image, alt=alt, width=THUMBNAIL_PIXELS)
        read = "" if played.is_won or played.reading is None else f" → {played.reading.digit}"
        st.markdown(f"**{played.asked}**{read} {mark(played)}")
        st.caption(t("common.seconds", seconds=f"{played.seconds:.1f}"))


def mark(played: Round) -> str:
    """Whether a round was won, as a sign."""
    return "✓" if played.is_won else "✗"


def words_of(played: Round) -> str:
    """How long a round took, or what was read instead."""
    if played.is_won:
        certainty = probability_percent(played.reading.probability)
        return t("play.won_in", seconds=f"{played.seconds:.1f}", probability=certainty)
    if played.reading is None:
        return t("play.nothing_drawn")
    return t("play.was_read", digit=played.reading.digit)
