"""Evaluations in parts, between which commands are obeyed; of whole sets, of samples, of a visitor's own digits."""

from __future__ import annotations

import math
from collections.abc import Callable

import torch
from torch import Tensor

from nnlab.evaluation import EVALUATION_BATCH, score
from nnlab.model import MLP
from nnlab.records import Evaluation
from nnlab.sources.own import OwnDigits, OwnScore
from nnlab.training import TrainingRun


def evaluate(run: TrainingRun, is_interrupted: Callable[[], bool], most_images: int | None = None) -> Evaluation | None:
    """``run.evaluate()`` in parts; None if interrupted between two of them.

    Args:
        most_images: of each set; if it holds more, every second, third, ... image is taken. Default: all.
    """
    samples = min(len(run.data.test_labels), len(run.labels))
    sets = [(run.images[:samples], run.labels[:samples]), (run.data.test_images, run.data.test_labels)]
    strides = [math.ceil(len(labels) / most_images) if most_images else 1 for _, labels in sets]
    sets = [(images[::stride], labels[::stride]) for (images, labels), stride in zip(sets, strides, strict=True)]
    train = _score(run.model, *sets[0], is_interrupted)
    test = _score(run.model, *sets[1], is_interrupted) if train else None
    if train is None or test is None:
        return None
    train_count, test_count = (len(labels) for _, labels in sets)
    is_sample = max(strides) > 1
    return Evaluation(run.step, run.epoch, *train, *test, train_count, test_count, is_sample)


def score_own(run: TrainingRun, own: OwnDigits) -> OwnScore:
    """How many own digits the model reads correctly as it is."""
    right = []
    for part in (own.is_trained, ~own.is_trained):
        images, labels = torch.from_numpy(own.images[part]), torch.from_numpy(own.labels[part])
        right.append(round(score(run.model, images, labels)[1] * len(labels)) if len(labels) else 0)
    return OwnScore(run.step, *right)


def _score(
    model: MLP, images: Tensor, labels: Tensor, is_interrupted: Callable[[], bool]
) -> tuple[float, float] | None:
    total_loss, correct = 0.0, 0.0
    for part, answers in zip(images.split(EVALUATION_BATCH), labels.split(EVALUATION_BATCH), strict=True):
        if is_interrupted():
            return None
        loss, accuracy = score(model, part, answers)
        total_loss, correct = total_loss + loss * len(answers), correct + accuracy * len(answers)
    return total_loss / len(labels), correct / len(labels)
