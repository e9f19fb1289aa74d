"""The training loop against two others: the plain step, to the bit, and a textbook's loop, up to rounding."""

from dataclasses import replace

import pytest
import torch

from nnlab.config import ACTIVATION_NAMES, ModelConfig
from nnlab.optim import OPTIMIZERS
from nnlab.schedules import SCHEDULES
from nnlab.training import TrainingRun
from tests.nnlab.plain_training import train_by_autograd, train_by_learn
from tests.nnlab.tiny_runs import NETWORK, TRAINING, all_equal, weights

EVERYTHING = replace(TRAINING, augmentation=True, schedule="one_cycle", l1=1e-4, l2=1e-3, gradient_clip=0.5)
RUNS = (
    [(replace(NETWORK, activation=activation), TRAINING) for activation in ACTIVATION_NAMES]
    + [(NETWORK, replace(TRAINING, optimizer=optimizer, learning_rate=0.001)) for optimizer in OPTIMIZERS]
    + [(NETWORK, replace(TRAINING, schedule=schedule)) for schedule in SCHEDULES]
    + [
        (ModelConfig(()), TRAINING),
        (replace(NETWORK, dropout=0.3), TRAINING),
        (NETWORK, replace(TRAINING, augmentation=True)),
        (NETWORK, replace(TRAINING, l1=1e-3, l2=1e-2)),
        (NETWORK, replace(TRAINING, optimizer="adamw", learning_rate=0.001, l1=1e-3, l2=1e-2)),
        (NETWORK, replace(TRAINING, gradient_clip=0.05)),
        (NETWORK, replace(TRAINING, batch_size=100)),
        (NETWORK, replace(TRAINING, batch_size=33, seed=5)),  # 33, 33, 33, 1
        (replace(NETWORK, dropout=0.2), EVERYTHING),
        (replace(NETWORK, dropout=0.2), replace(EVERYTHING, optimizer="adam", learning_rate=0.001)),
    ]
)


def named(value: object) -> str | None:
    """What is special about a configuration, for the name of a test."""
    usual = NETWORK if isinstance(value, ModelConfig) else TRAINING
    differences = [f"{name}={found}" for name, found in vars(value).items() if found != getattr(usual, name)]
    return ",".join(differences) or "usual"


@pytest.mark.parametrize(("network", "training"), RUNS, ids=named)
def test_the_fast_steps_are_the_plain_step_to_the_bit(tiny_digits, network, training):
    """Three epochs and so three short batches, or as many as there are, with another learning rate from step 6 on."""
    fast, plain = (TrainingRun(network, training, tiny_digits) for _ in range(2))
    records, expected = fast.advance(6), train_by_learn(plain, 6)
    for run in (fast, plain):
        run.set_learning_rate(training.learning_rate / 2)
    records += fast.advance(6)
    expected += train_by_learn(plain, 6)
    assert [record.accuracy for record in records] == [accuracy for _, accuracy in expected]
    assert [record.loss for record in records] == pytest.approx([loss for loss, _ in expected], abs=1e-6, rel=1e-6)
    assert all_equal(weights(fast), weights(plain))
    assert fast.step == plain.step == min(12, fast.total_steps)


def test_the_fast_steps_diverge_where_the_plain_step_does(tiny_digits):
    network, training = replace(NETWORK, activation="identity"), replace(TRAINING, learning_rate=100.0)
    fast, plain = (TrainingRun(network, training, tiny_digits) for _ in range(2))
    expected = train_by_learn(plain, 12)
    assert len(fast.advance(12)) == len(expected) < 12
    assert (fast.step, fast.failure) == (plain.step, plain.failure)
    assert fast.failure == "diverged"


@pytest.mark.parametrize(("network", "training"), RUNS, ids=named)
def test_the_loop_is_a_textbook_s(tiny_digits, network, training):
    """Torch's gradient and torch's optimisers, on the same batches, the short one included.

    The rate is lower here, since rounding grows with every step: the largest difference of weights was 6e-8.
    """
    training = replace(training, learning_rate=training.learning_rate / 4)
    run = TrainingRun(network, training, tiny_digits)
    model, losses = train_by_autograd(network, training, tiny_digits, 5)
    assert [record.loss for record in run.advance(5)] == pytest.approx(losses, abs=1e-6, rel=1e-6)
    for ours, theirs in zip(run.model.parameters(), model.parameters(), strict=True):
        assert torch.allclose(ours, theirs, rtol=0, atol=1e-6)
