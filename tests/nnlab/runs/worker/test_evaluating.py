"""Evaluations in parts."""

from __future__ import annotations

import pytest
import torch

from nnlab.config import ModelConfig, TrainConfig
from nnlab.runs.worker.evaluating import evaluate
from nnlab.training import TrainingRun

MODEL = ModelConfig((8,), dropout=0.2)
TRAIN = TrainConfig("adam", 0.01, batch_size=50, epochs=3, training_images=400)  # 8 steps an epoch, 24 in all


@pytest.fixture
def run(tiny_digits) -> TrainingRun:
    return TrainingRun(MODEL, TRAIN, tiny_digits)


def test_evaluation_in_parts_equals_evaluation_at_once(run):
    run.advance(5)
    before = run.state_dict()
    *parts, evaluation = evaluate(run)
    assert vars(evaluation) == pytest.approx(vars(run.evaluate()))
    assert parts == [None, None]  # one of the training images, and one of the test images
    assert run.model.training
    assert torch.equal(before["model"]["linears.0.weight"], run.model.linears[0].weight)
