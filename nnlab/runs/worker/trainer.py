"""What a worker does with a command to start: it reads the data, makes the run, and lets it train to its end.

A worker trains one run after another. The data stay in its memory, since the next run mostly wants the same.

Read next: ``remote_run``, a run under remote control; ``engine`` is the other end.
"""

from __future__ import annotations

import gc
import os
from dataclasses import replace
from typing import Any

import torch

from nnlab import checkpoint, config
from nnlab.data import DataError, DigitData, load_digits
from nnlab.model import MLP
from nnlab.optim import OPTIMIZERS, Parameters
from nnlab.runs.channel import Channel, Commands, Header
from nnlab.runs.worker.remote_run import RemoteRun
from nnlab.runs.workers import DEVICE_VARIABLE, SETTINGS, settings
from nnlab.sources.own import OwnDigits, mix
from nnlab.training import TrainingRun, check_device


def with_own_digits(data: DigitData, own: OwnDigits, train_config: config.TrainConfig) -> DigitData:
    """The data with other training images: as many as the configuration asks for, own digits among them.

    Raises:
        ValueError: if the data hold too few.
    """
    images, labels = mix(
        own, data.train_images.numpy(), data.train_labels.numpy(), train_config.training_images, train_config.seed
    )
    return replace(data, train_images=torch.from_numpy(images), train_labels=torch.from_numpy(labels))


def start_from(run: TrainingRun, file: bytes) -> None:
    """Give a run that has taken no step the weights of a file of ``checkpoint``.

    Raises:
        CheckpointError: if it is no such file.
        ValueError: if its network would compute something else with the same weights.
    """
    model = checkpoint.from_bytes(file)
    for name in ("hidden_sizes", "activation", "input_normalization"):
        theirs, ours = getattr(model.config, name), getattr(run.model_config, name)
        if theirs != ours:
            raise ValueError(f"the weights to start from are of a network with {name} {theirs}; this one has {ours}")
    run.model.load_state_dict(model.state_dict())


class Trainer:
    """Trains one run after another. The data stay in memory, since the next run mostly wants the same."""

    def __init__(self, channel: Channel, commands: Commands):
        self.channel, self.commands = channel, commands
        self._data: DigitData | None = None
        self._data_key: tuple[Any, ...] = ()

    def data_for(self, command: Header) -> DigitData:
        """The data a command names, read as the server's environment says."""
        for name in SETTINGS:
            os.environ.pop(name, None)
        os.environ.update(settings(command["environment"]))
        key = (command["source"], command["data_root"], command["environment"])
        if self._data is None or key != self._data_key:
            self._data = None  # two data sets at once would not be needed
            self._data, self._data_key = load_digits(command["source"], command["data_root"]), key
        return self._data

    def work(self) -> None:
        """Obey for ever; the process ends when the server lets go of it."""
        while True:
            gc.collect()
            gc.freeze()  # what is there will stay: no collection has to look at it
            command, payload = self.commands.next()
            if command["do"] == "prepare":
                self.prepare(command)
            elif command["do"] == "start":
                self.train(command, payload)

    def prepare(self, command: Header) -> None:
        """Have the data in memory before they are asked for; if they are missing, the run that asks will say so."""
        try:
            self.data_for(command)
        except DataError:
            self._data = None

    def train(self, command: Header, payload: bytes) -> None:
        setup = config.from_dict(command["setup"])
        torch.set_num_threads(command["threads"])
        content, own_pixels = payload[: command["content_bytes"]], payload[command["content_bytes"] :]
        own = OwnDigits.from_message(command["own_digits"], own_pixels) if command["own_digits"] else None
        try:
            data = self.data_for(command)
            if own:
                data = with_own_digits(data, own, setup.train)
            device = check_device(os.environ.get(DEVICE_VARIABLE) or "cpu")
            run = TrainingRun(setup.model, setup.train, data, device)
        except config.ConfigError as error:
            self.fail("device", str(error))
            return
        except DataError as error:
            self.fail("data", str(error))
            return
        except ValueError as error:  # more training images are asked for than there are
            self.fail("too_few", str(error))
            return
        remote = RemoteRun(run, self.channel, self.commands, own)
        if command["state"] is not None:
            remote.take_up(command["state"], content)
        elif content:
            try:
                start_from(run, content)
            except ValueError as error:  # CheckpointError is one
                self.fail("weights", str(error))
                return
        remote.work()

    def fail(self, code: str, text: str) -> None:
        """Report a run that could not begin."""
        self.channel.send({"kind": "status", "status": "failed", "reason": code, "text": text})


def import_everything() -> None:
    """Take one step with each optimiser: torch looks some things up only then, and no run should have to wait."""
    torch.set_num_threads(1)
    for make in OPTIMIZERS.values():
        make(Parameters(MLP(config.ModelConfig((1,))))).step(0.1)
