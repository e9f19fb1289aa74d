"""Fool the network: change the pixels of a real digit until the network reads another one, by as few as possible.

What happens to the digit is in ``challenge``; here it is shown. The grid to click on is ``pixel_grid``.
"""

from __future__ import annotations

import streamlit as st

from nnlab.ui import charts, digits, keys, layout, pressing, readers, shell, state, terms
from nnlab.ui.answers import digit_of
from nnlab.ui.components import pixel_grid
from nnlab.ui.images import to_grey
from nnlab.ui.numbers import probability_percent
from nnlab.ui.play import challenge as challenges
from nnlab.ui.play import verdict
from nnlab.ui.play.challenge import GRID, Challenge
from nnlab.ui.text import prose, t

GRID_PIXELS, GRID_BELOW_LARGE_TEXT = 392, 336  # 14 and 12 times 28; a phone shows it as wide as it is
BARS_HEIGHT = 290
WATCH = "play.watch"  # the button that has the machine play


@st.fragment
def show() -> None:
    """The grid left, what the network reads right of it, the machine and the choice of a network beside that."""
    with st.container(horizontal=True, gap="medium", key="play.fool"):
        paper = st.container(width=_grid_pixels(), gap="small", key="play.task")
        answer = st.container(key="play.reads")
        side = st.container(width=layout.SIDE_PIXELS, key="play.side")
    with side:
        choice = readers.choose(reads_digits=True)
    with paper:
        challenge = challenges.current(choice)
        if challenge is None:
            return
        challenge.take_changes()
        _show_grid(challenge)
    with answer:
        _show_reading(challenge)
    with side:
        _side_buttons(challenge)
    _explain()


def _grid_pixels() -> int:
    """Its side: less where large letters above it leave less room."""
    return GRID_BELOW_LARGE_TEXT if state.has_large_text() else GRID_PIXELS


def _show_grid(challenge: Challenge) -> None:
    game, is_watching = challenge.game, challenge.is_watching
    st.markdown(t("play.task", label=game.label))
    pixel_grid.show(
        GRID,
        to_grey(challenge.picture if is_watching else game.image),  # the grid itself shows what its visitor changes
        challenge.changed,
        challenge.revision,
        _grid_pixels(),
        t("play.grid_alt", label=game.label),
        challenge.hint,
        is_watching,
    )
    if is_watching:
        _show_steps(challenge)
    else:
        _hand_buttons(challenge)


def _hand_buttons(challenge: Challenge) -> None:
    game = challenge.game
    with st.container(horizontal=True):
        st.button(
            t("common.undo"),
            key="play.fool_undo",
            icon=":material/undo:",
            on_click=challenge.undo,
            disabled=not game.can_undo,
        )
        st.button(
            t("play.start_over"),
            key="play.fool_over",
            icon=":material/restart_alt:",
            on_click=challenge.start_over,
            disabled=not game.count,
        )
        st.button(t("play.hint"), key="play.fool_hint", icon=":material/lightbulb:", on_click=challenge.give_hint)


# What the network says


def _show_reading(challenge: Challenge) -> None:
    game = challenge.game
    probabilities, is_doubtful = challenge.reader.read(challenge.picture)
    digit = digit_of(probabilities)
    if digit != game.label:
        challenge.keep_best()
    _say(challenge, digit, probability_percent(probabilities[digit]))
    counts = st.container(key="play.counts")
    figure = charts.probability_bars(
        probabilities, t("common.probability"), t("common.digit"), game.label, round(shell.scaled(BARS_HEIGHT))
    )
    reach = 1.7 if state.has_large_text() else 1.4
    charts.update_axes(figure, "x", range=[0, reach], tickvals=[0, 0.5, 1], tickangle=0)
    charts.hold_still(figure)
    reads = t("common.answer_alt", digit=digit, probability=probability_percent(probabilities[digit]))
    shell.show_chart(figure, key="play.bars", alt=t("common.bars_alt", answer=reads))
    if digit != game.label and is_doubtful:
        st.caption(t("play.doubtful"))
    st.caption(challenge.reader.words)
    with counts:
        if digit != game.label:
            challenge.find_machine()  # to compare with; found out when there is something to compare
        _show_counts(challenge)


def _say(challenge: Challenge, digit: int, probability: str) -> None:
    """What is read, and whether that is a success."""
    label = challenge.game.label
    if digit != label:
        words = t("play.fooled")
        hint = t("play.fooled_by", count=len(challenge.changed), digit=digit, label=label, probability=probability)
        verdict.show(str(digit), words, hint, "won")
        return
    if challenge.is_watching and challenge.step == len(challenge.machine.changes):
        hint = t("play.machine_failed", count=len(challenge.changed))
    else:
        hint = t("play.not_fooled")
    verdict.show(str(digit), f"{t(f'common.digit_{digit}')}<br>{probability}", hint)


def _show_counts(challenge: Challenge) -> None:
    """Pixels changed now, the visitor's best with this digit, and what the machine needs, if that is known."""
    best = "–" if challenge.best is None else challenge.best
    counts = {"changed": len(challenge.changed), "best": best, "machine": _machine_count(challenge)}
    fields = "".join(f"<div><small>{t(f'play.{name}')}</small><b>{count}</b></div>" for name, count in counts.items())
    st.html(f'<div class="nnlab-counts">{fields}</div>')


def _machine_count(challenge: Challenge) -> str:
    path = challenge.machine
    if path is None:
        return "?"
    return str(len(path.changed(challenge.game.image, len(path.changes)))) if path.has_flipped else t("play.gave_up")


def _side_buttons(challenge: Challenge) -> None:
    number = f"{challenge.index + 1:,}"
    count = f"{len(digits.load_test_set(challenge.source)[0]):,}"
    st.button(t("common.another_digit"), key="play.another", icon=":material/casino:", on_click=challenges.end)
    if challenge.is_watching:
        st.button(t("play.own"), key="play.own", icon=":material/undo:", on_click=challenge.watch, args=[False])
    elif pressing.button(t("play.watch"), WATCH, icon=":material/memory:"):
        challenge.find_machine()
        challenge.watch(True)
        pressing.answered(WATCH)
        st.rerun()
    st.caption(t("common.digit_number", source=digits.name_of(challenge.source), number=number, count=count))
    digits.caption_problem()


def _show_steps(challenge: Challenge) -> None:
    steps = len(challenge.machine.changes)
    if not steps:
        return  # no pixel helped at all
    st.session_state.setdefault(keys.Play.MACHINE_STEP, steps)
    st.slider(t("play.step"), 0, steps, key=keys.Play.MACHINE_STEP, on_change=challenge.show_anew)


def _explain() -> None:
    with st.expander(t("play.why"), icon=":material/school:", key="play.why"):
        terms.show(prose("play/fooling"))
