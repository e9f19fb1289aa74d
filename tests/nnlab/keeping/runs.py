"""Runs without a worker for tests of keeping: they are told what a worker would say."""

from __future__ import annotations

import safetensors.torch
import torch

from nnlab.config import Setup
from nnlab.model import MLP
from nnlab.records import Evaluation, StepRecord
from nnlab.runs.history import to_rows
from nnlab.runs.messages import Clock, Evaluated, RateChanged, State, Status, Steps
from nnlab.runs.run import Job
from tests.nnlab.short_runs import SHORT

OWNER = "a-browser-of-22-letter"


def new_run(owner: str = OWNER, setup: Setup = SHORT) -> Job:
    job = Job(setup, owner)
    job.data_source = "mnist"
    with job.changed:
        job.receive(Status(job.id, "running", 0, setup.train.total_steps))
    return job


def weights_after(job: Job, step: int) -> bytes:
    """Weights that give the step away: it is the last bias."""
    model = MLP(job.setup.model)
    model.linears[-1].bias.data[-1] = step
    return safetensors.torch.save({name: value.contiguous() for name, value in model.state_dict().items()})


def train(job: Job, until: int) -> State:
    """Take steps up to one, be measured there, and send the state of it."""
    steps = range(job.step + 1, until + 1)
    records = [StepRecord(step, step / 8, 2 / step, 0.5, 0.01, 50) for step in steps]
    rows = to_rows(records, [step / 1000 for step in steps]).tobytes()
    evaluation = Evaluation(until, until / 8, 0.4, 0.9, 0.5, 0.8, 200, 200)
    state = State(job.id, until, weights_after(job, until), {"run": {"step": until}, "notes": {}}, b"memory")
    neurons = bytes([2, *[0] * (sum(job.setup.model.hidden_sizes) - 1)])
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


def same_weights(file: bytes, other: bytes) -> bool:
    """Whether two safetensors files hold the same numbers, whatever their headers say."""
    one, two = safetensors.torch.load(file), safetensors.torch.load(other)
    return one.keys() == two.keys() and all(torch.equal(one[name], two[name]) for name in one)
