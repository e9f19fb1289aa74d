"""What a network does on a test set, as a report shows it: accuracy, confusion matrix, worst mistakes with pictures."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import torch
import torch.nn.functional as F

from nnlab.evaluation import Reading, confusion, in_batches, worst_mistakes

if TYPE_CHECKING:
    import numpy as np
    from torch import Tensor

    from nnlab.model import MLP

MISTAKES_SHOWN = 24


@dataclass(frozen=True, eq=False)
class Tested:
    """The result.

    Attributes:
        source: which data set, a key of ``config.DATA_SOURCES``.
        count: test images.
        loss, accuracy: mean cross-entropy in nats, and a fraction.
        matrix: (10, 10), row = true class, column = predicted class.
        mistakes: those of which the network was surest, and their images, (28, 28) uint8 each.
    """

    source: str
    count: int
    loss: float
    accuracy: float
    matrix: list[list[int]]
    mistakes: list[tuple[Reading, np.ndarray]]


def examine(
    model: MLP, images: Tensor, labels: Tensor, source: str, hear: Callable[[float], None] = lambda share: None
) -> Tested:  # fmt: skip
    """Test a network: half a second for 10,000 images and a network of the notes' size, longer for wide ones.

    Args:
        model: the network, in eval mode; not changed.
        images: (N, 28, 28) uint8.
        labels: (N,) int64.
        source: of which data set they are.
        hear: called on the way with the share of the images that have been read; what it raises ends the test.
    """
    with torch.inference_mode():
        logits = in_batches(model, images, hear)  # (N, C)
    loss = F.cross_entropy(logits, labels).item()
    probabilities, answers = logits.softmax(1), logits.argmax(1)
    accuracy = int((answers == labels).sum()) / len(labels)
    worst = worst_mistakes(probabilities, labels, MISTAKES_SHOWN)
    matrix = confusion(labels, answers).tolist()
    return Tested(source, len(labels), loss, accuracy, matrix, [(each, images[each.index].numpy()) for each in worst])
