"""Evaluations in parts."""

from __future__ import annotations

import pytest
import torch

from nnlab.config import ModelConfig, TrainConfig
from nnlab.inspection.health import SteepestSlopes
from nnlab.records import ALIVE, DEAD
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


def test_all_test_images_and_no_others_are_seen_on_the_way(run):
    """Two neurons: one that no training image wakes but a test image does, and one that none wakes."""
    run.images.clamp_(max=100)
    with torch.no_grad():
        first = run.model.linears[0]
        first.weight.zero_()
        first.weight[:, 5 * 28 + 10] = 1.0  # bright in the test images of class 0
        first.bias[:] = torch.tensor([-0.5, -5.0, 1, 1, 1, 1, 1, 1])  # its pixel is 0.73 at most, normalised
    steepest = SteepestSlopes(run.model)
    *_, evaluation = evaluate(run, steepest=steepest)
    assert steepest.images == evaluation.test_samples == 200
    assert list(steepest.states()) == [ALIVE, DEAD, *[ALIVE] * 6]
    with torch.no_grad():
        first.bias[0] = -2.0
    sampled = SteepestSlopes(run.model)
    *_, evaluation = evaluate(run, 50, sampled)
    assert sampled.images == evaluation.test_samples == 50
    assert list(sampled.states())[:2] == [DEAD, DEAD]
