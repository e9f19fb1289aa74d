"""How far plain fully connected networks get on MNIST: ``python -m nnlab record``, one network and a committee.

The preset ``record`` with three times as many weights, as many as the network of 2010 had, trained once for each seed,
on what is hard of four times as many images (``hard_examples``). While its rate falls to nothing, over the last passes,
it learns from any images, and they are changed less, so that it ends with digits as MNIST has them. Both helped on
images that were kept out: ``tools.record_trials``. A committee answers with the mean of its members' probabilities; its
members err on different images, the more so if each has its images prepared in its own way (``looks``).

``--widen`` does not begin from nothing, but from the network that comes with nnlab, made twice as wide (``widening``):
it has seen hundreds of passes already, so forty more take it further than ninety take a larger one from the start.

To choose anything by the test set would be to learn from it, so by default a sixth of the training images is kept out
and measured, and the test set is left alone; ``--all-images`` trains on all and tests.

Read next: ``pieces``. Sources: Cireşan et al. 2010, 99.65 % by one network, 99.69 % by a committee of seven; He et al.
2019, Data augmentation revisited (less of it at the end).
"""

from __future__ import annotations

import sys
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import torch

from nnlab.augment import Augmentation
from nnlab.checkpoint import BUNDLED, load_bundled, load_named, provenance, read_header, save
from nnlab.config import PRESETS, ConfigError, Preset, TrainConfig
from nnlab.data import DigitData, load_as_named
from nnlab.evaluation import predict, score
from nnlab.paths import md5_of
from nnlab.workshop.hard_examples import HardExampleRun
from nnlab.workshop.looks import AS_IT_IS, LOOKS
from nnlab.workshop.pieces import Pieces, duration
from nnlab.workshop.widening import widened

# Without dropout: with images that are never the same twice there is little that could be learned by heart.
RECORD = Preset(
    replace(PRESETS["record"].model, hidden_sizes=(2048, 2048, 2048, 1024, 512), dropout=0.0),
    replace(PRESETS["record"].train, epochs=180),
)
# What the bundled network becomes. The weight decay is the one that was best on images that were kept out.
WIDENED = Preset(
    replace(RECORD.model, hidden_sizes=(2048, 1536, 512)),
    replace(RECORD.train, epochs=40, learning_rate=0.0006, l2=0.2),
)
RECIPE = "hard examples, eased at the end"  # beside the command; a checkpoint of another one cannot go on
MOST_NETWORKS = 7  # of a committee: Cireşan's
KEPT_OUT = 6  # one training image of so many, the last ones: 10,000 of MNIST's
FOLDER = Path("record")
# MNIST's digits are centred, and its pens are those of its test images: only turn, size, slant and bend remain.
EASED = Augmentation(rotation=12.0, shift=0.5, scale=0.1, stretch=0.08, shear=0.2, thickness_share=0.0)


class EasedRun(HardExampleRun):
    """A training whose last steps, which take any images, also change them less."""

    def strengths(self, step: int) -> Augmentation:
        return Augmentation() if self.chooses(step) else EASED


@dataclass(frozen=True)
class Member:
    """A network of a committee: the seed of its training, and the name of how its images are prepared."""

    seed: int
    look: str

    @property
    def name(self) -> str:
        return f"seed-{self.seed}" + f"-{self.look}" * (self.look != AS_IT_IS)

    def prepare(self, data: DigitData) -> DigitData:
        """The data as this network sees them."""
        look = LOOKS[self.look]
        return replace(data, train_images=look(data.train_images), test_images=look(data.test_images))


