"""A small network of unusual settings, and how it was trained."""

from __future__ import annotations

from nnlab.config import ModelConfig, TrainConfig

SMALL = ModelConfig((3, 2), "tanh", dropout=0.25, input_normalization="standard")
TRAIN = TrainConfig("adam", 0.002, batch_size=32, epochs=3, seed=7)
