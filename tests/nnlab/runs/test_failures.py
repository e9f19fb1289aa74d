"""A run that fails says why, in a sentence, and nothing else fails with it."""

from __future__ import annotations

from dataclasses import replace

import pytest
import torch

from nnlab.config import ModelConfig, Setup
from nnlab.runs.run import Job
from tests.nnlab.short_runs import SHORT, TIMEOUT, TRAIN


def test_missing_data_fail_the_run_with_a_sentence(start, tmp_path):
    job = start(SHORT, data_root=tmp_path)
    assert job.wait_for("failed", timeout=TIMEOUT)
    assert job.reason.code == "data"
    assert str(tmp_path) in job.reason.text
    assert job.snapshot() is None


def test_too_few_images_fail_the_run_with_a_sentence(start):
    job = start(replace(SHORT, train=replace(TRAIN, training_images=500)))
    assert job.wait_for("failed", timeout=TIMEOUT)
    assert job.reason == ("too_few", "training_images is 500; the data hold 400")


@pytest.mark.parametrize("device", ["cuda", "abacus"])
def test_a_device_that_is_not_there_fails_the_run_with_a_sentence(start, monkeypatch, device):
    if device == "cuda" and torch.cuda.is_available():
        pytest.skip("it is there")
    monkeypatch.setenv("NNLAB_DEVICE", device)
    job = start(SHORT)
    assert job.wait_for("failed", timeout=TIMEOUT)
    assert job.reason.code == "device"
    assert job.reason.text.startswith(f"device is '{device}'; allowed: cpu")


def test_diverged_run_keeps_its_history(start):
    job = start(Setup(ModelConfig((8, 8), "identity"), replace(TRAIN, optimizer="sgd", learning_rate=100.0)))
    assert job.wait_for("failed", timeout=TIMEOUT)
    assert job.reason.code == "diverged"
    assert len(job.history.since().loss) == job.step > 0


def test_a_failed_run_is_never_seen_without_its_reason():
    """Pages read it without the lock, at any moment."""
    seen = []

    class Watched(Job):
        def __setattr__(self, name, value):
            super().__setattr__(name, value)
            if name == "status" and value == "failed":
                seen.append(self.reason)

    job = Watched(SHORT)
    with job.changed:
        job.become("failed", "crashed", "made up")
    assert seen == [("crashed", "made up")]
