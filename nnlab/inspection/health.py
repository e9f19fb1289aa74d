"""Dead and saturated units: how much of a layer, trained or random, no longer passes a gradient on."""

from __future__ import annotations

import math
from typing import NamedTuple

import torch
from torch import Generator, Tensor

from nnlab.config import MAX_SEED, PIXELS
from nnlab.evaluation import EVALUATION_BATCH, to_float
from nnlab.inspection.layers import LayerOutput, layer_outputs
from nnlab.model import MLP
from nnlab.records import ALIVE, DEAD, SATURATED

SATURATION_THRESHOLD = 0.01  # a slope below this counts as saturated: 1/25 of the sigmoid's steepest


def dead_units(slopes: Tensor) -> float:
    """Fraction of units whose slope is exactly 0 for all inputs: no gradient passes, whatever is shown.

    Args:
        slopes: (N, D) f'(z), of N inputs and D units.

    Example:
        Two units, three inputs: the slopes of the first are 0, 0, 0, of the second 0, 1, 0. One of two is dead: 0.5.
    """
    return (slopes == 0).all(dim=0).float().mean().item()


def saturated_units(slopes: Tensor, threshold: float = SATURATION_THRESHOLD) -> float:
    """Fraction of units with abs(slope) < threshold for all inputs; dead units are among them. See ``dead_units``."""
    return (slopes.abs() < threshold).all(dim=0).float().mean().item()


def saturated_share(slopes: Tensor, threshold: float = SATURATION_THRESHOLD) -> float:
    """Fraction of all pairs of a unit and an input with abs(slope) < threshold. See ``dead_units``."""
    return (slopes.abs() < threshold).float().mean().item()


class LayerHealth(NamedTuple):
    """How much of a layer still passes a gradient: fractions in [0, 1], dead <= saturated_units <= saturated_share."""

    dead_units: float
    saturated_units: float
    saturated_share: float


def health(slopes: Tensor, threshold: float = SATURATION_THRESHOLD) -> LayerHealth:
    """The three fractions of a layer with slopes (N, D)."""
    return LayerHealth(dead_units(slopes), saturated_units(slopes, threshold), saturated_share(slopes, threshold))


class UnitHealth(NamedTuple):
    """How often each unit of a hidden layer passes a gradient on, counted over N images.

    Attributes:
        passing: (D,) int64, for how many images its slope is not exactly 0.
        steep: (D,) int64, for how many the size of its slope reaches the threshold; at most ``passing``.
        images: N.
    """

    passing: Tensor
    steep: Tensor
    images: int

    @property
    def dead(self) -> list[int]:
        """The units whose slope is 0 for every image: no gradient passes, whatever is shown."""
        return (self.passing == 0).nonzero().flatten().tolist()

    @property
    def saturated(self) -> list[int]:
        """The units whose slope is below the threshold for every image; the dead ones are among them."""
        return (self.steep == 0).nonzero().flatten().tolist()

    @property
    def silent_share(self) -> float:
        """The fraction of all pairs of a unit and an image with a slope of exactly 0."""
        return 1 - float(self.passing.sum()) / (self.images * len(self.passing))

    @property
    def saturated_share(self) -> float:
        """The fraction of all pairs with a slope below the threshold."""
        return 1 - float(self.steep.sum()) / (self.images * len(self.steep))


def unit_health(model: MLP, images: Tensor, threshold: float = SATURATION_THRESHOLD) -> list[UnitHealth]:
    """Count, for every unit of the hidden layers, the images for which it passes a gradient on.

    Args:
        images: (N, 28, 28) uint8.

    Returns:
        One entry per hidden layer, input side first; none for a network without hidden layers.
    """
    hidden = model.config.hidden_sizes
    passing = [torch.zeros(units, dtype=torch.int64) for units in hidden]
    steep = [torch.zeros(units, dtype=torch.int64) for units in hidden]
    for batch in images.split(EVALUATION_BATCH):
        for index, layer in enumerate(layer_outputs(model, to_float(batch))[:-1]):
            slopes = model.activation.derivative(layer.pre_activation).abs()  # (N, D)
            passing[index] += (slopes > 0).sum(dim=0)
            steep[index] += (slopes >= threshold).sum(dim=0)
    return [UnitHealth(*counts, len(images)) for counts in zip(passing, steep, strict=True)]


class SteepestSlopes:
    """Of each hidden neuron the steepest slope over all images seen so far: what an evaluation can find out in passing.

    Attributes:
        largest: (D,) for each hidden layer, the largest abs(f'(z)).
        images: how many were seen.

    Example:
        >>> with Capture(model) as capture:
        ...     model(images)
        >>> steepest.see(capture.layers)
    """

    def __init__(self, model: MLP):
        self.derivative = model.activation.derivative
        self.largest = [torch.zeros_like(linear.bias.detach()) for linear in model.linears[:-1]]
        self.images = 0

    @torch.no_grad()
    def see(self, layers: list[LayerOutput]) -> None:
        """Take in what all layers computed of some images; see ``layers``."""
        for largest, layer in zip(self.largest, layers[:-1], strict=True):
            torch.maximum(largest, self.derivative(layer.pre_activation).abs().amax(dim=0), out=largest)
        self.images += len(layers[-1].output)

    def states(self, threshold: float = SATURATION_THRESHOLD) -> bytes:
        """For each hidden neuron, layer by layer, a byte, ``DEAD``, ``SATURATED`` or ``ALIVE``: see ``UnitHealth``."""
        slopes = torch.cat([torch.zeros(0), *(largest.cpu() for largest in self.largest)])
        states = torch.full_like(slopes, ALIVE, dtype=torch.uint8)
        states[slopes < threshold] = SATURATED
        states[slopes == 0] = DEAD
        return bytes(states.tolist())


def random_inputs(count: int, seed: int = 0) -> Tensor:
    """(count, P) standard normal numbers, for where no digits are at hand."""
    # The seed is above MAX_SEED, since with the weights' own seed the inputs would be the numbers of the first weights.
    return torch.randn(count, PIXELS, generator=Generator().manual_seed(MAX_SEED + 1 + seed))


def random_layer(inputs: Tensor, units: int = 256, seed: int = 0) -> Tensor:
    """W a of one untrained layer at weight scale 1: weights normal with variance 1 / (number of inputs), no bias.

    At weight scale s and bias b the layer's pre-activations are s times this, plus b.

    Args:
        inputs: (N, P) float, not changed.

    Returns:
        (N, units), the same dtype. The same seed gives the same weights.
    """
    weight = torch.randn(units, inputs.shape[1], generator=Generator().manual_seed(seed))
    return inputs @ weight.to(inputs.dtype).T / math.sqrt(inputs.shape[1])
