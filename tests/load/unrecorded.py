"""A worker that trains without recording anything for the live views: ``watching`` compares it with the genuine one.

It takes no pulse of a step, keeps no weights along the way, and does not look at the neurons while it evaluates. What a
run needs to go on elsewhere, its state once a second, it sends as always.
"""

from __future__ import annotations

from nnlab.inspection.health import SteepestSlopes
from nnlab.records import Pulse, StepRecord
from nnlab.runs.worker import process, watching
from nnlab.runs.worker.reports import Reports
from nnlab.training import TrainingRun


def advance(run: TrainingRun, steps: int, is_last: bool) -> tuple[list[StepRecord], Pulse | None]:
    """``watching.advance`` that watches no step."""
    return run.advance(steps), None


def record_nothing() -> None:
    """Take out of the worker all that only looks on. It computes the same weights, to the bit."""
    watching.advance = advance
    Reports.mark = SteepestSlopes.see = lambda *_: None


def main() -> None:
    record_nothing()
    process.main()


if __name__ == "__main__":
    main()
