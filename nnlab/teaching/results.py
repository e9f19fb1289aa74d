"""What was measured of one trial: its curve, its evaluations, and what was found in the finished network.

A page makes it of the run that it has watched, a test and ``tools.claims`` of a run without an app; both ask
``Result.of``, so both judge the same numbers.

Read next: ``steps``.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

import numpy as np

from nnlab.records import Evaluation
from nnlab.runs.history import History
from nnlab.teaching.curves import averaged

SMOOTHED_PARTS = 50  # of a run's steps: the losses of single batches are noisy


@dataclass(frozen=True, eq=False)
class Result:
    """The measurements of one trial.

    Attributes:
        epochs: (K,) float64, passes over the training images after each recorded step.
        losses: (K,) float64, the loss of those batches in nats; not finite once the run has diverged.
        evaluations: those of the whole test set, the first to the last.
        diverged: whether the run ended because its loss was no number any more.
        images: how many images it has learned from, each counted as often as it was seen.
        seconds: spent in training steps.
        numbers: what ``probes`` found in the finished network, by name; of a trial without training, all there is.
        source: the digits: "mnist", "builtin" or "other".
    """

    epochs: np.ndarray = field(default_factory=lambda: np.empty(0))
    losses: np.ndarray = field(default_factory=lambda: np.empty(0))
    evaluations: Sequence[Evaluation] = ()
    diverged: bool = False
    images: int = 0
    seconds: float = 0.0
    numbers: Mapping[str, float] = field(default_factory=dict)
    source: str = ""

    @classmethod
    def of(
        cls, history: History, diverged: bool = False, numbers: Mapping[str, float] | None = None, source: str = ""
    ) -> Result:
        """What a run has told about itself. Evaluations of a sample are left out: they are not exact."""
        points = history.since()
        return cls(
            points.epoch,
            points.loss,
            tuple(evaluation for evaluation in points.evaluations if not evaluation.is_sample),
            diverged or not np.isfinite(points.loss).all(),
            int(points.images.sum()),
            float(points.seconds[-1]) if len(points.seconds) else 0.0,
            dict(numbers or {}),
            source,
        )

    @property
    def train_loss(self) -> tuple[np.ndarray, np.ndarray]:
        """Epochs and loss (nats) of the training, smoothed: means over fiftieths of the run."""
        return averaged(self.epochs, self.losses, SMOOTHED_PARTS)

    @property
    def test_loss(self) -> tuple[np.ndarray, np.ndarray]:
        """Epochs and loss (nats) on the test set, at each evaluation."""
        return self._evaluated("test_loss")

    @property
    def test_accuracy(self) -> tuple[np.ndarray, np.ndarray]:
        """Epochs and accuracy (a fraction) on the test set, at each evaluation."""
        return self._evaluated("test_accuracy")

    @property
    def final(self) -> Evaluation:
        """The last evaluation.

        Raises:
            ValueError: if there is none, or the run diverged, which leaves nothing to evaluate.
        """
        if self.diverged or not self.evaluations:
            raise ValueError("this trial has no last evaluation")
        return self.evaluations[-1]

    @property
    def accuracy(self) -> float:
        """The fraction of the test set that is recognised at the end; of a run that diverged, 0: it answers nothing."""
        return 0.0 if self.diverged else self.final.test_accuracy

    @property
    def final_loss(self) -> float:
        """The mean training loss in nats over the last tenth of the steps; infinite if the run diverged."""
        return math.inf if self.diverged else float(self.losses[-max(1, len(self.losses) // 10) :].mean())

    def epoch_losses(self) -> list[float]:
        """The mean training loss in nats over each complete epoch."""
        epochs = np.ceil(self.epochs - 1e-9).astype(int)  # the step that ends an epoch belongs to it
        return [float(self.losses[epochs == epoch].mean()) for epoch in range(1, int(self.epochs[-1] + 1e-9) + 1)]

    def _evaluated(self, name: str) -> tuple[np.ndarray, np.ndarray]:
        columns = [[evaluation.epoch, getattr(evaluation, name)] for evaluation in self.evaluations]
        epochs, values = np.array(columns, dtype=np.float64).reshape(-1, 2).T
        return epochs, values

    def to_plain(self) -> dict[str, Any]:
        """The result as plain values for JSON."""
        arrays = {"epochs": self.epochs.tolist(), "losses": self.losses.tolist()}
        rest = {name: getattr(self, name) for name in ("diverged", "images", "seconds", "source")}
        evaluations = [asdict(evaluation) for evaluation in self.evaluations]
        return {**arrays, **rest, "evaluations": evaluations, "numbers": dict(self.numbers)}

    @classmethod
    def from_plain(cls, values: Mapping[str, Any]) -> Result:
        """The inverse of ``to_plain``."""
        arrays = {name: np.array(values[name], dtype=np.float64) for name in ("epochs", "losses")}
        evaluations = tuple(Evaluation(**evaluation) for evaluation in values["evaluations"])
        return cls(**{**values, **arrays, "evaluations": evaluations})


Results = Mapping[str, Result]  # by the name of the trial
