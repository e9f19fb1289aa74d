"""Which steps are watched, and what a run under remote control tells of them."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from nnlab import checkpoint
from nnlab.config import ModelConfig
from nnlab.model import MLP
from nnlab.records import DEAD
from nnlab.runs.messages import Evaluated, Expected, State, Watched
from nnlab.runs.worker.watching import FIRST_STEPS, STRETCHES, advance, next_watched
from nnlab.training import TrainingRun
from tests.nnlab.runs.worker.remote import LONG, MODEL, TRAIN, Record, control, finish, obey, play, taken_up


@pytest.fixture
def run(tiny_digits) -> TrainingRun:
    return TrainingRun(MODEL, LONG, tiny_digits)


def watched(record: Record) -> np.ndarray:
    """(K, 1 + 2 L), all rows that were sent."""
    return np.concatenate([np.frombuffer(each.rows).reshape(-1, 1 + 2 * each.layers) for each in record.of(Watched)])


@pytest.mark.parametrize("total", [10, 300, 9380, 1_000_000])
def test_the_first_steps_are_watched_and_few_of_the_others(total):
    steps, step = [], 0
    while (step := next_watched(step, total)) <= total:
        steps.append(step)
    assert steps[:FIRST_STEPS] == list(range(1, min(total, FIRST_STEPS) + 1))
    assert len(steps) <= FIRST_STEPS + min(STRETCHES, total / 25)


def test_advancing_stops_at_a_watched_step_and_takes_no_other_than_asked(run, tiny_digits):
    alone = TrainingRun(MODEL, LONG, tiny_digits)
    expected = alone.advance(60)
    taken = []
    for steps, is_last, seen in ((3, False, 1), (19, False, 2), (1, True, 3)):
        records, pulse = advance(run, steps, is_last)
        taken += records
        assert pulse.step == run.step == seen
    run.advance(FIRST_STEPS - 3)
    assert advance(run, 4, False)[1] is None
    assert run.step == 24
    records, pulse = advance(run, 3, True)
    assert (pulse.step, run.step) == (25, 25)
    records, pulse = advance(run, 5, True)  # it rests there
    assert (pulse.step, run.step) == (30, 30)
    assert taken + records == expected[:3] + expected[25:30]


def test_a_run_tells_what_it_saw_and_each_single_step(run):
    record = play(run, "epoch", "step", "step", "stop")
    steps = watched(record)[:, 0].tolist()
    assert steps == [*range(1, 21), 25, 50, 75, 100, 101, 102]
    assert record.of(Watched)[0].layers == 2


def test_what_is_expected_is_told_once_of_random_weights_alone(run, tiny_digits):
    remote, record = control(run)
    (expected,) = record.of(Expected)
    found = np.frombuffer(expected.gradients)
    obey(remote, "step")
    measured = watched(record)[0, 1:3]
    assert np.all((found / measured > 0.2) & (found / measured < 5))  # of one batch of four images, by one network
    _, later = taken_up(TrainingRun(MODEL, LONG, tiny_digits), record.of(State)[-1])
    assert not later.of(Expected)
    _, tuned = control(TrainingRun(MODEL, LONG, tiny_digits), start_from=checkpoint.to_bytes(MLP(MODEL)))
    assert not tuned.of(Expected)


def test_every_evaluation_says_what_became_of_the_neurons(tiny_digits):
    """A learning rate that is far too high: in a few steps no image of the test set wakes a neuron any more."""
    run = TrainingRun(ModelConfig((8,)), replace(TRAIN, optimizer="sgd", learning_rate=20.0), tiny_digits)
    record = play(run, "resume")
    states = [message.neurons for message in record.of(Evaluated)]
    assert all(len(each) == 8 for each in states)
    assert list(states[0]).count(DEAD) < 4
    assert list(states[-1]).count(DEAD) == 8


def test_a_worker_that_goes_on_watches_the_same_steps(run, tiny_digits):
    whole = play(TrainingRun(MODEL, LONG, tiny_digits), "resume")
    remote, first = control(run)
    obey(remote, "epoch")
    remote.hand_over()
    second, taken = taken_up(TrainingRun(MODEL, LONG, tiny_digits), first.of(State)[-1], target=1000)
    finish(second)
    assert np.array_equal(np.concatenate([watched(first), watched(taken)]), watched(whole))
