"""Training: gradient of the loss, step, again. The loop of the study notes.

``TrainingRun.learn`` is one step and ``TrainingRun.advance`` the loop around it: read these two first. The formulas are
in ``backprop`` and ``optim``. What makes the loop fast is in ``fast``: it fetches the batches of many steps at once,
measures the losses of many steps together and, on a GPU, repeats a recorded ``learn``. Tests hold the loop to ``learn``
alone, bit for bit.

A ``TrainingRun`` knows nothing of processes, buttons or plots; playing, pausing and stepping are calls of ``advance``.
The random numbers of a step depend only on the seed and the number of the step. So a run that stops anywhere goes on as
if it had not stopped: ``advance(5)`` twice equals ``advance(10)`` to the bit. The number of threads changes no bit
either if Intel's library computes the matrix products (see ``nnlab/__init__``). Another computer may round differently.

Read next: ``evaluation``, then ``runs.worker`` for the same loop under remote control.
"""

from __future__ import annotations

import math
from functools import partial
from typing import Any

import numpy as np
import torch
from torch import Generator, Tensor

from nnlab.augment import Augmentation, augment
from nnlab.backprop import Backpropagation
from nnlab.config import DEVICES, ConfigError, ModelConfig, TrainConfig
from nnlab.data import DigitData
from nnlab.evaluation import score, to_float
from nnlab.fast.batches import Batches
from nnlab.fast.denormals import without_denormals
from nnlab.fast.steps import Steps
from nnlab.model import MLP
from nnlab.optim import OPTIMIZERS, Parameters
from nnlab.records import Evaluation, StepRecord
from nnlab.schedules import scheduled_rate

STEPS_MEASURED_TOGETHER = 50  # at most; with more, a run that diverged would take longer to notice it


