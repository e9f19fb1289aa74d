"""Distillation: learning from the answers of a committee as well as from the labels.

A label says "4". A committee's answer says "4, and a little like a 9": that tells more about an image, above all about
one that was turned and bent until it looks like something else. The target of each image is a mixture of both.

Read next: ``pretrain``. Source: Hinton, Vinyals and Dean 2015, Distilling the knowledge in a neural network.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Self

import torch
from torch import Generator, Tensor

from nnlab.backprop import Backpropagation
from nnlab.config import ModelConfig, TrainConfig
from nnlab.data import DigitData
from nnlab.model import MLP
from nnlab.training import TrainingRun
from nnlab.workshop.half_precision import HalfPrecisionBackpropagation

TEACHERS_SHARE = 0.7  # of the target; the label has the rest


def committee(networks: Sequence[MLP], images: Tensor) -> Tensor:
    """The mean of what the networks say: (N, 10) float32 probabilities, for (N, 28, 28) float32 images in [0, 1]."""
    return torch.stack([network.predict_proba(images) for network in networks]).mean(0)


class TaughtBackpropagation(Backpropagation):
    """Backpropagation towards (1 - a) label + a (the committee's answer), a = ``TEACHERS_SHARE``.

    With p = softmax(z) and a target t that sums to 1, dL/dz = (p - t) / N.
    """

    def __init__(self, model: MLP, batch_size: int, teachers: Sequence[MLP]):
        super().__init__(model, batch_size)
        self.teachers = teachers
        self.images = torch.empty(0)

    def forward(self, images: Tensor, dropout_generator: Generator | None = None) -> Tensor:
        self.images = images
        return super().forward(images, dropout_generator)

    def loss_gradient(self, labels: Tensor) -> None:
        super().loss_gradient(labels)  # (p - label) / N
        answers = committee(self.teachers, self.images)  # (N, C)
        difference = torch.zeros_like(answers).scatter_(1, labels[:, None], 1).sub_(answers)  # label - answer
        self.layers[-1].errors.add_(difference, alpha=TEACHERS_SHARE / len(labels))


class TaughtHalfPrecisionBackpropagation(TaughtBackpropagation, HalfPrecisionBackpropagation):
    """Both: towards the mixture, in half precision."""


class TaughtRun(TrainingRun):
    """A training with teachers, perhaps in half precision; with neither, the same as ``TrainingRun``.

    The losses that it records are those by the labels alone. It learns from augmented images only, which are float32.
    """

    def __init__(
        self,
        model_config: ModelConfig,
        train_config: TrainConfig,
        data: DigitData,
        teachers: Sequence[MLP] = (),
        is_half_precision: bool = False,
    ):
        super().__init__(model_config, train_config, data)
        self.teachers, self.is_half_precision = list(teachers), is_half_precision

    def anew(self, data: DigitData) -> Self:
        """A new run with the same configurations and teachers, on these data."""
        return type(self)(self.model_config, self.train_config, data, self.teachers, self.is_half_precision)

    def _passes(self, batch_size: int) -> Backpropagation:
        if self.teachers:
            kind = TaughtHalfPrecisionBackpropagation if self.is_half_precision else TaughtBackpropagation
            return kind(self.model, batch_size, self.teachers)
        return (HalfPrecisionBackpropagation if self.is_half_precision else Backpropagation)(self.model, batch_size)
