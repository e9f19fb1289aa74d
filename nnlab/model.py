"""The multilayer perceptron: the study notes' layers, neurons, weights and biases, as a torch module.

A layer computes z = W a + b, one row of W and one entry of b per neuron; an activation f turns z into what the next
layer sees. The last layer has no activation: its ten outputs are logits, and softmax makes them probabilities.

Read next: ``data``, then ``backprop``.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import cast

import torch
from torch import Generator, Tensor, nn

from nnlab.activations import ACTIVATIONS
from nnlab.config import INITIALIZATION_NAMES, INPUT_NORMALIZATION, PIXELS, ModelConfig

SMALL_NORMAL_DEVIATION = 0.01  # the fixed deviation common before Glorot & Bengio 2010 showed why not


def _torch_default(weight: Tensor, bias: Tensor, gain: float, generator: Generator) -> None:
    # nn.Linear.reset_parameters: uniform in +-1/sqrt(inputs), for weights and biases alike.
    bound = 1 / math.sqrt(weight.shape[1])
    weight.uniform_(-bound, bound, generator=generator)
    bias.uniform_(-bound, bound, generator=generator)


def _normal(deviation_of: Callable[[int, int, float], float]) -> Callable[[Tensor, Tensor, float, Generator], None]:
    """Weights drawn from a normal distribution with mean 0, biases 0."""

    def initialize(weight: Tensor, bias: Tensor, gain: float, generator: Generator) -> None:
        outputs, inputs = weight.shape
        weight.normal_(0.0, deviation_of(inputs, outputs, gain), generator=generator)
        bias.zero_()

    return initialize


def _zeros(weight: Tensor, bias: Tensor, gain: float, generator: Generator) -> None:
    weight.zero_()
    bias.zero_()


_INITIALIZERS: dict[str, Callable[[Tensor, Tensor, float, Generator], None]] = {
    "torch": _torch_default,
    # He et al. 2015: keep the variance of forward signals, the activation's gain included.
    "kaiming": _normal(lambda inputs, outputs, gain: gain / math.sqrt(inputs)),
    # Glorot & Bengio 2010: a compromise between forward signals and backward gradients.
    "xavier": _normal(lambda inputs, outputs, gain: math.sqrt(2 / (inputs + outputs))),
    # LeCun et al. 1998, "Efficient BackProp", section 4.6: variance 1/inputs, whatever the activation.
    "lecun": _normal(lambda inputs, outputs, gain: 1 / math.sqrt(inputs)),
    "small_normal": _normal(lambda inputs, outputs, gain: SMALL_NORMAL_DEVIATION),
    "zeros": _zeros,
}
INITIALIZATIONS = {name: _INITIALIZERS[name] for name in INITIALIZATION_NAMES}


class Linear(nn.Linear):
    """torch's layer, without the start that it would draw by lot itself: the network gives it one."""

    def reset_parameters(self) -> None:
        pass  # torch's own way to leave it out, nn.utils.skip_init, imports sympy: most of a second, in each process


