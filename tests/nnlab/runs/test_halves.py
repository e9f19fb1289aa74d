"""A run's weights for a browser: float16, the same file for everybody, and asked for a few times a second at most."""

from types import SimpleNamespace

import pytest
import torch

from nnlab import checkpoint
from nnlab.config import ModelConfig, Setup
from nnlab.model import MLP
from nnlab.runs import halves
from tests.nnlab.short_runs import snapshot_of


class Run(SimpleNamespace):
    """A run that counts how often its weights are asked for."""

    __hash__ = object.__hash__

    def request_snapshot(self):
        self.asked += 1

    def snapshot(self):
        return self.newest


def run(status="running", hidden_sizes=(4,)):
    return Run(status=status, asked=0, newest="the weights", setup=Setup(ModelConfig(hidden_sizes)))


def test_the_file_is_the_network_in_half_precision():
    model = MLP(ModelConfig((12, 7), "tanh", input_normalization="standard"), seed=3)
    file = halves.file_of(snapshot_of(model, 60))
    read = checkpoint.from_bytes(file)
    assert read.config == model.config
    assert checkpoint.read_header(file)["facts"] == {}
    for found, weights in zip(read.parameters(), model.parameters(), strict=True):
        assert torch.equal(found, weights.half().float())


def test_those_who_look_at_the_same_step_share_one_file():
    snapshot = snapshot_of(MLP(ModelConfig((4,))), 60)
    assert halves.file_of(snapshot) is halves.file_of(snapshot)


@pytest.mark.parametrize("value", [float("nan"), float("inf"), 70_000.0])
def test_numbers_that_16_bits_do_not_hold_are_not_sent(value):
    model = MLP(ModelConfig((4,)))
    model.linears[0].weight.data[0, 0] = value
    assert halves.file_of(snapshot_of(model, 60)) is None


def test_a_run_that_trains_is_asked_a_few_times_a_second_however_many_look(monkeypatch):
    job = run()
    now = 100.0
    monkeypatch.setattr(halves.time, "monotonic", lambda: now)
    assert [halves.latest(job) for _ in range(30)] == ["the weights"] * 30
    assert job.asked == 1
    now += halves.LOOK_SECONDS
    halves.latest(job)
    assert job.asked == 2


def test_a_run_that_rests_is_not_asked():
    job = run("paused")
    assert halves.latest(job) == "the weights"
    assert job.asked == 0


def test_how_large_a_network_may_be():
    assert halves.is_small(run(hidden_sizes=(256, 128)))
    assert not halves.is_small(run(hidden_sizes=(512, 256)))
