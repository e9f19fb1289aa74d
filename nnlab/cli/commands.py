"""What the commands of ``cli`` do: train, evaluate, say which data are here.

Each prints for people and, with ``--json``, writes for programs. Numbers that are NaN or infinite, as those of a run
that diverged, are null in JSON. Accuracies are fractions in JSON and per cent on the screen; losses are mean
cross-entropy in nats.
"""

from __future__ import annotations

import argparse
import json
import math
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

import torch
from tqdm import tqdm

from nnlab import checkpoint
from nnlab.config import CLASSES, ConfigError, to_dict
from nnlab.data import DataError, DigitData, Progress, load_as_named
from nnlab.evaluation import accuracy_per_class, confusion, predict, score
from nnlab.records import StepRecord, mean_loss
from nnlab.sources.mnist import FILES, find_file, is_genuine, mnist_dir, problem
from nnlab.training import TrainingRun, check_device

WAITING = "Waiting for another download of MNIST on this computer"
CHUNK_STEPS = 50  # steps between two movements of the progress bar


class EpochResult(NamedTuple):
    """One epoch: the mean training loss over its images, the test set after it, the seconds of training alone.

    The mean is over all images that were learned from, each as the network was in its own step.
    """

    train_loss: float
    test_loss: float
    test_accuracy: float
    seconds: float


def train(args: argparse.Namespace) -> int:
    """``python -m nnlab train``."""
    _prepare(args.json, args.save)
    torch.set_num_threads(args.threads)
    check_device(args.device)
    data = _load(args, args.setup.data.source)
    print(data)
    run = _start(args, data)
    epochs = [*_train_epochs(run)]
    seconds = sum(epoch.seconds for epoch in epochs)
    result = {
        "preset": args.preset,
        **to_dict(args.setup),
        "epochs": [epoch._asdict() for epoch in epochs],
        "test_accuracy": epochs[-1].test_accuracy,
        "seconds": seconds,
        "failure": run.failure,
        "parameters": args.setup.model.parameter_count,
        "data_source": data.source,
        "samples": {"train": args.setup.train.training_images, "test": len(data.test_labels)},
        "threads": args.threads,
        "device": args.device,
        **checkpoint.provenance(),
    }
    _write_json(args.json, result)
    if run.failure:
        print(f"The loss stopped being a number at step {run.step:,}: the run {run.failure}. Lower the learning rate.")
        return _save_nothing(args.save)
    print(f"test accuracy {epochs[-1].test_accuracy:.2%} ({len(data.test_labels):,} images), {seconds:.1f} s")
    if args.save:
        facts: dict[str, Any] = {"test_accuracy": epochs[-1].test_accuracy, "test_samples": len(data.test_labels)}
        checkpoint.save(args.save, run.model, args.setup.train, **facts, **checkpoint.provenance())
    return 0


def _save_nothing(path: Path | None) -> int:
    """The exit status of a run that diverged: it showed what it had to show, unless a network was asked for."""
    if path is None:
        return 0
    print(f"{path} was not written: weights that are not numbers answer nothing.", file=sys.stderr)
    return 2


def _start(args: argparse.Namespace, data: DigitData) -> TrainingRun:
    available = len(data.train_labels)
    if args.setup.train.training_images > available:
        allowed = f"at most {available:,}, as many as there are"
        raise ConfigError("training_images", args.setup.train.training_images, allowed)
    return TrainingRun(args.setup.model, args.setup.train, data, args.device)


def _train_epochs(run: TrainingRun) -> Iterator[EpochResult]:
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


