"""The state of a run as a message: plain values, and the tensors as safetensors; never pickled."""

from __future__ import annotations

from typing import Any

import safetensors.torch
from torch import Tensor


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
