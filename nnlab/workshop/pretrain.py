"""Making the bundled network: ``python -m nnlab pretrain``.

The app can read a drawing on its first visit because a trained network comes with it. This is how that network was
trained: by the same ``TrainingRun`` as every other, with augmentation, for longer than a lesson lasts. The file says of
itself what made it and how good it is, so nobody has to believe a README.

Read next: ``course``, what it is shown; ``drawing``, which brings a drawing to where this network can read it.
"""

from __future__ import annotations

import sys
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import torch

from nnlab.augment import Augmentation
from nnlab.checkpoint import BUNDLED, CheckpointError, from_bytes, load_named, provenance, read_header, save, to_bytes
from nnlab.config import ModelConfig, TrainConfig
from nnlab.data import DigitData, load_as_named
from nnlab.evaluation import score
from nnlab.model import MLP
from nnlab.paths import md5_of
from nnlab.workshop.course import Course
from nnlab.workshop.distillation import TaughtRun
from nnlab.workshop.drawing_report import COUNT, calibrate, examine, facts_of
from nnlab.workshop.pieces import Pieces, duration

STORED_TYPE = torch.float16  # half the size for the same answers; the file may have 4 MB
THREADS = 1  # the order of a sum depends on the number of threads; with one, the same command gives the same weights

DRAWINGS = COUNT  # held-out drawings to calibrate with, and as many to measure with

# 1.8 million parameters, as many as fit into the file. Dropout and augmentation keep a network this wide from
# overfitting.
MODEL = ModelConfig((1024, 768, 256), "relu", "kaiming", dropout=0.1, input_normalization="standard")
TRAIN = TrainConfig(
    "adamw", 0.001, "one_cycle", batch_size=256, epochs=60, l2=0.05, gradient_clip=1.0, augmentation=True
)


# From a network that has already learned much: at a lower rate.
REFINING_RATE = 0.0008


@dataclass(frozen=True)
class Options:
    """What ``pretrain`` can be told about the bundled network.

    Attributes:
        epochs: passes; None: as many as the recipe says.
        seed: decides all that is random.
        data_dir: folder of MNIST; None: where the app looks.
        output: the file to write.
        start: a file of a network to go on from; None: a new one.
        rate: the highest learning rate; None: what the recipe says, which is less with a ``start``.
        is_averaged: store the mean of the start's weights and the trained ones. It keeps most of what the start could,
            and most of what was learned (Wortsman et al. 2022, Robust fine-tuning of zero-shot models).
        averaged_with: files of other networks that are in the mean too, such as the one that the start started from.
        teachers: files of networks whose answers are learned too.
        is_half_precision: multiply in 16 bits: see ``half_precision``.
        is_resumed: go on from the checkpoint of this training, if there is one.
    """

    epochs: int | None = None
    seed: int = TRAIN.seed
    data_dir: Path | None = None
    output: Path = BUNDLED
    start: Path | None = None
    rate: float | None = None
    is_averaged: bool = False
    teachers: tuple[Path, ...] = ()
    is_half_precision: bool = False
    is_resumed: bool = False
    averaged_with: tuple[Path, ...] = ()

    @property
    def train_config(self) -> TrainConfig:
        usual = TRAIN.learning_rate if self.start is None else REFINING_RATE
        rate = usual if self.rate is None else self.rate
        epochs = TRAIN.epochs if self.epochs is None else self.epochs
        return replace(TRAIN, learning_rate=rate, epochs=epochs, seed=self.seed)

    @property
    def training(self) -> str:
        """The command as far as it decides the training; of files, their names."""
        config = self.train_config
        words = [f"python -m nnlab pretrain --epochs {config.epochs} --seed {config.seed}"]
        words += [] if self.start is None else [f"--start {self.start.name}"]
        words += [] if self.rate is None else [f"--rate {self.rate:g}"]
        words += [f"--teacher {file.name}" for file in self.teachers]
        return " ".join(words) + " --half-precision" * self.is_half_precision

    @property
    def command(self) -> str:
        """What makes the same network again."""
        words = [self.training] + ["--average"] * self.is_averaged
        return " ".join(words + [f"--average-with {file.name}" for file in self.averaged_with])


