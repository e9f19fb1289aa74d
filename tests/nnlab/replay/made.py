"""A run to play back that nobody has trained: networks with random weights, and a history of plain numbers."""

from __future__ import annotations

import numpy as np

from nnlab.model import MLP
from nnlab.records import Evaluation, StepRecord
from nnlab.replay.recording import Recording, of_job
from nnlab.replay.scene import Scene, scene_of
from nnlab.runs import jobs
from nnlab.runs.history import to_rows
from nnlab.runs.messages import Weights
from nnlab.runs.run import Job
from tests.nnlab.short_runs import SHORT, snapshot_of

KEPT = (0, 1, 2, 5, 8, 16, 24)  # the marks of a run of 8 steps an epoch
IMAGE = np.random.default_rng(3).random((28, 28)).astype(np.float32)
WORDS = {
    name: name for name in ("step", "epoch", "loss", "state", "loss_axis", "weights", "confusion", "axis", "test")
} | {"seconds": "{seconds} s"}  # fmt: skip


def seconds_after(step: int) -> float:
    """The second half is three times as slow as the first."""
    return step if step <= 12 else 12 + 3 * (step - 12)


def played_job(kept: tuple[int, ...] = KEPT, setup=SHORT) -> Job:
    """24 steps with the loss 2 / step, and evaluations after each epoch of 8."""
    job = Job(setup)
    records = [StepRecord(step, step / 8, 2 / step, 0.5, 0.01, 50) for step in range(1, 25)]
    job.history.add_steps(to_rows(records, [seconds_after(step) for step in range(1, 25)]))
    job.latest = records[-1]
    for step in (8, 16, 24):
        job.history.add_evaluation(Evaluation(step, step / 8, 1.0, 0.5, 1 / step, 0.5 + step / 100, 200, 200))
    for step in kept:
        give_weights(job, step, MLP(setup.model, seed=step))
    return job


def give_weights(job: Job, step: int, model: MLP) -> None:
    """As the run's worker sends them."""
    with job.changed:
        job.receive(Weights(job.id, step, snapshot_of(model, step).weights))


def recorded(kept: tuple[int, ...] = KEPT) -> Recording:
    return of_job(played_job(kept))


def filmed(axis: str = "step", frames: int = 20, recording: Recording | None = None) -> Scene:
    """A scene in which the matrix of each state holds the state's step; that of step 2 has not been counted."""
    recording = recording or recorded()
    counted = {step: np.full((10, 10), step + 1) for step in KEPT if step != 2}
    return scene_of(recording, axis, frames, IMAGE, 7, counted, WORDS)


def put_in_memory(monkeypatch, job: Job) -> Job:
    """It is the only run of the server, and has learned from the built-in digits."""
    job.data_source = "builtin"
    monkeypatch.setattr(jobs, "get", {job.id: job}.get)
    return job
