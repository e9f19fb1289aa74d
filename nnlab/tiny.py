r"""A network so small that it can be calculated by hand: forward pass, loss, backward pass, update. No tensors.

It is the study notes' whole algorithm on one example, in plain Python numbers, so that every number in it can be put on
paper. A network is a list of layers, and each layer has a row of weights for each of its neurons:

    forward     z = W x + b,  a = f(z); the outputs a are the inputs x of the next layer
    loss        L = -ln p of the right class, if the last layer is a softmax; else half the sum of (a - y) squared
    backward    dL/dz = dL/da f'(z),  dL/dW = dL/dz times x,  dL/db = dL/dz,  dL/dx = dL/dz times W
    update      w - learning rate times dL/dw, for every weight and bias at once

Read next: ``model`` and ``backprop``, which do the same for layers of any size and for many images at a time.
Source: Rumelhart, Hinton & Williams 1986.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import NamedTuple

Vector = Sequence[float]
Matrix = Sequence[Vector]  # a row for each neuron, a column for each input


class Layer(NamedTuple):
    """What a layer has learned.

    Attributes:
        weights: a row for each neuron, a number in it for each input.
        biases: a number for each neuron.
        activation: a name in ``ACTIVATIONS``, or "softmax" for the last layer of a network that tells classes apart.
    """

    weights: Matrix
    biases: Vector
    activation: str


class Signals(NamedTuple):
    """What passes through a layer on the way forward: its inputs x, its sums z = W x + b, its outputs a = f(z)."""

    inputs: Vector
    sums: Vector
    outputs: Vector


class Gradients(NamedTuple):
    """What comes back through a layer: how much the loss would grow with each of its numbers.

    Attributes:
        outputs: dL/da; None for a softmax, whose gradient is simpler in one piece with its loss.
        slopes: f'(z); None for a softmax.
        sums: dL/dz, the errors of its neurons.
        weights: dL/dW, in the form of the weights.
        biases: dL/db, which are the errors.
    """

    outputs: Vector | None
    slopes: Vector | None
    sums: Vector
    weights: Matrix
    biases: Vector


class Activation(NamedTuple):
    """f and its derivative f', both of the sum z."""

    function: Callable[[float], float]
    slope: Callable[[float], float]


def sigmoid(z: float) -> float:
    """1 / (1 + e^-z). For a large negative z, e^-z has too many digits; then e^z / (1 + e^z), which is the same."""
    return 1 / (1 + math.exp(-z)) if z >= 0 else math.exp(z) / (1 + math.exp(z))


ACTIVATIONS = {
    "relu": Activation(lambda z: max(0.0, z), lambda z: 1.0 if z > 0 else 0.0),
    "sigmoid": Activation(sigmoid, lambda z: sigmoid(z) * (1 - sigmoid(z))),
    "tanh": Activation(math.tanh, lambda z: 1 - math.tanh(z) ** 2),
    "identity": Activation(lambda z: z, lambda z: 1.0),
}


def weighted_sum(weights: Vector, inputs: Vector, bias: float) -> float:
    """w_1 x_1 + w_2 x_2 + ... + b."""
    return sum(weight * value for weight, value in zip(weights, inputs, strict=True)) + bias


def softmax(sums: Vector) -> list[float]:
    """e^z of each, divided by the sum of them all. Taking the largest z away from each first changes no quotient."""
    powers = [math.exp(z - max(sums)) for z in sums]
    return [power / sum(powers) for power in powers]


def forward(network: Sequence[Layer], inputs: Vector) -> list[Signals]:
    """Through every layer, the first to the last."""
    passed = []
    for weights, biases, activation in network:
        sums = [weighted_sum(row, inputs, bias) for row, bias in zip(weights, biases, strict=True)]
        outputs = softmax(sums) if activation == "softmax" else [ACTIVATIONS[activation].function(z) for z in sums]
        passed.append(Signals(inputs, sums, outputs))
        inputs = outputs
    return passed


def cross_entropy(probabilities: Vector, target: Vector) -> float:
    """-ln p of the right class, where ``target`` is 1; the others have 0. Infinite where p is too small for a float."""
    p = probabilities[target.index(1)]
    return -math.log(p) if p > 0 else math.inf


def squared_error(outputs: Vector, target: Vector) -> float:
    """Half the sum of (a - y) squared."""
    return sum((a - y) ** 2 for a, y in zip(outputs, target, strict=True)) / 2


def loss(network: Sequence[Layer], inputs: Vector, target: Vector) -> float:
    """How wrong the network is for this example."""
    measure = cross_entropy if network[-1].activation == "softmax" else squared_error
    return measure(forward(network, inputs)[-1].outputs, target)


def backward(network: Sequence[Layer], passed: Sequence[Signals], target: Vector) -> list[Gradients]:
    """Back through every layer, the last to the first; in the order of the layers, like ``passed``."""
    # The derivative of the loss by the outputs. For a softmax with its cross-entropy this is dL/dz at once.
    errors = [a - y for a, y in zip(passed[-1].outputs, target, strict=True)]
    gradients: list[Gradients] = []
    for (weights, _, activation), (inputs, sums, _) in zip(reversed(network), reversed(passed), strict=True):
        outputs = slopes = None
        if activation != "softmax":
            outputs, slopes = errors, [ACTIVATIONS[activation].slope(z) for z in sums]
            errors = [by_output * slope for by_output, slope in zip(outputs, slopes, strict=True)]  # dL/dz
        by_weights = [[error * value for value in inputs] for error in errors]
        gradients.insert(0, Gradients(outputs, slopes, errors, by_weights, errors))
        # Each input went to every neuron, so its part in the loss is the sum over all of them: a column of W.
        columns = zip(*weights, strict=True)
        errors = [sum(error * weight for error, weight in zip(errors, column, strict=True)) for column in columns]
    return gradients


def update(network: Sequence[Layer], gradients: Sequence[Gradients], learning_rate: float) -> list[Layer]:
    """A step of gradient descent: each weight and bias against its own gradient. The old network stays as it is."""

    def moved(values: Vector, slopes: Vector) -> list[float]:
        return [value - learning_rate * slope for value, slope in zip(values, slopes, strict=True)]

    return [
        Layer(
            [moved(row, slopes) for row, slopes in zip(layer.weights, gradient.weights, strict=True)],
            moved(layer.biases, gradient.biases),
            layer.activation,
        )
        for layer, gradient in zip(network, gradients, strict=True)
    ]
