"""Whose turn it is, and for how long: fair among owners, and short when many wait.

Each owner's time is counted, and whoever of those that want to go on has had least is next; of that owner's runs, the
one that has had least. Who rests saves no time up, and owes none: whoever comes back begins level with the others.

What is waited for goes first, but for every fourth turn, which keeps the others going. If several are waited for, the
one that has had fewest turns since it was last called is next: what needs a turn or two does not wait for what needs
many.

This knows no clock and no run: it is told who wants to go on, and afterwards how long it took.
Source: the idea is that of Linux' scheduler, https://docs.kernel.org/scheduler/sched-design-CFS.html
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

LONGEST_SECONDS = 0.04  # a tenth of a second is felt as at once, and a command waits for the end of a turn
SHORTEST_SECONDS = 0.025  # 50 steps of 784-128-64-10: with fewer the processor's cache is filled again and again
ROUND_SECONDS = 0.4  # in which everybody gets a turn, as far as the shortest turn allows
URGENT_IN_A_ROW = 3


class Turn(NamedTuple):
    """A run's id, and the seconds it should take."""

    run: str
    seconds: float


class Turns:
    """Shares time out among runs.

    Example:
        >>> turns = Turns()
        >>> turns.enter("a", "ada"), turns.enter("b", "ada"), turns.enter("c", "bob")
        (None, None, None)
        >>> turns.took("a", 0.04)
        >>> turns.next({"a": False, "b": False, "c": False}).run
        'c'
    """

    def __init__(self) -> None:
        self._owners: dict[str, str] = {}  # of each run
        self._run_seconds: dict[str, float] = {}
        self._owner_seconds: dict[str, float] = {}
        self._waiting: set[str] = set()  # the runs that wanted to go on when last asked
        self._level = 0.0  # seconds that the owner had who had had least of those that waited last
        self._urgent_turns: dict[str, int] = {}  # of the runs that were waited for when last asked: turns since then
        self._urgent_in_a_row = 0

    def enter(self, run: str, owner: str) -> None:
        self._owners[run] = owner
        self._run_seconds[run] = 0.0
        self._owner_seconds.setdefault(owner, 0.0)

    def leave(self, run: str) -> None:
        owner = self._owners.pop(run)
        del self._run_seconds[run]
        if owner not in self._owners.values():
            del self._owner_seconds[owner]
        self._waiting.discard(run)

    def next(self, wishes: Mapping[str, bool]) -> Turn:
        """The next turn.

        Args:
            wishes: the runs that want to go on, at least one, and of each whether somebody waits for it.
        """
        self._welcome({run for run in wishes if run not in self._waiting})
        self._waiting = {*wishes}
        urgent = [run for run, is_urgent in wishes.items() if is_urgent]
        ordinary = [run for run, is_urgent in wishes.items() if not is_urgent]
        is_urgent = bool(urgent) and (not ordinary or self._urgent_in_a_row < URGENT_IN_A_ROW)
        self._urgent_in_a_row = self._urgent_in_a_row + 1 if is_urgent else 0
        self._urgent_turns = {run: self._urgent_turns.get(run, 0) for run in urgent}
        run = min(urgent if is_urgent else ordinary, key=self._had)
        if is_urgent:
            self._urgent_turns[run] += 1
        return Turn(run, min(LONGEST_SECONDS, max(SHORTEST_SECONDS, ROUND_SECONDS / len(wishes))))

    def _had(self, run: str) -> tuple[int, float, float]:
        """What a run has had so far: whoever has had least is next."""
        return self._urgent_turns.get(run, 0), self._owner_seconds[self._owners[run]], self._run_seconds[run]

    def _welcome(self, comers: set[str]) -> None:
        """Make those who come level with those who have waited: owners among owners, runs among their owner's."""
        waiting = {self._owners[run] for run in self._waiting}
        self._level = min((self._owner_seconds[owner] for owner in waiting), default=self._level)
        for owner in {self._owners[run] for run in comers} - waiting:
            self._owner_seconds[owner] = _near(self._level, self._owner_seconds[owner])
        for run in comers:
            others = [self._run_seconds[each] for each in self._waiting if self._owners[each] == self._owners[run]]
            self._run_seconds[run] = _near(min(others, default=0.0), self._run_seconds[run])

    def called(self, run: str) -> None:
        """Note that somebody waits for it anew: what it has had for an earlier wish counts no more."""
        self._urgent_turns.pop(run, None)

    def took(self, run: str, seconds: float) -> None:
        """Note how long a turn took."""
        self._run_seconds[run] += seconds
        self._owner_seconds[self._owners[run]] += seconds


def _near(level: float, seconds: float) -> float:
    """No less than the others have had, and at most a round more: what somebody had long ago is forgotten."""
    return min(max(seconds, level), level + ROUND_SECONDS)
