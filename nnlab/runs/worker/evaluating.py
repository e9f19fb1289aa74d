"""Evaluations in parts, between which others have their turns; of whole sets, of samples, of a visitor's own digits."""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np
import torch

from nnlab.evaluation import EVALUATION_BATCH, score
from nnlab.inspection.health import SteepestSlopes
from nnlab.inspection.layers import Capture
from nnlab.records import Evaluation
from nnlab.sources.own import OwnDigits, OwnScore
from nnlab.training import TrainingRun


def evaluate(
    run: TrainingRun, most_images: int | None = None, steepest: SteepestSlopes | None = None
) -> Iterator[Evaluation | None]:
    """``run.evaluate()`` in parts: before each it yields None, and at last the evaluation.

    The run must take no step meanwhile.

    Args:
        most_images: of each set; if it holds more, every second, third, ... image is taken. Default: all.
        steepest: sees the test images as they pass through the network.
    """
    samples = min(len(run.data.test_labels), len(run.labels))
    sets = [(run.images[:samples], run.labels[:samples]), (run.data.test_images, run.data.test_labels)]
    strides = [math.ceil(len(labels) / most_images) if most_images else 1 for _, labels in sets]
    sets = [(images[::stride], labels[::stride]) for (images, labels), stride in zip(sets, strides, strict=True)]
    found: list[tuple[float, float]] = []  # loss and accuracy on the training images, then on the test images
    for images, labels in sets:
        total_loss, correct = 0.0, 0.0
        for part, answers in zip(images.split(EVALUATION_BATCH), labels.split(EVALUATION_BATCH), strict=True):
            yield None
            with Capture(run.model) as capture:
                loss, accuracy = score(run.model, part, answers)
            if steepest and found:  # these are the test images
                steepest.see(capture.layers)
            total_loss, correct = total_loss + loss * len(answers), correct + accuracy * len(answers)
        found.append((total_loss / len(labels), correct / len(labels)))
    (train, test), (train_count, test_count) = found, (len(labels) for _, labels in sets)
    yield Evaluation(run.step, run.epoch, *train, *test, train_count, test_count, max(strides) > 1)


def score_own(run: TrainingRun, own: OwnDigits) -> OwnScore:
    """How many own digits the model reads correctly as it is."""

    def right(part: np.ndarray) -> int:
        images, labels = torch.from_numpy(own.images[part]), torch.from_numpy(own.labels[part])
        return round(score(run.model, images, labels)[1] * len(labels)) if len(labels) else 0

    return OwnScore(run.step, right(own.is_trained), right(~own.is_trained), own.trained_count, own.held_out_count)
