"""Runs without a worker for tests of keeping: they are told what a worker would say. No torch, so that it is quick."""

from __future__ import annotations

import numpy as np
from safetensors.numpy import load, save

from nnlab.config import ModelConfig, Setup, TrainConfig
from nnlab.records import Evaluation, StepRecord
from nnlab.runs.history import to_rows
from nnlab.runs.messages import Clock, Evaluated, RateChanged, State, Status, Steps
from nnlab.runs.run import Job

OWNER = "browser-of-22-letters-"
SETUP = Setup(
    ModelConfig((8,), dropout=0.1), TrainConfig("adam", 0.01, batch_size=50, epochs=3, training_images=400)
)  # 8 steps an epoch, 24 in all


def new_run(owner: str = OWNER, setup: Setup = SETUP, run_id: str = "") -> Job:
    job = Job(setup, owner)
    job.id, job.data_source = run_id or job.id, "mnist"
    with job.changed:
        job.receive(Status(job.id, "running", 0, setup.train.total_steps))
    return job


def weights_after(job: Job, step: int) -> bytes:
    """Weights that give the step away: every number is the step."""
    sizes = job.setup.model.layer_sizes
    tensors = {}
    for index, (inputs, outputs) in enumerate(zip(sizes[:-1], sizes[1:], strict=True)):
        tensors[f"linears.{index}.weight"] = np.full((outputs, inputs), step, np.float32)
        tensors[f"linears.{index}.bias"] = np.full(outputs, step, np.float32)
    return save(tensors)


def step_in(file: bytes) -> int:
    """The inverse of ``weights_after``; the file is whole."""
    values = {value for tensor in load(file).values() for value in np.unique(tensor).tolist()}
    (step,) = values
    return int(step)


def train(job: Job, until: int) -> State:
    """Take steps up to one, be measured there, and send the state of it."""
    steps = range(job.step + 1, until + 1)
    records = [StepRecord(step, step / 8, 2 / step, 0.5, 0.01, 50) for step in steps]
    rows = to_rows(records, [step / 1000 for step in steps]).tobytes()
    evaluation = Evaluation(until, until / 8, 0.4, 0.9, 0.5, 0.8, 200, 200)
    state = State(job.id, until, weights_after(job, until), {"run": {"step": until}, "notes": {}}, b"memory")
    neurons = bytes([2, *[0] * (sum(job.setup.model.hidden_sizes) - 1)])  # the first is dead
    with job.changed:
        job.receive(Steps(job.id, rows, 50 * until, Clock(until / 1000, 0.5, 0.25)))
        job.receive(Evaluated(job.id, evaluation, neurons=neurons))
        job.receive(state)
    return state


def change_rate(job: Job, rate: float) -> None:
    with job.changed:
        job.learning_rate = rate
        job.receive(RateChanged(job.id, job.step, rate, 1, job.total_steps))


def finish(job: Job) -> None:
    with job.changed:
        job.receive(Status(job.id, "finished", job._number, job.total_steps))
