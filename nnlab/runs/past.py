"""What a run has come to, without the worker that trains it: enough to show it again, and to go on from it.

Whoever keeps runs makes one of these of what is kept, and has a ``Job`` of it that pages show like any other.

Read next: ``jobs.go_on``; ``keeping``, which keeps runs.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from threading import Condition

from nnlab.config import Setup
from nnlab.records import StepRecord
from nnlab.runs.history import COLUMNS, History
from nnlab.runs.messages import Clock, Command, State
from nnlab.runs.pace import Moment
from nnlab.runs.run import Job
from nnlab.runs.snapshot import Snapshot
from nnlab.sources.own import OwnDigits, OwnScore


@dataclass(frozen=True, eq=False)
class Past:
    """A run as it was when it was last kept.

    Attributes:
        data_source: the digits that it learned from, which "auto" may not mean any more.
        status: one of ``messages.STATUSES``, or "interrupted": its server has ended meanwhile.
        learning_rate: the schedule's highest rate, as it was last asked for.
        clock: its seconds so far; ``images`` it was trained on.
        target: until which step it was to train.
        newest: its last weights; None before the first.
        states: those along its way.
        state: from which it can go on; None of a run that is over.
    """

    id: str
    setup: Setup
    data_source: str
    status: str
    is_fine_tuning: bool
    history: History
    learning_rate: float
    clock: Clock = Clock()
    images: int = 0
    target: int = 0
    own_digits: OwnDigits | None = None
    own_scores: tuple[OwnScore, ...] = ()
    newest: Snapshot | None = None
    states: tuple[Snapshot, ...] = ()
    state: State | None = None

    def job(
        self,
        changed: Condition | None = None,
        tell: Callable[[Job, Command], None] = lambda job, command: None,
    ) -> Job:
        """The run, in no engine; the arguments are those of ``Job``."""
        job = Job(self.setup, own_digits=self.own_digits, changed=changed, tell=tell, history=self.history)
        job.id, job.data_source, job.status = self.id, self.data_source, self.status
        job.is_fine_tuning, job.learning_rate, job.target = self.is_fine_tuning, self.learning_rate, self.target
        job.created, job.own_scores = time.monotonic(), list(self.own_scores)
        record = self.history.record()
        rows = record.unfinished if len(record.unfinished) else record.rows
        if len(rows):
            row = dict(zip(COLUMNS, rows[-1].tolist(), strict=True))
            step, images = int(row["step"]), min(int(row["images"]), self.setup.train.batch_size)
            job.latest = StepRecord(
                step, row["epoch"], row["loss"], row["accuracy"], row["learning_rate"], images
            )  # fmt: skip
            job.pace.add(Moment(step, self.images, self.clock))
        whole = [evaluation for evaluation in self.history.evaluations if not evaluation.is_sample]
        job.latest_evaluation = whole[-1] if whole else None
        job.look_back(self.newest, self.states)
        return job
