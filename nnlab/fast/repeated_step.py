"""A step as one command: recorded on a GPU once, and repeated from then on.

A step of a small network consists of some thirty operations, and the GPU finishes each sooner than the processor can
ask for the next. CUDA can record such a sequence as a graph and repeat all of it on one command: the same operations on
the same memory. So whatever is new in a step, the batch and the learning rate, is first copied into that memory.

Read next: ``steps``. Source: the CUDA graphs section of PyTorch's notes on CUDA semantics.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable
from typing import Protocol

import torch
from torch import Generator, Tensor

Repeat = Callable[[], object]

WARM_UP_STEPS = 3  # taken one by one before a step is recorded: in them torch loads its libraries and chooses memory


class Learn(Protocol):
    """A plain step: change the weights after a batch of images (N, 28, 28) and labels (N,)."""

    def __call__(self, images: Tensor, labels: Tensor, dropout_generator: Generator | None = None) -> None: ...


def _record_on_cuda(work: Callable[[], None]) -> Repeat:
    """Record the operations that a function asks the GPU for, without doing them; the result does them."""
    graph = torch.cuda.CUDAGraph()
    with torch.cuda.graph(graph):
        work()
    return graph.replay


RECORDERS: dict[str, Callable[[Callable[[], None]], Repeat]] = {"cuda": _record_on_cuda}  # by type of device


class RepeatedStep:
    """A step on batches of one shape, recorded after a few steps where ``RECORDERS`` has a recorder for the device.

    Args:
        learn: the plain step. It may depend only on its arguments and on numbers in the device's memory, must not ask
            the device for a number, and must use the same memory each time.
    """

    def __init__(self, learn: Learn):
        self.learn = learn
        self.taken = 0
        self._repeat: Repeat | None = None
        self._was_tried = False  # a recording that failed once is not tried again

    def take(self, images: Tensor, labels: Tensor) -> None:
        """Take a step: images (N, 28, 28) and labels (N,), on the device; they may be overwritten afterwards."""
        self.taken += 1
        if self.taken > WARM_UP_STEPS and not self._was_tried:
            self._record(images, labels)
        if not self._repeat:
            self.learn(images, labels)
            return
        self._images.copy_(images)
        self._labels.copy_(labels)
        self._repeat()

    def _record(self, images: Tensor, labels: Tensor) -> None:
        self._was_tried = True
        record = RECORDERS.get(images.device.type)
        if not record:
            return
        self._images, self._labels = images.clone(), labels.clone()
        try:
            self._repeat = record(lambda: self.learn(self._images, self._labels))
        except RuntimeError as error:
            warnings.warn(f"steps are not recorded, which makes small ones slower: {error}", stacklevel=2)
