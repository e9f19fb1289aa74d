"""From a gradient to a step: the optimisers, written out over one long vector.

All that a network learns is one vector, first every weight, then every bias, and so is its gradient; each layer uses
its part of it. So an optimiser is a few lines of arithmetic in place, the same for every layer. The learning rate and
the number of the step change from step to step; they are tensors too, so that a GPU can repeat a recorded step.

Read next: ``training``. Source of the rules: the papers named at each; the constants are torch's defaults.
"""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from typing import Any

import torch
from torch import Tensor

from nnlab.config import OPTIMIZER_NAMES
from nnlab.model import MLP

MOMENTUM = 0.9  # share of the velocity that is kept from step to step
SMALLEST = 1e-8  # added to a divisor that may be 0
SQUARES_SHARE = 0.99  # RMSprop: how much of the mean square stays at each step
MEAN_SHARE, MEAN_SQUARE_SHARE = 0.9, 0.999  # Adam's beta 1 and beta 2


class Parameters:
    """All that a network learns, as one vector.

    The model's weights and biases move into ``values`` and their ``grad`` into ``gradient``. The model reads and writes
    them there, so a change of the vector is a change of the model, and the other way round.

    Attributes:
        values: (K,) float32, all weights, layer by layer, then all biases.
        gradient: (K,) likewise.
        weights, weight_gradient: the part of both without the biases.
        room: (K,) for intermediate results.
    """

    def __init__(self, model: MLP):
        weights, biases = ([getattr(linear, name) for linear in model.linears] for name in ("weight", "bias"))
        parts = weights + biases
        self.values = torch.cat([part.detach().flatten() for part in parts])
        self.gradient, self.room = torch.zeros_like(self.values), torch.zeros_like(self.values)
        sizes = [part.numel() for part in parts]
        for part, values, gradient in zip(parts, self.values.split(sizes), self.gradient.split(sizes), strict=True):
            part.data, part.grad = values.view(part.shape), gradient.view(part.shape)
        weight_count = sum(part.numel() for part in weights)
        self.weights, self.weight_gradient = self.values[:weight_count], self.gradient[:weight_count]

    def add_penalties(self, l1: float, l2: float) -> None:
        """Add the gradient of l1 * sum(abs(w)) + l2 / 2 * sum(w * w), which is l1 sign(w) + l2 w, without biases."""
        if l1:
            signs = torch.sign(self.weights, out=self.room[: len(self.weights)])
            self.weight_gradient.add_(signs, alpha=l1)
        if l2:
            self.weight_gradient.add_(self.weights, alpha=l2)

    def clip(self, limit: float) -> None:
        """Shorten the gradient to this length (Euclidean norm) if it is longer. Pascanu, Mikolov & Bengio 2013."""
        length = torch.linalg.vector_norm(self.gradient).add_(1e-6)  # 1e-6 avoids a division by 0
        self.gradient.mul_(length.reciprocal_().mul_(limit).clamp_(max=1))


