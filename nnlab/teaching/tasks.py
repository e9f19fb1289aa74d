"""What is asked of a network so small that a page trains it itself. Without torch.

One neuron is to tell two heaps of digits apart (``separation`` trains it); a few of them, points of a plane
(``plane_separation``).
"""

from __future__ import annotations

from dataclasses import replace
from typing import NamedTuple

from nnlab.teaching.plane import PlaneSetup


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
RING = PlaneSetup(points="circles", rate=0.5, batch=20)
PLANE_TASKS = {
    "ring_alone": replace(RING, hidden=()),
    "ring_two": replace(RING, hidden=(2,)),
    "ring_three": replace(RING, hidden=(3,)),
    "ring_four": replace(RING, hidden=(4,)),
    "ring_squares": replace(RING, hidden=(), inputs=("square_1", "square_2")),
}
