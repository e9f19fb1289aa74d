"""What each neuron of the last hidden layer is for: which digit it likes, and what is lost when it is silenced.

Such a neuron is heard by the ten logits alone. So what silencing it does can be computed for all neurons and a whole
test set at once: a neuron's term, its output times its weight, is taken out of each logit's sum.

Read before: ``units``, ``surgery``. Read next: ``damage``.
"""

from __future__ import annotations

from typing import NamedTuple

import torch
from torch import Tensor

from nnlab.config import CLASSES
from nnlab.evaluation import EVALUATION_BATCH, confusion
from nnlab.inspection.units import excitement
from nnlab.model import MLP

EXCITING = 100  # images of each neuron that say which digit it likes
CHUNK = 64  # neurons silenced at once: their logits for a batch take 2.5 MB


class Roles(NamedTuple):
    """The D neurons of the last hidden layer, measured on N images.

    Attributes:
        favourites: (D, K) int64, the images that excite each neuron most, the most exciting first; see ``excitement``.
        liked: (D,) int64, the digit that most of those show; of equals the smallest.
        shares: (D,) float32, the fraction of them that show it.
        by_digit: (C,) float32, the accuracy on each digit as the network is.
        by_digit_without: (D, C) float32, the same with each neuron silenced, one at a time.
        accuracy: on all images as the network is, a fraction.
        accuracy_without: (D,) float32, the same with each neuron silenced.
    """

    favourites: Tensor
    liked: Tensor
    shares: Tensor
    by_digit: Tensor
    by_digit_without: Tensor
    accuracy: float
    accuracy_without: Tensor

    def rank_of(self, unit: int) -> int:
        """How many neurons cost more accuracy when they are silenced, plus one: 1 is the one most needed."""
        return 1 + int((self.accuracy_without < self.accuracy_without[unit]).sum())


@torch.no_grad()
def roles(model: MLP, images: Tensor, labels: Tensor, exciting: int = EXCITING) -> Roles:
    """Measure all neurons of the last hidden layer.

    Args:
        images: (N, 28, 28) uint8 from 0 to 255, with labels (N,) int64. Not changed.
        exciting: K, how many of the images say what a neuron likes; fewer where there are fewer.

    Raises:
        ValueError: if the network has no hidden layer.
    """
    if not model.config.hidden_sizes:
        raise ValueError("the network has no hidden layer, so there is no neuron to look at")
    last = model.linears[-1]
    of_digit = torch.eye(CLASSES)  # a row per digit, with a 1 in its own place
    right = torch.zeros(last.in_features + 1, CLASSES)  # by neuron and digit; the last row is the network as it is
    for some, truth in zip(images.split(EVALUATION_BATCH), labels.split(EVALUATION_BATCH), strict=True):
        outputs = _last_hidden(model, some)  # (N, D)
        logits = last(outputs)  # (N, C)
        for units in torch.arange(last.in_features).split(CHUNK):  # (D',)
            terms = outputs[:, units, None] * last.weight.T[units]  # (N, D', C)
            is_right = (logits[:, None] - terms).argmax(2) == truth[:, None]  # (N, D')
            right[units] += is_right.T.float() @ of_digit[truth]  # (D', C)
        right[-1] += confusion(truth, logits.argmax(1)).diagonal()
    counts = confusion(labels, labels).diagonal()  # (C,)
    by_digit = right / counts.clamp(min=1)
    overall = right.sum(1) / len(labels)
    favourites = excitement(model, images, len(model.linears) - 2, exciting).most.T  # (D, K)
    shown = labels[favourites]
    votes = torch.stack([(shown == digit).sum(1) for digit in range(CLASSES)], 1)  # (D, C)
    liked = votes.argmax(1)
    shares = votes.amax(1) / shown.shape[1]
    return Roles(favourites, liked, shares, by_digit[-1], by_digit[:-1], float(overall[-1]), overall[:-1])


def _last_hidden(model: MLP, images: Tensor) -> Tensor:
    """The outputs of the last hidden layer: (N, D)."""
    outputs = model.normalize(images)
    for linear in model.linears[:-1]:
        outputs = model.activation.function(linear(outputs))
    return outputs
