"""Fool the network: change the pixels of a real digit until the network reads another one, by as few as possible.

The rules and the machine that plays too are in ``nnlab.games.fooling``; the grid to click on is ``pixel_grid``.
"""

from __future__ import annotations

import itertools
import math
import random
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
import streamlit as st

from nnlab.ui import charts, digits, layout, readers, shell, state
from nnlab.ui.answers import digit_of, is_answer
from nnlab.ui.components import pixel_grid
from nnlab.ui.images import to_grey
from nnlab.ui.numbers import percent
from nnlab.ui.play import verdict
from nnlab.ui.readers import NamedReader
from nnlab.ui.text import prose, t

if TYPE_CHECKING:
    from nnlab.games.fooling import FoolGame, Path

GRID = "play.grid"
GRID_PIXELS, GRID_BELOW_LARGE_TEXT = 392, 336  # 14 and 12 times 28; a phone shows it as wide as it is
BARS_HEIGHT = 290
_revisions = itertools.count(1)


@dataclass(eq=False)
class Challenge:
    """A digit to change, and the network to fool, as it was when the digit was chosen.

    Attributes:
        choice, source, index: which network, which data set, which of its test digits.
        revision: see ``pixel_grid``.
        hint: the number of the pixel that is pointed at.
        machine: the machine's way, once somebody asked for it.
        is_watching: whether the machine's way is shown instead of the visitor's.
    """

    choice: str
    source: str
    index: int
    reader: NamedReader
    game: FoolGame
    revision: int = field(default_factory=lambda: next(_revisions))
    hint: int | None = None
    machine: Path | None = None
    is_watching: bool = False

    @property
    def name(self) -> tuple[str, str, int]:
        return self.choice, self.source, self.index


@st.fragment
def show() -> None:
    """The grid left, what the network reads right of it, the machine and the choice of a network beside that."""
    with st.container(horizontal=True, gap="medium"):
        paper = st.container(width=_grid_pixels(), gap="small", key="play.task")
        answer = st.container(key="play.reads")
        side = st.container(width=layout.SIDE_PIXELS)
    with side:
        choice = readers.choose()
    with paper:
        challenge = _challenge(choice)
        if challenge is None:
            return
        _take_changes(challenge)
        _show_grid(challenge)
    with answer:
        _show_reading(challenge)
    with side:
        _side_buttons(challenge)
    _explain()


def _grid_pixels() -> int:
    """Its side: less where large letters above it leave less room."""
    return GRID_BELOW_LARGE_TEXT if state.has_large_text() else GRID_PIXELS


# The digit


def _challenge(choice: str) -> Challenge | None:
    """The present one, or one for a new network or data set; None, with the reason on the page, if there is none."""
    source = digits.source_here()
    known: Challenge | None = st.session_state.get(state.CHALLENGE)
    if known is not None and (known.choice, known.source) == (choice, source):
        return known
    readers.wait_for_torch()
    reader = readers.load(choice)
    if reader is None:
        st.info(t("common.no_weights"), icon=":material/hourglass_empty:")
        st.button(t("common.read_again"), key="play.wait", icon=":material/refresh:")
        return None
    found = digits.test_set(source)
    return found and _begin(choice, source, reader, *found)


def _begin(choice: str, source: str, reader: NamedReader, images: np.ndarray, labels: np.ndarray) -> Challenge | None:
    import torch

    from nnlab.games.fooling import FoolGame, find_readable

    if not is_answer(reader.read(torch.zeros(28, 28)).probabilities):
        st.error(t("common.not_a_number"), icon=":material/error:")
        return None
    with torch.inference_mode():
        found = find_readable(
            reader.network, torch.from_numpy(images), torch.from_numpy(labels), random.getrandbits(32)
        )
    if found is None:
        st.warning(t("play.reads_nothing"), icon=":material/help:")
        return None
    game = FoolGame(torch.from_numpy(images[found]) / 255, int(labels[found]))
    st.session_state[state.CHALLENGE] = challenge = Challenge(choice, source, found, reader, game)
    return challenge


def _another() -> None:
    st.session_state.pop(state.CHALLENGE, None)


def _take_changes(challenge: Challenge) -> None:
    """What was clicked since the page was drawn last."""
    flipped = None if challenge.is_watching else pixel_grid.sent(GRID, challenge.revision)
    if flipped is not None and challenge.game.change(flipped):
        challenge.hint = None


def _show_grid(challenge: Challenge) -> None:
    game, is_watching = challenge.game, challenge.is_watching
    st.markdown(t("play.task", label=game.label))
    step = _step(challenge) if is_watching else 0
    pixels = challenge.machine.picture(game.image, step) if is_watching else game.image
    pixel_grid.show(
        GRID,
        to_grey(pixels),
        challenge.machine.changed(game.image, step) if is_watching else game.flipped,
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
            on_click=_undo,
            args=[challenge],
            disabled=not game.can_undo,
        )
        st.button(
            t("play.start_over"),
            key="play.fool_over",
            icon=":material/restart_alt:",
            on_click=_start_over,
            args=[challenge],
            disabled=not game.count,
        )
        st.button(t("play.hint"), key="play.fool_hint", icon=":material/lightbulb:", on_click=_point, args=[challenge])


def _undo(challenge: Challenge) -> None:
    _take_changes(challenge)
    challenge.game.undo()
    challenge.revision, challenge.hint = next(_revisions), None


def _start_over(challenge: Challenge) -> None:
    _take_changes(challenge)
    challenge.game.start_over()
    challenge.revision, challenge.hint = next(_revisions), None


