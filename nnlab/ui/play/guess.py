"""The guessing game: a start, ten rounds on the canvas, and a summary.

The rules are in ``games.guessing``. Each round has a canvas of its own: a stroke that was still under way when the last
round ended belongs to a canvas that is gone, and cannot count for the next digit.
"""

from __future__ import annotations

import random
import time
from typing import TYPE_CHECKING

import numpy as np
import streamlit as st

from nnlab.games.guessing import TIME_LIMITS, GuessingGame, Reading, Round
from nnlab.ui import collection, keys, layout, pressing, readers, state
from nnlab.ui.answers import digit_of
from nnlab.ui.components import clock
from nnlab.ui.components.canvas import PEN_WIDTHS, Canvas
from nnlab.ui.images import to_grey
from nnlab.ui.numbers import probability_percent
from nnlab.ui.play import ranking, summary, verdict
from nnlab.ui.play.summary import COMMANDS, mark, words_of
from nnlab.ui.text import t

if TYPE_CHECKING:
    from torch import Tensor

START = "play.start"  # the button
GAME_BYTES = 16_000  # of memory, with its ten drawings
CANVAS_BELOW_LARGE_TEXT = 308  # pixels, 11 times 28


@st.fragment
def show() -> None:
    """Whatever this visitor's game is at."""
    game: GuessingGame | None = st.session_state.get(keys.Play.GAME)
    if game is None:
        _show_start()
        return
    if not game.is_over:
        game.check_time(time.monotonic())
    _keep_drawings(game)
    if game.is_over:
        if summary.show(game):
            _begin(game.limit)
    else:
        _play(game)


# The start


def _show_start() -> None:
    left, right = st.columns([5, 4], gap="large")
    with left:
        st.markdown(t("play.rules"))
        limit = _choose_limit()
        with st.container(key=COMMANDS):
            is_pressed = pressing.button(t("play.start"), START, icon=":material/play_arrow:", type="primary")
        if is_pressed:
            _begin(limit)
        st.caption(t("play.what_counts"))
    with right:
        ranking.show()


def _choose_limit() -> int | None:
    """Seconds for each digit, or None."""
    names = {limit or 0: t("common.seconds", seconds=limit) if limit else t("play.no_limit") for limit in TIME_LIMITS}
    chosen = st.segmented_control(
        t("play.limit"),
        list(names),
        format_func=names.get,
        key=keys.Play.LIMIT,
        default=0,
        required=True,
        persist_state="session",
        wrap=True,
    )
    return chosen or None


def _begin(limit: float | None) -> None:
    """A new game, once the network can answer at once: the clock does not wait for it."""
    readers.wait_for_torch()
    import torch

    readers.load(readers.BUNDLED).read(torch.zeros(28, 28))
    state.keep(keys.Play.GAME, GuessingGame(random.getrandbits(32), limit, time.monotonic()), GAME_BYTES)
    state.keep(keys.Play.KEPT_ROUNDS, 0)
    state.drop(keys.Play.RANKING_ENTRY)
    pressing.answered(START)
    pressing.answered(summary.AGAIN)
    st.rerun()


# A round


def _play(game: GuessingGame) -> None:
    size = canvas_pixels()
    token = f"{game.seed}-{len(game.rounds)}"
    canvas = Canvas(f"play.{token}")
    with st.container(horizontal=True, gap="medium"):
        paper = st.container(width=size, key="play.paper", gap="small")
        answer = st.container(key="play.answer")
    with paper:
        with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
            with st.container(width="stretch"):
                _show_prompt(game)
            with st.container(width=110):
                clock.show("play.clock", token, game.elapsed(time.monotonic()), game.limit)
        pen_width = round(PEN_WIDTHS[1] * size / layout.CANVAS_PIXELS)
        pixels = canvas.show(size, pen_width, t("common.canvas_alt"))
        with st.container(horizontal=True, key=COMMANDS):
            _buttons(game, canvas)
    if _listen(game, pixels):
        st.rerun()  # the next digit is asked for, on new paper
    with answer:
        show_guess(game)
        _show_rounds(game)
        _show_progress(game)


def canvas_pixels() -> int:
    """Its side: less where large letters around it leave less room."""
    return CANVAS_BELOW_LARGE_TEXT if state.has_large_text() else layout.CANVAS_PIXELS


