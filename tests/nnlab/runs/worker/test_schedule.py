"""When a run is evaluated, on how much, and that watching changes nothing."""

from __future__ import annotations

from dataclasses import replace

import pytest
import torch

from nnlab.evaluation import score
from nnlab.runs.messages import (
    Command,
    Evaluated,
    State,
    Status,
)
from nnlab.runs.worker import remote_run, schedule
from nnlab.runs.worker.evaluating import score_own
from nnlab.runs.worker.states import state_of
from nnlab.sources.own import choose
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


def test_evaluates_at_the_start_and_after_each_epoch(run, monkeypatch):
    monkeypatch.setattr(schedule, "EVALUATION_SECONDS", 1000.0)  # none in between, however slow this machine is now
    record = play(run, "resume")
    assert evaluated(record) == [0, 1, 2, 5, 8, 16, 24]  # 10 and 20 come too soon after 8 and 16
    assert vars(record.of(Evaluated)[-1].evaluation) == pytest.approx(vars(run.evaluate()))
    assert [message.step for message in record.of(State)] == [0, 8, 16, 24]


@pytest.fixture
def sampled(monkeypatch):
    """Twenty images of a set are a sample; nothing but samples and the ends of epochs is evaluated."""
    monkeypatch.setattr(schedule, "SAMPLE_IMAGES", 20)
    monkeypatch.setattr(schedule, "EVALUATION_SECONDS", 1000.0)


@pytest.mark.usefixtures("sampled")
def test_a_run_is_seen_to_learn_from_its_first_steps(tiny_digits):
    record = play(TrainingRun(MODEL, LONG, tiny_digits), "resume")
    assert evaluated(record, is_sample=True) == [1, 2, 5, 10, 20, 50]
    assert evaluated(record, is_sample=False) == list(range(0, 1001, 100))
    single = replace(LONG, batch_size=1, epochs=2)  # 400 steps an epoch
    record = play(TrainingRun(MODEL, single, tiny_digits), "resume")
    assert evaluated(record, is_sample=True) == [1, 2, 5, 10, 20, 50, 100, 200]  # 500 comes too soon after 400


@pytest.mark.usefixtures("sampled")
def test_a_sample_changes_nothing_and_says_how_large_it_is(tiny_digits):
    """Every tenth of 200 images: 20. The run is the one that nobody evaluates, to the bit."""
    run, alone = TrainingRun(MODEL, LONG, tiny_digits), TrainingRun(MODEL, LONG, tiny_digits)
    record = play(run, "resume")
    assert record.losses == [step.loss for step in alone.advance(1000)]
    assert all(torch.equal(ours, theirs) for ours, theirs in zip(*map(weights_of_run, (run, alone)), strict=True))
    again = TrainingRun(MODEL, LONG, tiny_digits)
    again.advance(20)
    sample = next(each.evaluation for each in record.of(Evaluated) if each.evaluation.step == 20)
    assert (sample.train_samples, sample.test_samples, sample.is_sample) == (20, 20, True)
    test = score(again.model, tiny_digits.test_images[::10], tiny_digits.test_labels[::10])
    train = score(again.model, tiny_digits.train_images[:200:10], tiny_digits.train_labels[:200:10])
    assert (sample.test_loss, sample.test_accuracy) == pytest.approx(test)
    assert (sample.train_loss, sample.train_accuracy) == pytest.approx(train)


@pytest.mark.usefixtures("sampled")
def test_before_its_first_step_a_run_is_measured_in_short_where_somebody_waits_for_the_step(tiny_digits):
    """Paused there, it is measured as a whole; so is one with own digits, which are counted before and after."""
    own = choose(tiny_digits.test_images[:40].numpy(), tiny_digits.test_labels[:40].numpy(), hold_out=True)
    for own_digits, words, is_sample in ((None, ["resume"], True), (None, [], False), (own, ["resume"], False)):
        remote, record = control(TrainingRun(MODEL, TRAIN, tiny_digits), own_digits)
        for word in words:
            remote.obey(Command("a", word, 1))
        finish(remote)
        first = record.of(Evaluated)[0].evaluation
        assert (first.step, first.is_sample) == (0, is_sample)


def test_an_evaluation_that_was_begun_before_the_first_step_is_not_ended_after_it(run, tiny_digits):
    """A run that starts is paused and resumed while it is measured."""
    remote, record = control(run)
    remote.take_turn(0.0)
    assert remote._evaluation is not None
    remote.obey(Command("a", "step", 1))
    finish(remote)
    alone = TrainingRun(MODEL, TRAIN, tiny_digits)
    alone.advance(1)
    assert vars(record.of(Evaluated)[-1].evaluation) == pytest.approx(vars(alone.evaluate()))


