"""Networks for the tests of the Inspect page: a run that has weights, has none yet, or has diverged."""

from __future__ import annotations

import safetensors.torch
import torch

from nnlab.config import ModelConfig, Setup, TrainConfig
from nnlab.model import MLP
from nnlab.runs.run import Job
from nnlab.runs.snapshot import Snapshot
from nnlab.ui import readers

SIZES = (12, 8)


def run_of(monkeypatch, *, weights: str = "usual", status: str = "finished") -> tuple[Job, MLP]:
    """A run of this visitor's with a small network, and that network.

    Args:
        weights: "usual", "none" (it has only begun) or "nan" (it has diverged).
    """
    model = MLP(ModelConfig(SIZES, "tanh", initialization="torch"), seed=5).eval()
    if weights == "nan":
        with torch.no_grad():
            model.linears[0].weight[0, 0] = torch.nan
    job = Job(Setup(model.config, TrainConfig(epochs=2)))
    job.status = status
    if weights != "none":
        job._snapshot = Snapshot(40, model.config, safetensors.torch.save(model.state_dict()))
    monkeypatch.setattr(readers, "own_jobs", lambda: [job])
    return job, model
