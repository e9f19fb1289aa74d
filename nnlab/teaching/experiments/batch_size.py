"""Batches of 8, 64 and 512 images: how much the loss jumps from step to step, and how far an epoch gets."""

import math

import numpy as np

from nnlab.config import ModelConfig, Setup, TrainConfig
from nnlab.teaching.results import Result, Results
from nnlab.teaching.steps import Choice, Claim, Experiment, Explain, Guess, Run, Trial, Verdict

SIZES = {"small": 8, "middle": 64, "large": 512}
IMAGES = 10_000


def _trial(name: str) -> Trial:
    train = TrainConfig("sgd", 0.05, batch_size=SIZES[name], epochs=1, training_images=IMAGES)
    return Trial(name, Setup(ModelConfig((64,), "relu", "kaiming", input_normalization="standard"), train))


def noise(result: Result) -> float:
    """By how much the loss of a batch (nats) differs from its neighbours': a deviation, over the second half.

    Two neighbours differ by sqrt(2) times as much as each differs from the mean, and a slow fall changes that little.
    """
    late = result.losses[len(result.losses) // 2 :]
    return float(np.diff(late).std() / math.sqrt(2))


def _farthest(results: Results) -> str:
    return min(SIZES, key=lambda name: results[name].final_loss)


def _times_noisier(results: Results) -> float:
    return noise(results["small"]) / noise(results["middle"])


def _small_noisier(results: Results) -> Verdict:
    numbers = {"small": noise(results["small"]), "middle": noise(results["middle"])}
    times = _times_noisier(results)
    return Verdict(2 < times < 4, {**numbers, "times": times})


def _large_behind(results: Results) -> Verdict:
    losses = {name: results[name].final_loss for name in SIZES}
    steps = {f"{name}_steps": float(len(results[name].losses)) for name in SIZES}
    return Verdict(losses["large"] > 1.5 * max(losses["small"], losses["middle"]), {**losses, **steps})


EXPERIMENT = Experiment(
    "batch_size",
    12,
    tuple(map(_trial, SIZES)),
    (
        Choice("farthest", tuple(SIZES), _farthest),
        Guess("times_noisier", "times", 1, 10, 0.5, 1, _times_noisier),
        Run("all", tuple(SIZES)),
        Explain(Claim("small_noisier", _small_noisier)),
        Explain(Claim("large_behind", _large_behind)),
    ),
)
