"""What is measured of a network beside its curve: how many neurons are dead, how far the gradient reaches, and others.

A probe is a function of the finished network, of the set-up that it was trained with and of the digits, and gives
numbers by name. It takes less than a second.

Read before: ``results``. Read next: ``trials``, which ask for them.
"""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor

from nnlab.config import Setup
from nnlab.data import DigitData
from nnlab.drawing import recentre_by_mass
from nnlab.evaluation import evenly_spread, score, to_float
from nnlab.inspection.changes import Prune, ShiftBias, SilenceUnit
from nnlab.inspection.gradients import root_mean_square
from nnlab.inspection.health import unit_health
from nnlab.inspection.layers import gradients
from nnlab.inspection.surgery import operate
from nnlab.inspection.variations import move
from nnlab.model import MLP

SAMPLE = 1000  # test images
SHIFT = 4  # pixels to the right: MNIST's digits are 20 pixels wide at most, so nothing leaves the field
TURN = 40  # degrees, counter-clockwise
FAVOURED, FAVOUR = 3, 20.0  # the digit whose output's bias is raised, and by how much

Probe = Callable[[MLP, Setup, DigitData], dict[str, float]]


def dead_neurons(model: MLP, setup: Setup, data: DigitData) -> dict[str, float]:
    """The fraction of hidden neurons, of all layers, through which no gradient passes for any of 1,000 test images."""
    images, _ = _sample(data)
    dead = sum(len(layer.dead) for layer in unit_health(model, images))
    return {"dead": dead / sum(model.config.hidden_sizes)}


def first_gradient(model: MLP, setup: Setup, data: DigitData) -> dict[str, float]:
    """How many times smaller a typical weight's gradient is in the first layer than in the last, before training."""
    images, labels = data.train_images[:SAMPLE], data.train_labels[:SAMPLE]
    found = gradients(MLP(setup.model, setup.train.seed).double(), to_float(images).double(), labels)
    first, last = (root_mean_square(layer.weight) for layer in (found[0], found[-1]))
    return {"shrinks": last / max(first, 1e-300)}


def different_neurons(model: MLP, setup: Setup, data: DigitData) -> dict[str, float]:
    """How many neurons of the first hidden layer do not have the same weights as another."""
    return {"different": float(len(torch.unique(model.linears[0].weight.detach().round(decimals=6), dim=0)))}


def moved_digits(model: MLP, setup: Setup, data: DigitData) -> dict[str, float]:
    """How many of 1,000 test images it reads as they are, moved aside, turned, and moved back by their centre of mass.

    Moving back is what the app does with a drawing; see ``drawing``.
    """
    images, labels = _sample(data)
    ink = to_float(images)
    aside = move(ink, right=SHIFT)
    back = torch.stack([recentre_by_mass(image) for image in aside])
    pictures = {"as_is": ink, "aside": aside, "turned": move(ink, degrees=TURN), "back": back}
    return {name: _accuracy(model, picture, labels) for name, picture in pictures.items()}


def edits(model: MLP, setup: Setup, data: DigitData) -> dict[str, float]:
    """How many of all test images it still reads after changes by hand, each made to the trained network.

    Which neurons are cut off is drawn by lot; the seed decides.
    """
    neurons = model.config.hidden_sizes[0]
    order = torch.randperm(neurons, generator=torch.Generator().manual_seed(setup.train.seed)).tolist()
    cut = {"one_cut": order[:1], "half_cut": order[: neurons // 2]}
    edited = {name: operate(model, [SilenceUnit(0, unit) for unit in units]) for name, units in cut.items()}
    edited["pruned"] = operate(model, [Prune(0.5)])
    favouring = operate(model, [ShiftBias(len(model.linears) - 1, FAVOURED, FAVOUR)])
    accuracies = {name: score(other, data.test_images, data.test_labels)[1] for name, other in edited.items()}
    everything = torch.full_like(data.test_labels, FAVOURED)
    return {**accuracies, "favoured": score(favouring, data.test_images, everything)[1], "neurons": float(neurons)}


PROBES: dict[str, Probe] = {
    "dead_neurons": dead_neurons,
    "first_gradient": first_gradient,
    "different_neurons": different_neurons,
    "moved_digits": moved_digits,
    "edits": edits,
}


def _sample(data: DigitData) -> tuple[Tensor, Tensor]:
    places = evenly_spread(len(data.test_labels), SAMPLE)
    return data.test_images[places], data.test_labels[places]


def _accuracy(model: MLP, pictures: Tensor, labels: Tensor) -> float:
    read = model.predict_proba(pictures).argmax(dim=1)
    return float((read == labels).double().mean())
