"""The runs that the server knows, and what it keeps of each so that it can go on in another worker.

Read next: ``engine``.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from nnlab.runs.limits import (
    MAX_KEPT_BYTES,
    MAX_KEPT_RUNS,
    MAX_TRAIL_BYTES,
    MAX_TRAILS,
    PAUSED_SECONDS,
    Limits,
    weight,
)
from nnlab.runs.messages import Command, State
from nnlab.runs.run import Job
from nnlab.runs.workers import WorkerProcess


@dataclass(eq=False)
class Case:
    """A run, where it is, and what is needed to begin it elsewhere.

    Attributes:
        worker: that has it; None while it has none.
        state: the last that was sent; None before the first.
        unobeyed: commands that no worker has reported as obeyed; ``obeyed_number`` is that of the last one before.
        is_moving: whether its worker has been asked to hand it over.
        suspected_at: the step it had reached when a worker died of it, as it seems; None if none has, or if the run has
            come further since.
        touched: time.monotonic() when it was last told something, or paused.
    """

    job: Job
    worker: WorkerProcess | None = None
    state: State | None = None
    unobeyed: list[Command] = field(default_factory=list)
    obeyed_number: int = 0
    is_moving: bool = False
    is_stopping: bool = False
    suspected_at: int | None = None
    touched: float = field(default_factory=time.monotonic)

    def told(self, command: Command) -> None:
        """Pass a command on, or keep it for the next worker; until it is obeyed it is kept in any case."""
        if self.is_stopping:
            return  # nothing comes after that
        self.touched = time.monotonic()
        self.is_stopping |= command.word == "stop"
        self.unobeyed.append(command)
        if self.worker and not self.is_moving:
            self.worker.send(command)

    def obeyed(self, number: int) -> None:
        self.obeyed_number = max(self.obeyed_number, number)
        self.unobeyed = [command for command in self.unobeyed if command.number > number]

    def keep(self, state: State) -> None:
        """Go on from this state, should the worker die."""
        self.state, self.job.start_from = state, b""
        if self.suspected_at is not None and state.step > self.suspected_at:
            self.suspected_at = None

    def is_suspected_again(self) -> bool:
        """Note that a worker has died of this run, as it seems; whether one had done so before at this point."""
        again = self.suspected_at is not None
        self.suspected_at = self.job.step
        return again

    def close(self) -> None:
        """Forget what only a run that goes on needs; its weights are the job's."""
        self.worker, self.state, self.unobeyed, self.job.start_from = None, None, [], b""

    @property
    def kept_bytes(self) -> int:
        return self.job.kept_bytes + (len(self.state.weights) + len(self.state.memory) if self.state else 0)


class Register:
    """All runs, in the order in which they began."""

    def __init__(self) -> None:
        self._cases: dict[str, Case] = {}

    def __iter__(self) -> Iterator[Case]:
        return iter([*self._cases.values()])

    def get(self, job_id: str) -> Case | None:
        return self._cases.get(job_id)

    def add(self, job: Job, state: State | None = None) -> Case:
        case = self._cases[job.id] = Case(job, state=state)
        return case

    def clear(self) -> None:
        self._cases.clear()

    def refusal(self, job: Job, limits: Limits, leaving: Sequence[Case] = ()) -> tuple[str, str] | None:
        """Why a new run cannot begin, should these leave; see ``Limits.refusal``."""
        alive = [case.job for case in self if not case.job.is_over and case not in leaving]
        own_runs = sum(other.owner == job.owner for other in alive) if job.owner else 0
        return limits.refusal(job.setup, sum(weight(other.setup) for other in alive), own_runs)

    def left_alone(self, job: Job, limits: Limits) -> list[Case]:
        """The runs that have been paused for long, the oldest first: of its owner alone, if that has too many."""
        until = time.monotonic() - PAUSED_SECONDS
        paused = [case for case in self if case.job.status == "paused" and case.touched < until]
        is_own = (self.refusal(job, limits) or ("",))[0] == "too_many_runs"
        return [case for case in paused if case.job.owner == job.owner or not is_own]

    def forget_old(self) -> None:
        """Forget the oldest runs that are over, as far as there are too many."""
        kept_bytes = sum(case.kept_bytes for case in self)
        for case in self:
            if len(self._cases) < MAX_KEPT_RUNS and kept_bytes <= MAX_KEPT_BYTES:
                break
            if case.job.is_over:
                kept_bytes -= case.kept_bytes
                del self._cases[case.job.id]

    def thin_trails(self) -> None:
        """Keep all trails together within their memory: the longest is thinned first, of equals the oldest."""
        for case in [*self][:-MAX_TRAILS]:
            if case.job.is_over:
                case.job.trail.clear()
        trails = [case.job.trail for case in self]
        excess = sum(trail.bytes for trail in trails) - MAX_TRAIL_BYTES
        while excess > 0:
            longest = max(trails, key=lambda trail: trail.bytes)
            before = longest.bytes
            longest.thin()
            if longest.bytes == before:  # its first and its last are all that it has
                longest.clear()
            excess -= before - longest.bytes
