"""A run's weights as they were after some step, and the same with 16 bits for each number in place of 32.

With 16 bits a number has three digits, which is what pages show, and takes half the memory.

Read next: ``checkpoint``, for the layout of the file; ``trail``, where snapshots are kept.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from nnlab.config import ModelConfig, Setup, to_dict

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

        model = MLP(self.config)
        model.load_state_dict(safetensors.torch.load(self.weights))
        return model.eval()


def halved(snapshot: Snapshot) -> Snapshot | None:
    """The same weights in float16; None where one is no finite number of 16 bits, as after a divergence.

    The file has the header that ``checkpoint`` writes, so a browser can read with it too.

    Raises:
        ValueError: if the weights are no safetensors file.
    """
    length = int.from_bytes(snapshot.weights[:LENGTH_BYTES], "little")
    tensors = json.loads(snapshot.weights[LENGTH_BYTES : LENGTH_BYTES + length])
    numbers = np.frombuffer(snapshot.weights, dtype="<f4", offset=LENGTH_BYTES + length)
    with np.errstate(over="ignore"):
        halves = numbers.astype("<f2")
    if not np.isfinite(halves).all():
        return None
    parts = to_dict(Setup(snapshot.config))
    facts = {"format": FORMAT, "model": parts["model"], "train": None, "facts": {}}
    header: dict[str, Any] = {"__metadata__": {"nnlab": json.dumps(facts)}}
    for name, tensor in tensors.items():
        if name != "__metadata__":
            start, end = tensor["data_offsets"]
            header[name] = {**tensor, "dtype": "F16", "data_offsets": [start // 2, end // 2]}
    text = json.dumps(header).encode()
    weights = len(text).to_bytes(LENGTH_BYTES, "little") + text + halves.tobytes()
    return snapshot._replace(weights=weights)
