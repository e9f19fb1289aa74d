"""Fool the network: change a digit, pixel by pixel, until the network reads another one in it.

Each pixel is either as it was or at the far end of its range: paper becomes ink, ink becomes paper. The visitor plays
with ``FoolGame``; ``greedy_path`` is the machine, which always takes the pixel that helps most by itself. That need not
be the shortest way, since two pixels may do together what neither does alone.

Read next: ``inspection.evidence``, where ``best_pixel`` is.
"""

from __future__ import annotations

import random
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import NamedTuple

import torch
from torch import Tensor

from nnlab.config import IMAGE_SIDE, PIXELS
from nnlab.inspection.evidence import PixelChange, best_pixel
from nnlab.model import MLP
from nnlab.reader import Reader

MACHINE_PIXELS = 40  # the machine gives up after so many; most digits need four to fifteen
ROUNDING = 1e-6  # a probability may differ by this much when 784 images are computed at once
TRIES = 500  # digits looked at to find one that the network reads rightly


@dataclass(eq=False)
class FoolGame:
    """A digit that a network reads rightly, and the pixels that have been changed in it.

    Attributes:
        image: (28, 28) float32 in [0, 1], the digit as it was; never changed.
        label: the class that it is, and that the network reads in it.
        flipped: the changed pixels, row by row numbered from 0 to 783.
    """

    image: Tensor
    label: int
    flipped: frozenset[int] = frozenset()
    _earlier: list[frozenset[int]] = field(default_factory=list)

    @property
    def count(self) -> int:
        """How many pixels are changed."""
        return len(self.flipped)

    @property
    def can_undo(self) -> bool:
        return bool(self._earlier)

    @property
    def picture(self) -> Tensor:
        """(28, 28) float32: the digit with its changes."""
        changed = self.image.flatten().clone()  # (P,)
        places = torch.tensor(sorted(self.flipped), dtype=torch.int64)
        changed[places] = far_end(changed[places])
        return changed.view_as(self.image)

    def change(self, flipped: Iterable[int]) -> bool:
        """Have exactly these pixels changed from now on; returns whether that is new.

        Raises:
            ValueError: for a number that is no pixel's.
        """
        wanted = frozenset(flipped)
        if not all(0 <= pixel < PIXELS for pixel in wanted):
            raise ValueError(f"a pixel's number is from 0 to {PIXELS - 1}, got {sorted(wanted)}")
        if wanted == self.flipped:
            return False
        self._earlier.append(self.flipped)
        self.flipped = wanted
        return True

    def undo(self) -> None:
        """Take the last change back."""
        if self._earlier:
            self.flipped = self._earlier.pop()

    def start_over(self) -> None:
        """Change all pixels back; this too can be undone."""
        self.change(())


def far_end(values: Tensor) -> Tensor:
    """What changed pixels become: ink (1) where there was less than half of it, paper (0) elsewhere."""
    return (values < 0.5).to(values.dtype)


def answer(model: MLP | Reader, image: Tensor) -> int:
    """The class that the network reads in a (28, 28) image."""
    return int(model.predict_proba(image[None])[0].argmax())


def find_readable(model: MLP | Reader, images: Tensor, labels: Tensor, seed: int) -> int | None:
    """The index of a random digit that the network reads rightly; None if it misreads all that were tried.

    Args:
        images: (N, 28, 28) uint8.
        labels: (N,) int64.
    """
    order = random.Random(seed).sample(range(len(images)), min(TRIES, len(images)))
    return next((index for index in order if answer(model, images[index] / 255) == int(labels[index])), None)


class Path(NamedTuple):
    """The machine's way: one changed pixel after the other, and whether the last of them turned the answer."""

    changes: tuple[PixelChange, ...]
    has_flipped: bool

    def picture(self, image: Tensor, steps: int) -> Tensor:
        """(28, 28) float32: the image after the first ``steps`` changes. ``image`` itself is not changed."""
        changed = image.clone()
        for change in self.changes[:steps]:
            changed[change.row, change.column] = change.value
        return changed

    def changed(self, image: Tensor, steps: int) -> frozenset[int]:
        """The pixels that differ from the image then, numbered row by row."""
        return frozenset((self.picture(image, steps) != image).flatten().nonzero().flatten().tolist())


def greedy_path(model: MLP | Reader, image: Tensor, label: int, most: int = MACHINE_PIXELS) -> Path:
    """Change the pixel that takes most from the label's probability, again and again, until another class leads.

    It gives up after ``most`` changes, or where no single change lowers the probability any more.
    """
    changes: list[PixelChange] = []
    changed = image.clone()
    while True:
        probabilities = model.predict_proba(changed[None])[0]  # (C,)
        if int(probabilities.argmax()) != label:
            return Path(tuple(changes), True)
        if len(changes) == most:
            return Path(tuple(changes), False)
        change = best_pixel(model, changed, label)
        is_undoing = bool(changes) and number_of(change) == number_of(changes[-1])
        if is_undoing or change.probability > float(probabilities[label]) + ROUNDING:
            return Path(tuple(changes), False)
        changes.append(change)
        changed[change.row, change.column] = change.value


def number_of(change: PixelChange) -> int:
    """The number of a change's pixel, row by row."""
    return change.row * IMAGE_SIDE + change.column
