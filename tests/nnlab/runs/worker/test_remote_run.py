"""The remote control without processes: what it does for each word, and how it goes on elsewhere."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import torch

from nnlab.config import ModelConfig, TrainConfig
from nnlab.runs.messages import (
    Clock,
    Command,
    Evaluated,
    Failed,
    HandedOver,
    RateChanged,
    State,
    Status,
    Steps,
    Weights,
)
from nnlab.runs.worker import remote_run, reports, schedule
from nnlab.training import TrainingRun
from tests.nnlab.runs.worker.remote import (
    LONG,
    MODEL,
    TRAIN,
    control,
    evaluated,
    finish,
    obey,
    play,
    taken_up,
    weights_of_run,
)


@pytest.fixture
def run(tiny_digits) -> TrainingRun:
    return TrainingRun(MODEL, TRAIN, tiny_digits)


def test_playing_is_advancing(run, tiny_digits):
    alone = TrainingRun(MODEL, TRAIN, tiny_digits)
    expected = [record.loss for record in alone.advance(24)]
    record = play(run, "resume")
    assert record.losses == expected
    assert all(torch.equal(ours, theirs) for ours, theirs in zip(*map(weights_of_run, (run, alone)), strict=True))
    assert record.statuses[-1] == "finished"


def test_nothing_comes_after_stop(run):
    remote, record = control(run, target=24)
    remote.take_turn(0.0)
    for number, word in enumerate(("stop", "resume"), 1):
        remote.obey(Command("a", word, number))
    finish(remote)
    assert record.of(Status)[-1].status == "stopped"
    assert run.step < 24


@pytest.mark.parametrize(
    ("names", "step"),
    [(["step"], 1), (["step"] * 3, 3), (["epoch"], 8), (["step", "epoch"], 8), (["epoch", "epoch"], 16),
     (["epoch", "step"], 9), (["pause"], 0), (["epoch"] * 3, 24), (["resume"], 24)],
)  # fmt: skip
def test_words_take_exactly_their_steps(run, names, step):
    record = play(run, *names, "stop")
    assert run.step == step
    assert len(record.losses) == step
    assert record.statuses[-1] == ("finished" if step == 24 else "stopped")


def test_words_that_arrive_together_add_up(run):
    """Two clicks on "one step" before the first is taken are two steps; two on "one epoch", two epochs."""
    remote, _ = control(run)
    for number, word in enumerate(("step", "step", "epoch", "epoch"), 1):
        remote.obey(Command("a", word, number))
    assert remote.target == 16


def test_status_says_which_command_it_obeyed(run):
    record = play(run, "step", "pause", "stop")
    told = [(message.status, message.number, message.target) for message in record.of(Status)]
    assert told == [("paused", 0, 0), ("running", 1, 1), ("paused", 1, 1), ("paused", 2, 1), ("stopped", 3, 1)]


def test_changed_learning_rate_is_reported_where_it_begins(run):
    record = play(run, "epoch", "learning_rate", "stop", learning_rate=0.5)
    assert record.of(RateChanged) == [RateChanged("a", 8, 0.5, 2, 8)]
    assert run.learning_rate == 0.5


def test_diverging_run_says_so_and_is_not_evaluated(tiny_digits):
    run = TrainingRun(ModelConfig((8, 8), "identity"), TrainConfig("sgd", 100.0, training_images=400), tiny_digits)
    record = play(run, "resume")
    (failed,) = record.of(Failed)
    assert failed.code == "diverged"
    assert f"step {run.step}" in failed.text
    assert failed is record.messages[-1]
    assert not np.isfinite(record.losses[-1])
    assert record.of(Evaluated)[-1].evaluation.step < run.step


def test_a_run_that_was_handed_over_goes_on_as_if_nothing_had_been(run, tiny_digits):
    alone = TrainingRun(MODEL, TRAIN, tiny_digits)
    expected = [record.loss for record in alone.advance(24)]
    remote, first = control(run)
    obey(remote, "epoch", "step")
    remote.hand_over()
    assert remote.is_over
    assert isinstance(first.messages[-1], HandedOver)
    clock = first.of(Steps)[-1].clock
    second, taken = taken_up(TrainingRun(MODEL, TRAIN, tiny_digits), first.of(State)[-1], clock=clock, target=24)
    finish(second)
    assert first.losses + taken.losses == expected
    assert taken.of(Steps)[-1].clock.training > clock.training > 0
    assert taken.of(Steps)[-1].images == 24 * 50


def test_commands_wait_until_a_recovered_run_is_where_it_was(run, tiny_digits):
    """The state is of step 8, and steps up to 12 have been seen: a pause and a new rate are meant from there."""
    record = play(run, "epoch")
    state = record.of(State)[-1]
    expected = [each.loss for each in TrainingRun(MODEL, TRAIN, tiny_digits).advance(12)]
    heir, taken = taken_up(TrainingRun(MODEL, TRAIN, tiny_digits), state, target=24, reached=12, number=1)
    heir.obey(Command("a", "learning_rate", 2, 0.5))
    heir.obey(Command("a", "pause", 3))
    finish(heir)
    assert taken.losses[:4] == expected[8:]
    (change,) = taken.of(RateChanged)
    assert change.step >= 12
    assert (heir.run.step, taken.of(Status)[-1]) == (change.step, Status("a", "paused", 3, change.step))


def test_the_state_comes_with_evaluations_and_at_least_every_two_seconds_of_training(tiny_digits, monkeypatch):
    monkeypatch.setattr(schedule, "EVALUATION_SECONDS", 1000.0)
    monkeypatch.setattr(reports, "STATE_SECONDS", 0.0)  # as if every stretch took longer
    run = TrainingRun(MODEL, LONG, tiny_digits)
    remote, record = control(run, target=90)
    finish(remote)
    stretches = {message.step for message in record.of(State)}
    assert {1, 2, 5, 10, 20, 50, 90} <= stretches
    assert max(evaluated(record, is_sample=False)) == 90
    monkeypatch.setattr(reports, "STATE_SECONDS", 1000.0)
    remote, record = control(TrainingRun(MODEL, LONG, tiny_digits), target=90)
    finish(remote)
    assert [message.step for message in record.of(State)] == [90]


def test_a_busy_server_is_sent_no_state_that_may_come_later(tiny_digits):
    remote, record = control(TrainingRun(MODEL, TRAIN, tiny_digits), target=24)
    record.backlog = reports.MAX_BACKLOG + 1
    finish(remote)
    assert not record.of(State)
    assert [message.step for message in record.of(Weights)] == [0, 1, 2, 5, 8, 16, 24]  # the trail's: they are few


def test_a_large_network_sends_no_weights_but_with_its_states(tiny_digits, monkeypatch):
    monkeypatch.setattr(reports, "STATE_PARAMETERS", 1)
    monkeypatch.setattr(reports, "STATE_SECONDS", 1000.0)
    remote, record = control(TrainingRun(MODEL, TRAIN, tiny_digits), target=24)
    finish(remote)
    assert [message.step for message in record.of(Weights)] == [24]


def test_weights_are_sent_at_every_mark_however_long_the_turns(tiny_digits):
    for seconds in (0.0, 10.0):
        remote, record = control(TrainingRun(MODEL, replace(LONG, batch_size=1), tiny_digits), target=400)
        finish(remote, seconds)
        assert {0, 1, 2, 5, 10, 20, 50, 100, 200, 400} <= {message.step for message in record.of(Weights)}


def test_a_turn_takes_about_its_time_and_a_rest_takes_none(tiny_digits):
    remote, record = control(TrainingRun(MODEL, replace(LONG, epochs=1000), tiny_digits), target=10**6)
    assert remote.is_urgent  # its first steps are waited for
    while remote.clock.training < 0.3:
        remote.take_turn(0.02)
    assert not remote.is_urgent
    assert not remote.rests
    remote.obey(Command("a", "pause", 1))
    assert remote.is_urgent
    finish(remote)
    assert remote.rests
    waited = remote.clock.waiting
    remote.obey(Command("a", "step", 2))
    finish(remote)
    assert record.of(Status)[-1].status == "paused"
    assert remote.clock.waiting - waited < 0.3


def test_a_run_is_awaited_until_it_has_answered(run):
    """It answers Start with its first step, and a pause or a step by saying that it rests; then its turn is over."""
    remote, record = control(run)
    remote.obey(Command("a", "resume", 1))
    assert remote.is_awaited
    remote.take_turn(10.0)
    assert not remote.is_awaited
    assert record.of(Steps)
    assert 0 < run.step < run.total_steps  # a turn of ten seconds would have been enough for all
    for number, word in enumerate(("pause", "step"), 2):
        remote.obey(Command("a", word, number))
        assert remote.is_awaited
        while remote.is_awaited:
            assert record.of(Status)[-1].status == "running" or record.of(Status)[-1].number < number
            remote.take_turn(0.01)
        assert (record.of(Status)[-1].status, record.of(Status)[-1].number) == ("paused", number)


def test_what_comes_at_the_end_of_a_run_is_not_awaited(run):
    """It is evaluated on everything, and after Stop the visitor is on the way elsewhere."""
    remote, _ = control(run, target=24)
    while not remote.rests and run.step < 24:
        remote.take_turn(0.01)
    remote.obey(Command("a", "stop", 1))
    remote.take_turn(0.0)
    assert not remote.is_awaited


def test_nobody_waits_for_a_run_that_goes_on_elsewhere_nor_for_one_of_a_gpu(run, tiny_digits):
    remote, record = control(run, target=24)
    remote.take_turn(0.0)
    remote.hand_over()
    state = record.of(State)[-1]
    assert not taken_up(TrainingRun(MODEL, TRAIN, tiny_digits), state)[0].is_awaited
    remote, _ = control(TrainingRun(MODEL, TRAIN, tiny_digits))
    assert remote.is_awaited
    remote.may_go_first = False
    assert not remote.is_awaited


def test_going_on_is_no_longer_urgent_than_it_would_be_without_the_step_before(tiny_digits):
    """After pause, one step and resume in a row a run went before all others for a second of training."""
    remote, _ = control(TrainingRun(MODEL, replace(LONG, epochs=1000), tiny_digits), target=0)
    remote.obey(Command("a", "step", 1))
    remote.obey(Command("a", "resume", 2))  # the step is not taken yet, so nothing has come to rest
    while remote.clock.training < 1.5 * remote_run.URGENT_SECONDS["resume"]:
        remote.take_turn(0.02)
    assert not remote.is_urgent


def test_waiting_for_turns_is_counted_and_pauses_are_not(run, monkeypatch):
    remote, _ = control(run)
    finish(remote)
    assert remote.clock == Clock(0.0, 0.0, remote.clock.evaluating)
    remote._turn_ended_at -= 100.0
    obey(remote, "step")
    assert remote.clock.waiting < 50
    remote.obey(Command("a", "step", 2))
    remote._turn_ended_at -= 100.0
    finish(remote)
    assert remote.clock.waiting > 99
