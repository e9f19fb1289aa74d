"""The state of a run as a message: its weights, what its optimiser remembers, and plain values; never pickled."""

from __future__ import annotations

from typing import Any

import safetensors.torch
from torch import Tensor

from nnlab.runs.messages import State
from nnlab.training import TrainingRun


def weights_of(run: TrainingRun) -> bytes:
    """The weights as they are: a safetensors file, from which ``Snapshot.model`` makes the network."""
    return safetensors.torch.save({name: value.contiguous() for name, value in run.model.state_dict().items()})


def state_of(run: TrainingRun, name: str, notes: dict[str, Any]) -> State:
    """All that the run needs to go on from here.

    Args:
        name: the run's id.
        notes: plain values of the caller's own, to be found in ``plain["notes"]``.
    """
    state = run.state_dict()
    del state["model"]  # the weights are in the message besides
    plain, memory = pack(state)
    return State(name, run.step, weights_of(run), {"run": plain, "notes": notes}, memory)


def restore(run: TrainingRun, plain: dict[str, Any], weights: bytes, memory: bytes) -> None:
    """Go on from a state, in a run with the same configurations that has taken no step."""
    run.load_state_dict({"model": safetensors.torch.load(weights), **unpack(plain["run"], memory)})


def pack(value: Any) -> tuple[Any, bytes]:
    """Nested dicts and lists with tensors in them -> plain values for JSON, and the tensors as safetensors."""
    tensors: dict[str, Tensor] = {}

    def plain(part: Any) -> Any:
        if isinstance(part, Tensor):
            tensors[str(len(tensors))] = part.contiguous()
            return {"tensor": str(len(tensors) - 1)}
        if isinstance(part, dict):
            return {"dict": [[key, plain(item)] for key, item in part.items()]}  # keys keep their type: some are int
        if isinstance(part, (list, tuple)):
            return [plain(item) for item in part]
        return part

    return plain(value), safetensors.torch.save(tensors)


def unpack(value: Any, content: bytes) -> Any:
    """The inverse of ``pack``, with lists for tuples."""
    tensors = safetensors.torch.load(content)

    def restored(part: Any) -> Any:
        if isinstance(part, dict):
            if "tensor" in part:
                return tensors[part["tensor"]]
            return {key: restored(item) for key, item in part["dict"]}
        if isinstance(part, list):
            return [restored(item) for item in part]
        return part

    return restored(value)
