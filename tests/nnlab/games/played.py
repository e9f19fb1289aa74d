"""Games as if they had been played."""

import numpy as np

from nnlab.config import CLASSES
from nnlab.games.guessing import GuessingGame, Reading

DRAWING = np.full((28, 28), 7, np.uint8)


def sure(digit: int) -> Reading:
    return Reading(digit, 0.99)


def finished(score: int, seconds: float) -> GuessingGame:
    """A game with this score and this total time."""
    game = GuessingGame(0, None, 0.0)
    for number in range(CLASSES):
        now = seconds * (number + 1) / CLASSES
        if number < score:
            assert game.hear(DRAWING, sure(game.asked), now)
        else:
            game.skip(now)
    return game
