"""A deep untrained network, and how long the gradient still is in each of its layers."""

from __future__ import annotations

import math
from typing import NamedTuple

import torch
from torch import Generator, Tensor

from nnlab.activations import ACTIVATIONS
from nnlab.inspection.health import random_inputs
from nnlab.model import INITIALIZATIONS


class GradientProfile(NamedTuple):
    """The way of a gradient of length 1 back through a deep network. Entry 0 is layer 1, next to the input.

    Attributes:
        gradient_norms: (L,) the length of the gradient by each layer's z: root of the mean square over the inputs.
        slopes: (L,) root of the mean square of f'(z) over the inputs and units of each layer.
    """

    gradient_norms: list[float]
    slopes: list[float]

    @property
    def slope_products(self) -> list[float]:
        """(L,) the product of ``slopes`` from the last layer back to each layer: what f' does without the weights."""
        return [math.prod(self.slopes[layer:]) for layer in range(len(self.slopes))]


def gradient_profile(
    activation: str,
    depth: int,
    width: int = 128,
    initialization: str = "lecun",
    weight_scale: float = 1.0,
    inputs: Tensor | None = None,
    seed: int = 0,
) -> GradientProfile:
    """Send a gradient of length 1 back through an untrained network, by autograd, and measure it in each layer.

    The gradient by z of layer l is f'(z_l) * W_{l+1}^T f'(z_{l+1}) * ... * W_L^T f'(z_L) * g, with g a random direction
    for each input: one factor f' per layer and one weight matrix between any two.

    Args:
        activation: a key of ``ACTIVATIONS``.
        depth: number of layers L, each of ``width`` units.
        initialization: a key of ``INITIALIZATIONS``.
        weight_scale: factor on the weights it draws (not on biases).
        inputs: (N, any) float, not changed; None takes 64 standard normal vectors.
        seed: decides the weights, the directions g and the inputs where none are given.

    Returns:
        Computed in float64, since a gradient may shrink below what float32 can hold (1e-45).
    """
    function, gain = ACTIVATIONS[activation].function, ACTIVATIONS[activation].gain
    generator = Generator().manual_seed(seed)
    outputs = (random_inputs(64, seed) if inputs is None else inputs).double().detach().clone().requires_grad_()
    pre_activations = []
    for _ in range(depth):
        weight = torch.empty(width, outputs.shape[1], dtype=torch.float64)
        bias = torch.empty(width, dtype=torch.float64)
        INITIALIZATIONS[initialization](weight, bias, gain, generator)
        pre_activations.append(outputs @ (weight_scale * weight).T + bias)  # (N, D)
        outputs = function(pre_activations[-1])  # (N, D)
    direction = torch.randn(outputs.shape, dtype=torch.float64, generator=generator)
    direction = direction / direction.norm(dim=1, keepdim=True)
    by_layer = torch.autograd.grad(outputs, pre_activations, direction)
    with torch.no_grad():
        return GradientProfile(
            [_root_mean_square(gradient.norm(dim=1)) for gradient in by_layer],
            [_root_mean_square(ACTIVATIONS[activation].derivative(z)) for z in pre_activations],
        )


def _root_mean_square(values: Tensor) -> float:
    return values.square().mean().sqrt().item()