class Optimizer(ABC):
    """A rule that turns a gradient into a step.

    Args:
        parameters: the vector that it changes, and the gradient that it reads.
        decay: AdamW's weight decay; the other rules do not use it.

    Attributes:
        state: the vectors that it keeps from step to step, by the names in ``state_names``; each (K,), 0 at first.
        rate: () float32, the learning rate of the next step.
        steps: () float32, how many steps were taken; only Adam and AdamW count them.
    """

    state_names: tuple[str, ...] = ()

    def __init__(self, parameters: Parameters, decay: float = 0.0):
        self.parameters, self.decay = parameters, decay
        self.state = {name: torch.zeros_like(parameters.values) for name in self.state_names}
        self.rate, self.steps = parameters.values.new_zeros(2)

    def step(self, rate: float | None = None) -> None:
        """Move the parameters with this learning rate, or with the one that ``rate`` holds already."""
        if rate is not None:
            self.rate.fill_(rate)
        self.move(self.parameters.values, self.parameters.gradient, self.rate, **self.state)

    @abstractmethod
    def move(self, values: Tensor, gradient: Tensor, rate: Tensor, **state: Tensor) -> None:
        """The rule itself: change ``values`` and ``state`` in place; all are (K,) except for ``rate``, ()."""

    def state_dict(self) -> dict[str, Any]:
        """The number of steps and the state, copied."""
        return {"steps": int(self.steps), **{name: vector.clone() for name, vector in self.state.items()}}

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Go on from a ``state_dict``."""
        self.steps.fill_(state["steps"])
        for name, vector in self.state.items():
            vector.copy_(state[name])


class SGD(Optimizer):
    """w <- w - rate g."""

    def move(self, values: Tensor, gradient: Tensor, rate: Tensor) -> None:
        values.addcmul_(gradient, rate, value=-1)


class Momentum(Optimizer):
    """v <- 0.9 v + g; w <- w - rate v. Polyak 1964: a heavy ball rolls on."""

    state_names = ("velocity",)

    def move(self, values: Tensor, gradient: Tensor, rate: Tensor, velocity: Tensor) -> None:
        velocity.mul_(MOMENTUM).add_(gradient)
        values.addcmul_(velocity, rate, value=-1)


class Nesterov(Optimizer):
    """v <- 0.9 v + g; w <- w - rate (g + 0.9 v). Nesterov 1983: momentum that looks one step ahead."""

    state_names = ("velocity",)

    def move(self, values: Tensor, gradient: Tensor, rate: Tensor, velocity: Tensor) -> None:
        velocity.mul_(MOMENTUM).add_(gradient)
        values.addcmul_(gradient, rate, value=-1).addcmul_(velocity, rate, value=-MOMENTUM)


class RMSprop(Optimizer):
    """s <- 0.99 s + 0.01 g g; w <- w - rate g / sqrt(s). Tieleman & Hinton 2012: each weight at its own scale."""

    state_names = ("squares",)

    def move(self, values: Tensor, gradient: Tensor, rate: Tensor, squares: Tensor) -> None:
        squares.mul_(SQUARES_SHARE).addcmul_(gradient, gradient, value=1 - SQUARES_SHARE)
        divisor = torch.sqrt(squares, out=self.parameters.room).add_(SMALLEST)
        values.addcmul_(torch.div(gradient, divisor, out=divisor), rate, value=-1)


class Adam(Optimizer):
    """m <- 0.9 m + 0.1 g; s <- 0.999 s + 0.001 g g; w <- w - rate m' / sqrt(s'). Kingma & Ba 2015.

    m' and s' are m / (1 - 0.9^t) and s / (1 - 0.999^t) in step t: both start at 0, and would be too small.
    """

    state_names = ("mean", "squares")

    def move(self, values: Tensor, gradient: Tensor, rate: Tensor, mean: Tensor, squares: Tensor) -> None:
        self.steps.add_(1)
        if HAS_KERNEL:
            return self.move_at_once(values, gradient, rate, mean, squares)
        mean.lerp_(gradient, 1 - MEAN_SHARE)
        squares.mul_(MEAN_SQUARE_SHARE).addcmul_(gradient, gradient, value=1 - MEAN_SQUARE_SHARE)
        divisor = torch.sqrt(squares, out=self.parameters.room)
        divisor.div_(self.correction(MEAN_SQUARE_SHARE).sqrt_()).add_(SMALLEST)
        values.addcmul_(torch.div(mean, divisor, out=divisor), rate / self.correction(MEAN_SHARE), value=-1)

    def correction(self, share: float) -> Tensor:
        """1 - share^t, of shape (), by expm1: a power close to 1, subtracted from 1, would lose half of its digits."""
        return torch.expm1(self.steps * math.log(share)).neg_()

    def move_at_once(self, values: Tensor, gradient: Tensor, rate: Tensor, mean: Tensor, squares: Tensor) -> None:
        """The same by the kernel of ``torch.optim.Adam(fused=True)``, which reads and writes each number once.

        It is called directly, since for a network of 100,000 weights torch's optimiser around it takes as long as the
        kernel itself.
        """
        torch._fused_adam_(
            [values], [gradient], [mean], [squares], [], [self.steps], lr=rate, beta1=MEAN_SHARE,
            beta2=MEAN_SQUARE_SHARE, weight_decay=0.0, eps=SMALLEST, amsgrad=False, maximize=False,
        )  # fmt: skip


# torch does not promise to keep its kernel. Without it Adam computes the same, up to three times as slowly.
HAS_KERNEL = hasattr(torch, "_fused_adam_")


class AdamW(Adam):
    """w <- w - rate decay w for the weights, then Adam. Loshchilov & Hutter 2019: decay apart from the gradient."""

    def move(self, values: Tensor, gradient: Tensor, rate: Tensor, mean: Tensor, squares: Tensor) -> None:
        if self.decay:
            self.parameters.weights.mul_(1 - rate * self.decay)
        super().move(values, gradient, rate, mean, squares)


_OPTIMIZERS: dict[str, type[Optimizer]] = {
    "sgd": SGD,
    "momentum": Momentum,
    "nesterov": Nesterov,
    "rmsprop": RMSprop,
    "adam": Adam,
    "adamw": AdamW,
}
OPTIMIZERS = {name: _OPTIMIZERS[name] for name in OPTIMIZER_NAMES}
