"""What the measurement of looking on rests on: its two workers compute the same, and only one of them records."""

from __future__ import annotations

import doctest

import pytest
import torch

from nnlab.config import ModelConfig, Setup, TrainConfig
from nnlab.runs.jobs import start_in
from tests.load import watching


def test_its_examples():
    assert doctest.testmod(watching).failed == 0


def test_a_run_that_is_about_to_start_has_taken_no_step():
    assert watching.step_of("Starting…") == 0


def test_words_without_a_step_are_no_measurement():
    with pytest.raises(ValueError, match="no step in: Stopped"):
        watching.step_of("Stopped")


@pytest.mark.mnist
def test_the_worker_that_records_nothing_trains_the_same_network_to_the_bit():
    setup = Setup(ModelConfig((16,)), TrainConfig(epochs=1, training_images=6400))
    with watching.engines() as pair:
        runs = [start_in(engine, setup) for engine in pair]
        assert all(run.wait_for("finished", timeout=120) for run in runs), [run.reason for run in runs]
        recorded, unrecorded = runs
        weights = [run.snapshot().model.state_dict() for run in runs]
    assert all(torch.equal(weights[0][name], weights[1][name]) for name in weights[0])
    assert len(recorded.pulses.since()["epochs"]) > 20
    assert len(unrecorded.pulses.since()["epochs"]) == 0
    assert len(recorded.trail.states) > len(unrecorded.trail.states)
