"""Comparisons that a class asks for, each a grid of small runs: all of one are trained in less than about a minute."""

from __future__ import annotations

from dataclasses import replace

from nnlab.compare.grid import DEPTH, Axis, Grid
from nnlab.config import ModelConfig, Setup, TrainConfig

# One hidden layer and a sixth of MNIST: a run of some seconds that reads nine digits of ten. On pixels from -1 to 1, as
# in the notes, so short a run with ReLU would end anywhere between 50 % and 87 %: luck would drown everything.
SMALL = Setup(
    ModelConfig((64,), "relu", "kaiming", input_normalization="standard"),
    TrainConfig("sgd", 0.05, epochs=3, training_images=10_000),
)
_DEEP = replace(
    SMALL, model=replace(SMALL.model, hidden_sizes=(32,), initialization="xavier"),
    train=replace(SMALL.train, learning_rate=0.1),
)  # fmt: skip
_FEW = replace(SMALL, train=replace(SMALL.train, training_images=5000))

READY: dict[str, Grid] = {
    "functions": Grid(SMALL, (Axis("activation", ("relu", "sigmoid", "tanh")),)),
    "rates": Grid(SMALL, (Axis("learning_rate", (0.001, 0.01, 0.1, 1.0)),)),
    "optimizers": Grid(
        SMALL, (Axis("optimizer", ("sgd", "momentum", "adam")), Axis("learning_rate", (0.001, 0.1)))
    ),
    "depth": Grid(_DEEP, (Axis("activation", ("relu", "sigmoid")), Axis(DEPTH, (1, 3, 6)))),
    "batches": Grid(SMALL, (Axis("batch_size", (8, 64, 512)),)),
    "real": Grid(_FEW, (Axis("activation", ("relu", "sigmoid")),), seeds=8),
    "false": Grid(_FEW, seeds=12),
}  # fmt: skip
