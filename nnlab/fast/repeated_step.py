"""A step as one command: recorded on a GPU once, replayed from then on.

A small step is over on a GPU before the processor has asked for all its parts, some thirty of them. CUDA can record
what is asked for as a graph, and do all of it again at a single word: the same work on the same memory. Whatever is
new in a step must therefore be put into that memory before: the batch, and the learning rate.

Read next: ``training``. Source: the CUDA graphs section of PyTorch's notes on CUDA semantics.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable

import torch
from torch import Tensor

Learn = Callable[[Tensor, Tensor], None]  # images (N, 28, 28), labels (N,) -> changed weights
Replay = Callable[[], object]

WARM_UP_STEPS = 3  # taken as usual before one is recorded: libraries are loaded and memory is chosen only then


def _record_on_cuda(work: Callable[[], None]) -> Replay:
    """Record what a function asks of the GPU, without doing it; returns what does it."""
    graph = torch.cuda.CUDAGraph()
    with torch.cuda.graph(graph):
        work()
    return graph.replay


RECORDERS: dict[str, Callable[[Callable[[], None]], Replay]] = {"cuda": _record_on_cuda}  # by type of device


class RepeatedStep:
    """A step on batches of one shape, recorded once its device is warm, if that can record.

    Args:
        learn: one step. It may depend on nothing but its arguments and numbers in the device's memory, must ask the
            device for no number, and must find all that it uses at the same place each time.
    """

    def __init__(self, learn: Learn):
        self.learn = learn
        self.taken = 0
        self._replay: Replay | None = None
        self._is_hopeless = False

    def take(self, images: Tensor, labels: Tensor) -> None:
        """Take a step: images (N, 28, 28) and labels (N,), on the device; they may be overwritten afterwards."""
        self.taken += 1
        if not self._replay and not self._is_hopeless and self.taken > WARM_UP_STEPS:
            self._record(images, labels)
        if not self._replay:
            self.learn(images, labels)
            return
        self._images.copy_(images)
        self._labels.copy_(labels)
        self._replay()

    def _record(self, images: Tensor, labels: Tensor) -> None:
        self._is_hopeless = True
        record = RECORDERS.get(images.device.type)
        if not record:
            return
        self._images, self._labels = images.clone(), labels.clone()
        try:
            self._replay = record(lambda: self.learn(self._images, self._labels))
        except RuntimeError as error:
            warnings.warn(f"steps are not recorded, which makes small ones slower: {error}", stacklevel=2)
