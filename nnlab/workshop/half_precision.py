"""Half precision: the products of forward propagation and backpropagation in 16 bits, all else in 32.

A bfloat16 has the exponent of a float32 and 8 of its 24 binary digits: the same range, two to three decimal places. Its
products take less than half the time on a processor that has instructions for them, and a network of millions of
weights does little else than products; on a processor that has none they take many times as long (``speedup``). The
weights themselves stay in 32 bits, or a step of a thousandth of a weight
would be rounded away; so do the sums within a product, the optimizer, and the output layer with the loss.

Read next: ``distillation``. Source: Micikevicius et al. 2018, Mixed precision training; Kalamkar et al. 2019, A study
of bfloat16 for deep learning training.
"""

from __future__ import annotations

import time
from typing import cast

import torch
from torch import Tensor, nn

from nnlab.backprop import Backpropagation, Layer

HALF = torch.bfloat16
PROBED_SIDE = 384  # of the square matrices that are multiplied to see which is faster
PROBED = 3  # products of each; the fastest counts


def speedup() -> float:
    """How many times as fast as in 32 bits this processor multiplies in 16, as it is now; it takes a moment."""
    seconds = {}
    for dtype in (torch.float32, HALF):
        factor = torch.ones(PROBED_SIDE, PROBED_SIDE, dtype=dtype)
        times = []
        for _ in range(1 + PROBED):  # the first one warms up
            started = time.perf_counter()
            torch.mm(factor, factor)
            times.append(time.perf_counter() - started)
        seconds[dtype] = min(times[1:])
    return seconds[torch.float32] / seconds[HALF]


class HalfLayer(Layer):
    """A layer that multiplies in bfloat16.

    Attributes:
        half_weight, half_inputs, half_errors: the factors, rounded; of the shapes of the whole ones.
        half_sums, half_gradient, half_sent: the products W a, dL/dW and dL/da of the layer before.
    """

    def __init__(self, linear: nn.Linear, inputs: Tensor, is_in_place: bool, has_dropout: bool):
        super().__init__(linear, inputs, is_in_place, has_dropout)
        self.half_weight, self.half_gradient = torch.zeros(2, *self.weight.shape, dtype=HALF)
        self.half_inputs, self.half_sent = torch.zeros(2, *inputs.shape, dtype=HALF)
        self.half_errors, self.half_sums = torch.zeros(2, *self.sums.shape, dtype=HALF)

    def weigh_inputs(self) -> None:
        self.half_inputs.copy_(self.inputs)
        self.half_weight.copy_(self.weight)
        torch.mm(self.half_inputs, self.half_weight.T, out=self.half_sums)  # W a: (N, D)
        torch.add(self.half_sums, self.bias, out=self.sums)

    def find_gradient(self) -> None:
        self.half_errors.copy_(self.errors)
        torch.mm(self.half_errors.T, self.half_inputs, out=self.half_gradient)
        cast("Tensor", self.weight_gradient).copy_(self.half_gradient)
        torch.sum(self.errors, 0, out=self.bias_gradient)

    def send_back(self, before: Layer) -> None:
        torch.mm(self.half_errors, self.half_weight, out=self.half_sent)
        before.errors.copy_(self.half_sent)


class HalfPrecisionBackpropagation(Backpropagation):
    """``Backpropagation`` whose hidden layers multiply in bfloat16."""

    hidden_layer = HalfLayer
