"""What a comparison knows of one run: its set-up, how far it is, its numbers, and its curves as a chart draws them.

An entry is small and never changes: a page makes one of a run whenever it looks, and a ``series`` keeps those of its
runs that are over, when the server has long forgotten the runs themselves.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from nnlab.config import Setup
from nnlab.records import DEAD, Evaluation
from nnlab.runs.history import History, average
from nnlab.runs.messages import OVER

if TYPE_CHECKING:
    from nnlab.runs.run import Job

MOST_POINTS = 200  # of a curve: eight of them fill a chart, and more would be wider than their lines are thick
SERIES = ("test_accuracy", "test_loss", "train_loss", "train_accuracy")


class Line(NamedTuple):
    """One curve, (K,) float64 each: passes over the training images, seconds of training, and the values there."""

    epochs: np.ndarray
    seconds: np.ndarray
    values: np.ndarray


@dataclass(frozen=True, eq=False)
class Entry:
    """One run.

    Attributes:
        id: of the run.
        name: what its owner calls it; "" without a name.
        data_source: the digits it learns from, "mnist", "other" or "builtin".
        status: as ``Job.status``, and "interrupted" for a kept run whose server ended.
        epoch: passes over the training images so far.
        seconds: of training; pauses, waits and evaluations do not count.
        evaluation: the newest on the whole test set; None before the first.
        dead: hidden neurons that were dead at it; None where nobody has counted.
        has_diverged: its loss stopped being a number.
        is_plain: whether its set-up alone decides it: it began with the weights of its seed, and nobody changed its
            learning rate or mixed other images in.
        own_digits: how many of somebody's own digits it learned from; None where it did and nobody knows how many.
        lines: one for each of ``SERIES``.
    """

    id: str
    name: str
    setup: Setup
    data_source: str
    status: str
    epoch: float
    seconds: float
    evaluation: Evaluation | None
    dead: int | None
    has_diverged: bool
    is_plain: bool
    lines: Mapping[str, Line]
    own_digits: int | None = 0

    @property
    def is_over(self) -> bool:
        return self.status in OVER or self.status == "interrupted"

    @property
    def is_finished(self) -> bool:
        """Whether it has trained to its end, or as far as its numbers went."""
        return self.status == "finished" or self.has_diverged

    def measure(self, name: str) -> float:
        """One of its numbers at the end, NaN where it diverged or has none; ``name`` is one of ``MEASURES``."""
        return MEASURES[name](self)


def _evaluated(field: str, entry: Entry) -> float:
    if entry.evaluation is None or entry.has_diverged:
        return math.nan
    return float(getattr(entry.evaluation, field))


MEASURES = {
    "test_accuracy": lambda entry: _evaluated("test_accuracy", entry),
    "test_loss": lambda entry: _evaluated("test_loss", entry),
    "train_accuracy": lambda entry: _evaluated("train_accuracy", entry),
    "seconds": lambda entry: entry.seconds,
    "parameters": lambda entry: float(entry.setup.model.parameter_count),
    "dead": lambda entry: math.nan if entry.dead is None or entry.has_diverged else float(entry.dead),
}


def entry_of(job: Job) -> Entry:
    """A run in the server's memory, as it is by now."""
    status, neurons = job.status, job.pulses.neurons  # asked once: they may change meanwhile
    own_digits = job.own_trained_count
    is_plain = not job.is_fine_tuning and own_digits == 0 and not job.history.rate_changes
    has_diverged = status == "failed" and job.reason is not None and job.reason.code == "diverged"
    return Entry(
        job.id, "", job.setup, job.data_source, status, job.epoch, job.elapsed_seconds, job.latest_evaluation,
        neurons.states.count(DEAD) if neurons else None, has_diverged, is_plain, lines_of(job.history),
        own_digits,
    )  # fmt: skip


def lines_of(history: History) -> dict[str, Line]:
    """A history's curves, thinned to what a chart shows.

    The training loss is the mean over equal stretches of steps; the others are measured: on samples until they have
    been measured on the whole sets, then on these alone.
    """
    points = history.since()
    rows = np.stack([points.step, points.images, points.epoch, points.loss, points.accuracy, points.learning_rate,
                     points.seconds], axis=1)  # fmt: skip
    thinned = average(rows, max(1, math.ceil(len(rows) / MOST_POINTS)))
    lines = {"train_loss": Line(thinned[:, 2], thinned[:, 6], thinned[:, 3])}
    whole = [evaluation for evaluation in points.evaluations if not evaluation.is_sample]
    first = whole[0].step if whole else math.inf
    shown = [evaluation for evaluation in points.evaluations if evaluation.step < first] + whole
    stride = max(1, math.ceil(len(shown) / MOST_POINTS))
    shown = [evaluation for place, evaluation in enumerate(reversed(shown)) if place % stride == 0][::-1]
    epochs = np.array([evaluation.epoch for evaluation in shown])
    steps = [evaluation.step for evaluation in shown]
    seconds = np.interp(steps, np.r_[0.0, points.step], np.r_[0.0, points.seconds])
    for name in ("test_accuracy", "test_loss", "train_accuracy"):
        lines[name] = Line(epochs, seconds, np.array([getattr(evaluation, name) for evaluation in shown]))
    return lines
