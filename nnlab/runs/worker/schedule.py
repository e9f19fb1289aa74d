"""When a run is evaluated: often enough to see it learn, seldom enough that this costs a tenth of its time at most.

Read next: ``evaluating``.
"""

from __future__ import annotations

import math
from typing import Any

from nnlab.records import Evaluation
from nnlab.runs.trail import EARLY_MARKS
from nnlab.training import TrainingRun

EVALUATION_SECONDS = 0.5  # trained between two evaluations, at least
EVALUATION_SHARE = 0.1  # of the time, at most, goes into evaluations between the ends of epochs
EARLY_STEPS = EARLY_MARKS[:9]  # 1, 2, 5, ... 500: after these a sample is scored: there the loss falls fastest
SAMPLE_IMAGES = 500  # of each set, at most: nine cost a tenth of the notes' first epoch; within 5 points of the whole
EARLY_SECONDS = 0.5  # may go into samples in any case ...
EARLY_SHARE = 0.25  # ... and of the time trained since the last evaluation: on a busy machine, of a wide network too
MAX_EVALUATIONS = 500  # an evaluation waits for 1/500 of all training so far: a long run gets thousands, not millions
ALWAYS_EPOCHS = 100  # every epoch of a run this long is evaluated at its end, however short the epochs
SHORT_EVALUATION_SECONDS = 0.15  # shorter ones come before "paused" is said, longer ones after
STOP_EVALUATION_SECONDS = 1.0  # what takes longer, or has to wait for so long, is not evaluated where a run is stopped
START_PARAMETERS = 4_000_000  # a larger network is not evaluated before its first step: that would take seconds
NOTES = ("evaluated_step", "evaluation_cost", "image_cost", "early_seconds", "scored_seconds")


class Schedule:
    """Keeps count of a run's evaluations and says when the next is due.

    Args:
        notes: of the ``Schedule`` that the run had in the worker before, if there was one.

    Attributes:
        sample_images: of each set, for ``evaluate``.
        evaluated_step: after which step the last whole evaluation was; -1 before the first.
    """

    def __init__(self, run: TrainingRun, notes: dict[str, Any] | None = None):
        self.run, self.sample_images = run, SAMPLE_IMAGES
        self._is_small = run.model.parameter_count <= START_PARAMETERS
        self.evaluated_step = -1
        self.evaluated_seconds = 0.0  # of training, at the last whole evaluation
        self.evaluation_cost = 0.0  # seconds the last one took
        self.image_cost = 0.0 if self._is_small else math.inf  # seconds, in the last one; until then unknown
        self.early_seconds = 0.0  # spent on samples
        self.scored_seconds = 0.0  # of training, at the last evaluation, samples included
        for name, value in (notes or {}).items():
            setattr(self, name, value)
        if notes:
            self.evaluated_seconds = self.scored_seconds

    def notes(self) -> dict[str, float]:
        """What the next worker must know."""
        return {name: getattr(self, name) for name in NOTES}

    @property
    def wants_first(self) -> bool:
        """Whether to evaluate before the first step, or where the worker before did not come to it."""
        run = self.run
        if run.step == 0:
            return self._is_small and self.evaluated_step < 0
        return run.step != self.evaluated_step and self._is_at_end_of_epoch

    @property
    def _is_at_end_of_epoch(self) -> bool:
        run = self.run
        return run.step % run.steps_per_epoch == 0 and run.train_config.epochs <= ALWAYS_EPOCHS

    @property
    def is_short(self) -> bool:
        """Whether an evaluation takes so little that "paused" is said after it."""
        return self.evaluation_cost < SHORT_EVALUATION_SECONDS

    @property
    def is_cheap_to_stop(self) -> bool:
        """Whether a run that is stopped is still evaluated."""
        return self._is_small and self.evaluation_cost < STOP_EVALUATION_SECONDS

    def next_stop(self, target: int) -> int:
        """The step up to which it may train at a stretch: an evaluation may be due there, or its weights."""
        run = self.run
        epoch_end = (run.step // run.steps_per_epoch + 1) * run.steps_per_epoch
        return min(epoch_end, target, *(step for step in EARLY_MARKS if step > run.step))

    def wants_evaluation(self, training_seconds: float) -> bool:
        """Whether to score all images now, having trained for so long."""
        run = self.run
        if run.step >= run.total_steps or self._is_at_end_of_epoch:
            return True
        trained = training_seconds - self.evaluated_seconds
        return trained >= max(
            EVALUATION_SECONDS, self.evaluation_cost / EVALUATION_SHARE, training_seconds / MAX_EVALUATIONS
        )

    def wants_sample(self, target: int, training_seconds: float) -> bool:
        """Whether to score a sample here, where whole evaluations would hold the run up more than it has trained.

        Not where a whole one is to come, or has just been; nor where even a sample takes long beside what was trained.
        """
        run = self.run
        is_early = run.step in EARLY_STEPS and 2 * self.evaluated_step <= run.step < target
        cost = 2 * self.sample_images * self.image_cost
        trained = training_seconds - self.scored_seconds
        is_cheap = self.early_seconds + cost <= EARLY_SECONDS or cost <= EARLY_SHARE * trained
        return is_early and not run.failure and is_cheap

    def evaluated(self, evaluation: Evaluation, training_seconds: float, seconds: float) -> None:
        """Note that an evaluation of everything has taken so long."""
        self._scored(evaluation, training_seconds, seconds)
        self.evaluated_step, self.evaluated_seconds = evaluation.step, training_seconds
        self.evaluation_cost = seconds

    def sampled(self, evaluation: Evaluation, training_seconds: float, seconds: float) -> None:
        """Note that a sample has taken so long."""
        self._scored(evaluation, training_seconds, seconds)
        self.early_seconds += seconds

    def _scored(self, evaluation: Evaluation, training_seconds: float, seconds: float) -> None:
        self.scored_seconds = training_seconds
        self.image_cost = seconds / (evaluation.train_samples + evaluation.test_samples)
