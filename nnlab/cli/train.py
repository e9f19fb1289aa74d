"""``python -m nnlab train``: train a network, epoch by epoch, and write what came of it.

It prints for people and, with ``--json``, writes for programs. Accuracies are fractions in JSON and per cent on the
screen; losses are mean cross-entropy in nats.
"""

from __future__ import annotations

import math
import sys
import time
from collections.abc import Iterator, Mapping
from dataclasses import fields, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import click
from tqdm import tqdm

from nnlab.cli.digits import load
from nnlab.cli.group import Command
from nnlab.cli.parameters import (
    THREADS,
    PathType,
    choice_option,
    data_folder_option,
    download_option,
    json_option,
    number_option,
    setting_options,
)
from nnlab.cli.results import make_folders, write_json
from nnlab.config import DEVICES, PRESETS, ConfigError, Setup, to_dict
from nnlab.records import StepRecord, mean_loss

if TYPE_CHECKING:
    from nnlab.training import TrainingRun

CHUNK_STEPS = 50  # steps between two movements of the progress bar


class EpochResult(NamedTuple):
    """One epoch: the mean training loss over its images, the test set after it, the seconds of training alone.

    The mean is over all images that were learned from, each as the network was in its own step.
    """

    train_loss: float
    test_loss: float
    test_accuracy: float
    seconds: float


@click.command(cls=Command)
@choice_option("--preset", PRESETS, "where to start from: {allowed}; default: the app's defaults")
@setting_options
@click.option("--save", type=PathType(), metavar="FILE", help="write the trained network there (safetensors)")
@number_option("--threads", THREADS, 1, "of torch; one repeats a run exactly (default: 1)")
@choice_option(
    "--device", DEVICES, "where to compute: {allowed}; a GPU is for wide networks (default: cpu)", default="cpu"
)
@data_folder_option("--data-dir")
@download_option
@json_option
def train(
    preset: str | None,
    save: Path | None,
    threads: int,
    device: str,
    data_dir: Path | None,
    download: bool,
    json_file: Path | None,
    **settings: Any,
) -> int:
    """Train a network."""
    import torch

    from nnlab import checkpoint
    from nnlab.training import TrainingRun, check_device

    make_folders(json_file, save)
    torch.set_num_threads(threads)
    check_device(device)
    setup = changed(PRESETS[preset].setup if preset else Setup(), settings)
    data = load(setup.data.source, data_dir, download)
    print(data)
    available = len(data.train_labels)
    if setup.train.training_images > available:
        allowed = f"at most {available:,}, as many as there are"
        raise ConfigError("training_images", setup.train.training_images, allowed)
    run = TrainingRun(setup.model, setup.train, data, device)
    epochs = [*_train_epochs(run)]
    seconds = sum(epoch.seconds for epoch in epochs)
    test_accuracy, test_samples = epochs[-1].test_accuracy, len(data.test_labels)
    result = {
        "preset": preset,
        **to_dict(setup),
        "epochs": [epoch._asdict() for epoch in epochs],
        "test_accuracy": test_accuracy,
        "seconds": seconds,
        "failure": run.failure,
        "parameters": setup.model.parameter_count,
        "data_source": data.source,
        "samples": {"train": setup.train.training_images, "test": test_samples},
        "threads": threads,
        "device": device,
        **checkpoint.provenance(),
    }
    if run.failure:
        write_json(json_file, result | {"steps": run.step})
        print(f"The loss stopped being a number at step {run.step:,}: the run {run.failure}. Lower the learning rate.")
        return _save_nothing(save)
    print(f"test accuracy {test_accuracy:.2%} ({test_samples:,} images), {seconds:.1f} s")
    try:
        write_json(json_file, result)
    finally:  # where there is no room for the one, there may be for the other
        if save:
            facts: dict[str, Any] = {
                "test_accuracy": test_accuracy,
                "test_samples": test_samples,
                "data": data.source,  # as kept runs say it
            }
            checkpoint.save(save, run.model, setup.train, **facts, **checkpoint.provenance())
    return 0


def changed(setup: Setup, settings: Mapping[str, Any]) -> Setup:
    """The set-up with those settings replaced that are not None, whichever configuration they belong to."""
    for part in fields(Setup):
        config = getattr(setup, part.name)
        given = {setting.name: settings[setting.name] for setting in fields(config)}
        config = replace(config, **{name: value for name, value in given.items() if value is not None})
        setup = replace(setup, **{part.name: config})
    return setup


def _save_nothing(path: Path | None) -> int:
    """The exit status of a run that diverged: it showed what it had to show, unless a network was asked for."""
    if path is None:
        return 0
    print(f"{path} was not written: weights that are not numbers answer nothing.", file=sys.stderr)
    return 2


def _train_epochs(run: TrainingRun) -> Iterator[EpochResult]:
    from nnlab.evaluation import score

    with tqdm(total=run.total_steps, unit="step", disable=None, leave=False) as bar:
        while not run.is_finished:
            epoch: list[StepRecord] = []
            seconds = 0.0
            while len(epoch) < run.steps_per_epoch and not run.is_finished:
                started = time.perf_counter()
                records = run.advance(min(CHUNK_STEPS, run.steps_per_epoch - len(epoch)))
                seconds += time.perf_counter() - started
                epoch += records
                bar.update(len(records))
            test_loss, test_accuracy = score(run.model, run.data.test_images, run.data.test_labels)
            result = EpochResult(mean_loss(epoch), test_loss, test_accuracy, seconds)
            bar.write(
                f"epoch {math.ceil(run.epoch)} of {run.train_config.epochs}: training loss {result.train_loss:.4f}, "
                f"test loss {test_loss:.4f}, test accuracy {test_accuracy:.2%}, {seconds:.1f} s"
            )
            yield result
