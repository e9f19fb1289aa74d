"""A network that reads one image: the MLP and how far it can be believed, in one answer.

Pages, games and lessons all ask here, so one image never gets two different probabilities from one network. What trains
or explains a network asks the ``MLP`` itself: a loss, a gradient and a logit know no temperature.

Read next: ``inspection.evidence``, for why an image is read as it is.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any, NamedTuple

import torch
from torch import Tensor

from nnlab.calibration import Calibration, calibrated, doubt
from nnlab.checkpoint import BUNDLED, TWIN, load, load_bundled, read_header
from nnlab.config import ModelConfig
from nnlab.model import MLP


class Answer(NamedTuple):
    """What was read: the probabilities of the ten digits, and whether the image looks like no digit at all."""

    probabilities: list[float]
    is_doubtful: bool


@dataclass(frozen=True, eq=False)
class Reader:
    """A network, in eval mode, and its calibration; a network that nobody has calibrated is believed as it is."""

    model: MLP
    calibration: Calibration = Calibration()

    def read(self, image: Tensor) -> Answer:
        """Read one image, (28, 28) float32 in [0, 1]."""
        with torch.inference_mode():
            logits = self.model(image[None])  # (1, C)
            probabilities = calibrated(logits, self.calibration.temperature)[0]  # (C,)
            return Answer(probabilities.tolist(), bool(doubt(logits, self.calibration.doubt_threshold)))

    def predict_proba(self, images: Tensor) -> Tensor:
        """The probabilities alone, of many images: (N, 28, 28) float32 in [0, 1] -> (N, 10) float32."""
        with torch.inference_mode():
            return calibrated(self.model(images), self.calibration.temperature)


@cache
def bundled() -> Reader:
    """The network that comes with nnlab: one for the whole process, since nobody may change it."""
    return Reader(load_bundled(), Calibration.from_facts(bundled_facts()))


@cache
def bundled_facts() -> dict[str, Any]:
    """What the bundled network's file tells of it, such as ``test_accuracy`` and ``test_samples``."""
    return read_header(BUNDLED)["facts"]


def bundled_start_seed() -> int:
    """The seed of the random weights with which the bundled network began, before any training went on from another."""
    story = bundled_facts()
    while "started_from" in story:
        story = story["started_from"]
    command = story["command"].split()
    return int(command[command.index("--seed") + 1])


class Twins(NamedTuple):
    """One small network twice, for the lessons: with the weights that its training began with, and with its last."""

    untrained: Reader
    trained: Reader


@cache
def twins() -> Twins:
    """Both networks, shared by the whole process, since nobody may change them. Neither is calibrated."""
    header = read_header(TWIN)
    start = MLP(ModelConfig(**header["model"]), seed=header["train"]["seed"]).eval()
    return Twins(Reader(start), Reader(load(TWIN)))


@cache
def twin_facts() -> dict[str, Any]:
    """What the trained twin's file tells of it, such as ``test_accuracy`` and ``test_samples``."""
    return read_header(TWIN)["facts"]
