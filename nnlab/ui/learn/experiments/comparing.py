"""In which way a drawn curve differs from the measured one, with the numbers that say so. Pure functions.

Whether both have the same shape is judged in ``teaching``; here is said what a person would point at: another
direction, later or earlier, a rise at the end, another level.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from nnlab.teaching.curves import rises_after

NOTEWORTHY = 0.1  # of the chart's width or height: what differs by less, nobody would point at
MOST_REMARKS = 2
Remark = tuple[str, dict[str, float | str]]  # its key in the texts, and what stands in it


def remarks(
    drawn: tuple[Sequence[float], Sequence[float]],
    measured: tuple[Sequence[float], Sequence[float]],
    low: float,
    high: float,
) -> list[Remark]:
    """What to say of two curves, each (x, y): the most striking first, at most two; nothing if nothing is striking.

    Args:
        low, high: the chart's lower and upper edge.
    """
    height = high - low
    ours, theirs = (_Way(np.asarray(x, float), np.asarray(y, float), height) for x, y in (drawn, measured))
    if ours.kind != theirs.kind:
        return [("other_way", {"yours": ours.kind, "run": theirs.kind})]
    found: list[Remark] = []
    if ours.turn is None and theirs.turn is not None:
        found.append(("run_rises_again", {"run": theirs.turn}))
    elif theirs.turn is None and ours.turn is not None:
        found.append(("yours_rises_again", {"yours": ours.turn}))
    if theirs.kind != "flat" and abs(ours.halfway - theirs.halfway) > NOTEWORTHY * theirs.width:
        later = "later" if ours.halfway > theirs.halfway else "earlier"
        found.append((f"{theirs.kind}_{later}", {"yours": ours.halfway, "run": theirs.halfway}))
    if abs(ours.end - theirs.end) > NOTEWORTHY * height:
        higher = "higher" if ours.end > theirs.end else "lower"
        found.append((f"ends_{higher}", {"yours": ours.end, "run": theirs.end}))
    return found[:MOST_REMARKS]


class _Way:
    """What is striking in one curve.

    Attributes:
        kind: whether on the whole it "falls", "rises" or is "flat".
        halfway: the x at which it has gone half of the way between its start and the other end of its way.
        turn: the x from which it rises again; None if it does not.
    """

    def __init__(self, x: np.ndarray, y: np.ndarray, height: float):
        self.width, self.end = float(x[-1] - x[0]), float(y[-1])
        self.turn = rises_after(x, y, least=NOTEWORTHY * height)
        extreme = y.min() if y[0] - y.min() >= y.max() - y[0] else y.max()
        change = extreme - y[0]
        self.kind = "flat" if abs(change) <= NOTEWORTHY * height else "rises" if change > 0 else "falls"
        if self.kind != "falls":
            self.turn = None
        gone = (y - y[0]) * np.sign(change) >= abs(change) / 2
        self.halfway = float(x[gone.argmax()]) if self.kind != "flat" else float(x[0])
