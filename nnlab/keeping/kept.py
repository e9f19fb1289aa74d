"""A kept run as a list shows it: what the data base says of it, without its weights and its history.

Read next: ``tables``.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from nnlab.config import Setup
from nnlab.records import Evaluation

LONGEST_NAME, LONGEST_NOTE = 80, 2000  # characters


@dataclass(frozen=True)
class KeptRun:
    """One run.

    Attributes:
        id: that of its ``Job``.
        shelf: whose it is: the unguessable key of the shelf that it stands on.
        name, note: as its owner wrote them; "" for none.
        created: when it was first kept, in UTC.
        data_source: the digits that it learned from: "mnist", "other" or "builtin".
        is_fine_tuning: whether it started from weights that had learned before.
        status: "running", "paused", "finished", "stopped", "failed", or "interrupted": its server has ended meanwhile.
        step: steps taken.
        resumes_at: the step from which it can go on; None of a run that is over.
        seconds: spent in training steps.
        evaluation: the latest on the whole test set; None before the first.
        dead: hidden neurons that were dead then; None where nobody has counted.
        losses: up to ``SKETCHED`` training losses along its way, for a small curve.
        bytes: on the disk.
        failure: why it failed, one of ``run.FAILURES``; "" if it has not.
    """

    id: str
    shelf: str
    name: str
    note: str
    is_starred: bool
    created: datetime
    setup: Setup
    data_source: str
    is_fine_tuning: bool
    status: str
    step: int
    seconds: float
    evaluation: Evaluation | None
    dead: int | None
    resumes_at: int | None = None
    losses: tuple[float, ...] = ()
    bytes: int = 0
    failure: str = ""
