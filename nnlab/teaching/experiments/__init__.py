"""The guided experiments, in the order in which a class meets their ideas; a file each."""

from nnlab.teaching.experiments import zeros
from nnlab.teaching.steps import Experiment

EXPERIMENTS: dict[str, Experiment] = {module.EXPERIMENT.name: module.EXPERIMENT for module in (zeros,)}
