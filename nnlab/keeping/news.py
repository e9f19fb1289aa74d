"""What is new of a run since it was last kept, as plain values: the keeper makes it, the store writes it.

Read next: ``store``.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from nnlab.records import DEAD, Evaluation, RateChange
from nnlab.runs.history import COLUMNS, Record
from nnlab.runs.messages import State
from nnlab.runs.run import Job
from nnlab.runs.snapshot import Snapshot

SKETCHED = 40  # points of a small curve
LOSS = COLUMNS.index("loss")


@dataclass
class Known:
    """How much of a run is kept already; empty of a run that is new."""

    status: str = ""
    width: int = 1
    length: int = 0
    step: int = 0
    evaluations: int = 0
    rate_changes: int = 0
    state: State | None = None
    weights_step: int = -1
    trail: frozenset[int] = frozenset()
    learning_rate: float = 0.0


@dataclass(frozen=True, eq=False)
class News:
    """What is new.

    Attributes:
        job: for what never changes of it.
        status, step, ...: of the run as of one moment; "interrupted" of one that is held up, see ``Job.is_held_up``.
        first: how many points of the history are kept already; 0 where it begins anew.
        evaluations, rate_changes: those after the kept ones, of which there are ``known.evaluations``.
        losses: float32, for the small curve.
        dead: hidden neurons that were dead at the latest evaluation of all test images.
        state: the last that it can go on from, if that is another; ``is_over``: there will be none.
        weights: its last, where no state holds them.
        trail: those along its way that are not kept; ``trail_steps`` are all that there should be.
    """

    job: Job
    known: Known
    status: str
    step: int
    first: int
    record: Record
    evaluations: list[Evaluation]
    rate_changes: list[RateChange]
    losses: bytes
    dead: int | None
    state: State | None
    is_over: bool
    weights: Snapshot | None
    trail: list[Snapshot]
    trail_steps: frozenset[int]

    def after(self) -> Known:
        """What is kept once this is."""
        return Known(
            self.status,
            self.record.width,
            self.record.length,
            self.step,
            self.known.evaluations + len(self.evaluations),
            self.known.rate_changes + len(self.rate_changes),
            None if self.is_over else self.state or self.known.state,
            self.weights.step if self.weights else self.known.weights_step,
            self.trail_steps,
            self.job.learning_rate,
        )


def of(job: Job, state: State | None, known: Known) -> News | None:
    """What is new of a run, as of one moment; None if nothing is, or if it has not taken a step."""
    with job.changed:
        is_held_up, is_over = job.is_held_up, job.is_over and not job.is_held_up
        if is_held_up:  # the engine has let go of its state
            state = known.state
            if state is None:
                return None
        elif is_over:  # it may have ended since its state was asked for
            state = None
        status, snapshot, trail = "interrupted" if is_held_up else job.status, job.snapshot(), job.trail
        evaluations, changes = job.history.evaluations, job.history.rate_changes
        new_state = state if state is not known.state else None
        needs_weights = state is None and snapshot is not None and snapshot.step != known.weights_step
        is_new = (
            (status, job.step, len(evaluations), len(changes), job.learning_rate)
            != (known.status, known.step, known.evaluations, known.rate_changes, known.learning_rate)
            or new_state is not None
            or trail.steps != known.trail
            or (is_over and needs_weights)  # the last weights may come after the word that it has ended
        )
        if not job.step or not is_new:
            return None
        record = job.history.record(known.width, known.length)
        neurons = job.pulses.neurons
        return News(
            job,
            known,
            status,
            job.step,
            record.length - len(record.rows),
            record,
            evaluations[known.evaluations :],
            changes[known.rate_changes :],
            _sketch(job.history.record().rows),
            neurons.states.count(DEAD) if neurons else None,
            new_state,
            is_over,
            snapshot if needs_weights else None,
            [each for each in trail.held if each.step not in known.trail],
            trail.steps,
        )


def _sketch(rows: np.ndarray) -> bytes:
    """The means of up to ``SKETCHED`` stretches of a history, (K, 7) -> float32 losses."""
    if not len(rows):
        return b""
    ends = np.linspace(0, len(rows), min(SKETCHED, len(rows)) + 1).astype(int)
    with np.errstate(over="ignore", invalid="ignore"):  # of a run that diverged some are no numbers
        return (np.add.reduceat(rows[:, LOSS], ends[:-1]) / np.diff(ends)).astype("<f4").tobytes()
