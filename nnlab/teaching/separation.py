"""What one neuron can tell apart: two heaps of digits, one neuron between them, and the same with a hidden layer.

A neuron adds up its inputs, each times its weight, and compares the sum with a threshold. So it draws one straight
border (a hyperplane) through the space of all images, and can only tell apart what lies on its two sides.

Read before: ``tiny``, a network by hand. Read next: ``trials``.
"""

from __future__ import annotations

from typing import NamedTuple

import torch
from torch import Generator, Tensor
from torch.nn import functional as F

from nnlab.config import INPUT_NORMALIZATION, PIXELS
from nnlab.data import DigitData
from nnlab.evaluation import to_float

TRAINED_ON = 10_000  # images of the two heaps together, at most
STEPS, BATCH, RATE = 600, 100, 0.003
MEAN, DEVIATION = INPUT_NORMALIZATION["standard"]


class Task(NamedTuple):
    """Two heaps of digits to be told apart, and how many hidden neurons stand before the one that decides."""

    yes: tuple[int, ...]
    no: tuple[int, ...]
    hidden: int = 0


EVEN, ODD = (0, 2, 4, 6, 8), (1, 3, 5, 7, 9)
TASKS = {
    "zero_one": Task((0,), (1,)),
    "four_nine": Task((4,), (9,)),
    "even": Task(EVEN, ODD),
    "even_hidden": Task(EVEN, ODD, hidden=16),
}


def separate(task: Task, data: DigitData, seed: int) -> dict[str, float]:
    """Train the neuron, about a second; then ask it about every test image of the two heaps.

    Returns:
        "accuracy", the fraction that it puts on the right heap, and "images", how many it was asked about.
    """
    generator = Generator().manual_seed(seed)
    images, answers = _heaps(task, data.train_images, data.train_labels, TRAINED_ON)
    sizes = (PIXELS, *([task.hidden] if task.hidden else []), 1)
    weights = [
        torch.randn(after, before, generator=generator).div_(before**0.5).requires_grad_()
        for before, after in zip(sizes[:-1], sizes[1:], strict=True)
    ]
    biases = [torch.zeros(size, requires_grad=True) for size in sizes[1:]]
    optimizer = torch.optim.Adam([*weights, *biases], lr=RATE)
    for _ in range(STEPS):
        places = torch.randint(len(answers), (BATCH,), generator=generator)
        sums = _decide(images[places], weights, biases)  # (N,)
        loss = F.binary_cross_entropy_with_logits(sums, answers[places])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    images, answers = _heaps(task, data.test_images, data.test_labels)
    with torch.no_grad():
        right = (_decide(images, weights, biases) > 0) == (answers > 0)
    return {"accuracy": float(right.double().mean()), "images": float(len(answers))}


def _heaps(task: Task, images: Tensor, labels: Tensor, most: int | None = None) -> tuple[Tensor, Tensor]:
    """Pixels (N, P), with mean 0 and deviation 1 over MNIST, and for each image 1 for yes or 0 for no."""
    wanted = torch.isin(labels, torch.tensor(task.yes + task.no)).nonzero().flatten()[:most]
    answers = torch.isin(labels[wanted], torch.tensor(task.yes)).float()
    return (to_float(images[wanted]).flatten(1) - MEAN) / DEVIATION, answers


def _decide(inputs: Tensor, weights: list[Tensor], biases: list[Tensor]) -> Tensor:
    """(N,) the sum of the last neuron: above 0 means yes. The hidden neurons, if there are any, are ReLUs."""
    for weight, bias in zip(weights[:-1], biases[:-1], strict=True):
        inputs = torch.relu(inputs @ weight.T + bias)
    return (inputs @ weights[-1].T + biases[-1]).flatten()
