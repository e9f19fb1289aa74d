r"""Look inside a network: what each layer computes, and what gradient reaches it.

- ``layer_outputs(model, images)``: z = W a + b and f(z) of every layer, as ``LayerOutput``.
- ``gradients(model, images, labels)``: the gradient of the loss by every layer's weights, biases, z and f(z), as
  ``LayerGradient``.
- ``Capture(model)``: the same tensors of any forward pass, within ``with``.

Read before: ``model``. Read next: ``health``, ``depth``. Shape letters are those of ``nnlab``.
Idea of the hooks that are always removed: fastai's course22p2, ``miniai/activations.py``.
"""

from __future__ import annotations

import threading
from typing import NamedTuple

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from nnlab.model import MLP


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

    ``layers`` holds the tensors of the last forward pass, not copied, so that gradient flows through them. Passes of
    other threads do not count: all visitors share the bundled network.

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
        self._thread = threading.get_ident()
        self._handles = [linear.register_forward_hook(self._remember) for linear in self.model.linears]
        return self

    def __exit__(self, *_: object) -> None:
        for handle in self._handles:
            handle.remove()
        self._handles.clear()

    def _remember(self, linear: nn.Module, received: tuple[Tensor, ...], pre_activation: Tensor) -> None:
        if threading.get_ident() != self._thread:
            return
        if linear is self.model.linears[0]:
            self._received.clear()
            self._pre_activations.clear()
        self._received.append(received[0])
        self._pre_activations.append(pre_activation)

    @property
    def layers(self) -> list[LayerOutput]:
        """One entry per layer, input side first; empty before the first forward pass."""
        # The output of a layer is what the next layer receives. Nobody receives the logits of the last one.
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
