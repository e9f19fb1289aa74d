"""What a run reports: steps, pulses, evaluations, changes of its learning rate, as plain values without torch.

Read next: ``training``, which makes them; ``runs.history`` keeps them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple


class StepRecord(NamedTuple):
    """One step of training. Loss and accuracy are those of its own batch, before the step changed the weights.

    Attributes:
        step: its number; 1 is the first.
        epoch: passes over the training images after this step, as a fraction.
        loss: mean cross-entropy in nats, without penalties.
        accuracy: the fraction of the batch that was recognised.
        learning_rate: with which the step was taken.
        images: the size of the batch.
    """

    step: int
    epoch: float
    loss: float
    accuracy: float
    learning_rate: float
    images: int


def mean_loss(records: Sequence[StepRecord]) -> float:
    """The mean loss in nats over all images of some steps; a batch with fewer images counts for less."""
    return sum(record.loss * record.images for record in records) / sum(record.images for record in records)


@dataclass(frozen=True)
class Evaluation:
    """Loss (mean cross-entropy, nats) and accuracy (fraction) after ``step`` steps, without dropout.

    They are measured on the whole test set and on as many of the training images in use. If ``is_sample``, they are
    measured on evenly spread images of these sets only, which takes less time. ``train_samples`` and ``test_samples``
    count the images.
    """

    step: int
    epoch: float
    train_loss: float
    train_accuracy: float
    test_loss: float
    test_accuracy: float
    train_samples: int
    test_samples: int
    is_sample: bool = False


class Pulse(NamedTuple):
    """How strongly one step taught each layer, the input side first.

    Attributes:
        step: its number.
        gradients: the root mean square of the gradient by one weight, as the optimiser was given it: of the step's
            batch, before the step changed the weights, with penalties and clipping where the run has them.
        updates: the root mean square of the step's changes of the weights, divided by that of the weights before it;
            0.001 means that a typical weight changed by a thousandth. NaN where all weights were 0.
    """

    step: int
    gradients: tuple[float, ...]
    updates: tuple[float, ...]


# What became of a hidden neuron, over all images that a network was shown: of each, one byte.
ALIVE, SATURATED, DEAD = range(3)


class RateChange(NamedTuple):
    """The schedule's highest learning rate was changed after ``step`` steps."""

    step: int
    learning_rate: float
