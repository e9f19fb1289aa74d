"""A run's state as a message."""

from __future__ import annotations

import torch

from nnlab.runs.worker.states import pack, unpack


def test_packing_keeps_values_and_the_types_of_keys():
    state = {0: {"step": torch.tensor(3.0)}, "groups": [{"lr": 0.1, "flag": None}], "name": "adam"}
    plain, content = pack(state)
    restored = unpack(plain, content)
    assert restored.pop(0) == {"step": torch.tensor(3.0)}
    assert restored == {"groups": [{"lr": 0.1, "flag": None}], "name": "adam"}
