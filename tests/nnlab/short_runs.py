"""Runs on the tiny digits, and what tests of them ask and wait for."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace

import safetensors.torch
import torch

from nnlab.config import ModelConfig, Setup, TrainConfig
from nnlab.model import MLP
from nnlab.runs.messages import Weights
from nnlab.runs.run import Job
from nnlab.runs.snapshot import Snapshot

TRAIN = TrainConfig("adam", 0.01, batch_size=50, epochs=3, training_images=400)  # 8 steps an epoch, 24 in all
SHORT = Setup(ModelConfig((8,), dropout=0.1), TRAIN)
LONG = replace(SHORT, train=replace(TRAIN, epochs=1000, batch_size=4))  # 100 steps an epoch, minutes in all
TIMEOUT = 90  # far more than needed: a worker must import torch, and the machine may be busy


def until(condition: Callable[[], object]) -> None:
    """Wait for something that no status tells."""
    end = time.monotonic() + TIMEOUT
    while not condition():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.005)


def paused(job: Job) -> Job:
    assert job.wait_for("paused", timeout=TIMEOUT), job
    return job


def evaluated(job: Job, step: int) -> Job:
    """Wait until it has been evaluated as it is after a step: on a busy machine that comes later than its pause."""
    assert job.wait_until(lambda: any(each.step == step for each in job.history.evaluations), TIMEOUT), job
    return job


def weights(model: torch.nn.Module) -> list[torch.Tensor]:
    return list(model.state_dict().values())


def same(ours: list[torch.Tensor], theirs: list[torch.Tensor]) -> bool:
    return all(torch.equal(one, other) for one, other in zip(ours, theirs, strict=True))


def snapshot_of(model: MLP, step: int) -> Snapshot:
    """What a worker sends of a model after so many steps."""
    return Snapshot(step, model.config, safetensors.torch.save(dict(model.state_dict())))


def weights_of_step(step: int) -> MLP:
    """A network that gives its number away: the step is its last bias."""
    model = MLP(SHORT.model)
    model.linears[-1].bias.data[-1] = step
    return model


def step_in(model: torch.nn.Module) -> int:
    """The inverse of ``weights_of_step``."""
    return int(model.linears[-1].bias[-1])


def restless(status: str = "paused") -> Job:
    """A run without a worker whose next weights arrive before and after each look at those it has."""

    class Restless(Job):
        def arrive(self) -> None:
            self.sent = getattr(self, "sent", 0) + 1
            with self.changed:
                weights = snapshot_of(weights_of_step(self.sent), self.sent).weights
                self.receive(Weights(self.id, self.sent, weights))

        def snapshot(self):
            self.arrive()
            found = super().snapshot()
            self.arrive()
            return found

    job = Restless(SHORT)
    job.data_source, job.status = "mnist", status
    job.arrive()
    return job
