"""Training: loss, gradient, step, again. The loop of the study notes, one ``advance`` at a time.

A ``TrainingRun`` knows nothing of processes, buttons or plots: play, pause, step and reset are words over ``advance``.
Whatever is random in step ``s`` is drawn from (seed, s) alone, so a run stopped anywhere goes on exactly as if it had
not been stopped: ``advance(5)`` twice equals ``advance(10)`` to the bit. On one computer the number of threads makes no
difference either, where the matrix products are Intel's (see ``nnlab/__init__``); another computer may round otherwise.

What a step computes stands in ``backprop`` and ``optim``; here is when it is computed.

Read next: ``evaluation``, then ``worker`` for the same loop with a remote control.
"""

from __future__ import annotations

import math
from functools import partial
from typing import Any

import numpy as np
import torch
from torch import Generator, Tensor

from nnlab.augment import augment
from nnlab.backprop import Backpropagation
from nnlab.config import DEVICES, ConfigError, ModelConfig, TrainConfig
from nnlab.data import DigitData
from nnlab.evaluation import score, to_float
from nnlab.fast.batches import Batches
from nnlab.fast.repeated_step import RepeatedStep
from nnlab.model import MLP
from nnlab.optim import OPTIMIZERS, Parameters, without_denormals
from nnlab.records import Evaluation, StepRecord
from nnlab.schedules import scheduled_rate

STEPS_BETWEEN_READINGS = 50  # whose losses are computed at once: a GPU is kept waiting and a processor called rarely


def check_device(name: str) -> str:
    """The name, if torch can compute on that device here.

    Raises:
        ConfigError: if it is none of ``DEVICES``, or is not there.
    """
    if name not in DEVICES:
        raise ConfigError("device", name, ", ".join(DEVICES))
    if name != "cpu" and not getattr(torch, name).is_available():
        raise ConfigError("device", name, "cpu: torch finds no such device here")
    return name


