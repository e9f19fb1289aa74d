"""What a network of a few neurons can tell apart in the plane: the lesson "Points in a plane", trained by PyTorch.

Read before: ``plane``, ``points``, ``separation``. Read next: ``trials``.
"""

from __future__ import annotations

import torch
from torch import Generator, Tensor
from torch.nn import functional as F

from nnlab.teaching.plane import PlaneSetup
from nnlab.teaching.points import arrange

TESTED = 400  # points that are not learned from
EPOCHS = 150
INPUTS = {  # what the first layer may be given of the points, (N,) each
    "x1": lambda x, y: x,
    "x2": lambda x, y: y,
    "square_1": lambda x, y: x * x,
    "square_2": lambda x, y: y * y,
    "product": lambda x, y: x * y,
    "sine_1": lambda x, y: x.sin(),
    "sine_2": lambda x, y: y.sin(),
}
ACTIVATIONS = {"relu": torch.relu, "sigmoid": torch.sigmoid, "tanh": torch.tanh, "identity": lambda z: z}


def separate_points(setup: PlaneSetup, seed: int) -> dict[str, float]:
    """Train the network of a set-up, about a second; then ask it about other points of the same arrangement.

    Returns:
        "accuracy", the fraction that it puts on the right side, and "images", how many points it was asked about.
    """
    generator = Generator().manual_seed(seed)
    columns, classes = _points(setup, setup.count, 2 * seed)
    sizes = (len(setup.inputs), *setup.hidden, 1)
    weights = [
        (torch.randn(after, before, generator=generator) * (2 / (before + after)) ** 0.5).requires_grad_()
        for before, after in zip(sizes[:-1], sizes[1:], strict=True)
    ]
    biases = [torch.zeros(size, requires_grad=True) for size in sizes[1:]]
    for _ in range(EPOCHS):
        for places in torch.randperm(len(classes), generator=generator).split(setup.batch):
            loss = F.binary_cross_entropy_with_logits(_decide(setup, columns[places], weights, biases), classes[places])
            gradients = torch.autograd.grad(loss, [*weights, *biases])
            with torch.no_grad():
                for parameter, gradient in zip([*weights, *biases], gradients, strict=True):
                    parameter -= setup.rate * gradient
    columns, classes = _points(setup, TESTED, 2 * seed + 1)
    with torch.no_grad():
        right = (_decide(setup, columns, weights, biases) > 0) == (classes > 0)
    return {"accuracy": float(right.double().mean()), "images": float(len(classes))}


def _points(setup: PlaneSetup, count: int, seed: int) -> tuple[Tensor, Tensor]:
    """What the network is given of some points, (N, inputs), and their classes, 1 or 0."""
    points = arrange(setup.points, count, setup.noise, seed)
    x, y = torch.from_numpy(points.places).float().T
    return torch.stack([INPUTS[name](x, y) for name in setup.inputs], 1), torch.from_numpy(points.classes).float()


def _decide(setup: PlaneSetup, inputs: Tensor, weights: list[Tensor], biases: list[Tensor]) -> Tensor:
    """(N,) the sum of the output neuron: above 0 means class 1."""
    activate = ACTIVATIONS[setup.activation]
    for weight, bias in zip(weights[:-1], biases[:-1], strict=True):
        inputs = activate(inputs @ weight.T + bias)
    return (inputs @ weights[-1].T + biases[-1]).flatten()