def _point(challenge: Challenge) -> None:
    import torch

    from nnlab.games.fooling import best_pixel, number_of

    _take_changes(challenge)
    with torch.inference_mode():
        found = best_pixel(challenge.reader.network, challenge.game.picture, challenge.game.label)
    challenge.hint = number_of(found)


# What the network says


def _show_reading(challenge: Challenge) -> None:
    game = challenge.game
    picture = challenge.machine.picture(game.image, _step(challenge)) if challenge.is_watching else game.picture
    probabilities, is_doubtful = challenge.reader.read(picture)
    digit = digit_of(probabilities)
    if digit != game.label:
        _keep_best(challenge)
    _say(challenge, digit, percent(probabilities[digit]))
    counts = st.container(key="play.counts")
    figure = charts.probability_bars(
        probabilities, t("common.probability"), t("common.digit"), game.label, round(shell.scaled(BARS_HEIGHT))
    )
    figure.update_xaxes(range=[0, 1.7 if state.has_large_text() else 1.4], tickvals=[0, 0.5, 1], tickangle=0)
    charts.hold_still(figure)
    reads = t("common.answer_alt", digit=digit, probability=percent(probabilities[digit]))
    shell.show_chart(figure, key="play.bars", alt=t("common.bars_alt", answer=reads))
    if digit != game.label and is_doubtful:
        st.caption(t("play.doubtful"))
    st.caption(challenge.reader.words)
    with counts:
        if digit != game.label:
            _machine(challenge)  # to compare with; found out when there is something to compare
        _show_counts(challenge)


def _say(challenge: Challenge, digit: int, probability: str) -> None:
    """What is read, and whether that is a success."""
    label = challenge.game.label
    if digit != label:
        words = t("play.fooled")
        hint = t("play.fooled_by", count=_count(challenge), digit=digit, label=label, probability=probability)
        verdict.show(str(digit), words, hint, "won")
        return
    if challenge.is_watching and _step(challenge) == len(challenge.machine.changes):
        hint = t("play.machine_failed", count=_count(challenge))
    else:
        hint = t("play.not_fooled")
    verdict.show(str(digit), f"{t(f'common.digit_{digit}')}<br>{probability}", hint)


def _keep_best(challenge: Challenge) -> None:
    """Remember how few pixels fooled the network; what the machine did is not the visitor's."""
    if not challenge.is_watching:
        best, count = st.session_state.get(state.FEWEST_PIXELS, {}), challenge.game.count
        if count < best.get(challenge.name, math.inf):
            state.keep(state.FEWEST_PIXELS, best | {challenge.name: count}, size=100 * (len(best) + 1))


def _count(challenge: Challenge) -> int:
    """How many pixels are changed in what is shown."""
    if challenge.is_watching:
        return len(challenge.machine.changed(challenge.game.image, _step(challenge)))
    return challenge.game.count


def _show_counts(challenge: Challenge) -> None:
    """Pixels changed now, the visitor's best with this digit, and what the machine needs, if that is known."""
    best = st.session_state.get(state.FEWEST_PIXELS, {}).get(challenge.name, "–")
    counts = {"changed": _count(challenge), "best": best, "machine": _machine_count(challenge)}
    fields = "".join(f"<div><small>{t(f'play.{name}')}</small><b>{count}</b></div>" for name, count in counts.items())
    st.html(f'<div class="nnlab-counts">{fields}</div>')


def _machine_count(challenge: Challenge) -> str:
    path = challenge.machine
    if path is None:
        return "?"
    return str(len(path.changed(challenge.game.image, len(path.changes)))) if path.has_flipped else t("play.gave_up")


# The machine


def _machine(challenge: Challenge) -> Path:
    """The machine's way with this digit; looked for once."""
    if challenge.machine is None:
        import torch

        from nnlab.games.fooling import greedy_path

        with st.spinner(t("play.searching")), torch.inference_mode():
            challenge.machine = greedy_path(challenge.reader.network, challenge.game.image, challenge.game.label)
    return challenge.machine


def _side_buttons(challenge: Challenge) -> None:
    number = f"{challenge.index + 1:,}"
    count = f"{len(digits.load_test_set(challenge.source)[0]):,}"
    st.button(t("common.another_digit"), key="play.another", icon=":material/casino:", on_click=_another)
    if challenge.is_watching:
        st.button(t("play.own"), key="play.own", icon=":material/undo:", on_click=_watch, args=[challenge, False])
    elif st.button(t("play.watch"), key="play.watch", icon=":material/memory:"):
        _machine(challenge)
        _watch(challenge, True)
        st.rerun()
    st.caption(t("common.digit_number", source=digits.name_of(challenge.source), number=number, count=count))
    digits.caption_problem()


def _watch(challenge: Challenge, is_watching: bool) -> None:
    _take_changes(challenge)
    challenge.is_watching, challenge.hint = is_watching, None
    challenge.revision = next(_revisions)
    if is_watching:
        st.session_state[state.MACHINE_STEP] = len(challenge.machine.changes)


def _step(challenge: Challenge) -> int:
    """How many of the machine's changes are shown."""
    steps = len(challenge.machine.changes)
    return min(st.session_state.get(state.MACHINE_STEP, steps), steps)


def _show_steps(challenge: Challenge) -> None:
    steps = len(challenge.machine.changes)
    if not steps:
        return  # no pixel helped at all
    st.session_state.setdefault(state.MACHINE_STEP, steps)
    st.slider(t("play.step"), 0, steps, key=state.MACHINE_STEP, on_change=_turn, args=[challenge])


def _turn(challenge: Challenge) -> None:
    """The grid must take over other marks than it has."""
    challenge.revision = next(_revisions)


def _explain() -> None:
    with st.expander(t("play.why"), icon=":material/school:"):
        st.markdown(prose("play/fooling"))
