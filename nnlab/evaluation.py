"""What a network gets right, and which digits it mistakes for which.

``score`` gives loss and accuracy, two numbers. The confusion matrix says which digit was taken for which, and the worst
mistakes show the images for which the network was surest of a wrong answer.

Read next: ``inspection``, to look inside.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import torch
import torch.nn.functional as F
from torch import Tensor

from nnlab.config import CLASSES
from nnlab.model import MLP

EVALUATION_BATCH = 1000  # images at a time: large enough for full speed, small enough for the processor's cache


def to_float(images: Tensor) -> Tensor:
    """Scale pixels as a model reads them: (N, 28, 28) uint8 from 0 to 255 -> float32 from 0 to 1."""
    return images.to(torch.float32).div_(255)


def evenly_spread(total: int, count: int) -> Tensor:
    """The numbers of ``count`` of ``total`` images, spread evenly over all of them; of fewer images, all.

    MNIST's first 5,000 test images are easier than the rest, so a sample must not be the first ones.

    Example:
        >>> evenly_spread(10, 4).tolist()
        [0, 2, 5, 7]
    """
    count = min(count, total)
    return torch.arange(count) * total // max(count, 1)


def score(model: MLP, images: Tensor, labels: Tensor) -> tuple[float, float]:
    """Mean cross-entropy (nats) and accuracy (fraction) of a model, without dropout; the model is not changed.

    Args:
        images: (N, 28, 28) uint8, at least one, on any device.
        labels: (N,) int64, the true classes.
    """
    was_training = model.training
    model.eval()
    total_loss, correct = 0.0, 0
    device = model.linears[0].weight.device
    with torch.inference_mode():
        for batch, answers in zip(images.split(EVALUATION_BATCH), labels.split(EVALUATION_BATCH), strict=True):
            answers = answers.to(device)
            logits = model(batch.to(device))  # (N, C)
            total_loss += F.cross_entropy(logits, answers, reduction="sum").item()
            correct += int((logits.argmax(1) == answers).sum())
    model.train(was_training)
    return total_loss / len(labels), correct / len(labels)


class Reading(NamedTuple):
    """How one image was read, rightly or not.

    Attributes:
        index: its number in the data set.
        label: its true class.
        predicted: the class it was taken for.
        probability: what the network gave to ``predicted``, 0 to 1.
    """

    index: int  # type: ignore[assignment]  # hides the method index of tuples
    label: int
    predicted: int
    probability: float


def predict(model: MLP, images: Tensor, hear: Callable[[float], None] = lambda share: None) -> Tensor:
    """The probability of each class for each image, in batches; the model is not changed.

    Args:
        images: (N, 28, 28) uint8.
        hear: called on the way with the share of the images that have been read; what it raises ends it.

    Returns:
        (N, 10) float32; each row sums to 1.

    Raises:
        ValueError: if the images are not uint8; the message gives the type.
    """
    if images.dtype != torch.uint8:
        raise ValueError(f"images hold {images.dtype}; expected torch.uint8, 0 to 255")
    return in_batches(model.predict_proba, images, hear)


def in_batches(read: Callable[[Tensor], Tensor], images: Tensor, hear: Callable[[float], None]) -> Tensor:
    """What a function gives for all images, asked for one batch after the other.

    Args:
        read: makes (B, C) of (B, 28, 28) float32 in [0, 1].
        images: (N, 28, 28) uint8.
        hear: called after each batch with the share of the images that have been read; what it raises ends it.

    Returns:
        (N, C).
    """
    found: list[Tensor] = []
    for batch in images.split(EVALUATION_BATCH):
        found.append(read(to_float(batch)))
        hear(min(1.0, len(found) * EVALUATION_BATCH / max(1, len(images))))
    return torch.cat(found)


def confusion(labels: Tensor, predicted: Tensor) -> Tensor:
    """How often each true class was taken for each class.

    Args:
        labels: (N,) int64, the true classes.
        predicted: (N,) int64.

    Returns:
        (10, 10) int64; row = true class, column = predicted class. The diagonal counts the right answers.
    """
    pairs = labels * CLASSES + predicted  # each pair of classes as one number from 0 to 99
    return torch.bincount(pairs, minlength=CLASSES * CLASSES).reshape(CLASSES, CLASSES)


def accuracy_per_class(matrix: Tensor) -> Tensor:
    """The fraction of each true class that was recognised.

    Args:
        matrix: (10, 10) int64 from ``confusion``.

    Returns:
        (10,) float32 from 0 to 1; 0 for a class of which there was no image.
    """
    return matrix.diagonal() / matrix.sum(1).clamp(min=1)


def worst_mistakes(probabilities: Tensor, labels: Tensor, count: int) -> list[Reading]:
    """The mistakes of which the network was surest, worst first.

    Args:
        probabilities: (N, 10) float32 from ``predict``.
        labels: (N,) int64.
        count: how many at most; if the network made fewer mistakes, all of them are returned.
    """
    return by_confidence(probabilities, labels, probabilities.argmax(1) != labels, count)


def by_confidence(
    probabilities: Tensor, labels: Tensor, chosen: Tensor, count: int, descending: bool = True
) -> list[Reading]:
    """Of the ``chosen`` images, (N,) bool, the first ``count`` in the order of their highest probability.

    Of images that were read with the same probability, the earlier one comes first.
    """
    confidence, predicted = probabilities.max(1)  # (N,), (N,)
    places = chosen.nonzero().flatten()
    places = places[confidence[places].argsort(descending=descending, stable=True)][:count]
    columns = (places, labels[places], predicted[places], confidence[places])
    return [Reading(*row) for row in zip(*(column.tolist() for column in columns), strict=True)]
