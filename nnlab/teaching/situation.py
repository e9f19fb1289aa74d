"""What the rules of the advice look at, a run as far as it has told of itself; and what they say, a hint.

Read next: ``rules``.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from nnlab.config import CLASSES, Setup
from nnlab.teaching.curves import averaged
from nnlab.teaching.results import Result

PARTS = 20  # into which a run's losses are averaged: fine enough to see a turn, coarse enough to see through the noise
FIFTH = PARTS // 5
FEWEST_STEPS = 100  # before them there is nothing to say
GUESSING = math.log(CLASSES)  # nats: the loss of a network that gives each digit the same probability
STUCK_LOSS = 0.95 * GUESSING  # above it a network has learned next to nothing


@dataclass(frozen=True)
class Situation:
    """What a rule may look at.

    Attributes:
        setup: what is trained and how.
        result: what was measured so far.
        is_over: whether nothing will be added.
        is_complete: whether it has been trained to its planned end.
        dead_shares: of each hidden layer, the fraction of neurons that pass no gradient on for any image of the test
            set (or of the sample of it that was looked at); empty if nobody has counted.
        gradients: of each layer, the root mean square of the gradient per weight in a late step; empty likewise.
    """

    setup: Setup
    result: Result
    is_over: bool = False
    is_complete: bool = False
    dead_shares: Sequence[float] = ()
    gradients: Sequence[float] = ()

    @property
    def losses(self) -> np.ndarray:
        """(at most ``PARTS``,) mean training losses in nats over equal parts of the run so far."""
        return averaged(self.result.epochs, self.result.losses, PARTS)[1]

    @property
    def steps(self) -> float:
        """Taken so far."""
        return float(self.result.epochs[-1]) * self.setup.train.steps_per_epoch if len(self.result.epochs) else 0.0

    @property
    def is_stuck(self) -> bool:
        """Whether it has learned next to nothing so far."""
        return bool(self.losses[-1] > STUCK_LOSS)


@dataclass(frozen=True)
class Hint:
    """One thing that a rule has seen.

    Attributes:
        name: the rule's.
        evidence: the numbers of this run that it rests on.
        cure: a next run without the cause; None where there is nothing to mend.
    """

    name: str
    evidence: Mapping[str, float] = field(default_factory=dict)
    cure: Setup | None = None
