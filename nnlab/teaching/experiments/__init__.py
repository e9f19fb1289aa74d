"""The guided experiments, in the order in which a class meets their ideas; a file each."""

from nnlab.teaching.experiments import (
    batch_size,
    dead_relu,
    learning_rate,
    linear_layers,
    misread,
    notes,
    one_neuron,
    overfitting,
    ring,
    surgery,
    three_functions,
    vanishing,
    zeros,
)
from nnlab.teaching.steps import Experiment

_IN_ORDER = (
    one_neuron, ring, linear_layers, learning_rate, zeros, three_functions, batch_size, vanishing, dead_relu,
    overfitting, notes, misread, surgery,
)  # fmt: skip
EXPERIMENTS: dict[str, Experiment] = {module.EXPERIMENT.name: module.EXPERIMENT for module in _IN_ORDER}
