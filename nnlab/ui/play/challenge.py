"""One digit with which to fool the network: what the visitor has changed, a hint, and what the machine would change.

The rules and the machine are in ``nnlab.games.fooling``; ``fool`` shows all of it.
"""

from __future__ import annotations

import itertools
import math
import random
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
import streamlit as st

from nnlab.ui import digits, keys, readers, state
from nnlab.ui.answers import is_answer
from nnlab.ui.components import pixel_grid
from nnlab.ui.readers import NamedReader
from nnlab.ui.text import t

if TYPE_CHECKING:
    from torch import Tensor

    from nnlab.games.fooling import FoolGame, Path

GRID = "play.grid"  # the key of the component with which pixels are changed
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

    # What is shown

    @property
    def step(self) -> int:
        """How many of the machine's changes are shown."""
        steps = len(self.machine.changes)
        return min(st.session_state.get(keys.Play.MACHINE_STEP, steps), steps)

    @property
    def picture(self) -> Tensor:
        """The digit with the changes that are shown: (28, 28) float32 in [0, 1]."""
        return self.machine.picture(self.game.image, self.step) if self.is_watching else self.game.picture

    @property
    def changed(self) -> frozenset[int]:
        """The numbers of the pixels that are changed in what is shown."""
        return self.machine.changed(self.game.image, self.step) if self.is_watching else self.game.flipped

    # What the visitor does

    def take_changes(self) -> None:
        """What was clicked since the page was drawn last."""
        flipped = None if self.is_watching else pixel_grid.sent(GRID, self.revision)
        if flipped is not None and self.game.change(flipped):
            self.hint = None

    def undo(self) -> None:
        self.take_changes()
        self.game.undo()
        self.show_anew()

    def start_over(self) -> None:
        self.take_changes()
        self.game.start_over()
        self.show_anew()

    def watch(self, is_watching: bool) -> None:
        """Show the machine's way, from its end, or the visitor's own again."""
        self.take_changes()
        self.is_watching = is_watching
        self.show_anew()
        if is_watching:
            st.session_state[keys.Play.MACHINE_STEP] = len(self.machine.changes)

    def show_anew(self) -> None:
        """Have the grid take over other marks than it has."""
        self.revision, self.hint = next(_revisions), None

    def give_hint(self) -> None:
        """Point at the pixel whose change helps most."""
        import torch

        from nnlab.games.fooling import best_pixel, number_of

        self.take_changes()
        with torch.inference_mode():
            found = best_pixel(self.reader.network, self.game.picture, self.game.label)
        self.hint = number_of(found)

    def find_machine(self) -> None:
        """Have the machine play with this digit; it does so once."""
        if self.machine is None:
            import torch

            from nnlab.games.fooling import greedy_path

            with st.spinner(t("play.searching")), torch.inference_mode():
                self.machine = greedy_path(self.reader.network, self.game.image, self.game.label)

    # The fewest pixels

    @property
    def best(self) -> int | None:
        """The fewest pixels with which the visitor has fooled the network; None so far."""
        return st.session_state.get(keys.Play.FEWEST_PIXELS, {}).get(self.name)

    def keep_best(self) -> None:
        """Remember with how few pixels the network is fooled now; what the machine did is not the visitor's."""
        if not self.is_watching and self.game.count < (math.inf if self.best is None else self.best):
            all_best = st.session_state.get(keys.Play.FEWEST_PIXELS, {}) | {self.name: self.game.count}
            state.keep(keys.Play.FEWEST_PIXELS, all_best, size=100 * len(all_best))


def current(choice: str) -> Challenge | None:
    """The present one, or one for a new network or data set; None, with the reason on the page, if there is none."""
    source = digits.source_here()
    known: Challenge | None = st.session_state.get(keys.Play.CHALLENGE)
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
    st.session_state[keys.Play.CHALLENGE] = challenge = Challenge(choice, source, found, reader, game)
    return challenge


def end() -> None:
    """Give this digit up; the next one is chosen when the page is drawn."""
    st.session_state.pop(keys.Play.CHALLENGE, None)
