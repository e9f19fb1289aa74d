"""One unit of a network: its arithmetic for an image, what excites it most, and its part in the answer.

- ``arithmetic(model, image, layer, unit)``: inputs times weights plus bias, the sum, the activation and its slope.
- ``part_in_logits(model, image, layer, unit)``: by how much each logit would differ without the unit.
- ``parts_in_logit(model, image, layer, digit)``: the same of all units of a layer, for one logit.
- ``excitement(model, images, layer)``: how strongly a set of images excites the units of a layer, and which most.

Layers are counted from 0, the one after the input; the last one gives the logits. Read before: ``layers``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import torch
from torch import Tensor

from nnlab.evaluation import EVALUATION_BATCH
from nnlab.inspection.layers import LayerOutput, layer_outputs
from nnlab.model import MLP

MOST_EXCITING = 16  # images that are remembered of each unit


@dataclass(frozen=True, eq=False)
class Arithmetic:
    """What one unit computes for one image: z = sum of w x + b, then f(z).

    In float64, from the weights and inputs that the network has in float32: the sum agrees with the network's own to
    float32's seven digits.

    Attributes:
        inputs: (D of the layer before,) what the unit receives; in layer 0 the pixels as the network normalises them.
        weights: the same shape.
        bias: b.
        total: z.
        output: f(z); of a unit of the last layer, which has no activation, z itself.
        slope: f'(z); 1 for such a unit.
    """

    inputs: Tensor
    weights: Tensor
    bias: float
    total: float
    output: float
    slope: float

    @property
    def products(self) -> Tensor:
        """w x of each input, the same shape."""
        return self.weights * self.inputs

    def largest(self, count: int) -> list[int]:
        """The numbers of the inputs whose products are largest in size, the largest first; of equals the first."""
        return self.products.abs().argsort(descending=True, stable=True)[:count].tolist()


def check_unit(model: MLP, layer: int, unit: int) -> None:
    """Refuse a unit that the network does not have.

    Raises:
        ValueError: the message gives what was asked for, and what there is.
    """
    sizes = model.config.layer_sizes[1:]
    if not 0 <= layer < len(sizes):
        raise ValueError(f"layer is {layer}; the network has 0 to {len(sizes) - 1}")
    if not 0 <= unit < sizes[layer]:
        raise ValueError(f"unit is {unit}; layer {layer} has 0 to {sizes[layer] - 1}")


@torch.no_grad()
def arithmetic(model: MLP, image: Tensor, layer: int, unit: int) -> Arithmetic:
    """What a unit computes for an image.

    Args:
        image: (28, 28) float32 in [0, 1]. Not changed.

    Raises:
        ValueError: if there is no such unit; the message gives what there is.
    """
    check_unit(model, layer, unit)
    if layer == 0:
        inputs = model.normalize(image[None])[0]  # (P,)
    else:
        inputs = layer_outputs(model, image[None])[layer - 1].output[0]  # (D,)
    linear = model.linears[layer]
    inputs, weights, bias = inputs.double(), linear.weight[unit].double(), linear.bias[unit].double()
    total = (weights * inputs).sum() + bias
    if layer == len(model.linears) - 1:
        output, slope = total, torch.ones(())
    else:
        output, slope = model.activation.function(total), model.activation.derivative(total)
    return Arithmetic(inputs, weights, float(bias), float(total), float(output), float(slope))


@torch.no_grad()
def part_in_logits(model: MLP, image: Tensor, layer: int, unit: int) -> Tensor:
    """Each logit, less what it would be if the unit's output were 0 for this image.

    For the last hidden layer that is w a, the unit's own term of the logit's sum; for earlier ones the change passes
    through the layers between, so the parts of all units need not add up. A logit's own part is its whole value.

    Args:
        image: (28, 28) float32 in [0, 1]. Not changed.

    Returns:
        (C,) float32.

    Raises:
        ValueError: if there is no such unit; the message gives what there is.
    """
    check_unit(model, layer, unit)
    outputs = layer_outputs(model, image[None])[layer].output  # (1, D)
    both = outputs.repeat(2, 1)
    both[1, unit] = 0
    last = len(model.linears) - 1
    for linear in model.linears[layer + 1 :]:
        both = linear(both)  # (2, D)
        if linear is not model.linears[last]:
            both = model.activation.function(both)
    return both[0] - both[1]


@torch.no_grad()
def parts_in_logit(model: MLP, image: Tensor, layer: int, digit: int) -> Tensor:
    """``part_in_logits`` of all units of a layer, in one logit: what each one's output does to it.

    Args:
        image: (28, 28) float32 in [0, 1]. Not changed.

    Returns:
        (D,) float32.

    Raises:
        ValueError: if there is no such layer.
    """
    check_unit(model, layer, 0)
    outputs = layer_outputs(model, image[None])[layer].output  # (1, D)
    without = outputs - torch.diag(outputs[0])  # (D, D): in row i, unit i puts out 0
    both = torch.cat([outputs, without])  # (1 + D, D)
    last = len(model.linears) - 1
    for linear in model.linears[layer + 1 :]:
        both = linear(both)
        if linear is not model.linears[last]:
            both = model.activation.function(both)
    return both[0, digit] - both[1:, digit]


class Excitement(NamedTuple):
    """How strongly a set of N images excites each of the D units of a layer, by z, their sums before the activation.

    Attributes:
        samples: N.
        most: (K, D) int64, the numbers of the images that excite each unit most, the most exciting first.
        totals: (K, D) float32, their z.
        mean: (D,) float32, of z over all images.
        positive: (D,) float32, the fraction of the images for which z > 0.
    """

    samples: int
    most: Tensor
    totals: Tensor
    mean: Tensor
    positive: Tensor


@torch.no_grad()
def excitement(model: MLP, images: Tensor, layer: int, count: int = MOST_EXCITING) -> Excitement:
    """Ask all units of a layer what excites them.

    By z and not by f(z): an activation that saturates could not tell the strongest images apart.

    Args:
        images: (N, 28, 28) uint8 from 0 to 255, at least one. Not changed.
        count: K, how many images are named of each unit; fewer where there are fewer.

    Raises:
        ValueError: if the network has no such layer.
    """
    check_unit(model, layer, 0)
    totals = torch.cat([_totals(model, batch, layer) for batch in images.split(EVALUATION_BATCH)])  # (N, D)
    top = totals.T.contiguous().topk(min(count, len(totals)), dim=1)  # (D, K)
    positive = (totals > 0).sum(dim=0) / len(totals)
    return Excitement(len(totals), top.indices.T, top.values.T, totals.mean(dim=0), positive)


def _totals(model: MLP, images: Tensor, layer: int) -> Tensor:
    """z of a layer, without computing those after it: (N, D)."""
    outputs = model.normalize(images)  # (N, P)
    for linear in model.linears[:layer]:
        outputs = model.activation.function(linear(outputs))
    return model.linears[layer](outputs)


def layer_now(model: MLP, image: Tensor, layer: int) -> LayerOutput:
    """z and f(z) of all units of a layer for one image, (D,) each.

    Args:
        image: (28, 28) float32 in [0, 1]. Not changed.
    """
    found = layer_outputs(model, image[None])[layer]
    return LayerOutput(found.pre_activation[0], found.output[0])