@pytest.mark.parametrize(("patience", "is_told_first"), [(60.0, False), (0.0, True)])
def test_a_pause_is_told_before_its_evaluation_only_if_that_has_to_wait(run, monkeypatch, patience, is_told_first):
    monkeypatch.setattr(remote_run, "PATIENCE_SECONDS", patience)
    remote, record = control(run)
    obey(remote, "step")
    last = [message for message in record.messages if isinstance(message, (Status, Evaluated))][-2:]
    assert (type(last[0]) is Status) is is_told_first
    assert record.of(Status)[-1] == Status("a", "paused", 1, 1)
    assert record.of(Evaluated)[-1].evaluation.step == 1


@pytest.mark.parametrize(("patience", "steps"), [(60.0, [0, 2]), (0.0, [0])])
def test_a_run_that_is_stopped_is_evaluated_only_if_that_has_not_to_wait(run, monkeypatch, patience, steps):
    """A class that stops all its runs at once waited three seconds for evaluations that nobody had asked for."""
    remote, record = control(run)
    obey(remote, "snapshot")  # the first evaluation is over
    run.advance(2)
    monkeypatch.setattr(remote_run, "STOP_EVALUATION_SECONDS", patience)
    obey(remote, "stop")
    assert record.of(Status)[-1].status == "stopped"
    assert evaluated(record, is_sample=False) == steps


@pytest.mark.usefixtures("sampled")
def test_where_a_run_pauses_all_images_are_read_and_no_sample(tiny_digits):
    record = play(TrainingRun(MODEL, LONG, tiny_digits), "step", "step", "stop")
    assert (evaluated(record, is_sample=True), evaluated(record, is_sample=False)) == ([], [0, 1, 2])


@pytest.mark.usefixtures("sampled")
def test_samples_of_a_wide_network_wait_until_they_are_cheap(tiny_digits):
    """One would take two seconds: allowed after eight seconds of training since the last, not before."""
    run = TrainingRun(MODEL, LONG, tiny_digits)
    wide = schedule.Schedule(run)
    wide.image_cost = 2.0 / 40
    run.advance(1)
    assert not wide.wants_sample(1000, 7.9)
    assert wide.wants_sample(1000, 8.1)
    wide.scored_seconds = 1.0
    assert not wide.wants_sample(1000, 8.1)


@pytest.mark.usefixtures("sampled")
def test_cheap_samples_have_half_a_second_however_little_was_trained(tiny_digits, monkeypatch):
    run = TrainingRun(MODEL, LONG, tiny_digits)
    small = schedule.Schedule(run)
    small.image_cost = 0.1 / 40
    run.advance(1)
    assert small.wants_sample(1000, 0.0)
    small.early_seconds = 0.45
    assert not small.wants_sample(1000, 0.0)
    monkeypatch.setattr(schedule, "START_PARAMETERS", 1)  # too large to be evaluated before its first step
    assert not schedule.Schedule(run).wants_sample(1000, 0.0)


@pytest.mark.usefixtures("sampled")
def test_samples_go_on_where_the_next_worker_takes_up(tiny_digits):
    first = TrainingRun(MODEL, LONG, tiny_digits)
    record = play(first, "step", "step", "step")
    second, taken = taken_up(TrainingRun(MODEL, LONG, tiny_digits), record.of(State)[-1])
    assert second.schedule.image_cost > 0
    obey(second, "resume")
    assert evaluated(taken)[:5] == [10, 20, 50, 100, 200]  # 5 comes too soon after 3


def test_own_digits_are_scored_with_every_evaluation(run, tiny_digits, monkeypatch):
    monkeypatch.setattr(schedule, "EVALUATION_SECONDS", 1000.0)
    own = choose(tiny_digits.test_images[:40].numpy(), tiny_digits.test_labels[:40].numpy(), hold_out=True)
    remote, record = control(run, own)
    obey(remote, "resume")
    scores = [message.own_score for message in record.of(Evaluated) if message.own_score]
    assert [score.step for score in scores] == [0, 8, 16, 24]
    assert scores[-1] == score_own(run, own)


def test_without_own_digits_none_are_scored(run):
    assert {message.own_score for message in play(run, "resume").of(Evaluated)} == {None}


def test_the_end_of_an_epoch_is_evaluated_by_the_next_worker_if_the_last_did_not_come_to_it(tiny_digits, monkeypatch):
    monkeypatch.setattr(schedule, "EVALUATION_SECONDS", 1000.0)
    run = TrainingRun(MODEL, LONG, tiny_digits)
    run.advance(100)
    heir, taken = taken_up(TrainingRun(MODEL, LONG, tiny_digits), state_of(run, "a", {}), target=150)
    finish(heir)
    assert evaluated(taken, is_sample=False) == [100, 150]
