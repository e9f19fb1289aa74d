"""Options of a run, each by hand or against torch: optimisers, penalties, the gradient's limit, the learning rate."""

import math
from dataclasses import replace

import pytest
import torch

from nnlab.config import ConfigError
from nnlab.model import MLP
from nnlab.optim import OPTIMIZERS
from nnlab.training import TrainingRun
from tests.nnlab.tiny_runs import NETWORK, TRAINING, gradients, one_batch, weights


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_every_optimizer_lowers_the_loss_of_one_batch(tiny_digits, optimizer):
    records = one_batch(tiny_digits, optimizer=optimizer, learning_rate=0.003).advance(20)
    assert records[-1].loss < records[0].loss


def test_the_penalties_gradient_by_hand(tiny_digits):
    """l1 sum(abs(w)) + l2 / 2 sum(w w) adds l1 sign(w) + l2 w to a weight's gradient, and nothing to a bias's."""
    run = one_batch(tiny_digits, learning_rate=0.1, l1=0.01, l2=0.3)
    with torch.no_grad():
        for linear in run.model.linears:
            linear.bias.fill_(0.5)
    expected = []
    for w, g in zip(weights(run), gradients(run.model, tiny_digits), strict=True):
        is_bias = w.dim() == 1
        expected.append(w - 0.1 * (g if is_bias else g + 0.01 * w.sign() + 0.3 * w))
    run.advance(1)
    for ours, by_hand in zip(weights(run), expected, strict=True):
        assert torch.allclose(ours, by_hand, atol=1e-6)


def test_the_loss_reported_is_without_penalties(tiny_digits):
    plain, penalised = one_batch(tiny_digits), one_batch(tiny_digits, l1=0.5, l2=0.5)
    assert penalised.advance(1)[0].loss == plain.advance(1)[0].loss


def test_adamw_decays_its_weights_itself_and_not_its_biases(tiny_digits):
    """Oracle: torch's AdamW. Its decay multiplies a weight by 1 - learning_rate x l2, whatever the gradient."""
    run = one_batch(tiny_digits, optimizer="adamw", learning_rate=0.01, l2=0.5)
    model = MLP(NETWORK)
    optimizer = torch.optim.AdamW(
        [
            {"params": [linear.weight for linear in model.linears], "weight_decay": 0.5},
            {"params": [linear.bias for linear in model.linears], "weight_decay": 0.0},
        ],
        lr=0.01,
    )
    run.advance(5)
    for _ in range(5):
        for parameter, gradient in zip(model.parameters(), gradients(model, tiny_digits), strict=True):
            parameter.grad = gradient
        optimizer.step()
    for ours, theirs in zip(run.model.parameters(), model.parameters(), strict=True):
        assert torch.allclose(ours, theirs, atol=1e-4)


def test_a_long_gradient_is_shortened_and_a_short_one_left_alone(tiny_digits):
    """With SGD a step is learning_rate x gradient, so no step is longer than 0.1 x the limit."""
    free, limited, loose = (one_batch(tiny_digits, learning_rate=0.1, gradient_clip=clip) for clip in (0, 0.05, 1000))
    lengths = []
    for run in (free, limited, loose):
        before = weights(run)
        run.advance(1)
        moved = [after - start for after, start in zip(weights(run), before, strict=True)]
        lengths.append(torch.cat([change.flatten() for change in moved]).norm().item())
    assert lengths[0] > 0.01
    assert lengths[1] == pytest.approx(0.1 * 0.05, rel=1e-3)
    assert lengths[2] == pytest.approx(lengths[0], rel=1e-5)


def test_the_rate_can_be_changed_on_the_way(tiny_digits):
    run = TrainingRun(NETWORK, replace(TRAINING, optimizer="sgd"), tiny_digits)
    run.advance(2)
    run.set_learning_rate(1e-6)
    before = weights(run)
    assert run.advance(1)[0].learning_rate == 1e-6
    assert all(torch.allclose(old, new, atol=1e-5) for old, new in zip(before, weights(run), strict=True))
    resumed = TrainingRun(NETWORK, replace(TRAINING, optimizer="sgd"), tiny_digits)
    resumed.load_state_dict(run.state_dict())
    assert resumed.advance(4) == run.advance(4)


@pytest.mark.parametrize("rate", [0.0, -1.0, math.nan, math.inf, 101.0, "0.1"])
def test_a_rate_out_of_range_is_refused(tiny_digits, rate):
    run = TrainingRun(NETWORK, TRAINING, tiny_digits)
    with pytest.raises(ConfigError, match="learning_rate"):
        run.set_learning_rate(rate)
    assert run.learning_rate == TRAINING.learning_rate
