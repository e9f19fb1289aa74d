"""A guessing game: ten digits to draw, one after the other; who gets most of them read in the least time?

Only the rules are here: what is asked, what counts, the clock, the ranking of a class. The time is handed in, so that a
test can play a game within a millisecond. Drawing and reading are the app's.

Read next: ``fooling``, the game the other way round.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np

from nnlab.config import CLASSES

TIME_LIMITS = (None, 20, 10)  # seconds for each digit
GRACE_SECONDS = 0.5  # a stroke drawn in time may arrive late: the canvas waits 0.2 s before it sends
SURE_ENOUGH = 0.5  # an answer counts when it is more probable than all others together


class Reading(NamedTuple):
    """What the network said to a drawing: its answer, how probable, whether the drawing looks like no digit to it."""

    digit: int
    probability: float
    is_doubtful: bool = False


@dataclass(frozen=True, eq=False)
class Round:
    """One digit that was asked for, and what came of it.

    Attributes:
        asked: the digit.
        outcome: "read", "skipped" or "late"; "read" is the one that scores.
        seconds: from the question to the outcome; not more than the limit.
        image: (28, 28) uint8, 255 = ink, the drawing as the network saw it last; None if nothing was drawn.
        reading: what the network said to that drawing.
    """

    asked: int
    outcome: str
    seconds: float
    image: np.ndarray | None = None
    reading: Reading | None = None

    @property
    def is_won(self) -> bool:
        return self.outcome == "read"


@dataclass(eq=False)
class GuessingGame:
    """Ten rounds, each digit once, in an order that the seed decides. Times are readings of one clock, in seconds.

    Attributes:
        limit: seconds for each digit, or None.
        began: when the present digit was asked for.
        rounds: what has been played.
        image, reading: the present drawing, and what the network said to it; None while there is none.
    """

    seed: int
    limit: float | None
    began: float
    order: list[int] = field(init=False)
    rounds: list[Round] = field(init=False, default_factory=list)
    image: np.ndarray | None = field(init=False, default=None)
    reading: Reading | None = field(init=False, default=None)

    def __post_init__(self) -> None:
        self.order = random.Random(self.seed).sample(range(CLASSES), CLASSES)

    @property
    def is_over(self) -> bool:
        return len(self.rounds) == len(self.order)

    @property
    def asked(self) -> int:
        """The digit to be drawn now."""
        return self.order[len(self.rounds)]

    @property
    def score(self) -> int:
        """How many digits were read."""
        return sum(played.is_won for played in self.rounds)

    @property
    def total_seconds(self) -> float:
        """The time of all rounds played, the lost ones included."""
        return sum(played.seconds for played in self.rounds)

    @property
    def hardest(self) -> Round | None:
        """The round that was not won, or else the one that took longest; of several lost ones, the longest."""
        return max(self.rounds, key=lambda played: (not played.is_won, played.seconds), default=None)

    def elapsed(self, now: float) -> float:
        """Seconds since the present digit was asked for; not more than the limit."""
        passed = max(0.0, now - self.began)
        return passed if self.limit is None else min(passed, self.limit)

    def hear(self, image: np.ndarray, reading: Reading, now: float) -> bool:
        """Take what the network says to the present drawing; returns whether that won the round.

        A drawing that comes too late loses the round, whatever it is.
        """
        if self.check_time(now):
            return False
        self.image, self.reading = image, reading
        is_won = reading.digit == self.asked and reading.probability > SURE_ENOUGH and not reading.is_doubtful
        if is_won:
            self._end_round("read", now)
        return is_won

    def wipe(self) -> None:
        """Forget the present drawing: it was cleared."""
        self.image = self.reading = None

    def skip(self, now: float) -> None:
        """Give the present digit up."""
        if not self.check_time(now):
            self._end_round("skipped", now)

    def check_time(self, now: float) -> bool:
        """End the round if its time is over; returns whether it did."""
        is_late = self.limit is not None and now - self.began > self.limit + GRACE_SECONDS
        if is_late:
            self._end_round("late", now)
        return is_late

    def _end_round(self, outcome: str, now: float) -> None:
        self.rounds.append(Round(self.asked, outcome, self.elapsed(now), self.image, self.reading))
        self.wipe()
        self.began = now
