"""A run under remote control without a process: what is sent is kept, and turns are given by hand."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import torch

from nnlab.config import ModelConfig, Setup, TrainConfig, to_dict
from nnlab.runs.history import COLUMNS
from nnlab.runs.messages import (
    Command,
    DataPlace,
    Evaluated,
    Failed,
    Message,
    Start,
    State,
    Status,
    Steps,
)
from nnlab.runs.worker.remote_run import RemoteRun
from nnlab.runs.worker.states import restore
from nnlab.sources.own import OwnDigits
from nnlab.training import TrainingRun

MODEL = ModelConfig((8,), dropout=0.2)
TRAIN = TrainConfig("adam", 0.01, batch_size=50, epochs=3, training_images=400)  # 8 steps an epoch, 24 in all
LONG = replace(TRAIN, batch_size=4, epochs=10)  # 100 steps an epoch, 1,000 in all


class Record:
    """A channel that keeps what is sent."""

    backlog = 0

    def __init__(self):
        self.messages: list[Message] = []

    def send(self, message: Message) -> None:
        self.messages.append(message)

    def of(self, kind: type) -> list:
        return [message for message in self.messages if type(message) is kind]

    @property
    def losses(self) -> list[float]:
        rows = [np.frombuffer(message.rows).reshape(-1, len(COLUMNS)) for message in self.of(Steps)]
        return np.concatenate(rows)[:, COLUMNS.index("loss")].tolist() if rows else []

    @property
    def statuses(self) -> list[str]:
        return ["failed" if isinstance(each, Failed) else each.status for each in self.of(Status) + self.of(Failed)]


def start_of(run: TrainingRun, own: OwnDigits | None = None, state: State | None = None, **values) -> Start:
    """The message that starts a run, or has another worker take it up."""
    plain, pixels = own.to_message() if own else (None, b"")
    if state:
        values |= {"plain": state.plain, "weights": state.weights, "memory": state.memory}
    place = DataPlace("mnist", None, {})
    return Start("a", "ada", to_dict(Setup(run.model_config, run.train_config)), place, plain, pixels, **values)


def control(run: TrainingRun, own: OwnDigits | None = None, **values) -> tuple[RemoteRun, Record]:
    record = Record()
    return RemoteRun(run, start_of(run, own, **values), record), record


def finish(remote: RemoteRun, seconds: float = 0.01) -> None:
    """Give turns until it rests or is over."""
    while not (remote.rests or remote.is_over):
        remote.take_turn(seconds)


def obey(remote: RemoteRun, *words: str, **values) -> None:
    """Give commands one by one, each when nothing else is left to do."""
    for word in words:
        finish(remote)
        if not remote.is_over:
            remote.obey(Command("a", word, remote.number + 1, **values))
    finish(remote)


def play(run: TrainingRun, *words: str, **values) -> Record:
    remote, record = control(run)
    obey(remote, *words, **values)
    return record


def weights_of_run(run: TrainingRun) -> list[torch.Tensor]:
    return list(run.model.parameters())


def evaluated(record: Record, is_sample: bool | None = None) -> list[int]:
    """After which steps a run was evaluated; those on samples, or on everything, if asked for."""
    found = [message.evaluation for message in record.of(Evaluated)]
    return [each.step for each in found if is_sample is None or each.is_sample == is_sample]


def taken_up(run: TrainingRun, state: State, **values) -> tuple[RemoteRun, Record]:
    """The same run in the next worker."""
    restore(run, state.plain, state.weights, state.memory)
    return control(run, state=state, **values)