class TrainingRun:
    """One network learning from one data set.

    Args:
        model_config: the network.
        train_config: how it is trained.
        data: the digits; never changed.
        device: where to compute, "cpu", "cuda" or "mps"; weights and images are held there.

    Attributes:
        model: the network, always in its state after ``step`` steps.
        step: steps taken.
        failure: None, or "diverged" once a loss was NaN or infinite: the run has ended and ``advance`` does nothing.

    Raises:
        ValueError: if ``train_config.training_images`` is more than the data hold.
    """

    def __init__(
        self, model_config: ModelConfig, train_config: TrainConfig, data: DigitData, device: str | torch.device = "cpu"
    ):
        if train_config.training_images > len(data.train_labels):
            raise ValueError(
                f"training_images is {train_config.training_images}; the data hold {len(data.train_labels)}"
            )
        self.model_config, self.train_config, self.data = model_config, train_config, data
        self.device = torch.device(device)
        self.model = MLP(model_config, seed=train_config.seed).to(self.device).train()
        self.parameters = Parameters(self.model)
        self.optimizer = OPTIMIZERS[train_config.optimizer](self.parameters, decay=train_config.l2)
        self.images = data.train_images[: train_config.training_images].to(self.device)  # (N, H, W) uint8
        self.labels = data.train_labels[: train_config.training_images].to(self.device)  # (N,)
        self.learning_rate = train_config.learning_rate
        self.steps_per_epoch, self.total_steps = train_config.steps_per_epoch, train_config.total_steps
        self.step = 0
        self.failure: str | None = None
        self.batches = Batches(self.images, self.labels, train_config.batch_size, self._shuffle)
        self._stretch = STEPS_BETWEEN_READINGS
        # By batch size: the full one, and the last one of an epoch.
        self._passes: dict[int, Backpropagation] = {}
        self._repeated: dict[int, RepeatedStep] = {}

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

    @without_denormals()
    @torch.inference_mode()  # no graph is wanted, and torch asks less of each operation
    def advance(self, steps: int) -> list[StepRecord]:
        """Take up to ``steps`` steps; fewer if the run ends or its loss stops being a number.

        To learn, only the loss's gradient is needed, so the losses of some steps are computed together, after them. A
        run that diverged is noticed then; its records end where they should, its weights, NaN already, do not matter.
        """
        records: list[StepRecord] = []
        while len(records) < steps and not self.is_finished:
            count = min(self._stretch, steps - len(records), self.total_steps - self.step)
            labels = self.batches.ahead(self.step, count)  # (k, N)
            passes = self._passes_for(labels.shape[1])
            rates = [self._take(passes, self.step + place, place) for place in range(len(labels))]
            log_probabilities, correct = passes.measure(labels).tolist()
            for rate, log_probability, hits in zip(rates, log_probabilities, correct, strict=True):
                records.append(self._record(rate, labels.shape[1], log_probability, hits))
                if self.failure:
                    break
        return records

    def _take(self, passes: Backpropagation, step: int, place: int) -> float:
        """Take one step, on a GPU by repeating one that was recorded.

        Args:
            passes: the memory for a batch of this size.
            place: in ``passes``, where the logits are kept until they are measured.

        Returns:
            The learning rate.
        """
        images, labels = self._batch(step)  # (N, H, W), (N,)
        rate = scheduled_rate(self.train_config.schedule, self.learning_rate, step, self.total_steps)
        self.optimizer.rate.fill_(rate)
        dropout_generator = self._generator("dropout", step) if self.model_config.dropout else None
        if dropout_generator:  # seeded anew for each step, which a recording does not know of
            self._learn(passes, images, labels, dropout_generator)
        else:
            self._repeated_for(passes).take(images, labels)
        passes.keep(place)
        return rate

    def _learn(
        self, passes: Backpropagation, images: Tensor, labels: Tensor, dropout_generator: Generator | None = None
    ) -> None:
        """One step: predict, compare with the truth, send the error back, move the weights against the gradient."""
        config = self.train_config
        passes.forward(images, dropout_generator)
        passes.compare(labels)
        passes.backward()
        self.parameters.add_penalties(config.l1, 0.0 if config.optimizer == "adamw" else config.l2)
        if config.gradient_clip:
            self.parameters.clip(config.gradient_clip)
        self.optimizer.step_again()

    def _record(self, rate: float, images: int, log_probability: float, correct: float) -> StepRecord:
        """Count a step that was taken, and see whether its loss is a number."""
        self.step += 1
        if not math.isfinite(log_probability):
            self.failure = "diverged"
        loss = abs(log_probability) / images  # log p is never above 0
        return StepRecord(self.step, self.epoch, loss, correct / images, rate, images)

    def evaluate(self) -> Evaluation:
        """Score the model as it is now; nothing about the run changes."""
        samples = min(len(self.data.test_labels), len(self.labels))
        train_loss, train_accuracy = score(self.model, self.images[:samples], self.labels[:samples])
        test_loss, test_accuracy = score(self.model, self.data.test_images, self.data.test_labels)
        return Evaluation(
            self.step, self.epoch, train_loss, train_accuracy, test_loss, test_accuracy, samples,
            len(self.data.test_labels),
        )  # fmt: skip

    def _generator(self, purpose: str, index: int) -> Generator:
        """The source of randomness for one purpose at one moment."""
        device = self.device if purpose == "dropout" else "cpu"
        number = ("order", "dropout", "augmentation").index(purpose)
        seed = np.random.SeedSequence([self.train_config.seed, number, index]).generate_state(1, np.uint64)[0]
        return Generator(device).manual_seed(int(seed) >> 1)

    def _shuffle(self, epoch: int) -> Tensor:
        order = torch.randperm(len(self.labels), generator=self._generator("order", epoch))
        return order.to(self.device)

    def _batch(self, step: int) -> tuple[Tensor, Tensor]:
        """Images (N, H, W) and labels (N,) of a step; the images are uint8, or float32 where they are augmented."""
        images, labels = self.batches[step]
        if self.train_config.augmentation:  # by the processor, wherever the network is
            changed = augment(to_float(images.cpu()), self._generator("augmentation", step))
            return changed.to(self.device), labels
        return images, labels

    def _passes_for(self, batch_size: int) -> Backpropagation:
        if batch_size not in self._passes:
            self._passes[batch_size] = Backpropagation(self.model, batch_size, min(self._stretch, self.batches.at_once))
        return self._passes[batch_size]

    def _repeated_for(self, passes: Backpropagation) -> RepeatedStep:
        size = len(passes.inputs)
        if size not in self._repeated:
            self._repeated[size] = RepeatedStep(partial(self._learn, passes))
        return self._repeated[size]

    def state_dict(self) -> dict[str, Any]:
        """All that a run with the same configurations and data needs to go on from here, copied."""
        return {
            "model": {name: value.clone() for name, value in self.model.state_dict().items()},
            "optimizer": self.optimizer.state_dict(),
            "step": self.step,
            "learning_rate": self.learning_rate,
            "failure": self.failure,
        }

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Go on from a ``state_dict`` of a run with the same configurations."""
        self.model.load_state_dict(state["model"])
        self.optimizer.load_state_dict(state["optimizer"])
        self.step, self.learning_rate, self.failure = state["step"], state["learning_rate"], state["failure"]
