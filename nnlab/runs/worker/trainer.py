"""How a run is made of the message that starts it.

Read next: ``remote_run``, the run under remote control.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import torch

from nnlab import checkpoint, config
from nnlab.data import DataError, DigitData
from nnlab.runs.messages import Start
from nnlab.runs.worker.states import restore
from nnlab.runs.workers import DEVICE_VARIABLE
from nnlab.sources.own import OwnDigits, mix
from nnlab.training import TrainingRun, check_device


class CannotStart(Exception):
    """A run cannot begin: ``code`` is one of ``run.FAILURES``, ``text`` says why."""

    def __init__(self, code: str, text: str):
        super().__init__(text)
        self.code, self.text = code, text


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
    run.model.take_weights(checkpoint.from_bytes(file))


def own_digits_of(start: Start) -> OwnDigits | None:
    return OwnDigits.from_message(start.own_digits, start.own_pixels) if start.own_digits else None


def device_of(start: Start) -> str:
    return start.data.environment.get(DEVICE_VARIABLE) or "cpu"


def is_awaited(start: Start) -> bool:
    """Whether somebody waits for this run to be made, and any thread may do it; all runs of a GPU stay with one."""
    return start.plain is None and device_of(start) == "cpu"


def make_run(start: Start, read: Callable[[], DigitData]) -> TrainingRun:
    """The run that a message starts, or takes up where another worker left it.

    Args:
        read: gives its data.

    Raises:
        CannotStart: if the data, the device or the weights are not what it needs.
    """
    setup, own = config.from_dict(start.setup), own_digits_of(start)
    try:
        data = read()
    except DataError as error:
        raise CannotStart("data", str(error)) from None
    try:
        device = check_device(device_of(start))
    except config.ConfigError as error:
        raise CannotStart("device", str(error)) from None
    try:
        run = TrainingRun(
            setup.model, setup.train, with_own_digits(data, own, setup.train) if own else data, device
        )  # fmt: skip
    except ValueError as error:  # more training images are asked for than there are
        raise CannotStart("too_few", str(error)) from None
    if start.plain is not None:
        restore(run, start.plain, start.weights, start.memory)
    elif start.start_from:
        try:
            start_from(run, start.start_from)
        except ValueError as error:  # CheckpointError is one
            raise CannotStart("weights", str(error)) from None
    return run
