"""Training: loss, gradient, step, again. The loop of the study notes, one ``advance`` at a time.

A ``TrainingRun`` knows nothing of processes, buttons or plots: play, pause, step and reset are words over ``advance``.
Whatever is random in step ``s`` is drawn from (seed, s) alone, so a run stopped anywhere goes on exactly as if it had
not been stopped: ``advance(5)`` twice equals ``advance(10)`` to the bit.

Read next: ``evaluation``, then ``worker`` for the same loop with a remote control.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from typing import Any

import numpy as np
import torch
import torch.nn.functional as F
from torch import Generator, Tensor

from nnlab.augment import augment
from nnlab.config import OPTIMIZER_NAMES, SCHEDULE_NAMES, ModelConfig, TrainConfig
from nnlab.data import DigitData
from nnlab.history import Evaluation, StepRecord
from nnlab.model import MLP

EVALUATION_BATCH = 2000  # images at a time: large enough for full speed, small enough for little memory
STEP_DECAY = 0.1  # the "step" schedule multiplies the rate by this at 1/2 and at 3/4 of the run
ONE_CYCLE_WARM_UP = 0.3  # fraction of the run spent rising (Smith & Topin 2018; torch's default)
ONE_CYCLE_START = 1 / 25  # first rate as a fraction of the highest (torch's default)

Parameters = Iterable[Tensor]

_OPTIMIZERS: dict[str, Callable[[Parameters, float, float], torch.optim.Optimizer]] = {
    "sgd": lambda weights, rate, decay: torch.optim.SGD(weights, rate, foreach=True),
    "momentum": lambda weights, rate, decay: torch.optim.SGD(weights, rate, momentum=0.9, foreach=True),
    "nesterov": lambda weights, rate, decay: torch.optim.SGD(weights, rate, momentum=0.9, nesterov=True, foreach=True),
    "rmsprop": lambda weights, rate, decay: torch.optim.RMSprop(weights, rate, foreach=True),
    "adam": lambda weights, rate, decay: torch.optim.Adam(weights, rate, fused=True),
    "adamw": lambda weights, rate, decay: torch.optim.AdamW(weights, rate, weight_decay=decay, fused=True),
}
OPTIMIZERS = {name: _OPTIMIZERS[name] for name in OPTIMIZER_NAMES}


def _one_cycle(progress: float) -> float:
    if progress < ONE_CYCLE_WARM_UP:
        rising = progress / ONE_CYCLE_WARM_UP
        return ONE_CYCLE_START + (1 - ONE_CYCLE_START) * (1 - math.cos(math.pi * rising)) / 2
    falling = (progress - ONE_CYCLE_WARM_UP) / (1 - ONE_CYCLE_WARM_UP)
    return (1 + math.cos(math.pi * falling)) / 2


_SCHEDULES: dict[str, Callable[[float], float]] = {
    "constant": lambda progress: 1.0,
    "step": lambda progress: STEP_DECAY ** ((progress >= 0.5) + (progress >= 0.75)),
    "cosine": lambda progress: (1 + math.cos(math.pi * progress)) / 2,
    "one_cycle": _one_cycle,
}
SCHEDULES = {name: _SCHEDULES[name] for name in SCHEDULE_NAMES}


def scheduled_rate(schedule: str, learning_rate: float, step: int, total_steps: int) -> float:
    """The learning rate of step ``step`` (0 is the first) of ``total_steps``, at most ``learning_rate``."""
    return learning_rate * SCHEDULES[schedule](step / total_steps)


def to_float(images: Tensor) -> Tensor:
    """(N, 28, 28) uint8, 0 to 255 -> float32, 0 to 1: what a model reads."""
    return images.to(torch.float32).div_(255)


def score(model: MLP, images: Tensor, labels: Tensor) -> tuple[float, float]:
    """Mean cross-entropy (nats) and accuracy (fraction) of a model, without dropout; the model is not changed.

    Args:
        images: (N, 28, 28) uint8.
        labels: (N,) int64.
    """
    was_training = model.training
    model.eval()
    total_loss, correct = 0.0, 0
    with torch.inference_mode():
        for batch, answers in zip(images.split(EVALUATION_BATCH), labels.split(EVALUATION_BATCH), strict=True):
            logits = model(to_float(batch))  # (N, C)
            total_loss += F.cross_entropy(logits, answers, reduction="sum").item()
            correct += int((logits.argmax(1) == answers).sum())
    model.train(was_training)
    return total_loss / len(labels), correct / len(labels)


class TrainingRun:
    """One network learning from one data set.

    Args:
        model_config: the network.
        train_config: how it is trained.
        data: the digits; never changed.

    Attributes:
        model: the network, always in its state after ``step`` steps.
        step: steps taken.
        failure: None, or "diverged" once a loss was NaN or infinite: the run has ended and ``advance`` does nothing.

    Raises:
        ValueError: if ``train_config.training_images`` is more than the data hold.
    """

    def __init__(self, model_config: ModelConfig, train_config: TrainConfig, data: DigitData):
        if train_config.training_images > len(data.train_labels):
            raise ValueError(
                f"training_images is {train_config.training_images}; the data hold {len(data.train_labels)}"
            )
        self.model_config, self.train_config, self.data = model_config, train_config, data
        self.model = MLP(model_config, seed=train_config.seed).train()
        self.optimizer = OPTIMIZERS[train_config.optimizer](
            self._parameter_groups(), train_config.learning_rate, train_config.l2
        )
        self.images = data.train_images[: train_config.training_images]  # (N, H, W) uint8
        self.labels = data.train_labels[: train_config.training_images]  # (N,)
        self.learning_rate = train_config.learning_rate
        self.step = 0
        self.failure: str | None = None
        self._order: Tensor | None = None  # the shuffled image numbers of the current epoch
        self._order_epoch = -1

    def _parameter_groups(self) -> list[dict[str, Any]]:
        # Weight decay pulls weights towards 0, never biases.
        return [
            {"params": [linear.weight for linear in self.model.linears]},
            {"params": [linear.bias for linear in self.model.linears], "weight_decay": 0.0},
        ]

    @property
    def steps_per_epoch(self) -> int:
        return self.train_config.steps_per_epoch

    @property
    def total_steps(self) -> int:
        return self.train_config.total_steps

    @property
    def epoch(self) -> float:
        """Passes over the training images so far, as a fraction."""
        return self.step / self.steps_per_epoch

    @property
    def is_finished(self) -> bool:
        return self.failure is not None or self.step >= self.total_steps

    def set_learning_rate(self, learning_rate: float) -> None:
        """Change the schedule's highest rate from the next step on.

        Raises:
            ConfigError: if it is not a number in TrainConfig's range.
        """
        self.learning_rate = TrainConfig(learning_rate=learning_rate).learning_rate

    def advance(self, steps: int) -> list[StepRecord]:
        """Take up to ``steps`` steps; fewer if the run ends or its loss stops being a number.

        Each step: predict, measure the loss, send its gradient back, move the weights against it.
        """
        records = []
        for _ in range(min(steps, self.total_steps - self.step)):
            if self.failure:
                break
            images, labels = self._batch()  # (N, H, W), (N,)
            logits = self.model(images, self._generator("dropout", self.step))  # (N, C): forward propagation
            loss = F.cross_entropy(logits, labels)
            self.optimizer.zero_grad()
            (loss + self._penalty()).backward()  # backpropagation
            rate = scheduled_rate(self.train_config.schedule, self.learning_rate, self.step, self.total_steps)
            self._update(rate)
            self.step += 1
            accuracy = (logits.argmax(1) == labels).float().mean().item()
            records.append(StepRecord(self.step, self.epoch, loss.item(), accuracy, rate, len(labels)))
            if not math.isfinite(records[-1].loss):
                self.failure = "diverged"
        return records

    def evaluate(self) -> Evaluation:
        """Score the model as it is now; nothing about the run changes."""
        samples = min(len(self.data.test_labels), len(self.labels))
        train_loss, train_accuracy = score(self.model, self.images[:samples], self.labels[:samples])
        test_loss, test_accuracy = score(self.model, self.data.test_images, self.data.test_labels)
        return Evaluation(
            self.step, self.epoch, train_loss, train_accuracy, test_loss, test_accuracy, samples,
            len(self.data.test_labels),
        )  # fmt: skip

    def _generator(self, purpose: str, index: int) -> Generator | None:
        """The source of randomness for one purpose at one moment; None where the configuration needs none."""
        if purpose == "dropout" and not self.model_config.dropout:
            return None
        number = ("order", "dropout", "augmentation").index(purpose)
        seed = np.random.SeedSequence([self.train_config.seed, number, index]).generate_state(1, np.uint64)[0]
        return Generator().manual_seed(int(seed) >> 1)

    def _batch(self) -> tuple[Tensor, Tensor]:
        """The images (N, H, W) float32 and labels (N,) of the next step; the last batch of an epoch may be short."""
        epoch, position = divmod(self.step, self.steps_per_epoch)
        if self._order is None or self._order_epoch != epoch:
            self._order = torch.randperm(len(self.labels), generator=self._generator("order", epoch))
            self._order_epoch = epoch
        chosen = self._order[position * self.train_config.batch_size :][: self.train_config.batch_size]
        images = to_float(self.images[chosen])
        if self.train_config.augmentation:
            images = augment(images, self._generator("augmentation", self.step))
        return images, self.labels[chosen]

    def _penalty(self) -> Tensor | float:
        """l1 * sum(abs(w)) + l2 / 2 * sum(w * w) over all weights; AdamW decays its weights itself."""
        l1, l2 = self.train_config.l1, self.train_config.l2
        if self.train_config.optimizer == "adamw":
            l2 = 0.0
        penalty: Tensor | float = 0.0
        if l1:
            penalty += l1 * sum(linear.weight.abs().sum() for linear in self.model.linears)
        if l2:
            penalty += l2 / 2 * sum(linear.weight.square().sum() for linear in self.model.linears)
        return penalty

    def _update(self, rate: float) -> None:
        if self.train_config.gradient_clip:
            torch.nn.utils.clip_grad_norm_(self.model.parameters(), self.train_config.gradient_clip)
        for group in self.optimizer.param_groups:
            group["lr"] = rate
        self.optimizer.step()

    def state_dict(self) -> dict[str, Any]:
        """All that a run with the same configurations and data needs to go on from here, copied."""
        return {
            "model": {name: value.clone() for name, value in self.model.state_dict().items()},
            "optimizer": _copy_tensors(self.optimizer.state_dict()),
            "step": self.step,
            "learning_rate": self.learning_rate,
            "failure": self.failure,
        }

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Go on from a ``state_dict`` of a run with the same configurations."""
        self.model.load_state_dict(state["model"])
        self.optimizer.load_state_dict(_copy_tensors(state["optimizer"]))
        self.step, self.learning_rate, self.failure = state["step"], state["learning_rate"], state["failure"]


def _copy_tensors(value: Any) -> Any:
    if isinstance(value, Tensor):
        return value.clone()
    if isinstance(value, dict):
        return {key: _copy_tensors(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_copy_tensors(item) for item in value]
    return value