def check_device(name: str) -> str:
    """Return the name if torch can compute on that device here.

    Raises:
        ConfigError: if the name is not one of ``DEVICES``, or this computer has no such device.
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
        device: "cpu", "cuda" or "mps". The weights and the images in use are kept in its memory.

    Attributes:
        model: the network, in its state after ``step`` steps.
        step: how many steps were taken.
        failure: None, or "diverged" once a loss was NaN or infinite; then the run has ended and ``advance`` does
            nothing.

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
        self._steps: dict[int, Steps] = {}  # by batch size: the full one, and the shorter one at the end of an epoch

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
            ConfigError: if the rate is not a number in TrainConfig's range.
        """
        self.learning_rate = TrainConfig(learning_rate=learning_rate).learning_rate

    def learn(
        self,
        passes: Backpropagation,
        images: Tensor,
        labels: Tensor,
        dropout_generator: Generator | None = None,
    ) -> None:
        """One step of training on one batch; the weights are changed in place.

        Args:
            passes: the memory for N images; afterwards ``passes.logits`` holds what the network said before the step.
            images: (N, 28, 28), uint8 from 0 to 255 or float32 from 0 to 1.
            labels: (N,) int64, the true classes.
            dropout_generator: source of the dropout masks, if the network has dropout.
        """
        config = self.train_config
        passes.forward(images, dropout_generator)
        passes.loss_gradient(labels)
        passes.backward()
        self.parameters.add_penalties(config.l1, 0.0 if config.optimizer == "adamw" else config.l2)
        if config.gradient_clip:
            self.parameters.clip(config.gradient_clip)
        self.optimizer.step()

    @without_denormals()
    @torch.inference_mode()  # the gradient is written out, so torch need not remember the operations
    def advance(self, steps: int) -> list[StepRecord]:
        """Take up to ``steps`` steps; fewer if the run ends or its loss stops being a number.

        The losses of up to 50 steps are computed together after the last of them. So a run that diverges may take a few
        steps more before it is seen; they are not recorded, and its weights are of no more use.
        """
        records: list[StepRecord] = []
        while len(records) < steps and not self.is_finished:
            most = min(STEPS_MEASURED_TOGETHER, steps - len(records), self.total_steps - self.step)
            labels_ahead = self.labels_ahead(most)
            count, batch_size = labels_ahead.shape
            fast_steps = self._steps_for(batch_size)
            rates = [self._rate(step) for step in range(self.step, self.step + count)]
            for place, rate in enumerate(rates):
                images, labels = self.batch(self.step + place)
                self.optimizer.rate.fill_(rate)
                fast_steps.take(place, images, labels, self._dropout_generator(self.step + place))
            for rate, (loss, accuracy) in zip(rates, fast_steps.measure(labels_ahead), strict=True):
                self.step += 1
                records.append(StepRecord(self.step, self.epoch, loss, accuracy, rate, batch_size))
                if not math.isfinite(loss):
                    self.failure = "diverged"
                    break
        return records

    def evaluate(self) -> Evaluation:
        """Measure loss and accuracy of the model as it is now; the run is not changed."""
        samples = min(len(self.data.test_labels), len(self.labels))
        train_loss, train_accuracy = score(self.model, self.images[:samples], self.labels[:samples])
        test_loss, test_accuracy = score(self.model, self.data.test_images, self.data.test_labels)
        return Evaluation(
            self.step, self.epoch, train_loss, train_accuracy, test_loss, test_accuracy, samples,
            len(self.data.test_labels),
        )  # fmt: skip

    def batch(self, step: int) -> tuple[Tensor, Tensor]:
        """Images (N, 28, 28) and labels (N,) of a step, the first being 0.

        The images are uint8 from 0 to 255, or float32 from 0 to 1 if they are augmented. Both are valid until the batch
        of another step is asked for.
        """
        images, labels = self.batches[step]
        if self.train_config.augmentation:  # the processor does this, whatever the device of the network
            changed = augment(to_float(images.cpu()), self._generator("augmentation", step), self.strengths(step))
            return changed.to(self.device), labels
        return images, labels

    def labels_ahead(self, most: int) -> Tensor:
        """The labels of the next k steps, whose batches have the same size: (k, N) int64, 1 <= k <= ``most``."""
        return self.batches.ahead(self.step, most)

    def strengths(self, step: int) -> Augmentation:
        """How far the images of a step may be changed, where they are."""
        return Augmentation()

    def _rate(self, step: int) -> float:
        return scheduled_rate(self.train_config.schedule, self.learning_rate, step, self.total_steps)

    def _dropout_generator(self, step: int) -> Generator | None:
        return self._generator("dropout", step) if self.model_config.dropout else None

    def _generator(self, purpose: str, index: int) -> Generator:
        """The source of random numbers for one purpose in one step or epoch."""
        device = self.device if purpose == "dropout" else "cpu"
        number = ("order", "dropout", "augmentation").index(purpose)
        seed = np.random.SeedSequence([self.train_config.seed, number, index]).generate_state(1, np.uint64)[0]
        return Generator(device).manual_seed(int(seed) >> 1)

    def _shuffle(self, epoch: int) -> Tensor:
        order = torch.randperm(len(self.labels), generator=self._generator("order", epoch))
        return order.to(self.device)

    def _passes(self, batch_size: int) -> Backpropagation:
        """The memory for batches of this size, and how their gradient is found."""
        return Backpropagation(self.model, batch_size)

    def _steps_for(self, batch_size: int) -> Steps:
        """The fast steps on batches of this size; the memory for them is made once."""
        if batch_size not in self._steps:
            passes = self._passes(batch_size)
            most = min(STEPS_MEASURED_TOGETHER, self.batches.at_once)
            self._steps[batch_size] = Steps(partial(self.learn, passes), passes.logits, most)
        return self._steps[batch_size]

    def state_dict(self) -> dict[str, Any]:
        """A copy of everything that a run with the same configurations and data needs to go on from here."""
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
