"""A run's weights as they were after some step, and the same with 16 bits for each number in place of 32.

With 16 bits a number has three digits, which is what pages show, and takes half the memory.

Read next: ``checkpoint``, for the layout of the file; ``trail``, where snapshots are kept.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from nnlab.config import ModelConfig, Setup, TrainConfig, to_dict

if TYPE_CHECKING:
    from nnlab.model import MLP

FORMAT = 1  # as in ``checkpoint``, which imports torch
LENGTH_BYTES = 8  # of the header's length, which begins the file


class Snapshot(NamedTuple):
    """A run's weights and the step after which they were taken: one value, so neither is shown beside another's.

    ``weights`` is a safetensors file; ``model`` makes the network of it, a new one each time.
    """

    step: int
    config: ModelConfig
    weights: bytes

    @property
    def model(self) -> MLP:
        """The network, in eval mode."""
        import safetensors.torch

        from nnlab.model import MLP

        model = MLP(self.config, seed=None)
        tensors = {name: tensor.float() for name, tensor in safetensors.torch.load(self.weights).items()}
        model.load_state_dict(tensors, assign=True)  # which copies nothing
        return model.eval()


def named(snapshot: Snapshot, train: TrainConfig, **facts: Any) -> bytes:
    """The same weights as a file of ``checkpoint``, which says what network they are of and how it was trained.

    Args:
        facts: anything JSON can say.

    Raises:
        ValueError: if the weights are no safetensors file.
    """
    tensors, numbers = _parts(snapshot.weights)
    return _file(tensors, numbers, Setup(snapshot.config, train), facts)


def halved(snapshot: Snapshot) -> Snapshot | None:
    """The same weights in float16; None where one is no finite number of 16 bits, as after a divergence.

    The file has the header that ``checkpoint`` writes, so a browser can read with it too.

    Raises:
        ValueError: if the weights are no safetensors file.
    """
    tensors, content = _parts(snapshot.weights)
    numbers = np.frombuffer(content, dtype="<f4")
    with np.errstate(over="ignore"):
        halves = numbers.astype("<f2")
    if not np.isfinite(halves).all():
        return None
    for tensor in tensors.values():
        start, end = tensor["data_offsets"]
        tensor |= {"dtype": "F16", "data_offsets": [start // 2, end // 2]}
    return snapshot._replace(weights=_file(tensors, halves.tobytes(), Setup(snapshot.config)))


def _parts(weights: bytes) -> tuple[dict[str, Any], bytes]:
    """What the header of a safetensors file says of each tensor, and the numbers."""
    length = int.from_bytes(weights[:LENGTH_BYTES], "little")
    tensors = json.loads(weights[LENGTH_BYTES : LENGTH_BYTES + length])
    tensors.pop("__metadata__", None)
    return tensors, weights[LENGTH_BYTES + length :]


def _file(tensors: dict[str, Any], numbers: bytes, setup: Setup, facts: dict[str, Any] | None = None) -> bytes:
    """A file as ``checkpoint`` writes it; without facts it does not say how the network was trained."""
    parts = to_dict(setup)
    told = {"format": FORMAT, "model": parts["model"], "train": None if facts is None else parts["train"]}
    metadata = {"nnlab": json.dumps(told | {"facts": facts or {}}, allow_nan=False)}
    text = json.dumps({"__metadata__": metadata, **tensors}).encode()
    text += b" " * (-len(text) % LENGTH_BYTES)  # the numbers begin at a multiple of 8, where they can be read in place
    return len(text).to_bytes(LENGTH_BYTES, "little") + text + numbers
