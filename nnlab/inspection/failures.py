"""Where a network fails: the images behind a count, the narrowest successes, and when it should better be silent.

``evaluation`` counts which digit was taken for which, and has the surest mistakes; here are the images of each count.
A network need not answer always: if it is silent whenever its highest probability lies below a threshold, it answers
less often, and more of its answers are right. ``answering`` gives both numbers for every threshold at once.

All functions take the probabilities of a whole test set, (N, 10) float32 and finite, and its labels, (N,) int64.

Read before: ``evaluation``, ``calibration``. Read next: ``damage``.
Source: El-Yaniv & Wiener 2010, On the foundations of noise-free selective classification (risk and coverage).
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from nnlab.evaluation import Reading, by_confidence


def readings_of_cell(probabilities: Tensor, labels: Tensor, label: int, predicted: int, count: int) -> list[Reading]:
    """The images behind a cell of the confusion matrix: of class ``label``, taken for ``predicted``.

    At most ``count``; those of which the network was surest come first, of equally sure ones the earlier image.
    """
    answers = probabilities.argmax(1)  # (N,)
    return by_confidence(probabilities, labels, (labels == label) & (answers == predicted), count)


def narrowest_successes(probabilities: Tensor, labels: Tensor, count: int) -> list[Reading]:
    """The right answers of which the network was least sure, the least sure first."""
    return by_confidence(probabilities, labels, probabilities.argmax(1) == labels, count, descending=False)


@dataclass(frozen=True, eq=False)
class Answering:
    """What silence below a threshold costs and brings. See ``answering``.

    Attributes:
        confidence: (N,) float32, the highest probability of each image, descending.
        right: (N,) int64, how many of the images up to each one were read rightly.
    """

    confidence: Tensor
    right: Tensor

    def at(self, threshold: float) -> tuple[int, int]:
        """How many images have a confidence of at least ``threshold``, and how many of those were read rightly."""
        answered = int((self.confidence >= threshold).sum())
        return answered, int(self.right[answered - 1]) if answered else 0

    def threshold_for(self, accuracy: float) -> float | None:
        """The threshold that lets the network answer most often while ``accuracy`` of its answers are right.

        Returns:
            A confidence of one of the images; None if no threshold is enough, since even of the surest answers too
            many are wrong. A higher threshold may again be worse: its few answers may hold a sure mistake.
        """
        counts, accuracies = self._curve()
        enough = (accuracies >= accuracy).nonzero().flatten()
        return float(self.confidence[counts[enough[-1]] - 1]) if len(enough) else None

    def curve(self) -> tuple[Tensor, Tensor]:
        """For each threshold at which something changes, from the highest down: (K,) coverage, (K,) accuracy.

        Coverage is the fraction of the images that are still answered, accuracy the fraction of those that are right.
        """
        counts, accuracies = self._curve()
        return counts / len(self.confidence), accuracies

    def _curve(self) -> tuple[Tensor, Tensor]:
        # Images of equal confidence are answered together, so a count ends where the confidence changes.
        changes = self.confidence[1:] != self.confidence[:-1]
        ends = torch.cat([changes, changes.new_ones(1)]).nonzero().flatten()  # (K,)
        counts = ends + 1
        return counts, self.right[ends].double() / counts


def answering(probabilities: Tensor, labels: Tensor) -> Answering:
    """Sort the images by their highest probability, and count the right ones from the surest on.

    Example:
        Four images, read with 90 % (rightly), 80 % (wrongly), 70 % and 60 % (both rightly). A threshold of 0.75 leaves
        two answers, one of them right; 0.85 leaves one, and it is right.
    """
    confidence, answers = probabilities.max(1)  # (N,), (N,)
    order = confidence.argsort(descending=True, stable=True)
    return Answering(confidence[order], (answers == labels)[order].cumsum(0))
