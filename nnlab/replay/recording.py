"""A run as it is played back: the weights that were kept on its way, and its history, which has every step.

Read next: ``timeline``.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING

from nnlab.replay.timeline import Timeline, timeline_of
from nnlab.runs.snapshot import Snapshot, halved

if TYPE_CHECKING:
    from nnlab.config import Setup
    from nnlab.runs.run import Job

FEWEST_STATES = 2  # with one there is nothing to play
MOST_BYTES = 24_000_000  # of all states that a browser is sent: 24 of a network of 500,000 weights, 16 bits each


@dataclass(frozen=True, eq=False)
class Recording:
    """What there is to play back of one run.

    Attributes:
        id: the run's, unguessable.
        data_source: which digits it learned from, "mnist", "other" or "builtin".
        states: in float16, in the order of their steps; ``dropped`` is how many more were kept that are too much to
            send.
        job: the run itself, which may be learning still.
    """

    id: str
    setup: Setup
    data_source: str
    states: tuple[Snapshot, ...]
    job: Job
    dropped: int = 0

    @cached_property
    def timeline(self) -> Timeline:
        """Its curve and its axes, as far as the run was when this was first asked for."""
        last = self.states[-1].step if self.states else 0
        return timeline_of(self.job.curve, self.job.history, self.setup.train, last)

    @property
    def is_playable(self) -> bool:
        return len(self.states) >= FEWEST_STATES

    def state_at(self, step: int) -> Snapshot | None:
        """The weights after exactly this step; None if they were not kept."""
        return next((state for state in self.states if state.step == step), None)


def of_job(job: Job) -> Recording:
    """A run as it is by now; ``job`` is in memory, or was made of what is kept."""
    states = tuple(filter(None, map(_with_halves, job.states())))
    sent = lightened(states)
    return Recording(job.id, job.setup, job.data_source, sent, job, len(states) - len(sent))


def lightened(states: tuple[Snapshot, ...]) -> tuple[Snapshot, ...]:
    """As many of these states as are not too much to send: every second one goes, but neither the first nor the last.

    Each counts with the two bytes for a weight that a browser is sent.
    """
    while len(states) > FEWEST_STATES and sum(2 * state.config.parameter_count for state in states) > MOST_BYTES:
        *others, last = states
        states = (*others[::2], last)
    return states


@lru_cache(8)
def _with_halves(state: Snapshot) -> Snapshot | None:
    """The newest weights of a run are still in float32; None where one is no finite number of 16 bits."""
    is_half = len(state.weights) < 3 * state.config.parameter_count
    return state if is_half else halved(state)
