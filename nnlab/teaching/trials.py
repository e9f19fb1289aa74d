"""A trial carried out, without an app: what ``tools.claims`` and the tests measure, and how a page ends its own runs.

Read before: ``steps``, ``results``, ``probes``.
"""

from __future__ import annotations

import time

from nnlab.data import DigitData
from nnlab.model import MLP
from nnlab.runs.history import History, to_rows
from nnlab.teaching.plane_separation import separate_points
from nnlab.teaching.probes import PROBES
from nnlab.teaching.results import Result
from nnlab.teaching.separation import separate
from nnlab.teaching.steps import Trial
from nnlab.teaching.tasks import PLANE_TASKS, TASKS
from nnlab.training import TrainingRun


def measure(trial: Trial, data: DigitData, seed: int) -> Result:
    """Carry a trial out in this process, evaluated at the end of each epoch as in the app.

    Args:
        seed: the visitor's; see ``Trial.seeded``.
    """
    if trial.setup is None:
        return compute(trial, data, seed)
    setup = trial.seeded(seed)
    run, history, seconds = TrainingRun(setup.model, setup.train, data), History(), 0.0
    while not run.is_finished:
        started = time.perf_counter()
        records = run.advance(run.steps_per_epoch - run.step % run.steps_per_epoch)
        seconds += time.perf_counter() - started
        history.add_steps(to_rows(records, [seconds] * len(records)))
        if not run.failure:
            history.add_evaluation(run.evaluate())
    return Result.of(history, bool(run.failure), probe(trial, run.model.eval(), data, seed), data.source)


def compute(trial: Trial, data: DigitData, seed: int) -> Result:
    """A trial without a set-up: about two seconds at most."""
    numbers: dict[str, float] = {}
    started = time.perf_counter()
    for name in trial.probes:
        if name in PLANE_TASKS:
            numbers |= separate_points(PLANE_TASKS[name], trial.seed(seed))
        else:
            numbers |= separate(TASKS[name], data, trial.seed(seed))
    source = "" if trial.is_of_points else data.source
    return Result(numbers=numbers, source=source, seconds=time.perf_counter() - started)


def probe(trial: Trial, model: MLP, data: DigitData, seed: int) -> dict[str, float]:
    """What a trial wants to know of its finished network, in eval mode; it is not changed."""
    numbers: dict[str, float] = {}
    for name in trial.probes:
        numbers |= PROBES[name](model, trial.seeded(seed), data)
    return numbers
