"""What one neuron is asked to tell apart: two heaps of digits. Without torch; ``separation`` trains the neuron."""

from __future__ import annotations

from typing import NamedTuple


class Task(NamedTuple):
    """Two heaps of digits to be told apart, and how many hidden neurons stand before the one that decides."""

    yes: tuple[int, ...]
    no: tuple[int, ...]
    hidden: int = 0


EVEN, ODD = (0, 2, 4, 6, 8), (1, 3, 5, 7, 9)
TASKS = {
    "zero_one": Task((0,), (1,)),
    "four_nine": Task((4,), (9,)),
    "even": Task(EVEN, ODD),
    "even_hidden": Task(EVEN, ODD, hidden=16),
}
