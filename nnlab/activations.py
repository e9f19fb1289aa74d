r"""The activation functions, each paired with its derivative.

A network of linear layers alone is one linear layer. What stands between the layers, the activation, is what lets
depth mean something, and its derivative is what the gradient is multiplied by on its way back. So a value of this
registry is a pair: the function and its derivative, with the words and the formula a reader needs.

Read next: ``model``. Source of the formulas: the papers named in each entry.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor

from nnlab.config import ACTIVATION_NAMES

PRELU_SLOPE = 0.25  # the value PReLU's slope starts from (He et al. 2015); here it is not learned
LEAKY_SLOPE = 0.01  # PyTorch's default for leaky ReLU (Maas et al. 2013)
SELU_ALPHA = 1.6732632423543772  # Klambauer et al. 2017, section 2: the pair that keeps
SELU_SCALE = 1.0507009873554805  # mean 0 and variance 1 a fixed point


@dataclass(frozen=True)
class Activation:
    """One activation function :math:`f`, applied to each unit's input by itself.

    Attributes:
        name: the name in links, in configuration files and in the code of the menus.
        function: f, from a float tensor of any shape to the same shape; not in place; gradient flows.
        derivative: f', from the input of f (not its output), any shape to the same shape. Where f has a corner the
            value is the one autograd uses.
        formula: f(x) in LaTeX.
        derivative_formula: f'(x) in LaTeX.
        output_range: the smallest and the largest value f can take or approach.
        gain: the factor on the weights' standard deviation that keeps the size of signals through a layer; 1 where no
            published value exists. Source: torch.nn.init.calculate_gain; He et al. 2015.
    """

    name: str
    function: Callable[[Tensor], Tensor]
    derivative: Callable[[Tensor], Tensor]
    formula: str
    derivative_formula: str
    output_range: tuple[float, float]
    gain: float = 1.0


def _sigmoid_derivative(x: Tensor) -> Tensor:
    probability = torch.sigmoid(x)
    return probability * (1 - probability)


def _silu_derivative(x: Tensor) -> Tensor:
    probability = torch.sigmoid(x)
    return probability * (1 + x * (1 - probability))


def _gelu_derivative(x: Tensor) -> Tensor:
    # GELU is x times the normal distribution function; the product rule gives this.
    distribution = 0.5 * (1 + torch.erf(x / math.sqrt(2)))
    density = torch.exp(-0.5 * x * x) / math.sqrt(2 * math.pi)
    return distribution + x * density


def _mish_derivative(x: Tensor) -> Tensor:
    squashed = torch.tanh(F.softplus(x))
    return squashed + x * torch.sigmoid(x) * (1 - squashed * squashed)


def _step(x: Tensor) -> Tensor:
    return (x > 0).to(x.dtype)


_ALL = (
    Activation(
        "identity",
        lambda x: x.clone(),
        torch.ones_like,
        r"f(x) = x",
        r"f'(x) = 1",
        (-math.inf, math.inf),
    ),
    Activation(
        "relu",
        torch.relu,
        _step,
        r"f(x) = \max(0, x)",
        r"f'(x) = \begin{cases} 1 & x > 0 \\ 0 & x \le 0 \end{cases}",
        (0.0, math.inf),
        gain=math.sqrt(2),
    ),
    Activation(
        "leaky_relu",
        lambda x: F.leaky_relu(x, LEAKY_SLOPE),
        lambda x: torch.where(x > 0, torch.ones_like(x), LEAKY_SLOPE),
        r"f(x) = \begin{cases} x & x > 0 \\ 0.01\,x & x \le 0 \end{cases}",
        r"f'(x) = \begin{cases} 1 & x > 0 \\ 0.01 & x \le 0 \end{cases}",
        (-math.inf, math.inf),
        gain=math.sqrt(2 / (1 + LEAKY_SLOPE**2)),
    ),
    Activation(
        "prelu",
        lambda x: F.leaky_relu(x, PRELU_SLOPE),
        lambda x: torch.where(x > 0, torch.ones_like(x), PRELU_SLOPE),
        r"f(x) = \begin{cases} x & x > 0 \\ 0.25\,x & x \le 0 \end{cases}",
        r"f'(x) = \begin{cases} 1 & x > 0 \\ 0.25 & x \le 0 \end{cases}",
        (-math.inf, math.inf),
        gain=math.sqrt(2 / (1 + PRELU_SLOPE**2)),
    ),
    Activation(
        "elu",
        F.elu,
        lambda x: torch.where(x > 0, torch.ones_like(x), torch.exp(x.clamp(max=0))),
        r"f(x) = \begin{cases} x & x > 0 \\ e^{x} - 1 & x \le 0 \end{cases}",
        r"f'(x) = \begin{cases} 1 & x > 0 \\ e^{x} & x \le 0 \end{cases}",
        (-1.0, math.inf),
    ),
    Activation(
        "selu",
        F.selu,
        lambda x: SELU_SCALE * torch.where(x > 0, torch.ones_like(x), SELU_ALPHA * torch.exp(x.clamp(max=0))),
        r"f(x) = 1.0507 \begin{cases} x & x > 0 \\ 1.6733\,(e^{x} - 1) & x \le 0 \end{cases}",
        r"f'(x) = 1.0507 \begin{cases} 1 & x > 0 \\ 1.6733\,e^{x} & x \le 0 \end{cases}",
        (-SELU_SCALE * SELU_ALPHA, math.inf),
    ),
    Activation(
        "gelu",
        F.gelu,
        _gelu_derivative,
        r"f(x) = x\,\Phi(x)",
        r"f'(x) = \Phi(x) + x\,\varphi(x)",
        (-0.16997120747990369, math.inf),
    ),
    Activation(
        "silu",
        F.silu,
        _silu_derivative,
        r"f(x) = x\,\sigma(x)",
        r"f'(x) = \sigma(x)\,\bigl(1 + x\,(1 - \sigma(x))\bigr)",
        (-0.27846454276107380, math.inf),
    ),
    Activation(
        "softplus",
        F.softplus,
        torch.sigmoid,
        r"f(x) = \ln(1 + e^{x})",
        r"f'(x) = \sigma(x)",
        (0.0, math.inf),
    ),
    Activation(
        "mish",
        F.mish,
        _mish_derivative,
        r"f(x) = x\,\tanh\bigl(\ln(1 + e^{x})\bigr)",
        r"f'(x) = \tanh(s) + x\,\sigma(x)\,(1 - \tanh^2(s)),\quad s = \ln(1 + e^{x})",
        (-0.30884341301725520, math.inf),
    ),
    Activation(
        "hardtanh",
        F.hardtanh,
        lambda x: (x.abs() < 1).to(x.dtype),
        r"f(x) = \max(-1, \min(1, x))",
        r"f'(x) = \begin{cases} 1 & |x| < 1 \\ 0 & |x| \ge 1 \end{cases}",
        (-1.0, 1.0),
    ),
    Activation(
        "sigmoid",
        torch.sigmoid,
        _sigmoid_derivative,
        r"f(x) = \sigma(x) = \dfrac{1}{1 + e^{-x}}",
        r"f'(x) = \sigma(x)\,(1 - \sigma(x))",
        (0.0, 1.0),
    ),
    Activation(
        "tanh",
        torch.tanh,
        lambda x: 1 - torch.tanh(x) ** 2,
        r"f(x) = \tanh x = \dfrac{e^{x} - e^{-x}}{e^{x} + e^{-x}}",
        r"f'(x) = 1 - \tanh^2 x",
        (-1.0, 1.0),
        gain=5 / 3,
    ),
    Activation(
        "softsign",
        F.softsign,
        lambda x: 1 / (1 + x.abs()) ** 2,
        r"f(x) = \dfrac{x}{1 + |x|}",
        r"f'(x) = \dfrac{1}{(1 + |x|)^2}",
        (-1.0, 1.0),
    ),
)

_BY_NAME = {activation.name: activation for activation in _ALL}

ACTIVATIONS: dict[str, Activation] = {name: _BY_NAME[name] for name in ACTIVATION_NAMES}
