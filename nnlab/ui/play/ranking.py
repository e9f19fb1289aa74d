"""The ranking of the guessing game: everybody who has played on this server, the best first."""

from __future__ import annotations

import streamlit as st

from nnlab.games.guessing import GuessingGame
from nnlab.games.ranking import MAX_NAME_LENGTH, Ranking
from nnlab.ui import keys, state
from nnlab.ui.text import t

RANKING = Ranking()  # of all visitors, as long as the server runs
SHOWN_RANKS = 10


def offer_entry(game: GuessingGame) -> None:
    """A nickname and a button; once per game."""
    if keys.Play.RANKING_ENTRY in st.session_state:
        return
    with st.container(horizontal=True, vertical_alignment="bottom"):
        st.text_input(
            t("play.name"),
            key=keys.Play.NAME,
            max_chars=MAX_NAME_LENGTH,
            placeholder=t("play.anonymous"),
            persist_state="session",
        )
        st.button(t("play.enter"), key="play.enter", icon=":material/leaderboard:", on_click=_enter, args=[game])


def _enter(game: GuessingGame) -> None:
    entry = RANKING.add(state.owner(), st.session_state.get(keys.Play.NAME, ""), game)
    state.keep(keys.Play.RANKING_ENTRY, entry)


def show() -> None:
    """The best games so far, and this visitor's own."""
    entries = RANKING.entries()
    st.markdown(f"**{t('play.ranking')}**")
    if not entries:
        st.caption(t("play.ranking_empty"))
        return
    own = st.session_state.get(keys.Play.RANKING_ENTRY)
    shown = list(enumerate(entries[:SHOWN_RANKS], start=1))
    if own in entries[SHOWN_RANKS:]:
        shown.append((entries.index(own) + 1, own))
    lines = [f"| | {t('play.player')} | {t('play.score')} | {t('play.time')} |", "|--:|:--|--:|--:|"]
    for place, entry in shown:
        cells = [
            entry.name or t("play.anonymous"),
            str(entry.score),
            t("common.seconds", seconds=f"{entry.seconds:.1f}"),
        ]
        if entry is own:
            cells = [f"**{cell}**" for cell in cells]
        lines.append(f"| {place} | {' | '.join(cells)} |")
    st.markdown("\n".join(lines))
    st.caption(t("play.ranking_note"))
