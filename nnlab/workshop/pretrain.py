"""Making the bundled network: ``python -m nnlab pretrain``; with ``--builtin``, the generator of built-in digits.

The app can read a drawing on its first visit because a trained network comes with it. This is how that network was
trained: by the same ``TrainingRun`` as every other, with augmentation, for longer than a lesson lasts. The file says of
itself what made it and how good it is, so nobody has to believe a README.

Read next: ``drawing``, which brings a drawing to where this network can read it.
"""

from __future__ import annotations

import sys
import time
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Generator, Tensor
from tqdm import tqdm

from nnlab.augment import Augmentation
from nnlab.checkpoint import BUNDLED, from_bytes, provenance, save, to_bytes
from nnlab.config import CLASSES, ConfigError, ModelConfig, TrainConfig
from nnlab.data import DigitData, load_as_named
from nnlab.evaluation import score
from nnlab.model import MLP
from nnlab.sources.builtin.cache import WEIGHTS
from nnlab.training import TrainingRun
from nnlab.workshop import make_generator as make
from nnlab.workshop.drawing_report import COUNT, calibrate, examine
from nnlab.workshop.handwriting import scribbles, write
from nnlab.workshop.handwriting_styles import NO_DIGITS_TRAINING
from nnlab.workshop.ink import to_images

STORED_TYPE = torch.float16  # half the size for the same answers; the file may have 4 MB
THREADS = 1  # the order of a sum depends on the number of threads; with one, the same command gives the same weights

DRAWINGS = COUNT  # held-out drawings to calibrate with, and as many to measure with
DRAWN_SHARE = 0.4  # of the images of a pass are drawn by ``handwriting``; the rest is a random part of MNIST
NO_DIGIT_SHARE = 0.1  # of those drawings are none of digits
RENEWED = 5  # a pass draws one drawing of so many anew: drawing 24,000 would take longer than learning from them

# 1.8 million parameters, as many as fit into the file. Dropout and augmentation keep a network this wide from
# overfitting.
MODEL = ModelConfig((1024, 768, 256), "relu", "kaiming", dropout=0.1, input_normalization="standard")
TRAIN = TrainConfig(
    "adamw", 0.001, "one_cycle", batch_size=256, epochs=60, l2=0.05, gradient_clip=1.0, augmentation=True
)


class Course:
    """What the network is shown: as many images as MNIST has, other ones in each pass.

    Attributes:
        data: the images of the present pass; the test set is MNIST's.
    """

    def __init__(self, mnist: DigitData, seed: int):
        self.mnist, self.seed = mnist, seed
        images, labels = torch.empty_like(mnist.train_images), torch.empty_like(mnist.train_labels)
        self.data = replace(mnist, train_images=images, train_labels=labels)

    def fill(self, epoch: int) -> None:
        """Change ``data``'s training images, in place, from those of the last pass to those of pass ``epoch``.

        A run that holds the images sees the new ones. Passes come in order, the first being 0.
        """
        number = np.random.SeedSequence([self.seed, epoch]).generate_state(1, np.uint64)[0]
        generator = Generator().manual_seed(int(number) >> 1)
        images, labels = self.data.train_images, self.data.train_labels
        drawn = round(DRAWN_SHARE * len(labels))
        rows = torch.arange(drawn)[slice(epoch % RENEWED, None, RENEWED) if epoch else slice(None)]
        images[rows], labels[rows] = draw_for_training(len(rows), generator)
        chosen = torch.randperm(len(labels), generator=generator)[drawn:]
        images[drawn:], labels[drawn:] = self.mnist.train_images[chosen], self.mnist.train_labels[chosen]


def draw_for_training(count: int, generator: Generator) -> tuple[Tensor, Tensor]:
    """Stylised digits, and among them what is no digit: letters, shapes, scribbles, each with a label from a lottery.

    The best answer to a lottery is a tenth for every digit: so the network learns to doubt, with the loss it has.

    Returns:
        (count, 28, 28) uint8 and (count,) int64.

    Source: Hendrycks, Mazeika and Dietterich 2019 ("outlier exposure"), with labels drawn instead of spread out.
    """
    strange = round(NO_DIGIT_SHARE * count)
    digits = write(count - strange, generator)
    others = NO_DIGITS_TRAINING + scribbles(len(NO_DIGITS_TRAINING), generator)
    images = torch.cat([to_images(digits), to_images(write(strange, generator, others))])
    lots = torch.randint(CLASSES, (strange,), generator=generator)
    return (images * 255).round().to(torch.uint8), torch.cat([digits.labels, lots])


