"""Which images each step sees: shuffled anew for every epoch, fetched for many steps at a time.

Images stay bytes in the order of the data set. Copying the images of one small batch takes a few microseconds, and
calling torch to do it takes several times as long. So the images of the next steps are fetched in one call, up to 4096,
into memory that is made once.

Read next: ``steps``.
"""

from __future__ import annotations

import math
from collections.abc import Callable

import torch
from torch import Tensor

IMAGES_AT_ONCE = 4096  # 3 MB: enough for many batches, and fetched within a few milliseconds


class Batches:
    """The batches of a run, by step.

    Args:
        images: (K, 28, 28) uint8.
        labels: (K,) int64.
        batch_size: N; the last batch of an epoch may be short.
        shuffle: epoch -> (K,) int64 on the same device, the order of the images in that epoch.

    Attributes:
        per_epoch: batches of an epoch.
        at_once: batches fetched at once.

    Example:
        >>> images, labels = batches[0]  # of the first step; valid until others are asked for
    """

    def __init__(self, images: Tensor, labels: Tensor, batch_size: int, shuffle: Callable[[int], Tensor]):
        self.images, self.labels, self.batch_size, self.shuffle = images, labels, batch_size, shuffle
        self.per_epoch = math.ceil(len(labels) / batch_size)
        self.at_once = min(max(1, IMAGES_AT_ONCE // batch_size), self.per_epoch)  # batches
        room = min(self.at_once * batch_size, len(labels))
        self._images, self._labels = torch.zeros_like(images[:room]), torch.zeros_like(labels[:room])
        self._order, self._epoch = labels, -1
        self._held: list[tuple[Tensor, Tensor]] = []  # the batches that are fetched
        self._first = 0  # the step that the first of them belongs to

    def __getitem__(self, step: int) -> tuple[Tensor, Tensor]:
        """Images (N, 28, 28) uint8 and labels (N,) of a step, 0 being the first."""
        if not 0 <= step - self._first < len(self._held):
            self._fetch(step)
        return self._held[step - self._first]

    def ahead(self, step: int, most: int) -> Tensor:
        """The labels of this step and of those after it whose batches are fetched already and have the same size.

        Returns:
            (k, N) int64, 1 <= k <= ``most``; valid until a batch after these is asked for.
        """
        _, labels = self[step]
        first = step - self._first
        whole = sum(len(each) == len(labels) for _, each in self._held[first : first + most])
        start = first * self.batch_size
        return self._labels[start : start + whole * len(labels)].view(whole, len(labels))

    def _fetch(self, step: int) -> None:
        epoch, position = divmod(step, self.per_epoch)
        if epoch != self._epoch:
            self._order, self._epoch = self.shuffle(epoch), epoch
        self._first = step - position % self.at_once
        start = (position - position % self.at_once) * self.batch_size
        chosen = self._order[start : start + len(self._labels)]
        images, labels = self._images[: len(chosen)], self._labels[: len(chosen)]
        torch.index_select(self.images, 0, chosen, out=images)
        torch.index_select(self.labels, 0, chosen, out=labels)
        self._held = list(zip(images.split(self.batch_size), labels.split(self.batch_size), strict=True))
