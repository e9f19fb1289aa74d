"""How the learning rate changes over a run.

A schedule is a function of the progress, from 0 at the first step to just below 1 at the last. Its value is the factor,
0 to 1, by which the highest learning rate is multiplied.

Read next: ``training``.
"""

from __future__ import annotations

import math
from collections.abc import Callable

from nnlab.config import SCHEDULE_NAMES

STEP_DECAY = 0.1  # the "step" schedule multiplies the rate by this at 1/2 and at 3/4 of the run
ONE_CYCLE_WARM_UP = 0.3  # fraction of the run spent rising (Smith & Topin 2018; torch's default)
ONE_CYCLE_START = 1 / 25  # first rate as a fraction of the highest (torch's default)


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
    """The learning rate of one step.

    Args:
        schedule: a key of ``SCHEDULES``.
        learning_rate: the highest rate.
        step: the number of the step; 0 is the first.
        total_steps: how many steps the run has.
    """
    return learning_rate * SCHEDULES[schedule](step / total_steps)
