"""How strongly each layer is taught while a network learns: a step that is looked at before and after.

The norm of a layer's gradient grows with the number of its weights, so a large layer would look stronger than it is.
Here everything is per weight: the root mean square, the size of a typical one.

Read before: ``training``. Read next: ``theory``, what to expect of the first of them.
"""

from __future__ import annotations

import math

import torch
from torch import Tensor

from nnlab.records import Pulse, StepRecord
from nnlab.training import TrainingRun


def watched_step(run: TrainingRun) -> tuple[list[StepRecord], Pulse | None]:
    """One step of a run, exactly as ``advance(1)`` takes it, and its pulse; no record and no pulse where it has ended.

    The weights are copied, which takes less time than the step. ``advance`` leaves the step's gradient where it was.
    """
    weights = [linear.weight.detach() for linear in run.model.linears]  # their own memory, in which the step is taken
    before = [weight.clone() for weight in weights]
    records = run.advance(1)
    if not records:
        return records, None
    gradients = _sizes([linear.weight.grad for linear in run.model.linears if linear.weight.grad is not None])
    changes = _sizes([after - weight for after, weight in zip(weights, before, strict=True)])
    sizes = _sizes(before)
    updates = [change / size if size else math.nan for change, size in zip(changes, sizes, strict=True)]
    return records, Pulse(run.step, tuple(gradients), tuple(updates))


def _sizes(layers: list[Tensor]) -> list[float]:
    """The root mean square of each, sent to the processor in one piece."""
    norms = torch.stack([torch.linalg.vector_norm(layer) for layer in layers])
    return [norm / math.sqrt(layer.numel()) for norm, layer in zip(norms.tolist(), layers, strict=True)]
