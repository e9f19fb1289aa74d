"""Steps measured together: the same numbers as each by itself, and by hand."""

import math

import pytest
import torch
import torch.nn.functional as F

from nnlab.fast.steps import Steps


def predictions(logits: torch.Tensor, batches: torch.Tensor):
    """A step that learns nothing: the n-th call finds the n-th batch of logits."""
    numbers = iter(range(len(batches)))

    def learn(images, labels, dropout_generator=None):
        logits.copy_(batches[next(numbers)])

    return learn


def test_one_batch_by_hand():
    """Two images with the logits (ln 3, 0), so the probabilities are 3/4 and 1/4. The classes are 0 and 1.

    The loss is (-ln 3/4 - ln 1/4) / 2 = 0.8370; the first answer is right, the second wrong.
    """
    logits = torch.zeros(2, 2)
    steps = Steps(predictions(logits, torch.tensor([[[math.log(3), 0.0]] * 2])), logits)
    images, labels = torch.zeros(2, 28, 28), torch.tensor([0, 1])
    steps.take(0, images, labels)
    [(loss, accuracy)] = steps.measure(labels[None])
    assert loss == pytest.approx(-(math.log(3 / 4) + math.log(1 / 4)) / 2, rel=1e-6)
    assert accuracy == 0.5


@pytest.mark.parametrize("count", [1, 3, 5])
def test_steps_measured_together_are_those_measured_alone(count):
    """To the bit, and the loss is torch's; places that are left over have no part in it."""
    generator = torch.Generator().manual_seed(0)
    batches = torch.randn(count, 9, 10, generator=generator)
    labels = torch.randint(0, 10, (count, 9), generator=generator)
    images, logits = torch.zeros(9, 28, 28), torch.zeros(9, 10)
    together, alone = (Steps(predictions(logits, batches), logits, most) for most in (5, 1))
    for place in range(count):
        together.take(place, images, labels[place])
    expected = []
    for place in range(count):
        alone.take(0, images, labels[place])
        expected += alone.measure(labels[place][None])
    found = together.measure(labels)
    assert found == expected
    for (loss, accuracy), batch, answers in zip(found, batches, labels, strict=True):
        assert loss == pytest.approx(F.cross_entropy(batch, answers).item(), abs=1e-6)
        assert accuracy == (batch.argmax(1) == answers).sum().item() / 9


@pytest.mark.parametrize("broken", [math.nan, math.inf])
def test_a_loss_that_is_no_number_stays_with_its_step(broken):
    logits = torch.zeros(2, 10)
    batches = torch.zeros(3, 2, 10)
    batches[1, 0, 4] = broken
    steps = Steps(predictions(logits, batches), logits, most=3)
    labels = torch.zeros(3, 2, dtype=torch.int64)
    for place in range(3):
        steps.take(place, torch.zeros(2, 28, 28), labels[place])
    assert [math.isfinite(loss) for loss, _ in steps.measure(labels)] == [True, False, True]
