"""Making the bundled network: ``python -m nnlab pretrain``; with ``--builtin``, the generator of built-in digits.

The app can read a drawing on its first visit because a trained network comes with it. This is how that network was
trained: by the same ``TrainingRun`` as every other, with augmentation, for longer than a lesson lasts. The file says of
itself what made it and how good it is, so nobody has to believe a README.

Read next: ``drawing``, which brings a drawing to where this network can read it.
"""

from __future__ import annotations

import argparse
import sys
import time
from dataclasses import asdict
from pathlib import Path
from typing import Any

import torch
from tqdm import tqdm

from nnlab.augment import Augmentation
from nnlab.builtin import make
from nnlab.builtin.cache import WEIGHTS
from nnlab.checkpoint import BUNDLED, from_bytes, provenance, save, to_bytes
from nnlab.config import ConfigError, ModelConfig, TrainConfig
from nnlab.data import DigitData, load_digits
from nnlab.model import MLP
from nnlab.training import TrainingRun, score

STORED_TYPE = torch.float16  # half the size for the same answers; the file may have 4 MB
THREADS = 1  # the order of a sum depends on the number of threads; with one, the same command gives the same weights

# 1.8 million parameters: the widest that fits. What is wide but dropped out and augmented does not overfit.
MODEL = ModelConfig((1024, 768, 256), "relu", "kaiming", dropout=0.1, input_normalization="standard")
TRAIN = TrainConfig(
    "adamw", 0.001, "one_cycle", batch_size=256, epochs=50, l2=0.05, gradient_clip=1.0, augmentation=True
)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of ``python -m nnlab pretrain``."""
    parser.add_argument("--builtin", action="store_true", help="the generator of the built-in digits instead")
    schedule = f"passes over MNIST (default: {TRAIN.epochs}; the generator has a schedule of its own)"
    parser.add_argument("--epochs", type=int, help=schedule)
    parser.add_argument(
        "--seed", type=int, default=TRAIN.seed, help="decides all that is random (default: %(default)s)"
    )
    parser.add_argument("--data-dir", type=Path, metavar="FOLDER", help="where MNIST is (default: where the app looks)")
    parser.add_argument("--output", type=Path, metavar="FILE", help="default: the file that comes with nnlab")


def main(args: argparse.Namespace) -> int:
    """Train, store, and say how good it is.

    Returns:
        0, or 1 if the loss stopped being a number; then nothing is written.

    Raises:
        ConfigError: for ``--builtin`` with ``--epochs``.
    """
    if not args.builtin:
        epochs = TRAIN.epochs if args.epochs is None else args.epochs
        return train_reader(epochs, args.seed, args.data_dir, args.output or BUNDLED)
    if args.epochs is not None:
        raise ConfigError("epochs", args.epochs, "nothing, together with --builtin")
    return make.main(args.output or WEIGHTS, args.data_dir, args.seed)


def train_reader(epochs: int, seed: int, root: Path | None, output: Path) -> int:
    """``main`` for the bundled network."""
    torch.set_num_threads(THREADS)
    train_config = TrainConfig(**{**vars(TRAIN), "epochs": epochs, "seed": seed})
    command = f"python -m nnlab pretrain --epochs {epochs} --seed {seed}"
    data = load_digits("mnist", root=root)
    run = TrainingRun(MODEL, train_config, data)
    seconds = train(run)
    if run.failure:
        print(f"The training {run.failure} at step {run.step}; nothing was written.", file=sys.stderr)
        return 1
    facts = measure(run.model, data)
    save(
        output, run.model, train_config, dtype=STORED_TYPE,
        command=command, **facts, augmentation=asdict(Augmentation()), seed=seed, training_seconds=round(seconds),
        threads=THREADS, **provenance(),
    )  # fmt: skip
    size = output.stat().st_size
    print(f"{output}: {facts['test_accuracy']:.2%} of {len(data.test_labels):,} test images, {size:,} bytes")
    return 0


def train(run: TrainingRun) -> float:
    """Train to the end with a progress bar; the seconds it took, measuring the test set left out."""
    seconds = 0.0
    with tqdm(total=run.total_steps, unit="step") as bar:
        while not run.is_finished:
            started = time.perf_counter()
            records = run.advance(run.steps_per_epoch)
            seconds += time.perf_counter() - started
            bar.update(len(records))
            evaluation = run.evaluate()
            bar.set_postfix(epoch=f"{run.epoch:.0f}", test=f"{evaluation.test_accuracy:.2%}")
    return seconds


def measure(model: MLP, data: DigitData) -> dict[str, Any]:
    """What is true of the network as it will be read from its file, that is, after rounding.

    Returns:
        ``test_accuracy`` (a fraction), ``test_loss`` (mean cross-entropy, nats), ``test_samples`` and ``data``.
    """
    stored = from_bytes(to_bytes(model, dtype=STORED_TYPE))
    loss, accuracy = score(stored, data.test_images, data.test_labels)
    return {
        "test_accuracy": accuracy,
        "test_loss": loss,
        "test_samples": len(data.test_labels),
        "data": {"source": data.source, "md5": data.checksums()},
    }
