"""What can be read off the ten probabilities of a network's answer. Pure functions; nothing here needs torch."""

from __future__ import annotations

import math
from collections.abc import Sequence


def digit_of(probabilities: Sequence[float]) -> int:
    """The digit that is read: the most probable one, and of equals the smallest."""
    return max(range(len(probabilities)), key=probabilities.__getitem__)


def ranking_of(probabilities: Sequence[float]) -> list[int]:
    """The digits, the most probable first."""
    return sorted(range(len(probabilities)), key=lambda digit: -probabilities[digit])


def is_answer(probabilities: Sequence[float]) -> bool:
    """Whether they are numbers at all; those of a network that has diverged are not."""
    return not any(math.isnan(probability) for probability in probabilities)
