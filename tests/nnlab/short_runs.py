"""Runs on the tiny digits, and what tests of them ask and wait for."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace

import torch

from nnlab.config import ModelConfig, Setup, TrainConfig
from nnlab.jobs import Job

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


def weights(model: torch.nn.Module) -> list[torch.Tensor]:
    return list(model.state_dict().values())


def same(ours: list[torch.Tensor], theirs: list[torch.Tensor]) -> bool:
    return all(torch.equal(one, other) for one, other in zip(ours, theirs, strict=True))
