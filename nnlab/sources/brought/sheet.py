"""A page of digits cut up: what hangs together is one digit, and digits are read line by line, from left to right.

Two digits that touch are one, and a digit in pieces further apart than a third of its height is several: the visitor
sees what was cut out before it counts.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from nnlab.sources.brought.errors import BroughtError

MAX_RUNS = 200_000  # stretches of ink: a page has some ten thousand, and noise a million
MAX_PARTS = 1500  # on a page, without specks: each is compared with each, and of the digits 200 are taken
SPECK = 0.012  # of the page's longest side
RULE = 0.4  # of the page's width: what is longer and flat is a printed line
SMALL = 0.6  # of the usual height: such a part belongs to the digit beside it
NEAR = 0.3  # of the usual height: how near that must be
ALONE = 0.35  # of the usual height: what is smaller and has no digit beside it is none
MARGIN = 2  # pixels around what is cut out


@dataclass
class _Part:
    """A box, last row and column excluded, and the numbers of what lies in it."""

    top: int
    bottom: int
    left: int
    right: int
    area: int
    numbers: list[int] = field(default_factory=list)

    @property
    def height(self) -> int:
        return self.bottom - self.top

    @property
    def width(self) -> int:
        return self.right - self.left

    @property
    def middle(self) -> float:
        return (self.top + self.bottom) / 2

    def distance(self, other: _Part) -> int:
        """Pixels between two boxes, 0 where they overlap."""
        across = max(self.left, other.left) - min(self.right, other.right)
        down = max(self.top, other.top) - min(self.bottom, other.bottom)
        return max(0, across, down)

    def take(self, other: _Part) -> None:
        self.top, self.bottom = min(self.top, other.top), max(self.bottom, other.bottom)
        self.left, self.right = min(self.left, other.left), max(self.right, other.right)
        self.area += other.area
        self.numbers += other.numbers


def cut(ink: np.ndarray) -> list[np.ndarray]:
    """The digits on a page, in the order of reading.

    Args:
        ink: (H, W) uint8, 0 = paper.

    Returns:
        for each (h, w) uint8, its own ink alone with a margin; a list that may be empty.

    Raises:
        BroughtError: "noisy" for a page of dots or of small marks.
    """
    numbers, count = components(ink > 0)
    parts = _digits(_parts(numbers, count), ink.shape)
    pieces = []
    for part in parts:
        place = slice(part.top, part.bottom), slice(part.left, part.right)
        own = np.where(np.isin(numbers[place], part.numbers), ink[place], 0)
        pieces.append(np.pad(own, MARGIN).astype(np.uint8))
    return pieces


def components(mask: np.ndarray) -> tuple[np.ndarray, int]:
    """Number what hangs together, corners included.

    Each row is cut into runs of ink. A run takes the number of those above that it touches, and if these have two
    numbers, both mean the same from then on (union and find).

    Returns:
        (H, W) int32, 0 = paper, 1 to K in the order of their first pixel; and K.

    Raises:
        BroughtError: "noisy" if there are too many runs.
    """
    steps = np.diff(np.pad(mask, ((0, 0), (1, 1))).astype(np.int8), axis=1)  # (H, W + 1)
    rows, starts = np.nonzero(steps == 1)
    ends = np.nonzero(steps == -1)[1]
    if len(rows) > MAX_RUNS:
        raise BroughtError("noisy")
    parent = list(range(len(rows)))

    def find(run: int) -> int:
        while parent[run] != run:
            parent[run] = parent[parent[run]]
            run = parent[run]
        return run

    first_of = np.searchsorted(rows, np.arange(mask.shape[0] + 1)).tolist()
    start, end = starts.tolist(), ends.tolist()
    for row in range(1, mask.shape[0]):
        above, last_above = first_of[row - 1], first_of[row]
        for run in range(first_of[row], first_of[row + 1]):
            while above < last_above and end[above] < start[run]:
                above += 1
            touching = above
            while touching < last_above and start[touching] <= end[run]:
                one, other = sorted((find(run), find(touching)))
                parent[other] = one
                touching += 1
    names = {run: number for number, run in enumerate(sorted({find(run) for run in parent}), start=1)}
    numbers = np.zeros(mask.shape, np.int32)
    for run, row in enumerate(rows.tolist()):
        numbers[row, start[run] : end[run]] = names[find(run)]
    return numbers, len(names)


def _parts(numbers: np.ndarray, count: int) -> list[_Part]:
    rows, columns = np.nonzero(numbers)
    found = numbers[rows, columns] - 1
    area = np.bincount(found, minlength=count)
    least, most = np.full((2, count), max(numbers.shape)), np.zeros((2, count), np.int64)
    for axis, places in enumerate((rows, columns)):
        np.minimum.at(least[axis], found, places)
        np.maximum.at(most[axis], found, places + 1)
    boxes = zip(least[0], most[0], least[1], most[1], area, strict=True)
    return [
        _Part(int(top), int(bottom), int(left), int(right), int(size), [number])
        for number, (top, bottom, left, right, size) in enumerate(boxes, start=1)
    ]


def _digits(parts: list[_Part], shape: tuple[int, ...]) -> list[_Part]:
    parts = [part for part in parts if max(part.height, part.width) >= SPECK * max(shape) and not _is_rim(part, shape)]
    if not parts:
        return []
    if len(parts) > MAX_PARTS:
        raise BroughtError("noisy")
    order = sorted(parts, key=lambda part: part.height)
    ink = np.cumsum([part.area for part in order])
    usual = order[int(np.searchsorted(ink, ink[-1] / 2))].height  # half of all ink is in lower parts, half in higher
    whole = [part for part in parts if part.height >= SMALL * usual]
    for part in sorted((part for part in parts if part.height < SMALL * usual), key=lambda part: -part.area):
        nearest = min(whole, key=part.distance)
        if part.distance(nearest) <= NEAR * usual:
            nearest.take(part)
        elif part.height >= ALONE * usual:
            whole.append(part)
    return _in_reading_order(whole, usual)


def _is_rim(part: _Part, shape: tuple[int, ...]) -> bool:
    """Whether it is the edge of the table, a thumb or a printed line, and no digit."""
    height, width = shape
    touches = part.top == 0 or part.left == 0 or part.bottom == height or part.right == width
    is_large = part.height > height / 3 or part.width > width / 3
    return touches and is_large or part.width > RULE * width and part.height < part.width / 6


def _in_reading_order(parts: list[_Part], usual: int) -> list[_Part]:
    """Lines may run uphill: a digit joins the line whose last digit is about as high as it, or begins a new one."""
    lines: list[list[_Part]] = []
    for part in sorted(parts, key=lambda part: part.left):
        line = min(lines, key=lambda line: abs(line[-1].middle - part.middle), default=None)
        if line is not None and abs(line[-1].middle - part.middle) < SMALL * usual:
            line.append(part)
        else:
            lines.append([part])
    lines.sort(key=lambda line: line[0].middle)
    return [part for line in lines for part in line]