class MLP(nn.Module):
    """A fully connected network from 784 pixels to 10 logits.

    Input normalisation is part of the network, so it can never be fed wrongly scaled pixels.

    Args:
        config: the network's shape and start.
        seed: decides the starting weights; the same seed gives the same weights, whatever else has drawn numbers. None
            gives none: they are whatever stood in the memory, until others are read into it, which takes a wide network
            a tenth of the time.

    Attributes:
        linears: the ``nn.Linear`` layers, input side first; weight (D_out, D_in), bias (D_out,).

    Example:
        >>> MLP(ModelConfig((128, 64)))(torch.zeros(5, 28, 28)).shape
        torch.Size([5, 10])
    """

    shift: Tensor

    def __init__(self, config: ModelConfig, seed: int | None = 0):
        super().__init__()
        self.config = config
        self.activation = ACTIVATIONS[config.activation]
        sizes = config.layer_sizes
        linears = nn.ModuleList(Linear(inputs, outputs) for inputs, outputs in zip(sizes[:-1], sizes[1:], strict=True))
        self.linears = cast("Sequence[nn.Linear]", linears)  # a ModuleList does not say what it holds
        mean, deviation = INPUT_NORMALIZATION[config.input_normalization]
        self.register_buffer("shift", torch.tensor(-mean / deviation), persistent=False)
        if seed is not None:
            self.reset_parameters(seed)

    @torch.no_grad()
    def reset_parameters(self, seed: int) -> None:
        """Start again from the configuration's initialisation, in place."""
        generator = Generator().manual_seed(seed)
        initialize = INITIALIZATIONS[self.config.initialization]
        for index, linear in enumerate(self.linears):
            is_output = index == len(self.linears) - 1
            # The gain belongs to the activation that follows; the output layer has none.
            gain = 1.0 if is_output else self.activation.gain
            initialize(linear.weight, linear.bias, gain, generator)

    def normalize(self, images: Tensor, out: Tensor | None = None) -> Tensor:
        """Shift and scale pixels as the configuration says: (x - mean) / deviation.

        Args:
            images: (N, 28, 28) or (N, 784); float32 from 0 to 1, through which gradient flows, or uint8 from 0 to 255.
            out: (N, 784) float32, for the result; without it, a new tensor.
        """
        mean, deviation = INPUT_NORMALIZATION[self.config.input_normalization]
        white = 255 if images.dtype == torch.uint8 else 1
        if out is None:
            return (images.flatten(1) - white * mean) / (white * deviation)  # (N, P)
        out.copy_(images.flatten(1))  # (N, P)
        return torch.add(self.shift, out, alpha=1 / (white * deviation), out=out)  # x / deviation - mean / deviation

    def forward(self, images: Tensor, dropout_generator: Generator | None = None) -> Tensor:
        """Forward propagation.

        Args:
            images: (N, 28, 28) or (N, 784), float32 in [0, 1], to which gradient flows, or uint8 from 0 to 255.
            dropout_generator: source of the dropout mask; only used in training mode.

        Returns:
            (N, 10) float32 logits, not probabilities.

        Raises:
            ValueError: if the images do not have 784 pixels each; the message gives the shape.
        """
        if images.dim() < 2 or images.flatten(1).shape[1] != PIXELS:
            raise ValueError(f"images have shape {tuple(images.shape)}; expected (N, 28, 28) or (N, 784)")
        outputs = self.normalize(images)  # (N, P)
        for linear in self.linears[:-1]:
            outputs = self.activation.function(linear(outputs))  # (N, D)
            if self.training and self.config.dropout:
                outputs = self._drop(outputs, dropout_generator)
        return self.linears[-1](outputs)  # (N, C)

    def _drop(self, outputs: Tensor, generator: Generator | None) -> Tensor:
        # Inverted dropout (Srivastava et al. 2014, section 10): what is kept is scaled up, so that evaluation needs no
        # change. It is written out, since nn.Dropout draws from the global generator, which two runs would share.
        kept = 1 - self.config.dropout
        mask = torch.empty_like(outputs).bernoulli_(kept, generator=generator)
        return outputs * mask / kept

    def take_weights(self, other: MLP) -> None:
        """Have the weights and biases of another network, copied.

        Raises:
            ValueError: if that would compute something else with them.
        """
        for name in ("hidden_sizes", "activation", "input_normalization"):
            theirs, ours = getattr(other.config, name), getattr(self.config, name)
            if theirs != ours:
                raise ValueError(f"the weights are of a network with {name} {theirs}; this one has {ours}")
        self.load_state_dict(other.state_dict())

    @torch.no_grad()
    def predict_proba(self, images: Tensor) -> Tensor:
        """Softmax of the logits, without dropout.

        Args:
            images: (N, 28, 28) float32 in [0, 1].

        Returns:
            (N, 10) float32 probabilities; each row sums to 1.
        """
        was_training = self.training
        self.eval()
        try:
            return torch.softmax(self(images), dim=1)
        finally:
            self.train(was_training)

    @property
    def parameter_count(self) -> int:
        return self.config.parameter_count
