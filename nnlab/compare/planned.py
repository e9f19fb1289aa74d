"""What is known of runs that are compared and trained one after another: which are over, how far all are together."""

from __future__ import annotations

import secrets
import time
from dataclasses import dataclass, field
from typing import Protocol

from nnlab.compare.entry import Entry, entry_of
from nnlab.config import Setup
from nnlab.runs.run import Job

STEP_COST = 4_000_000  # of a step, in multiplications of a weight with an image: measured, 3.8 million on one core


class Runs(Protocol):
    """What trains: ``runs.jobs``, or a stand-in."""

    def start(self, setup: Setup, *, owner: str = "") -> Job: ...

    def get(self, job_id: str) -> Job | None: ...

    def has_room(self, setup: Setup, owner: str) -> bool: ...


@dataclass(eq=False)
class Planned:
    """A run of a series: not begun, under way (``run_id``), or over (``entry``)."""

    setup: Setup
    run_id: str = ""
    entry: Entry | None = None


@dataclass(eq=False)
class Series:
    """Runs that are compared.

    Attributes:
        id: unguessable; whoever knows it may look.
        status: "running", "finished" or "cancelled".
    """

    owner: str
    planned: list[Planned]
    runs: Runs
    id: str = field(default_factory=lambda: secrets.token_urlsafe(12))
    status: str = "running"
    began: float = field(default_factory=time.monotonic)  # or was last added to
    retry_at: float = 0.0
    done_before: float = 0.0  # the cost of what was over when it began

    @property
    def entries(self) -> list[Entry]:
        """Its runs that have begun, as they are by now, in their order."""
        found = []
        for each in list(self.planned):
            job = self.runs.get(each.run_id) if each.run_id and not each.entry else None
            entry = each.entry or (entry_of(job) if job else None)
            if entry:
                found.append(entry)
        return found

    @property
    def over(self) -> int:
        """How many of its runs are over."""
        return sum(each.entry is not None for each in self.planned)

    @property
    def share(self) -> float:
        """How much of its work is done, 0 to 1; a long run counts for more than a short one."""
        return min(1.0, self._done() / sum(cost(each.setup) for each in self.planned))

    @property
    def seconds_left(self) -> float | None:
        """At the speed so far; None before anything is known of that, and when nothing goes on."""
        done = self._done() - self.done_before
        if self.status != "running" or done <= 0:
            return None
        left = sum(cost(each.setup) for each in self.planned) - self.done_before - done
        return (time.monotonic() - self.began) * left / done

    @property
    def paused(self) -> int:
        """How many of its runs somebody has paused: it waits for them."""
        return sum(job.status == "paused" for job in self._under_way())

    def _under_way(self) -> list[Job]:
        found = (self.runs.get(each.run_id) for each in list(self.planned) if each.run_id and not each.entry)
        return [job for job in found if job]

    def _done(self) -> float:
        over = sum(cost(each.setup) for each in self.planned if each.entry)
        return over + sum(cost(job.setup) * job.step / job.total_steps for job in self._under_way())


def cost(setup: Setup) -> float:
    """How long a run takes, up to a factor."""
    return setup.train.total_steps * (STEP_COST + setup.train.batch_size * setup.model.parameter_count)
