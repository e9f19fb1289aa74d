"""Which steps of a run are watched, so that a class sees the gradient in each layer: seldom enough to cost little.

The first steps are watched one by one, since there most happens. After that it is every 25th, or in a long run one of
two hundred stretches of equal length. The choice depends on the number of the step alone: the same set-up is watched at
the same steps, in whatever worker it is.

Read next: ``inspection.pulse``, what is seen in a step.
"""

from __future__ import annotations

import math

import numpy as np

from nnlab.inspection.pulse import watched_step
from nnlab.inspection.theory import expected_gradients
from nnlab.records import Pulse, StepRecord
from nnlab.training import TrainingRun

FIRST_STEPS = 20  # all watched
LEAST_DISTANCE = 25  # between two later ones: a watched step takes about twice as long as another, so 4 % in all
STRETCHES = 200  # of a long run: as many points as a chart needs
IMAGES_LOOKED_AT = 500  # for how large the pixels are, and how alike two images: that takes a few milliseconds


def next_watched(step: int, total: int) -> int:
    """The first step after this one that is watched, in a run of so many steps.

    Example:
        >>> [next_watched(step, 9380) for step in (0, 19, 20, 47)]
        [1, 20, 47, 94]
    """
    if step < FIRST_STEPS:
        return step + 1
    distance = max(LEAST_DISTANCE, math.ceil(total / STRETCHES))
    return (step // distance + 1) * distance


def advance(run: TrainingRun, steps: int, is_last: bool) -> tuple[list[StepRecord], Pulse | None]:
    """``run.advance`` up to the next step that is watched at most.

    Args:
        is_last: the run rests after these steps: the last one is watched in any case, since somebody looks at it.
    """
    end = run.step + steps
    watched = next_watched(run.step, run.total_steps)
    if watched > end:
        if not is_last:
            return run.advance(steps), None
        watched = end
    records = run.advance(watched - 1 - run.step)
    more, pulse = watched_step(run)
    return records + more, pulse


def expected(run: TrainingRun) -> bytes:
    """What theory predicts of the first gradient, as ``messages.Expected`` has it; of a run that has taken no step."""
    images = run.images[:IMAGES_LOOKED_AT]
    return np.array(expected_gradients(run.model, images, min(run.train_config.batch_size, len(run.images)))).tobytes()