def train_reader(options: Options) -> int:
    """Train the bundled network, store it, and say how good it is.

    Returns:
        0, or 1 if the loss stopped being a number; then nothing is written.

    Raises:
        ConfigError: for epochs or a seed out of range.
        CheckpointError: for a file that holds no network, or to start from one of another kind.
        CheckpointMismatchError: to resume from a checkpoint of another training.
    """
    torch.set_num_threads(THREADS)
    train_config = options.train_config
    teachers = [load_named(file) for file in options.teachers]
    others = [network_of(file) for file in options.averaged_with]
    started = None if options.start is None else network_of(options.start)
    data = load_as_named("mnist", root=options.data_dir)
    course = Course(data, options.seed)
    run = TaughtRun(MODEL, train_config, course.data, teachers, options.is_half_precision)
    origin: dict[str, Any] = {}
    start = started or run.model
    if options.start is not None:
        run.model.take_weights(start)
        origin["started_from"] = {"md5": md5_of(options.start), **_story(options.start)}
    if teachers:
        origin["teachers"] = [{"md5": md5_of(file), **_story(file)} for file in options.teachers]
    if others:
        origin["averaged_with"] = [{"md5": md5_of(file), **_story(file)} for file in options.averaged_with]
    recipe = " ".join([options.training, *(md5_of(file) for file in (options.start, *options.teachers) if file)])
    pieces = Pieces(run, options.output.with_name(options.output.name + ".unfinished"), recipe, course)
    if options.is_resumed and pieces.resume():
        print(f"Going on after {run.epoch:.0f} of {train_config.epochs} passes.")
    print(f"This will take about {duration(pieces.forecast())} here. What is done is kept after every pass: --resume.")
    pieces.train()
    if run.failure:
        print(f"The training {run.failure} at step {run.step}; nothing was written.", file=sys.stderr)
        return 1
    model = mean_of(start, *others, run.model) if options.is_averaged else run.model
    status = store(model, train_config, data, options.output, options.command, round(pieces.seconds), origin)
    pieces.finish()
    return status


def network_of(file: Path) -> MLP:
    """A network of the kind that is trained here, from its file.

    Raises:
        CheckpointError: if it is of another kind: its weights would mean something else here.
    """
    network = load_named(file)
    try:
        MLP(MODEL, seed=None).take_weights(network)
    except ValueError as error:
        raise CheckpointError("tensors", f"{file}: {error}") from None
    return network


def mean_of(*networks: MLP) -> MLP:
    """The network whose weights are the means of those of the others, each as its file would hold it."""
    states = [from_bytes(to_bytes(network, dtype=STORED_TYPE)).state_dict() for network in networks]
    mean = MLP(networks[0].config)
    mean.load_state_dict({name: sum(state[name] for state in states) / len(states) for name in states[0]})
    return mean


def _story(file: Path) -> dict[str, Any]:
    """What a network's file says of how it was made."""
    facts = read_header(file)["facts"]
    return {name: facts[name] for name in ("command", "date", "test_accuracy", "started_from") if name in facts}


def store(
    model: MLP,
    train_config: TrainConfig,
    data: DigitData,
    output: Path,
    command: str,
    training_seconds: int,
    origin: dict[str, Any],
) -> int:
    """Measure the trained network, write it to its file with what is true of it and its ``origin``, and say so."""
    facts = measure(model, data)
    save(
        output, model, train_config, dtype=STORED_TYPE,
        command=command, **facts, augmentation=asdict(Augmentation()), seed=train_config.seed,
        training_seconds=training_seconds, threads=THREADS, **origin, **provenance(),
    )  # fmt: skip
    size = output.stat().st_size
    print(f"{output}: {facts['test_accuracy']:.2%} of {len(data.test_labels):,} test images, {size:,} bytes")
    return 0


def measure(model: MLP, data: DigitData) -> dict[str, Any]:
    """What is true of the network as it will be read from its file, that is, after rounding.

    Returns:
        ``test_accuracy`` (a fraction), ``test_loss`` (mean cross-entropy, nats), ``test_samples``, ``data``,
        ``temperature``, ``doubt_threshold`` and what ``drawing_report.facts_of`` says.
    """
    stored = from_bytes(to_bytes(model, dtype=STORED_TYPE))
    loss, accuracy = score(stored, data.test_images, data.test_labels)
    calibration = calibrate(stored, data.test_images, data.test_labels, DRAWINGS)
    return {
        **asdict(calibration),
        **facts_of(examine(stored, data.test_images, data.test_labels, DRAWINGS), calibration),
        "test_accuracy": accuracy,
        "test_loss": loss,
        "test_samples": len(data.test_labels),
        "data": {"source": data.source, "md5": data.checksums()},
    }
