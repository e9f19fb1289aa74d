"""The record of a run's pulses: what a chart is sent of it, and what is left out."""

from __future__ import annotations

import json
import math

import pytest

from nnlab.config import ModelConfig
from nnlab.records import Evaluation, Pulse
from nnlab.runs.pulses import Pulses, pulse_bytes, to_rows

MODEL = ModelConfig((3, 2))


def pulse(step: int, gradient: float = 0.5) -> Pulse:
    return Pulse(step, (gradient, 2 * gradient, 4 * gradient), (0.001, 0.002, 0.003))


def evaluation(step: int, images: int = 200) -> Evaluation:
    return Evaluation(step, step / 10, 1.0, 0.5, 1.0, 0.5, images, images, images < 200)


@pytest.fixture
def pulses() -> Pulses:
    made = Pulses(MODEL, steps_per_epoch=10)
    made.add(to_rows([pulse(1), pulse(5, 0.25)]))
    return made


def test_a_chart_is_sent_one_line_per_layer(pulses):
    told = pulses.since()
    assert told["epochs"] == [0.1, 0.5]
    assert told["gradients"] == [[0.5, 0.25], [1.0, 0.5], [2.0, 1.0]]
    assert told["updates"] == [[0.001] * 2, [0.002] * 2, [0.003] * 2]
    assert (told["before"], told["expected"], told["neurons"]) == (0, None, None)


def test_what_a_chart_has_is_not_sent_again(pulses):
    assert pulses.since(1)["epochs"] == [0.5]
    assert pulses.since(1)["before"] == 1
    assert pulses.since(2)["gradients"] == [[], [], []]
    assert pulses.since(3)["epochs"] == [0.1, 0.5]  # it had those of another run
    assert pulses.since(3)["before"] == 0


def test_steps_that_are_taken_again_after_a_recovery_are_left_out(pulses):
    pulses.add(to_rows([pulse(5, 9.0), pulse(6)]))
    assert pulses.since()["epochs"] == [0.1, 0.5, 0.6]
    assert pulses.since()["gradients"][0] == [0.5, 0.25, 0.5]


def test_numbers_that_are_none_are_gaps(pulses):
    pulses.add(to_rows([Pulse(6, (math.nan, math.inf, 0.0), (math.nan,) * 3)]))
    told = pulses.since(2)
    assert told["gradients"] == [[None], [None], [0.0]]
    assert json.loads(json.dumps(told, allow_nan=False)) == told


def test_neurons_are_counted_by_layer_and_the_newest_kept(pulses):
    pulses.add_neurons(evaluation(0, 50), bytes([0, 1, 2, 2, 2]))
    pulses.add_neurons(evaluation(10), bytes([0, 0, 2, 1, 2]))
    told = pulses.since()
    assert told["dead"] == [[1, 1], [2, 1]]
    assert told["saturated"] == [[1, 0], [0, 1]]
    assert told["countedEpochs"] == [0, 1]
    assert told["countedImages"] == [50, 200]
    assert told["neurons"] == (10, 200, ["002", "12"])
    assert pulses.since(0, 1)["dead"] == [[1], [1]]
    assert (pulses.since(0, 1)["countsBefore"], pulses.since(0, 3)["countsBefore"]) == (1, 0)


def test_states_of_another_number_of_neurons_are_not_taken_for_these(pulses):
    pulses.add_neurons(evaluation(0), bytes(4))
    pulses.add_neurons(evaluation(0), b"")
    assert pulses.neurons is None


def test_a_network_without_hidden_layers_has_a_gradient_and_no_neurons():
    pulses = Pulses(ModelConfig(()), 10)
    pulses.add(to_rows([Pulse(1, (0.5,), (0.001,))]))
    pulses.add_neurons(evaluation(0), b"")
    told = pulses.since()
    assert (told["gradients"], told["dead"], told["neurons"]) == ([[0.5]], [], None)


def test_a_row_is_as_long_as_the_message_s_check_says():
    assert len(to_rows([pulse(1), pulse(2)]).tobytes()) == 2 * pulse_bytes(3)