def evaluate(args: argparse.Namespace) -> int:
    """``python -m nnlab evaluate``."""
    _prepare(args.json)
    model = checkpoint.load(args.model) if args.model else checkpoint.load_bundled()
    data = _load(args, args.source)
    loss, accuracy = score(model, data.test_images, data.test_labels)
    table = confusion(data.test_labels, predict(model, data.test_images).argmax(1))  # (C, C), rows: the true digit
    per_digit = accuracy_per_class(table).tolist()
    name = str(args.model or "the bundled network")
    samples = f"{len(data.test_labels):,} images, {data.source}"
    print(f"{name}: test accuracy {accuracy:.2%}, test loss {loss:.4f} ({samples})")
    print("\nRows: the true digit; columns: what the network said.\n")
    print("   " + "".join(f"{digit:>6}" for digit in range(CLASSES)) + "   right")
    for digit, row in enumerate(table.tolist()):
        print(f"{digit:>3}" + "".join(f"{count:>6}" for count in row) + f"{per_digit[digit]:>8.1%}")
    result = {
        "model": str(args.model) if args.model else "bundled",
        "data_source": data.source,
        "test_accuracy": accuracy,
        "test_loss": loss,
        "test_samples": len(data.test_labels),
        "accuracy_per_digit": per_digit,
        "confusion": table.tolist(),
        **checkpoint.provenance(),
    }
    _write_json(args.json, result)
    return 0


def show_data(args: argparse.Namespace) -> int:
    """``python -m nnlab data``: 0 if MNIST can be read, 2 if not; the JSON is written either way."""
    _prepare(args.json)
    result: dict[str, Any] = {"folder": str(mnist_dir(args.data_dir)), "usable": True, "error": None}
    try:
        data = _load(args, "mnist")
        result |= {"train_images": len(data.train_labels), "test_images": len(data.test_labels)}
        print(f"MNIST in {data.origin}: {len(data.train_labels):,} training and {len(data.test_labels):,} test images")
        return 0
    except DataError as error:
        print("Until that is mended, the app trains on its built-in digits.")
        result |= {"usable": False, "error": {"reason": error.reason, "file": error.file, "sentence": str(error)}}
        raise
    finally:
        result["files"] = _describe_files(mnist_dir(args.data_dir))
        _write_json(args.json, result)


COMMANDS = {"train": train, "evaluate": evaluate, "data": show_data}


def _describe_files(folder: Path) -> list[dict[str, Any]]:
    """Say of each file that is there whether it is MNIST's, and how large."""
    described = []
    for name in FILES:
        path = find_file(name, folder)
        if path is not None:
            matches, size = is_genuine(name, path), path.stat().st_size
            verdict = "as published, by its MD5" if matches else "MD5 is not MNIST's"
            print(f"  {path.name:<28} {size:>12,} bytes  {verdict}")
            described.append({"path": str(path), "bytes": size, "md5_matches": matches})
    return described


def _load(args: argparse.Namespace, source: str) -> DigitData:
    with _download_bar() as progress:
        data = load_as_named(source, args.data_dir, args.download, progress)
    reason = problem() if (source, data.source) == ("auto", "builtin") else None
    if reason:
        print(f"These are the built-in digits. {reason}", file=sys.stderr)
    return data


@contextmanager
def _download_bar() -> Iterator[Any]:
    """A progress callback that shows one bar per file."""
    bar: tqdm | None = None
    shown = ""

    def show(progress: Progress) -> None:
        nonlocal bar, shown
        if bar is None or shown != progress.file:
            if bar is not None:
                bar.close()
            shown = progress.file
            title = f"{shown} ({progress.file_index + 1} of {progress.file_count})" if shown else WAITING
            bar = tqdm(desc=title, unit="B", unit_scale=True, disable=None)
        bar.total = progress.total_bytes
        bar.update(progress.done_bytes - bar.n)

    try:
        yield show
    finally:
        if bar is not None:
            bar.close()


def _prepare(*files: Path | None) -> None:
    """Make the folders of the files to be written, so that a long run does not end in an error about its result."""
    for file in files:
        if file is not None:
            file.parent.mkdir(parents=True, exist_ok=True)
            if file.is_dir():
                raise IsADirectoryError(f"{file} is a folder; name a file")


def _write_json(path: Path | None, result: dict[str, Any]) -> None:
    if path is not None:
        path.write_text(json.dumps(_finite(result), indent=1, allow_nan=False) + "\n", encoding="utf-8")


def _finite(value: Any) -> Any:
    """The same with None for NaN and infinity, which JSON cannot say."""
    if isinstance(value, dict):
        return {key: _finite(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_finite(item) for item in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value
