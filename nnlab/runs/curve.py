"""A run's learning curve as a chart draws it: thinned to what a screen can show, smoothed, made once for all who watch.

A chart asks for what comes after the points that it has, and may ask for any of them again. This module imports no
torch: a page can show a curve at once.
"""

from __future__ import annotations

import math
import threading
from array import array
from typing import TypedDict

from nnlab.config import TrainConfig
from nnlab.runs.history import Cursor, History

# Single batches drawn of a run: more than the chart has pixels across. Of a longer run half of them are spread evenly;
# the others go to its beginning, where most happens, and where somebody waits to see the first one.
MAX_DRAWN_STEPS = 2000
DENSITY = 100  # at the beginning, the distance between two that are drawn is this fraction of the steps so far
SMOOTHING = 1 / 300  # length of the smoothed curve's memory, as a fraction of the run's steps
MIN_MEMORY, MAX_MEMORY = 10, 200  # steps
COLUMNS = ("epoch", "loss", "smooth", "accuracy")


class Stretch(TypedDict):
    """What is new in a curve, ready to be written as JSON; what is not a number is None, a gap in the line.

    ``steps`` holds, for each batch that is drawn, its epoch and loss, and the smoothed loss and accuracy there;
    ``stepsBefore`` says how many went before. An evaluation is a list: epoch, training loss, test loss, training
    accuracy, test accuracy, images of the training set and of the test set that it was measured on, and whether those
    are a sample. ``marks`` are all changes of the learning rate: epoch, rate.
    """

    steps: dict[str, list[float | None]]
    stepsBefore: int
    evaluations: list[list[float | None]]
    evaluationsBefore: int
    marks: list[list[float]]


class Curve:
    """The curve of one run. Any thread may ask for it.

    Args:
        history: what the run tells; read when somebody asks.
        plan: it decides which batches are drawn and how much is smoothed.

    Attributes:
        smoothed: the smoothed loss and accuracy after the last step read; None before the first.
        learning_rate: of the last step read; None before the first.
    """

    def __init__(self, history: History, plan: TrainConfig):
        self.smoothed: tuple[float, float] | None = None
        self.learning_rate: float | None = None
        self._history, self._plan = history, plan
        is_short = plan.total_steps <= MAX_DRAWN_STEPS
        self._widest = (
            1 if is_short else math.ceil(2 * plan.total_steps / MAX_DRAWN_STEPS)
        )  # steps from one to the next
        batch = min(plan.batch_size, plan.training_images)
        self._memory = min(max(plan.total_steps * SMOOTHING, MIN_MEMORY), MAX_MEMORY) * batch  # images
        self._lock = threading.Lock()
        self._cursor = Cursor()  # up to where the history has been read
        self._images = 0.0  # learned from up to there
        self._drawn = [array("d") for _ in COLUMNS]
        self._drawn_step = 0  # the last one that is drawn
        self._left_out: tuple[float, ...] | None = None  # the last step read, if it is not drawn
        self._evaluations: list[list[float | None]] = []
        self._marks: list[list[float]] = []

    def since(self, steps: int = 0, evaluations: int = 0, is_still: bool = False) -> Stretch:
        """What comes after so many points of it; from its beginning where it has fewer.

        Args:
            is_still: the run pauses or has ended, so its very last step is drawn too.
        """
        with self._lock:
            self._read()
            if is_still and self._left_out:
                self._draw(self._cursor.step, self._left_out)
            known = steps if 0 <= steps <= len(self._drawn[0]) else 0
            judged = evaluations if 0 <= evaluations <= len(self._evaluations) else 0
            return {
                "steps": {
                    name: list(map(_written, column[known:])) for name, column in zip(COLUMNS, self._drawn, strict=True)
                },
                "stepsBefore": known,
                "evaluations": self._evaluations[judged:],
                "evaluationsBefore": judged,
                "marks": list(self._marks),
            }

    def read(self) -> None:
        """Take in what is new in the history; ``since`` does so by itself."""
        with self._lock:
            self._read()

    def _read(self) -> None:
        points = self._history.since(*self._cursor)
        for index, step in enumerate(map(int, points.step)):
            smoothed = self._smooth(points.loss[index], points.accuracy[index], points.images[index])
            point = (points.epoch[index], points.loss[index], *smoothed)
            if step - self._drawn_step >= min(self._widest, 1 + self._drawn_step // DENSITY):
                self._draw(step, point)
            else:
                self._left_out = point
        if len(points.step):
            self.learning_rate = float(points.learning_rate[-1])
        for e in points.evaluations:
            values = (e.epoch, e.train_loss, e.test_loss, e.train_accuracy, e.test_accuracy)
            self._evaluations.append([*map(_written, values), e.train_samples, e.test_samples, e.is_sample])
        per_epoch = self._plan.steps_per_epoch
        self._marks += [[change.step / per_epoch, change.learning_rate] for change in points.rate_changes]
        self._cursor = points.cursor

    def _draw(self, step: int, point: tuple[float, ...]) -> None:
        for column, value in zip(self._drawn, point, strict=True):
            column.append(float(f"{value:.5g}"))  # more digits than a screen shows
        self._drawn_step, self._left_out = step, None

    def _smooth(self, loss: float, accuracy: float, images: float) -> tuple[float, float]:
        """A running mean over the run's first images, an exponential average with a fixed memory after that."""
        self._images += images
        weight = max(1 - math.exp(-images / self._memory), images / self._images)
        if self.smoothed is None or not all(map(math.isfinite, self.smoothed)):
            self.smoothed = (loss, accuracy)
        old_loss, old_accuracy = self.smoothed
        self.smoothed = (old_loss + weight * (loss - old_loss), old_accuracy + weight * (accuracy - old_accuracy))
        return self.smoothed


def _written(value: float) -> float | None:
    return value if math.isfinite(value) else None
