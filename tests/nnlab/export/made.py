"""Runs to be taken away, in the tests."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from nnlab.config import ModelConfig, TrainConfig
from nnlab.export.exported import Exported
from nnlab.export.script import scripts
from nnlab.model import MLP

TRAIN = TrainConfig("sgd", 0.05, batch_size=30, epochs=2, training_images=100)  # 4 steps an epoch, the last one short


SMALL = ModelConfig((6,))


def made(config: ModelConfig = SMALL, train: TrainConfig | None = TRAIN, **facts) -> Exported:
    """A run whose network has taken no step."""
    return Exported(MLP(config).eval(), train, **{"data_source": "mnist", **facts})


def changed(**settings) -> TrainConfig:
    return replace(TRAIN, **settings)


def write_scripts(exported: Exported, folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    for name, program in scripts(exported).items():
        (folder / name).write_text(program, "utf-8")
    return folder
