"""The learning curve of a run on three axes of time, and where a step lies on each of them.

A network learns most in its first steps, so the usual axis is that of steps on a logarithmic scale: as far from step 10
to step 100 as from 100 to 1,000. By epoch, each step takes the same room; by training time, each second does.

All places are shares of the axis: 0 is before the first step, 1 the end. The server computes them all, so that a page
and a film agree.

Read next: ``scene``, what a film shows of it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from nnlab.config import TrainConfig
    from nnlab.runs.curve import Curve
    from nnlab.runs.history import History

AXES = ("step", "epoch", "time")


class Tested(NamedTuple):
    """What one evaluation found: accuracy as a fraction, loss in nats, over so many test images."""

    step: int
    loss: float
    accuracy: float
    images: int


@dataclass(frozen=True, eq=False)
class Timeline:
    """A run from its beginning to its last step.

    Attributes:
        last_step: where the axes end.
        steps_per_epoch: steps of one epoch.
        steps: (M,) int, of the points of the curve, ascending.
        losses: (M,) float, the smoothed training loss after each of them, in nats; NaN where it is no number.
        told_steps, told_seconds: (K,) float, the training time at so many steps, both ascending from 0 on.
        tests: all evaluations, in the order of their steps.
    """

    last_step: int
    steps_per_epoch: int
    steps: np.ndarray
    losses: np.ndarray
    told_steps: np.ndarray
    told_seconds: np.ndarray
    tests: tuple[Tested, ...]

    def seconds(self, steps: np.ndarray) -> np.ndarray:
        """(K,) steps -> (K,) float, the seconds of training until then."""
        return np.interp(steps, self.told_steps, self.told_seconds)

    def places(self, axis: str, steps: np.ndarray) -> np.ndarray:
        """Where steps lie on an axis.

        Args:
            axis: one of ``AXES``.
            steps: (K,) from 0 to ``last_step``.

        Returns:
            (K,) float in [0, 1], ascending as the steps are.

        Example: on the axis "step", step 9 of 99 lies at log(10) / log(100) = 0.5.

        Raises:
            ValueError: if there is no such axis.
        """
        if axis not in AXES:
            raise ValueError(f"axis {axis!r} is none of {', '.join(AXES)}")
        values, end = _of(axis, self, np.asarray(steps, float)), _of(axis, self, np.array([float(self.last_step)]))
        return values / end[0] if end[0] > 0 else np.zeros(len(values))

    def steps_at(self, axis: str, places: np.ndarray) -> np.ndarray:
        """The steps that had been taken at these places of an axis: (K,) in [0, 1] -> (K,) int."""
        places = np.clip(places, 0, 1)
        if axis == "step":
            found = np.expm1(places * np.log1p(self.last_step))
        elif axis == "epoch":
            found = places * self.last_step
        else:
            found = np.interp(places * self.seconds(np.array([self.last_step])), self.told_seconds, self.told_steps)
        return np.minimum(np.floor(found + 1e-6), self.last_step).astype(int)

    def loss_at(self, step: int) -> float:
        """The smoothed training loss after a step: that of the last point of the curve until then; NaN before it."""
        index = int(np.searchsorted(self.steps, step, side="right")) - 1
        return float(self.losses[index]) if index >= 0 else float("nan")

    def test_at(self, step: int) -> Tested | None:
        """The last evaluation until this step; None before the first."""
        return next((test for test in reversed(self.tests) if test.step <= step), None)


def _of(axis: str, timeline: Timeline, steps: np.ndarray) -> np.ndarray:
    if axis == "step":
        return np.log1p(steps)
    return steps if axis == "epoch" else timeline.seconds(steps)


def timeline_of(curve: Curve, history: History, plan: TrainConfig, last_state: int) -> Timeline:
    """The timeline of a run.

    Args:
        curve: of that history, as charts draw it.
        last_state: after which step its last weights were taken: they may be newer than what the history says.
    """
    drawn, points = curve.since(is_still=True)["steps"], history.since()
    steps = np.round(np.array(drawn["epoch"], float) * plan.steps_per_epoch).astype(int)
    losses = np.array([np.nan if loss is None else loss for loss in drawn["smooth"]], float)
    last = max(last_state, int(points.step[-1]) if len(points.step) else 0)
    # A recovery after the death of a worker counts its seconds anew, and the clock must not go back.
    seconds = np.maximum.accumulate(np.concatenate([[0.0], points.seconds]))
    tests = tuple(
        Tested(each.step, each.test_loss, each.test_accuracy, each.test_samples) for each in points.evaluations
    )
    return Timeline(
        last, plan.steps_per_epoch, steps, losses, np.concatenate([[0.0], points.step]), seconds, tests
    )  # fmt: skip
