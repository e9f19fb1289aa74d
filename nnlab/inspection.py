r"""Look inside a network: what each layer computes, and what gradient reaches it.

Names for other modules:

- ``layer_outputs(model, images)``: z = W a + b and f(z) of every layer, as ``LayerOutput``.
- ``gradients(model, images, labels)``: the gradient of the loss by every layer's weights, biases, z and f(z), as
  ``LayerGradient``; ``gradient_norms`` is one number per layer of it.
- ``Capture(model)``: the same tensors of any forward pass, within ``with``.
- ``dead_units``, ``saturated_units``, ``saturated_share``: how much of a layer no longer passes a gradient.
- ``random_layer``: one untrained layer at a chosen weight scale and bias, for the same question.
- ``gradient_profile``: a deep untrained network, and how long the gradient still is in each of its layers.

Shape letters are those of ``nnlab``: N images, P pixels, D units of a layer, L layers.
Read before: ``model``. Idea of the hooks that are always removed: fastai's course22p2, ``miniai/activations.py``.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import torch
import torch.nn.functional as F
from torch import Generator, Tensor, nn

from nnlab.activations import ACTIVATIONS
from nnlab.config import MAX_SEED, PIXELS
from nnlab.model import INITIALIZATIONS, MLP

SATURATION_THRESHOLD = 0.01  # a slope below this counts as saturated: 1/25 of the sigmoid's steepest


class LayerOutput(NamedTuple):
    """What one layer computes.

    Attributes:
        pre_activation: (N, D) z = W a + b, with a the output of the layer before.
        output: (N, D) f(z), what the next layer receives; in training mode after dropout. For the last layer, which
            has no activation, the logits: the same as ``pre_activation``.
    """

    pre_activation: Tensor
    output: Tensor


class LayerGradient(NamedTuple):
    """The gradient of the loss at one layer.

    Attributes:
        weight: (D, D of the layer before), the gradient of the mean loss by the weights.
        bias: (D,), the same by the biases.
        pre_activation: (N, D), by z. Divided by N like the mean loss itself: multiply by N for one image's gradient.
        output: (N, D), by f(z). For the last layer the same as ``pre_activation``.
    """

    weight: Tensor
    bias: Tensor
    pre_activation: Tensor
    output: Tensor


class Capture:
    """Forward hooks on the layers of a network, removed when the ``with`` block ends, whatever happens in it.

    ``layers`` holds the tensors of the last forward pass, not copied, so that gradient flows through them.

    Example:
        >>> with Capture(model) as capture:
        ...     logits = model(images)
        >>> [layer.output.shape for layer in capture.layers]
        [torch.Size([5, 128]), torch.Size([5, 64]), torch.Size([5, 10])]
    """

    def __init__(self, model: MLP):
        self.model = model
        self._handles: list[torch.utils.hooks.RemovableHandle] = []
        self._received: list[Tensor] = []
        self._pre_activations: list[Tensor] = []

    def __enter__(self) -> Capture:
        self._handles = [linear.register_forward_hook(self._remember) for linear in self.model.linears]
        return self

    def __exit__(self, *_: object) -> None:
        for handle in self._handles:
            handle.remove()
        self._handles.clear()

    def _remember(self, linear: nn.Module, received: tuple[Tensor, ...], pre_activation: Tensor) -> None:
        if linear is self.model.linears[0]:
            self._received.clear()
            self._pre_activations.clear()
        self._received.append(received[0])
        self._pre_activations.append(pre_activation)

    @property
    def layers(self) -> list[LayerOutput]:
        """One entry per layer, input side first; empty before the first forward pass."""
        # What a layer puts out is what the next one receives; the last one's logits nobody receives.
        outputs = self._received[1:] + self._pre_activations[-1:]
        return [LayerOutput(*pair) for pair in zip(self._pre_activations, outputs, strict=True)]


@torch.no_grad()
def layer_outputs(model: MLP, images: Tensor) -> list[LayerOutput]:
    """Forward propagation, layer by layer, without dropout and without gradient.

    Args:
        images: (N, 28, 28) or (N, 784) float32 in [0, 1].

    Returns:
        One ``LayerOutput`` per layer, input side first. The model's training mode is left as it was.
    """
    was_training = model.training
    model.eval()
    try:
        with Capture(model) as capture:
            model(images)
    finally:
        model.train(was_training)
    return capture.layers


def gradients(model: MLP, images: Tensor, labels: Tensor) -> list[LayerGradient]:
    """Backpropagation, layer by layer: the gradient of the mean cross-entropy of these images, without dropout.

    Args:
        images: (N, 28, 28) or (N, 784) float32 in [0, 1].
        labels: (N,) int64, the true classes.

    Returns:
        One ``LayerGradient`` per layer, input side first, in nats per unit of what is differentiated by. The
        parameters' own ``.grad`` and the model's training mode are left as they were.
    """
    was_training = model.training
    model.eval()
    try:
        with torch.enable_grad(), Capture(model) as capture:
            loss = F.cross_entropy(model(images), labels)
            sources = [
                tensor
                for linear, layer in zip(model.linears, capture.layers, strict=True)
                for tensor in (linear.weight, linear.bias, *layer)
            ]
            found = torch.autograd.grad(loss, sources)
    finally:
        model.train(was_training)
    return [LayerGradient(*found[start : start + 4]) for start in range(0, len(found), 4)]


def gradient_norms(model: MLP, images: Tensor, labels: Tensor) -> list[float]:
    """The Euclidean norm of each layer's weight gradient, input side first; see ``gradients``."""
    return [gradient.weight.norm().item() for gradient in gradients(model, images, labels)]


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


def random_inputs(count: int, seed: int = 0) -> Tensor:
    """(count, P) standard normal numbers, for where no digits are at hand."""
    # Seeds above MAX_SEED, for the same seed would make the inputs the very numbers of the first weights.
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


class GradientProfile(NamedTuple):
    """The way of a gradient of length 1 back through a deep network. Entry 0 is layer 1, next to the input.

    Attributes:
        gradient_norms: (L,) the length of the gradient by each layer's z: root of the mean square over the inputs.
        slopes: (L,) root of the mean square of f'(z) over the inputs and units of each layer.
        output_sizes: (L,) root of the mean square of f(z), how strong each layer's signal is.
    """

    gradient_norms: list[float]
    slopes: list[float]
    output_sizes: list[float]

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

    By z of the layer l it is f'(z_l) * W_{l+1}^T f'(z_{l+1}) * ... * W_L^T f'(z_L) * g, with g a random direction for
    each input: one factor f' per layer and one weight matrix between any two.

    Args:
        activation: a key of ``ACTIVATIONS``.
        depth: number of layers L, each of ``width`` units.
        initialization: a key of ``INITIALIZATIONS``.
        weight_scale: factor on the weights it draws (not on biases).
        inputs: (N, any) float, not changed; None takes 64 standard normal vectors.
        seed: decides the weights, the directions g and the inputs where none are given.

    Returns:
        Computed in float64, for a gradient may shrink below what float32 can hold (1e-45).
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
            [_root_mean_square(function(z)) for z in pre_activations],
        )


def _root_mean_square(values: Tensor) -> float:
    return values.square().mean().sqrt().item()
