"""What a run tells about itself: its steps, its evaluations, and the record of both.

A ``History`` grows while a run trains in another process and pages look at it. It never holds more than ``MAX_POINTS``
points: when it is full, each two neighbours become their mean, so that a run of millions of steps still fits a chart.
This module imports no torch: a page can show a curve at once.

Read next: ``training``.
"""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from nnlab.records import Evaluation, RateChange, StepRecord

MAX_POINTS = 20_000  # more than any screen has pixels; the notes' whole run of 9,380 steps fits unthinned


class Cursor(NamedTuple):
    """How much of a history has been seen: up to which step, how many evaluations and rate changes."""

    step: int = 0
    evaluations: int = 0
    rate_changes: int = 0


@dataclass(frozen=True, eq=False)
class Points:
    """A stretch of a history; the arrays are (K,) float64, one entry per point.

    A point stands for one step or, in a long run, for a few: ``loss`` and ``accuracy`` are then their means over all
    images, which are ``images``; the rest belongs to the last of them. ``seconds`` is the time spent in training steps,
    pauses and evaluations not counted.

    Attributes:
        cursor: where the next stretch begins: ``history.since(*points.cursor)``.
    """

    step: np.ndarray
    images: np.ndarray
    epoch: np.ndarray
    loss: np.ndarray
    accuracy: np.ndarray
    learning_rate: np.ndarray
    seconds: np.ndarray
    evaluations: list[Evaluation]
    rate_changes: list[RateChange]
    cursor: Cursor


# The columns of a history's rows, (K, 7) float64; ``images`` is how many a row stands for: those of its steps' batches.
COLUMNS = ("step", "images", "epoch", "loss", "accuracy", "learning_rate", "seconds")
STEP, IMAGES = COLUMNS.index("step"), COLUMNS.index("images")
AVERAGED = [COLUMNS.index("loss"), COLUMNS.index("accuracy")]


def to_rows(records: Sequence[StepRecord], seconds: Sequence[float]) -> np.ndarray:
    """Records of single steps and the training time at the end of each -> (K, 7) float64, as ``COLUMNS`` says."""
    return np.array(
        [
            (record.step, record.images, record.epoch, record.loss, record.accuracy, record.learning_rate, time)
            for record, time in zip(records, seconds, strict=True)
        ],
        dtype=np.float64,
    ).reshape(-1, len(COLUMNS))


def average(rows: np.ndarray, width: int) -> np.ndarray:
    """Replace each ``width`` neighbours by one row: loss and accuracy their means, the rest as in the last of them.

    Every image counts alike, so a short last batch of an epoch counts less than a full one.

    Args:
        rows: (K, 7); not changed.

    Returns:
        (ceil(K / width), 7); the last row may stand for fewer.
    """
    if width == 1 or len(rows) == 0:
        return rows
    starts = np.arange(0, len(rows), width)
    averaged = rows[np.minimum(starts + width, len(rows)) - 1].copy()
    images = rows[:, IMAGES : IMAGES + 1]
    averaged[:, IMAGES] = np.add.reduceat(images[:, 0], starts)
    averaged[:, AVERAGED] = np.add.reduceat(rows[:, AVERAGED] * images, starts) / averaged[:, IMAGES : IMAGES + 1]
    return averaged


class Record(NamedTuple):
    """A history's rows as they are, for whoever keeps them.

    Attributes:
        width: how many steps a new point stands for.
        length: how many points there are; ``rows``, (K, 7), are the last of them.
        unfinished: (J, 7), steps that do not fill a point yet.
    """

    width: int
    length: int
    rows: np.ndarray
    unfinished: np.ndarray


class History:
    """The record of a run. Any thread may read it while another adds to it.

    Attributes:
        width: how many steps a new point stands for; 1 until the history was first full.

    Example:
        >>> history = History()
        >>> history.add_steps(to_rows([StepRecord(1, 0.5, 2.3, 0.1, 0.01, 64)], [0.001]))
        >>> points = history.since()
        >>> points.loss.tolist(), len(history.since(*points.cursor).loss)
        ([2.3], 0)
    """

    def __init__(self, max_points: int = MAX_POINTS):
        self.max_points = max_points
        self.width = 1
        self._lock = threading.Lock()
        self._rows = np.empty((64, len(COLUMNS)))  # grows by doubling; only the first _length rows are in use
        self._length = 0
        self._open = np.empty((0, len(COLUMNS)))  # steps that do not fill a point yet
        self._evaluations: list[Evaluation] = []
        self._rate_changes: list[RateChange] = []

    def __len__(self) -> int:
        return self._length

    @property
    def evaluations(self) -> list[Evaluation]:
        with self._lock:
            return list(self._evaluations)

    @property
    def rate_changes(self) -> list[RateChange]:
        with self._lock:
            return list(self._rate_changes)

    def add_steps(self, rows: np.ndarray) -> None:
        """Add the next steps, one row each, as ``to_rows`` makes them."""
        with self._lock:
            rows = np.concatenate([self._open, rows])
            complete = len(rows) // self.width * self.width
            self._open = rows[complete:]
            self._append(average(rows[:complete], self.width))

    def close_point(self) -> None:
        """Make a point of what there is: the run pauses or ends, and its last step wants to be seen."""
        with self._lock:
            self._append(average(self._open, self.width))
            self._open = self._open[:0]

    def add_evaluation(self, evaluation: Evaluation) -> None:
        with self._lock:
            self._evaluations.append(evaluation)

    def add_rate_change(self, change: RateChange) -> None:
        with self._lock:
            self._rate_changes.append(change)

    def since(self, step: int = 0, evaluations: int = 0, rate_changes: int = 0) -> Points:
        """What is new after a cursor; everything without one. Points seen before stay true when the rest is thinned."""
        with self._lock:
            first = int(np.searchsorted(self._rows[: self._length, STEP], step, side="right"))
            return self._points(self._rows[first : self._length].copy(), step, evaluations, rate_changes)

    def record(self, width: int = 1, length: int = 0) -> Record:
        """The rows after the first ``length``; all of them if they were of another width."""
        with self._lock:
            known = length if width == self.width and length <= self._length else 0
            return Record(self.width, self._length, self._rows[known : self._length].copy(), self._open.copy())

    @classmethod
    def of(cls, record: Record, evaluations: Sequence[Evaluation], rate_changes: Sequence[RateChange]) -> History:
        """A history that goes on from a whole record as the one it was taken from would."""
        history = cls()
        history._rows, history._length = record.rows, len(record.rows)
        history.width, history._open = record.width, record.unfinished
        history._evaluations, history._rate_changes = list(evaluations), list(rate_changes)
        return history

    def _append(self, rows: np.ndarray) -> None:
        length = self._length + len(rows)
        if length > len(self._rows):
            larger = np.empty((2 * length, len(COLUMNS)))
            larger[: self._length] = self._rows[: self._length]
            self._rows = larger
        self._rows[self._length : length] = rows
        self._length = length
        while self._length > self.max_points:
            halved = average(self._rows[: self._length], 2)
            self._rows, self._length = halved, len(halved)
            self.width *= 2

    def _points(self, rows: np.ndarray, step: int, evaluations: int, rate_changes: int) -> Points:
        columns = {name: rows[:, index] for index, name in enumerate(COLUMNS)}
        cursor = Cursor(
            int(rows[-1, STEP]) if len(rows) else step, len(self._evaluations), len(self._rate_changes)
        )  # fmt: skip
        return Points(
            **columns,
            evaluations=self._evaluations[evaluations:],
            rate_changes=self._rate_changes[rate_changes:],
            cursor=cursor,
        )
