"""One image's gradient on its way back through the network: how large it is in each layer, and whether it is right.

The gradient itself is ``layers.gradients``. Here it is computed in float64, since for an image that the network is sure
of, p - y is smaller than what float32 can hold beside 1.

Read before: ``layers``, ``backprop``. Read next: ``health``.
"""

from __future__ import annotations

import copy
from typing import NamedTuple

import torch
import torch.nn.functional as F
from torch import Generator, Tensor

from nnlab.inspection.layers import LayerGradient, gradients
from nnlab.model import MLP

NUDGE = 1e-5  # by which a weight is changed each way; of a larger gradient, about nine digits are then right
CHECKED_WEIGHTS = 20  # of each layer
SUMMED = 4  # a logit, the sum of some hundred products, is off by about so many times the rounding of one number


def exact_gradients(model: MLP, image: Tensor, target: int) -> list[LayerGradient]:
    """The gradient of -log p(target) for one (28, 28) image, layer by layer, in float64; the model is not changed."""
    return gradients(_exact(model), image[None].double(), torch.tensor([target]))


class GradientSize(NamedTuple):
    """The root mean square of the gradient by one layer's weights, biases, z and f(z): the size of a typical one.

    The norm, ``weight_norm``, grows with the number of weights as well: a layer with 100 times as many weights of the
    same gradient has 10 times the norm. So layers of different sizes are compared by the mean.
    """

    weight: float
    bias: float
    pre_activation: float
    output: float
    weight_norm: float


def size_of(gradient: LayerGradient) -> GradientSize:
    """How large a layer's gradient is."""
    weight, bias, pre_activation, output = map(root_mean_square, gradient)
    return GradientSize(weight, bias, pre_activation, output, float(gradient.weight.norm()))


def root_mean_square(values: Tensor) -> float:
    """sqrt(mean of the squares): 3 and 4 give sqrt(12.5) = 3.54."""
    return float(values.square().mean().sqrt())


class LayerCheck(NamedTuple):
    """A sample of a layer's weights, each with its gradient found in two ways.

    Attributes:
        places: (S, 2) int64, which weights: unit, input.
        backward: (S,) float64, the gradient by backpropagation.
        nudged: (S,) float64, by central differences.
        rounding: by how much these may be off because the losses that they compare are rounded.
    """

    places: Tensor
    backward: Tensor
    nudged: Tensor
    rounding: float = 0.0

    @property
    def relative_differences(self) -> Tensor:
        """(S,) abs(backward - nudged) / the larger of the two; 0 where both are 0."""
        return torch.where(self._larger == 0, 0.0, (self.backward - self.nudged).abs() / self._larger)

    @property
    def largest_difference(self) -> float:
        return float(self.relative_differences.max())

    def agrees(self, tolerance: float) -> bool:
        """Whether no relative difference is above the tolerance, but for what rounding alone may have done."""
        return bool(((self.backward - self.nudged).abs() <= tolerance * self._larger + self.rounding).all())

    @property
    def _larger(self) -> Tensor:
        return torch.maximum(self.backward.abs(), self.nudged.abs())


def check_gradients(
    model: MLP, image: Tensor, target: int, count: int = CHECKED_WEIGHTS, seed: int = 0
) -> list[LayerCheck]:
    """Nudge some weights of each layer up and down, and see whether the loss changes as backpropagation says.

    (L(w + h) - L(w - h)) / 2h, in float64, with the whole network computed anew for every L.

    Args:
        image: (28, 28) float32 in [0, 1].
        target: the class whose loss is taken.
        count: weights of each layer, drawn at random, half of them from those whose gradient is not 0: where many
            units are silent, hardly any other sample holds one. Fewer if there are fewer.
        seed: decides which.

    Returns:
        One check per layer, input side first. The model is not changed.
    """
    exact, picture = _exact(model), image[None].double()
    found = gradients(exact, picture, torch.tensor([target]))
    generator = Generator().manual_seed(seed)
    rounding = _rounding(exact, picture, target)
    checks = []
    for linear, gradient in zip(exact.linears, found, strict=True):
        weights = linear.weight.detach()  # the same memory
        drawn = _draw(gradient.weight.flatten(), count, generator)
        places = torch.stack([drawn // weights.shape[1], drawn % weights.shape[1]], dim=1)  # (S, 2)
        nudged = [_nudged(exact, weights, unit, source, picture, target) for unit, source in places.tolist()]
        backward = gradient.weight[places[:, 0], places[:, 1]]
        checks.append(LayerCheck(places, backward, torch.tensor(nudged, dtype=torch.float64), rounding))
    return checks


def _draw(gradient: Tensor, count: int, generator: Generator) -> Tensor:
    """(S,) places: first some where the gradient is not 0, then some of all the others."""
    order = torch.randperm(len(gradient), generator=generator)
    passing = order[gradient[order] != 0][: count // 2]
    others = order[~torch.isin(order, passing)]
    return torch.cat([passing, others])[:count]


@torch.no_grad()
def _nudged(model: MLP, weights: Tensor, unit: int, source: int, image: Tensor, target: int) -> float:
    kept = float(weights[unit, source])
    losses = []
    for nudge in (NUDGE, -NUDGE):
        weights[unit, source] = kept + nudge
        losses.append(_loss(model, image, target))
    weights[unit, source] = kept
    return (losses[0] - losses[1]) / (2 * NUDGE)


@torch.no_grad()
def _rounding(model: MLP, image: Tensor, target: int) -> float:
    """By how much a central difference may be off because each logit is rounded.

    The loss passes on 1 - p(target) of an error of the other logits, and as much of one of the target's. For a class
    that gets next to nothing, in an answer that is nearly sure, this is more than the gradient itself.
    """
    logits = model(image)[0]  # (C,)
    off = SUMMED * torch.finfo(logits.dtype).eps * float(logits.abs().max())
    passed_on = min(1.0, _loss(model, image, target))  # 1 - p is at most -log p
    return 2 * passed_on * off / NUDGE


def _loss(model: MLP, image: Tensor, target: int) -> float:
    """-log p(target) = log(1 + sum of exp(z_k - z_target) over the other classes k).

    Written like this, a loss near 0 keeps all its digits; log-softmax would subtract two numbers that are nearly equal.
    """
    logits = model(image)[0]  # (C,)
    leads = logits - logits[target]
    others = torch.cat([leads[:target], leads[target + 1 :]])
    return float(F.softplus(others.logsumexp(dim=0), threshold=40))  # above 40, log(1 + e^x) is x to the last digit


def _exact(model: MLP) -> MLP:
    return copy.deepcopy(model).double().eval()
