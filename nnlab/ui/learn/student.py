"""One network learning one digit: a gradient-descent step, and the check that a gradient is what it claims to be."""

from __future__ import annotations

import copy
import math
from dataclasses import dataclass, field

import torch
import torch.nn.functional as F
from torch import Tensor

from nnlab.inspection.layers import LayerGradient, gradients
from nnlab.model import MLP


def loss_of(model: MLP, image: Tensor, label: int) -> Tensor:
    """The cross-entropy (nats) of one image, (28, 28) in [0, 1]."""
    return F.cross_entropy(model(image[None]), torch.tensor([label]))


@dataclass
class Student:
    """A visitor's own copy of a network, and how the loss of one digit has fallen.

    Attributes:
        choice: which network and digit this is; another choice needs another student.
        model: changed by ``step``.
        image: (28, 28) float32 in [0, 1].
        label: the right answer.
        losses: before the first step and after each one, in nats.
        promised: by how much the last step's gradient said the loss would fall; None before the first.
    """

    choice: tuple[object, ...]
    model: MLP
    image: Tensor
    label: int
    losses: list[float] = field(default_factory=list)
    promised: float | None = None

    def __post_init__(self) -> None:
        self.model = copy.deepcopy(self.model).eval()
        self.losses.append(self._loss())

    @torch.no_grad()
    def _loss(self) -> float:
        return loss_of(self.model, self.image, self.label).item()

    @property
    def has_diverged(self) -> bool:
        return not math.isfinite(self.losses[-1])

    def gradients(self) -> list[LayerGradient]:
        """One per layer, input side first, of the loss of this digit."""
        return gradients(self.model, self.image[None], torch.tensor([self.label]))

    @torch.no_grad()
    def step(self, learning_rate: float) -> None:
        """w <- w - learning_rate * gradient, for every weight and bias at once."""
        self.promised = 0.0
        for linear, gradient in zip(self.model.linears, self.gradients(), strict=True):
            linear.weight -= learning_rate * gradient.weight
            linear.bias -= learning_rate * gradient.bias
            # A small step along -g changes the loss by -g * (learning_rate * g), to first order.
            self.promised += learning_rate * (gradient.weight.square().sum() + gradient.bias.square().sum()).item()
        self.losses.append(self._loss())


@dataclass(frozen=True)
class Check:
    """One weight's gradient, computed in two ways, in float64.

    Attributes:
        below, above: the loss with the weight ``epsilon`` smaller and larger.
        difference: (above - below) / (2 epsilon).
        autograd: what backpropagation says.
    """

    below: float
    above: float
    difference: float
    autograd: float

    @property
    def agreeing_digits(self) -> int:
        """How many leading digits agree: -log10 of the relative error, rounded down; 15 if none can be told."""
        size = max(abs(self.difference), abs(self.autograd))
        error = abs(self.difference - self.autograd) / size if size else 0.0
        return 15 if error < 1e-15 else max(0, math.floor(-math.log10(error)))


def check_gradient(model: MLP, image: Tensor, label: int, place: tuple[int, int, int], epsilon: float) -> Check:
    """Nudge one weight by ``epsilon`` both ways, and compare with backpropagation.

    Args:
        model: not changed; a float64 copy is used, so that rounding does not hide what is being shown.
        place: number of the layer, of the neuron in it, and of the input the weight belongs to.
    """
    model = copy.deepcopy(model).double().eval()
    image = image.double()
    layer, unit, source = place
    weight = model.linears[layer].weight
    (gradient,) = torch.autograd.grad(loss_of(model, image, label), weight)
    losses = []
    with torch.no_grad():
        original = weight[unit, source].item()
        for nudge in (-epsilon, epsilon):
            weight[unit, source] = original + nudge
            losses.append(loss_of(model, image, label).item())
    below, above = losses
    return Check(below, above, (above - below) / (2 * epsilon), gradient[unit, source].item())
