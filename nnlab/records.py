"""What a run tells about itself: a step, an evaluation, a change of its learning rate. Plain values, without torch.

Read next: ``training``, which makes them; ``runs.history`` keeps them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple


class StepRecord(NamedTuple):
    """What one step was: measured on its own batch, before the weights changed.

    ``step`` counts from 1; ``epoch`` is the passes over the training images after this step, as a fraction; ``loss`` is
    the batch's mean cross-entropy in nats, without penalties; ``accuracy`` a fraction; ``images`` the batch's size.
    """

    step: int
    epoch: float
    loss: float
    accuracy: float
    learning_rate: float
    images: int


def mean_loss(records: Sequence[StepRecord]) -> float:
    """The mean over all images of some steps, in nats; the last batch of an epoch may be short, and counts for less."""
    return sum(record.loss * record.images for record in records) / sum(record.images for record in records)


@dataclass(frozen=True)
class Evaluation:
    """Loss (mean cross-entropy, nats) and accuracy (fraction) after ``step`` steps, without dropout.

    Measured on the whole test set and on an equally large slice of the training images in use; if ``is_sample``, on
    some of these only, evenly spread, so that it costs little. The counts of images say how many they were.
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


class RateChange(NamedTuple):
    """Somebody changed the (schedule's highest) learning rate after ``step`` steps."""

    step: int
    learning_rate: float
