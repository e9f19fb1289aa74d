"""The remote control without processes: what it does for each word, and that watching changes nothing."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import torch

from nnlab.config import ModelConfig, Setup, TrainConfig, to_dict
from nnlab.evaluation import score
from nnlab.runs.history import COLUMNS
from nnlab.runs.messages import (
    Clock,
    Command,
    DataPlace,
    Evaluated,
    Failed,
    HandedOver,
    Message,
    RateChanged,
    Start,
    State,
    Status,
    Steps,
    Weights,
)
from nnlab.runs.worker import remote_run, reports, schedule
from nnlab.runs.worker.evaluating import score_own
from nnlab.runs.worker.remote_run import RemoteRun
from nnlab.runs.worker.states import restore, state_of
from nnlab.sources.own import OwnDigits, choose
from nnlab.training import TrainingRun

MODEL = ModelConfig((8,), dropout=0.2)
TRAIN = TrainConfig("adam", 0.01, batch_size=50, epochs=3, training_images=400)  # 8 steps an epoch, 24 in all


class Record:
    """A channel that keeps what is sent."""

    backlog = 0

    def __init__(self):
        self.messages: list[Message] = []

    def send(self, message: Message) -> None:
        self.messages.append(message)

    def of(self, kind: type) -> list:
        return [message for message in self.messages if type(message) is kind]

    @property
    def losses(self) -> list[float]:
        rows = [np.frombuffer(message.rows).reshape(-1, len(COLUMNS)) for message in self.of(Steps)]
        return np.concatenate(rows)[:, COLUMNS.index("loss")].tolist() if rows else []

    @property
    def statuses(self) -> list[str]:
        return ["failed" if isinstance(each, Failed) else each.status for each in self.of(Status) + self.of(Failed)]


def start_of(run: TrainingRun, own: OwnDigits | None = None, state: State | None = None, **values) -> Start:
    """The message that starts a run, or has another worker take it up."""
    plain, pixels = own.to_message() if own else (None, b"")
    if state:
        values |= {"plain": state.plain, "weights": state.weights, "memory": state.memory}
    place = DataPlace("mnist", None, {})
    return Start("a", "ada", to_dict(Setup(run.model_config, run.train_config)), place, plain, pixels, **values)


def control(run: TrainingRun, own: OwnDigits | None = None, **values) -> tuple[RemoteRun, Record]:
    record = Record()
    return RemoteRun(run, start_of(run, own, **values), record), record


def finish(remote: RemoteRun, seconds: float = 0.01) -> None:
    """Give turns until it rests or is over."""
    while not (remote.rests or remote.is_over):
        remote.take_turn(seconds)


def obey(remote: RemoteRun, *words: str, **values) -> None:
    """Give commands one by one, each when nothing else is left to do."""
    for word in words:
        finish(remote)
        if not remote.is_over:
            remote.obey(Command("a", word, remote.number + 1, **values))
    finish(remote)


def play(run: TrainingRun, *words: str, **values) -> Record:
    remote, record = control(run)
    obey(remote, *words, **values)
    return record


@pytest.fixture
def run(tiny_digits) -> TrainingRun:
    return TrainingRun(MODEL, TRAIN, tiny_digits)


def test_playing_is_advancing(run, tiny_digits):
    alone = TrainingRun(MODEL, TRAIN, tiny_digits)
    expected = [record.loss for record in alone.advance(24)]
    record = play(run, "resume")
    assert record.losses == expected
    assert all(torch.equal(ours, theirs) for ours, theirs in zip(*map(_weights, (run, alone)), strict=True))
    assert record.statuses[-1] == "finished"


def _weights(run: TrainingRun) -> list[torch.Tensor]:
    return list(run.model.parameters())


def test_evaluates_at_the_start_and_after_each_epoch(run, monkeypatch):
    monkeypatch.setattr(schedule, "EVALUATION_SECONDS", 1000.0)  # none in between, however slow this machine is now
    record = play(run, "resume")
    assert evaluated(record) == [0, 1, 2, 5, 8, 16, 24]  # 10 and 20 come too soon after 8 and 16
    assert vars(record.of(Evaluated)[-1].evaluation) == pytest.approx(vars(run.evaluate()))
    assert [message.step for message in record.of(State)] == [0, 8, 16, 24]


def evaluated(record: Record, is_sample: bool | None = None) -> list[int]:
    """After which steps a run was evaluated; those on samples, or on everything, if asked for."""
    found = [message.evaluation for message in record.of(Evaluated)]
    return [each.step for each in found if is_sample is None or each.is_sample == is_sample]


LONG = replace(TRAIN, batch_size=4, epochs=10)  # 100 steps an epoch, 1,000 in all


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
    assert all(torch.equal(ours, theirs) for ours, theirs in zip(*map(_weights, (run, alone)), strict=True))
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


def test_nothing_comes_after_stop(run):
    remote, record = control(run, target=24)
    remote.take_turn(0.0)
    for number, word in enumerate(("stop", "resume"), 1):
        remote.obey(Command("a", word, number))
    finish(remote)
    assert record.of(Status)[-1].status == "stopped"
    assert run.step < 24


@pytest.mark.parametrize(("patience", "is_told_first"), [(60.0, False), (0.0, True)])
def test_a_pause_is_told_before_its_evaluation_only_if_that_has_to_wait(run, monkeypatch, patience, is_told_first):
    monkeypatch.setattr(remote_run, "PATIENCE_SECONDS", patience)
    remote, record = control(run)
    obey(remote, "step")
    last = [message for message in record.messages if isinstance(message, (Status, Evaluated))][-2:]
    assert (type(last[0]) is Status) is is_told_first
    assert record.of(Status)[-1] == Status("a", "paused", 1, 1)
    assert record.of(Evaluated)[-1].evaluation.step == 1


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


def taken_up(run: TrainingRun, state: State, **values) -> tuple[RemoteRun, Record]:
    """The same run in the next worker."""
    restore(run, state.plain, state.weights, state.memory)
    return control(run, state=state, **values)


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


def test_the_end_of_an_epoch_is_evaluated_by_the_next_worker_if_the_last_did_not_come_to_it(tiny_digits, monkeypatch):
    monkeypatch.setattr(schedule, "EVALUATION_SECONDS", 1000.0)
    run = TrainingRun(MODEL, LONG, tiny_digits)
    run.advance(100)
    heir, taken = taken_up(TrainingRun(MODEL, LONG, tiny_digits), state_of(run, "a", {}), target=150)
    finish(heir)
    assert evaluated(taken, is_sample=False) == [100, 150]


def test_a_busy_server_is_sent_no_state_that_may_come_later(tiny_digits):
    remote, record = control(TrainingRun(MODEL, TRAIN, tiny_digits), target=24)
    record.backlog = reports.MAX_BACKLOG + 1
    finish(remote)
    assert not record.of(State)
    assert [message.step for message in record.of(Weights)] == [24]


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
