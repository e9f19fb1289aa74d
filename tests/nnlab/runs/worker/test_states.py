"""A run's state as a message."""

from __future__ import annotations

import json

import pytest
import torch

from nnlab.config import ModelConfig, TrainConfig
from nnlab.runs.worker.states import pack, restore, state_of, unpack
from nnlab.training import TrainingRun


def test_packing_keeps_values_and_the_types_of_keys():
    state = {0: {"step": torch.tensor(3.0)}, "groups": [{"lr": 0.1, "flag": None}], "name": "adam"}
    plain, content = pack(state)
    restored = unpack(plain, content)
    assert restored.pop(0) == {"step": torch.tensor(3.0)}
    assert restored == {"groups": [{"lr": 0.1, "flag": None}], "name": "adam"}


@pytest.mark.parametrize("optimizer", ["sgd", "momentum", "rmsprop", "adam", "adamw"])
def test_a_run_goes_on_from_its_state_to_the_bit(tiny_digits, optimizer):
    train = TrainConfig(optimizer, 0.01, batch_size=50, epochs=3, training_images=400, l2=0.01)
    run, heir = (TrainingRun(ModelConfig((8,), dropout=0.2), train, tiny_digits) for _ in range(2))
    run.advance(5)
    run.set_learning_rate(0.02)
    state = state_of(run, "a", {"images": 250})
    assert (state.step, state.plain["notes"]) == (5, {"images": 250})
    expected = run.advance(10)
    restore(heir, json.loads(json.dumps(state.plain)), state.weights, state.memory)
    assert heir.advance(10) == expected
    assert torch.equal(heir.parameters.values, run.parameters.values)