def main(builtin: bool, epochs: int | None, seed: int, data_dir: Path | None, output: Path | None) -> int:
    """Train, store, and say how good it is.

    Args:
        builtin: make the generator of the built-in digits instead of the bundled network.
        epochs: passes over MNIST; None: as many as the recipe says.
        seed: decides all that is random.
        data_dir: folder of MNIST; None: where the app looks.
        output: the file to write; None: the one that comes with nnlab.

    Returns:
        0, or 1 if the loss stopped being a number; then nothing is written.

    Raises:
        ConfigError: for epochs or a seed out of range, and for epochs of the generator, whose schedule is fixed.
    """
    if not builtin:
        return train_reader(TRAIN.epochs if epochs is None else epochs, seed, data_dir, output or BUNDLED)
    if epochs is not None:
        raise ConfigError("epochs", epochs, "nothing, together with --builtin")
    return make.main(output or WEIGHTS, data_dir, seed)


def train_reader(epochs: int, seed: int, root: Path | None, output: Path) -> int:
    """``main`` for the bundled network."""
    torch.set_num_threads(THREADS)
    train_config = TrainConfig(**{**vars(TRAIN), "epochs": epochs, "seed": seed})
    command = f"python -m nnlab pretrain --epochs {epochs} --seed {seed}"
    data = load_as_named("mnist", root=root)
    course = Course(data, seed)
    run = TrainingRun(MODEL, train_config, course.data)
    seconds = train(run, course)
    if run.failure:
        print(f"The training {run.failure} at step {run.step}; nothing was written.", file=sys.stderr)
        return 1
    return store(run.model, train_config, data, output, command, round(seconds))


def store(
    model: MLP, train_config: TrainConfig, data: DigitData, output: Path, command: str, training_seconds: int
) -> int:
    """Measure the trained network, write it to its file and say how good it is."""
    facts = measure(model, data)
    save(
        output, model, train_config, dtype=STORED_TYPE,
        command=command, **facts, augmentation=asdict(Augmentation()), seed=train_config.seed,
        training_seconds=training_seconds, threads=THREADS, **provenance(),
    )  # fmt: skip
    size = output.stat().st_size
    print(f"{output}: {facts['test_accuracy']:.2%} of {len(data.test_labels):,} test images, {size:,} bytes")
    return 0


def train(run: TrainingRun, course: Course) -> float:
    """Train to the end with a progress bar; the seconds it took, measuring the test set left out."""
    seconds = 0.0
    with tqdm(total=run.total_steps, unit="step") as bar:
        while not run.is_finished:
            started = time.perf_counter()
            course.fill(round(run.epoch))
            records = run.advance(run.steps_per_epoch)
            seconds += time.perf_counter() - started
            bar.update(len(records))
            evaluation = run.evaluate()
            bar.set_postfix(epoch=f"{run.epoch:.0f}", test=f"{evaluation.test_accuracy:.2%}")
    return seconds


def measure(model: MLP, data: DigitData) -> dict[str, Any]:
    """What is true of the network as it will be read from its file, that is, after rounding.

    Returns:
        ``test_accuracy`` (a fraction), ``test_loss`` (mean cross-entropy, nats), ``test_samples``, ``data``,
        ``temperature``, ``doubt_threshold`` and what ``drawing_report.examine`` says.
    """
    stored = from_bytes(to_bytes(model, dtype=STORED_TYPE))
    loss, accuracy = score(stored, data.test_images, data.test_labels)
    calibration = calibrate(stored, data.test_images, data.test_labels, DRAWINGS)
    return {
        **asdict(calibration),
        **examine(stored, calibration, data.test_images, data.test_labels, DRAWINGS),
        "test_accuracy": accuracy,
        "test_loss": loss,
        "test_samples": len(data.test_labels),
        "data": {"source": data.source, "md5": data.checksums()},
    }
