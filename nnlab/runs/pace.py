"""How fast a run is: images a second and the time until its end, over the last few seconds.

Read next: ``run``.
"""

from __future__ import annotations

from collections import deque
from typing import NamedTuple

from nnlab.runs.messages import Clock

RECENT_SECONDS = 3.0  # over which speed is measured


class Moment(NamedTuple):
    """How far a run was at one moment: steps taken, images trained on, seconds."""

    step: int = 0
    images: int = 0
    clock: Clock = Clock()

    @property
    def seconds(self) -> float:
        return self.clock.training + self.clock.waiting + self.clock.evaluating


class Pace:
    """The latest moments of a run. Any thread may read it while another adds to it.

    Example:
        >>> pace = Pace()
        >>> pace.add(Moment(100, 6400, Clock(training=0.5, waiting=0.5)))
        >>> pace.images_per_second, pace.seconds_until(300)
        (6400.0, 2.0)
    """

    def __init__(self) -> None:
        self._moments = deque([Moment()], maxlen=200)

    def add(self, moment: Moment) -> None:
        self._moments.append(moment)

    @property
    def clock(self) -> Clock:
        """The seconds so far."""
        return self._moments[-1].clock

    @property
    def images(self) -> int:
        """Trained on so far."""
        return self._moments[-1].images

    @property
    def images_per_second(self) -> float:
        """While it trains or waits for its turn, evaluations not counted; 0 before the first steps."""
        first, last = self._recent()
        seconds = last.clock.training + last.clock.waiting - first.clock.training - first.clock.waiting
        return (last.images - first.images) / seconds if seconds else 0.0

    def seconds_until(self, step: int) -> float | None:
        """At the present speed, evaluations included; None before the first steps."""
        first, last = self._recent()
        if last.step == first.step:
            return None
        return (step - last.step) * (last.seconds - first.seconds) / (last.step - first.step)

    def _recent(self) -> tuple[Moment, Moment]:
        moments = list(self._moments)
        last = moments[-1]
        recent = [moment for moment in moments if last.seconds - moment.seconds <= RECENT_SECONDS]
        return (recent if len(recent) > 1 else moments[-2:])[0], last  # of a slow run the last two, however far apart