def _show_prompt(game: GuessingGame) -> None:
    number = t("play.round", number=len(game.rounds) + 1, count=len(game.order))
    prompt = t(f"play.draw_{game.asked}")
    st.html(f'<div class="nnlab-prompt" role="status"><small>{number}</small><b>{prompt}</b></div>')


def _buttons(game: GuessingGame, canvas: Canvas) -> None:
    is_blank = not canvas.strokes()
    st.button(t("common.undo"), key="play.undo", icon=":material/undo:", on_click=canvas.undo, disabled=is_blank)
    st.button(t("common.clear"), key="play.clear", icon=":material/delete:", on_click=canvas.clear, disabled=is_blank)
    number = len(game.rounds)
    key = f"play.skip.{number}"
    st.button(t("play.skip"), key=key, icon=":material/skip_next:", on_click=_skip, args=[game, number])


def _skip(game: GuessingGame, number: int) -> None:
    """Give up the round that the button was drawn for: a press that comes late must not skip the next digit.

    That round may have ended since, by its time or by a stroke, in a run of the page that the press has cut off.
    """
    if len(game.rounds) == number:
        game.skip(time.monotonic())


def _listen(game: GuessingGame, pixels: np.ndarray | None) -> bool:
    """Have the network read the drawing; returns whether the round is over with that."""
    played = len(game.rounds)
    image = None if pixels is None else _seen(pixels)
    if image is None:
        game.wipe()
        return False
    probabilities, is_doubtful = readers.load(readers.BUNDLED).read(image)
    digit = digit_of(probabilities)
    reading = Reading(digit, probabilities[digit], is_doubtful)
    game.hear(to_grey(image), reading, time.monotonic())
    return len(game.rounds) > played


def _seen(pixels: np.ndarray) -> Tensor | None:
    """The canvas as the network sees it, (28, 28) float32; None if there is no ink on it."""
    from nnlab.drawing import stages

    found = stages(pixels)
    return None if found.is_empty else found.result


def show_guess(game: GuessingGame) -> None:
    """What the network says: to the present drawing, or, before there is one, to the last round's."""
    if game.reading is not None:
        reading, asked = game.reading, game.asked
        probability = probability_percent(reading.probability)
        if reading.is_doubtful:
            hint = t("play.no_digit")
        elif reading.digit == asked:
            hint = t("play.not_sure")
        else:
            hint = t("play.not_yet", asked=asked)
        verdict.show(str(reading.digit), f"{t(f'common.digit_{reading.digit}')}<br>{probability}", hint)
    elif game.rounds:
        last = game.rounds[-1]
        words = t(f"play.{last.outcome}", digit=last.asked)
        verdict.show(mark(last), words, words_of(last), "won" if last.is_won else "lost")
    else:
        verdict.show("?", t("play.begin"), t("play.begin_hint"))


def _show_rounds(game: GuessingGame) -> None:
    """The ten rounds as ten small fields: the digits asked for so far, each with its outcome."""
    fields = [f'<span class="{played.outcome}">{played.asked}<br>{mark(played)}</span>' for played in game.rounds]
    rest = len(game.order) - len(fields)
    if rest:
        fields.append(f'<span class="now">{game.asked}</span>')
        fields += ["<span></span>"] * (rest - 1)
    st.html(f'<div class="nnlab-rounds">{"".join(fields)}</div>')


def _show_progress(game: GuessingGame) -> None:
    with st.container(horizontal=True, key="play.progress", width="content", gap="large"):
        count = len(game.rounds)
        st.metric(t("play.score"), t("play.of", number=game.score, count=count), width="content")
        st.metric(t("play.time"), t("common.seconds", seconds=f"{game.total_seconds:.1f}"), width="content")
    st.button(
        t("play.stop"),
        key="play.stop",
        icon=":material/close:",
        type="tertiary",
        on_click=state.drop,
        args=[keys.Play.GAME],
    )


def _keep_drawings(game: GuessingGame) -> None:
    """Put the drawings of the rounds that have ended since into this visit's gallery."""
    new = game.rounds[st.session_state.get(keys.Play.KEPT_ROUNDS, 0) :]
    for played in new:
        if played.image is not None:
            keep_drawing(played)
    if new:
        state.keep(keys.Play.KEPT_ROUNDS, len(game.rounds))


def keep_drawing(played: Round) -> None:
    """Put the drawing of a round into this visit's gallery."""
    collection.add(played.image, played.asked, played.reading.digit, played.reading.probability)
