"""How far a probability can be believed, and when not to believe any: temperature and doubt.

A network trained to the end is often too sure, or not sure enough. Dividing its logits by one number T, the
temperature, changes no answer and makes "90 %" mean right in 9 cases of 10. T is fitted on images that it did not learn
from. Doubt is another matter: softmax always shares out 100 % among ten digits, also for a scribble. But where nothing
looks like any digit, no logit stands out from the others. The free energy, -log sum exp(z - mean z), is then high, and
a threshold on it tells a drawing of nothing from a digit.

Read next: ``workshop.drawing_report``, which measures both.
Source: Guo et al. 2017, On calibration of modern neural networks; Liu et al. 2020, Energy-based out-of-distribution
detection.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

import torch
import torch.nn.functional as F
from torch import Tensor

BINS = 15  # Guo et al. 2017
FALSE_DOUBT = 0.03  # fraction of genuine digits that may be doubted; with less, more letters would pass as digits
COLDEST, HOTTEST = 0.1, 10.0  # where a temperature is looked for
ROUNDS = 40  # each keeps two thirds of the interval of log T; after these, T is known to six digits


@dataclass(frozen=True)
class Calibration:
    """What a network's file says about believing it.

    Attributes:
        temperature: what to divide logits by; 1 changes nothing.
        doubt_threshold: the energy above which a drawing looks like no digit; None where nobody has measured it.
    """

    temperature: float = 1.0
    doubt_threshold: float | None = None

    @classmethod
    def from_facts(cls, facts: Mapping[str, Any]) -> Calibration:
        """Of the facts in a file's header; a file that says nothing gives T = 1 and no doubt."""
        return cls(facts.get("temperature", 1.0), facts.get("doubt_threshold"))


def calibrated(logits: Tensor, temperature: float) -> Tensor:
    """softmax(logits / T): (N, 10) float32 probabilities. The order of the digits stays."""
    return torch.softmax(logits / temperature, dim=1)


def energy(logits: Tensor) -> Tensor:
    """-log sum exp(z - mean z): (N,) float32, high where no digit speaks up. At most -log 10, where all are equal.

    A number that is added to all ten logits changes no probability and no loss, so training leaves it where it happens
    to be, another one for each image. It says nothing, and taking the mean off takes it away.
    """
    return -torch.logsumexp(logits - logits.mean(dim=1, keepdim=True), dim=1)


def doubt(logits: Tensor, threshold: float | None) -> Tensor:
    """(N,) bool, whether each drawing looks like no digit: its energy is above the threshold. None doubts nothing."""
    if threshold is None:
        return torch.zeros(len(logits), dtype=torch.bool)
    return energy(logits) > threshold


def fit_temperature(logits: Tensor, labels: Tensor) -> float:
    """The T with the least mean cross-entropy of softmax(logits / T).

    The loss is convex in 1 / T, so it has one valley; each round keeps the two thirds of log T in which it lies.

    Args:
        logits: (N, 10) float32, of images that the network did not learn from.
        labels: (N,) int64.
    """

    def loss(log_temperature: Tensor) -> float:
        return float(F.cross_entropy(logits.double() / log_temperature.exp(), labels))

    low, high = torch.tensor([COLDEST, HOTTEST], dtype=torch.float64).log()
    for _ in range(ROUNDS):
        third = (high - low) / 3
        if loss(low + third) < loss(high - third):
            high = high - third
        else:
            low = low + third
    return float(((low + high) / 2).exp())


def fit_doubt(logits: Tensor, false_doubt: float = FALSE_DOUBT) -> float:
    """The threshold that doubts a fraction ``false_doubt`` of genuine digits, given their (N, 10) logits."""
    return float(torch.quantile(energy(logits), 1 - false_doubt))


class Reliability(NamedTuple):
    """How often answers of about equal confidence are right. B bins of equal width, from confidence 0 to 1.

    Attributes:
        count: (B,) int64, the images of each bin.
        confidence: (B,) float32, their mean highest probability; 0 for an empty bin.
        accuracy: (B,) float32, the fraction of them that was read rightly; 0 for an empty bin.
    """

    count: Tensor  # type: ignore[assignment]  # hides the method count of tuples
    confidence: Tensor
    accuracy: Tensor

    @property
    def error(self) -> float:
        """The expected calibration error: sum over bins of (share of images) |accuracy - mean confidence|."""
        gaps = self.count * (self.accuracy - self.confidence).abs()
        return float(gaps.sum() / self.count.sum())


def reliability(probabilities: Tensor, labels: Tensor, bins: int = BINS) -> Reliability:
    """Sort the answers by their highest probability into bins of equal width; count, and average, in each.

    Args:
        probabilities: (N, 10) float32, finite.
        labels: (N,) int64.
    """
    confidence, predicted = probabilities.max(1)  # (N,), (N,)
    bin_of = (confidence * bins).long().clamp(max=bins - 1)
    count = torch.bincount(bin_of, minlength=bins)

    def mean(values: Tensor) -> Tensor:
        return torch.zeros(bins).index_add_(0, bin_of, values) / count.clamp(min=1)

    return Reliability(count, mean(confidence), mean((predicted == labels).float()))


def expected_calibration_error(probabilities: Tensor, labels: Tensor, bins: int = BINS) -> float:
    """How far confidence and accuracy are apart: sum over bins of (share of images) |accuracy - mean confidence|.

    Args:
        probabilities: (N, 10) float32.
        labels: (N,) int64.
        bins: of equal width, by the highest probability.

    Example:
        Four images, each read with 80 %, three of them rightly: |0.75 - 0.8| = 0.05.
    """
    return reliability(probabilities, labels, bins).error
