"""A watched step: what it says of each layer, by hand, and that watching changes nothing."""

import math

import pytest
import torch
import torch.nn.functional as F

from nnlab.config import ModelConfig, TrainConfig
from nnlab.inspection.pulse import watched_step
from nnlab.model import MLP
from nnlab.training import TrainingRun

MODEL = ModelConfig((8, 5), "tanh", dropout=0.2)
TRAIN = TrainConfig("adam", 0.01, batch_size=50, epochs=3, training_images=400)


def test_a_watched_step_is_the_step_that_advance_takes(tiny_digits):
    watched, alone = (TrainingRun(MODEL, TRAIN, tiny_digits) for _ in range(2))
    records = [record for _ in range(10) for record in watched_step(watched)[0]]
    assert records == alone.advance(10)
    assert all(torch.equal(*pair) for pair in zip(watched.model.parameters(), alone.model.parameters(), strict=True))


def test_its_numbers_are_autograd_s_gradient_and_the_way_of_the_weights(tiny_digits):
    """With plain SGD a weight moves by the learning rate times its gradient; the update is that beside the weight."""
    plan = TrainConfig("sgd", 0.1, batch_size=50, training_images=400)
    run = TrainingRun(ModelConfig((8, 5), "tanh"), plan, tiny_digits)
    run.advance(3)
    model = MLP(run.model_config)
    model.load_state_dict(run.model.state_dict())
    images, labels = (part.clone() for part in run.batch(3))
    F.cross_entropy(model(images), labels).backward()
    _, pulse = watched_step(run)
    expected = [linear.weight.grad.square().mean().sqrt().item() for linear in model.linears]
    sizes = [linear.weight.detach().square().mean().sqrt().item() for linear in model.linears]
    assert pulse.step == 4
    assert pulse.gradients == pytest.approx(expected, rel=1e-5)
    moved = [0.1 * gradient / size for gradient, size in zip(expected, sizes, strict=True)]
    assert pulse.updates == pytest.approx(moved, rel=1e-3)


def test_weights_of_zero_have_no_relative_update(tiny_digits):
    run = TrainingRun(ModelConfig((8,), "tanh", "zeros"), TRAIN, tiny_digits)
    _, pulse = watched_step(run)
    assert pulse.gradients == (0, 0)
    assert all(map(math.isnan, pulse.updates))


def test_a_run_that_has_ended_has_no_pulse(tiny_digits):
    run = TrainingRun(MODEL, TRAIN, tiny_digits)
    run.advance(24)
    assert watched_step(run) == ([], None)
