"""The activation functions once more, computed in memory that is already there.

``activations`` defines the functions and their derivatives. A training step needs the same numbers thousands of times a
second, so ``forward`` writes f(z) into a buffer made once and ``backward`` multiplies the errors in another by f'(z).
Most are one call of the kernel that autograd itself would call; a test holds each to its definition.

Read next: ``backprop``.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import torch
from torch import Tensor

from nnlab.activations import ACTIVATIONS, LEAKY_SLOPE, PRELU_SLOPE, SELU_ALPHA, SELU_SCALE, Activation
from nnlab.config import ACTIVATION_NAMES

aten = torch.ops.aten  # torch's kernels by name; those that end in _backward multiply by a derivative


class Kernel(NamedTuple):
    """One activation in place. All tensors have one shape and are float32 or float64; no gradient is recorded.

    Attributes:
        forward: (z, outputs): write f(z) into ``outputs``; z is not changed.
        backward: (errors, z, outputs): multiply ``errors`` by f'(z), given outputs = f(z), which may be overwritten:
            nothing reads them after this.
        is_in_place: whether ``backward`` needs f(z) only, so that z and outputs may be the same memory. Then half as
            many numbers are written and read.
    """

    forward: Callable[[Tensor, Tensor], object]
    backward: Callable[[Tensor, Tensor, Tensor], object]
    is_in_place: bool = False


def _leaky(slope: float) -> Kernel:
    return Kernel(
        lambda z, outputs: aten.leaky_relu.out(z, slope, out=outputs),
        lambda errors, z, outputs: aten.leaky_relu_backward.grad_input(errors, z, slope, False, grad_input=errors),
        is_in_place=True,  # f(z) has the sign of z
    )


def _exponential(alpha: float, scale: float) -> Kernel:
    return Kernel(
        lambda z, outputs: aten.elu.out(z, alpha, scale, 1, out=outputs),
        lambda errors, z, outputs: aten.elu_backward.grad_input(errors, alpha, scale, 1, False, z, grad_input=errors),
    )


def _softsign_forward(z: Tensor, outputs: Tensor) -> None:
    torch.abs(z, out=outputs).add_(1)
    torch.div(z, outputs, out=outputs)


def _softsign_backward(errors: Tensor, z: Tensor, outputs: Tensor) -> None:
    outputs.abs_().neg_().add_(1)  # 1 - |z| / (1 + |z|) = 1 / (1 + |z|), whose square is f'
    errors.mul_(outputs).mul_(outputs)


_KERNELS = {
    "identity": Kernel(
        lambda z, outputs: outputs.copy_(z),
        lambda errors, z, outputs: None,
        is_in_place=True,
    ),
    "relu": Kernel(
        lambda z, outputs: torch.clamp_min(z, 0, out=outputs),
        lambda errors, z, outputs: aten.threshold_backward.grad_input(errors, z, 0, grad_input=errors),
        is_in_place=True,
    ),
    "leaky_relu": _leaky(LEAKY_SLOPE),
    "prelu": _leaky(PRELU_SLOPE),
    "elu": _exponential(1, 1),
    "selu": _exponential(SELU_ALPHA, SELU_SCALE),
    "gelu": Kernel(
        lambda z, outputs: aten.gelu.out(z, out=outputs),
        lambda errors, z, outputs: aten.gelu_backward.grad_input(errors, z, grad_input=errors),
    ),
    "silu": Kernel(
        lambda z, outputs: aten.silu.out(z, out=outputs),
        lambda errors, z, outputs: aten.silu_backward.grad_input(errors, z, grad_input=errors),
    ),
    "softplus": Kernel(
        lambda z, outputs: aten.softplus.out(z, 1, 20, out=outputs),  # above 20, ln(1 + e^z) is z in float32
        lambda errors, z, outputs: aten.softplus_backward.grad_input(errors, z, 1, 20, grad_input=errors),
    ),
    "mish": Kernel(
        lambda z, outputs: aten.mish.out(z, out=outputs),
        lambda errors, z, outputs: errors.copy_(aten.mish_backward(errors, z)),  # torch offers no way into a buffer
    ),
    "hardtanh": Kernel(
        lambda z, outputs: torch.clamp(z, -1, 1, out=outputs),
        lambda errors, z, outputs: aten.hardtanh_backward.grad_input(errors, z, -1, 1, grad_input=errors),
        is_in_place=True,
    ),
    "sigmoid": Kernel(
        lambda z, outputs: torch.sigmoid(z, out=outputs),
        lambda errors, z, outputs: aten.sigmoid_backward.grad_input(errors, outputs, grad_input=errors),
        is_in_place=True,
    ),
    "tanh": Kernel(
        lambda z, outputs: torch.tanh(z, out=outputs),
        lambda errors, z, outputs: aten.tanh_backward.grad_input(errors, outputs, grad_input=errors),
        is_in_place=True,
    ),
    "softsign": Kernel(_softsign_forward, _softsign_backward),
}


def by_definition(activation: Activation) -> Kernel:
    """A kernel made of an activation's definition, for one that has no faster kernel."""
    return Kernel(
        lambda z, outputs: outputs.copy_(activation.function(z)),
        lambda errors, z, outputs: errors.mul_(activation.derivative(z)),
    )


KERNELS = {name: _KERNELS.get(name) or by_definition(ACTIVATIONS[name]) for name in ACTIVATION_NAMES}