@dataclass(frozen=True)
class Options:
    """What ``record`` can be told.

    Attributes:
        networks: how many, 1 to 7.
        epochs: passes; None: 180, or 40 of a network that is widened.
        seed: the first network's. A network of each look has it, then a network of each look has the next.
        looks: how the networks have their images prepared, one after another; names in ``looks.LOOKS``.
        data_dir: folder of MNIST; None: where the app looks.
        output: the folder of the networks.
        uses_all: train on all training images and measure the test set, instead of keeping a sixth out for that.
        is_half_precision: multiply in 16 bits: see ``half_precision``.
        is_widened: begin from the bundled network, which has learned from all training images: with ``uses_all`` only.
        is_resumed: leave the networks that are there, and go on from the checkpoint of an interrupted one.
    """

    networks: int = 1
    epochs: int | None = None
    seed: int = RECORD.train.seed
    data_dir: Path | None = None
    output: Path = FOLDER
    uses_all: bool = False
    is_half_precision: bool = False
    is_resumed: bool = False
    looks: tuple[str, ...] = (AS_IT_IS,)
    is_widened: bool = False

    @property
    def preset(self) -> Preset:
        return WIDENED if self.is_widened else RECORD

    def members(self) -> list[Member]:
        """The networks, in the order in which they are trained."""
        return [
            Member(self.seed + place // len(self.looks), self.looks[place % len(self.looks)])
            for place in range(self.networks)
        ]

    def file_of(self, member: Member) -> Path:
        return self.output / f"{member.name}.safetensors"

    def train_config(self, member: Member) -> TrainConfig:
        """How one of the networks is trained, on MNIST's number of images."""
        usual = self.preset.train
        return replace(usual, epochs=usual.epochs if self.epochs is None else self.epochs, seed=member.seed)

    def command(self, member: Member) -> str:
        """What makes one of the networks again."""
        words = [f"python -m nnlab record --epochs {self.train_config(member).epochs} --seed {member.seed}"]
        words += [f"--look {member.look}"] * (member.look != AS_IT_IS) + ["--widen"] * self.is_widened
        words += ["--all-images"] * self.uses_all + ["--half-precision"] * self.is_half_precision
        return " ".join(words)


def main(options: Options) -> int:
    """Train the networks, each with a checkpoint after every pass, and say what each and all together read.

    Returns:
        0, or 1 if a loss stopped being a number; the networks before it are stored.

    Raises:
        ConfigError: for a number of networks, epochs or a seed out of range.
        CheckpointMismatchError: to resume from a checkpoint of another training.
    """
    if not 1 <= options.networks <= MOST_NETWORKS:
        raise ConfigError("networks", options.networks, f"a whole number from 1 to {MOST_NETWORKS}")
    members = options.members()
    for member in members:
        options.train_config(member)  # the last one's seed, too, before hours go into the first
    torch.set_num_threads(1)  # the same command then gives the same weights
    data = measured_apart(load_as_named("mnist", root=options.data_dir), options.uses_all)
    for place, member in enumerate(members):
        if not train_one(options, member, data, len(members) - place):
            return 1
    print(report(options, data))
    return 0


def measured_apart(data: DigitData, uses_all: bool) -> DigitData:
    """The data with what measures in the place of the test set: the test set itself, or the last training images."""
    if uses_all:
        return data
    rest = len(data.train_labels) - len(data.train_labels) // KEPT_OUT
    return replace(
        data,
        train_images=data.train_images[:rest],
        train_labels=data.train_labels[:rest],
        test_images=data.train_images[rest:],
        test_labels=data.train_labels[rest:],
    )


def train_one(options: Options, member: Member, data: DigitData, left: int) -> bool:
    """Train and store one network, unless it is there and the command resumes; False if it diverged.

    Args:
        data: as they are, before the network's own look.
        left: how many networks are still to be trained, this one among them.
    """
    command, file = options.command(member), options.file_of(member)
    if options.is_resumed and file.exists() and read_header(file)["facts"].get("command") == command:
        return True
    data = member.prepare(data)
    train_config = replace(options.train_config(member), training_images=len(data.train_labels))
    run = EasedRun(options.preset.model, train_config, data, is_half_precision=options.is_half_precision)
    recipe, origin = f"{command}: {RECIPE}", {}
    if options.is_widened:
        run.model.take_weights(widened(load_bundled(), options.preset.model.hidden_sizes))
        origin["started_from"] = {"md5": md5_of(BUNDLED)}
        recipe += f", from {md5_of(BUNDLED)}"
    pieces = Pieces(run, file.with_name(file.name + ".unfinished"), recipe)
    if options.is_resumed and pieces.resume():
        print(f"{member.name} goes on after {run.epoch:.0f} of {train_config.epochs} passes.")
    rest = pieces.forecast()
    each = rest / max(run.total_steps - run.step, 1) * run.total_steps
    print(f"{member.name} will take about {duration(rest)} here", end="")
    print(f", {left} networks {duration(rest + (left - 1) * each)}." if left > 1 else ".")
    pieces.train()
    if run.failure:
        print(f"The training of {member.name} {run.failure} at step {run.step}; it was not stored.", file=sys.stderr)
        return False
    loss, accuracy = score(run.model, data.test_images, data.test_labels)
    measured = "test" if options.uses_all else "kept_out"
    facts: dict[str, Any] = {
        f"{measured}_accuracy": accuracy,
        f"{measured}_loss": loss,
        f"{measured}_samples": len(data.test_labels),
    }
    facts |= {"command": command, "training_seconds": round(pieces.seconds), **origin, **provenance()}
    save(file, run.model, train_config, **facts)
    pieces.finish()
    return True


def report(options: Options, data: DigitData) -> str:
    """A line for each network, and one for the committee where there is more than one."""
    members = options.members()
    answers = [
        predict(load_named(options.file_of(member)), member.prepare(data).test_images) for member in members
    ]  # (N, C) each
    named = [(member.name, answer) for member, answer in zip(members, answers, strict=True)]
    if len(members) > 1:
        named.append((f"committee of {len(members)}", torch.stack(answers).mean(0)))
    images = "test images" if options.uses_all else "training images that were kept out"
    lines = [f"Of {len(data.test_labels):,} {images}, right:"]
    for name, answer in named:
        lines.append(f"{float((answer.argmax(1) == data.test_labels).float().mean()):.2%}  {name}")
    return "\n".join(lines)
