"""What there is to play back of a run, and how much of it is sent."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import torch

from nnlab.config import ModelConfig
from nnlab.model import MLP
from nnlab.replay import recording as module
from nnlab.replay.recording import lightened, of_job
from nnlab.runs.snapshot import Snapshot
from tests.nnlab.replay.made import KEPT, give_weights, played_job, recorded
from tests.nnlab.short_runs import SHORT


def test_all_states_are_played_in_float16():
    recording = recorded()
    assert [state.step for state in recording.states] == list(KEPT)
    assert recording.is_playable
    assert recording.dropped == 0
    for state in recording.states:
        assert len(state.weights) < 3 * SHORT.model.parameter_count
        expected = MLP(SHORT.model, seed=state.step).linears[0].weight.half().float()
        assert torch.equal(state.model.linears[0].weight, expected)
    assert recording.state_at(5) is recording.states[3]
    assert recording.state_at(6) is None


def test_one_state_is_not_enough_and_newer_weights_join_at_the_end():
    job = played_job(kept=(0,))
    assert not of_job(job).is_playable
    give_weights(job, 3, MLP(SHORT.model))  # step 3 is no mark of the trail
    assert [state.step for state in of_job(job).states] == [0, 3]


def test_weights_that_are_no_numbers_are_left_out():
    job = played_job(kept=(0, 1))
    broken = MLP(SHORT.model)
    broken.linears[0].weight.data[0, 0] = float("nan")
    give_weights(job, 24, broken)
    assert [state.step for state in of_job(job).states] == [0, 1]


@pytest.mark.parametrize(("count", "most", "left"), [(9, 9, 9), (9, 8, 5), (9, 4, 3), (9, 1, 2), (2, 1, 2), (1, 0, 1)])
def test_too_many_states_are_thinned_but_for_the_first_and_the_last(monkeypatch, count, most, left):
    config = ModelConfig((8,))
    monkeypatch.setattr(module, "MOST_BYTES", most * 2 * config.parameter_count)
    states = tuple(Snapshot(step, config, b"") for step in range(count))
    found = lightened(states)
    assert len(found) == left
    assert (found[0], found[-1]) == (states[0], states[-1])
    assert np.all(np.diff([state.step for state in found]) > 0)


def test_what_is_thinned_out_is_counted(monkeypatch):
    monkeypatch.setattr(module, "MOST_BYTES", 8 * replace(SHORT.model).parameter_count)
    recording = recorded()
    assert len(recording.states) + recording.dropped == len(KEPT)
    assert len(recording.states) == 4
