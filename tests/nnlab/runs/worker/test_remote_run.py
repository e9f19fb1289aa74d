"""The remote control without processes: what it does for each word, and that watching changes nothing."""

from __future__ import annotations

from collections import deque
from dataclasses import replace

import numpy as np
import pytest
import torch

from nnlab.config import ModelConfig, TrainConfig
from nnlab.evaluation import score
from nnlab.runs.history import COLUMNS
from nnlab.runs.worker import remote_run
from nnlab.runs.worker.evaluating import score_own
from nnlab.runs.worker.remote_run import RemoteRun
from nnlab.sources.own import choose
from nnlab.training import TrainingRun

MODEL = ModelConfig((8,), dropout=0.2)
TRAIN = TrainConfig("adam", 0.01, batch_size=50, epochs=3, training_images=400)  # 8 steps an epoch, 24 in all


class Script:
    """Commands that come one by one, each when nothing else is left to do; stands in for the listening thread."""

    def __init__(self, *names: str, **values):
        self.commands = deque({"do": name, "number": number, **values} for number, name in enumerate(names, 1))

    def next(self):
        return self.commands.popleft(), b""

    def is_waiting(self) -> bool:
        return False


class Record:
    """A channel that keeps what is sent."""

    def __init__(self):
        self.messages: list[tuple[dict, bytes]] = []

    def send(self, header: dict, payload: bytes = b"") -> None:
        self.messages.append((header, payload))

    def of(self, kind: str) -> list[dict]:
        return [header for header, _ in self.messages if header["kind"] == kind]

    @property
    def losses(self) -> list[float]:
        rows = [np.frombuffer(payload).reshape(-1, len(COLUMNS)) for header, payload in self.messages
                if header["kind"] == "steps"]  # fmt: skip
        return np.concatenate(rows)[:, COLUMNS.index("loss")].tolist()


def play(run: TrainingRun, *names: str, **values) -> Record:
    record = Record()
    RemoteRun(run, record, Script(*names, **values)).work()
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
    assert record.of("status")[-1]["status"] == "finished"


def _weights(run: TrainingRun) -> list[torch.Tensor]:
    return list(run.model.parameters())


def test_evaluates_at_the_start_and_after_each_epoch(run, monkeypatch):
    monkeypatch.setattr(remote_run, "EVALUATION_SECONDS", 1000.0)  # none in between, however slow this machine is now
    record = play(run, "resume")
    assert evaluated(record) == [0, 1, 2, 5, 8, 16, 24]  # 10 and 20 come too soon after 8 and 16
    assert record.of("evaluation")[-1]["evaluation"] == pytest.approx(vars(run.evaluate()))
    assert [message["step"] for message in record.of("snapshot")] == [0, 8, 16, 24]


def evaluated(record: Record, is_sample: bool | None = None) -> list[int]:
    """After which steps a run was evaluated; those on samples, or on everything, if asked for."""
    found = [message["evaluation"] for message in record.of("evaluation")]
    return [each["step"] for each in found if is_sample is None or each["is_sample"] == is_sample]


LONG = replace(TRAIN, batch_size=4, epochs=10)  # 100 steps an epoch, 1,000 in all


@pytest.fixture
def sampled(monkeypatch):
    """Twenty images of a set are a sample; nothing but samples and the ends of epochs is evaluated."""
    monkeypatch.setattr(remote_run, "SAMPLE_IMAGES", 20)
    monkeypatch.setattr(remote_run, "EVALUATION_SECONDS", 1000.0)


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
    sample = next(m["evaluation"] for m in record.of("evaluation") if m["evaluation"]["step"] == 20)
    assert (sample["train_samples"], sample["test_samples"], sample["is_sample"]) == (20, 20, True)
    test = score(again.model, tiny_digits.test_images[::10], tiny_digits.test_labels[::10])
    train = score(again.model, tiny_digits.train_images[:200:10], tiny_digits.train_labels[:200:10])
    assert (sample["test_loss"], sample["test_accuracy"]) == pytest.approx(test)
    assert (sample["train_loss"], sample["train_accuracy"]) == pytest.approx(train)


@pytest.mark.usefixtures("sampled")
def test_where_a_run_pauses_all_images_are_read_and_no_sample(tiny_digits):
    record = play(TrainingRun(MODEL, LONG, tiny_digits), "step", "step", "stop")
    assert (evaluated(record, is_sample=True), evaluated(record, is_sample=False)) == ([], [0, 1, 2])


@pytest.mark.usefixtures("sampled")
def test_samples_of_a_wide_network_wait_until_they_are_cheap(tiny_digits, monkeypatch):
    """One would take two seconds: allowed after eight seconds of training since the last, not before."""
    run = TrainingRun(MODEL, LONG, tiny_digits)
    wide = RemoteRun(run, Record(), Script())
    wide.target, wide._image_cost = 1000, 2.0 / 40
    run.advance(1)
    wide.training_seconds = 7.9
    assert not wide._wants_sample()
    wide.training_seconds = 8.1
    assert wide._wants_sample()
    wide._scored_seconds = 1.0
    assert not wide._wants_sample()


@pytest.mark.usefixtures("sampled")
def test_cheap_samples_have_half_a_second_however_little_was_trained(tiny_digits, monkeypatch):
    run = TrainingRun(MODEL, LONG, tiny_digits)
    small = RemoteRun(run, Record(), Script())
    small.target, small._image_cost = 1000, 0.1 / 40
    run.advance(1)
    assert small._wants_sample()
    small._early_seconds = 0.45
    assert not small._wants_sample()
    monkeypatch.setattr(remote_run, "START_PARAMETERS", 1)  # too large to be evaluated before its first step
    unknown = RemoteRun(run, Record(), Script())
    unknown.target = 1000
    assert not unknown._wants_sample()


@pytest.mark.usefixtures("sampled")
def test_samples_go_on_where_the_next_worker_takes_up(tiny_digits):
    first = play(TrainingRun(MODEL, LONG, tiny_digits), "step", "step", "step", "park")
    header, content = first.messages[-1]
    second = Record()
    controlled = RemoteRun(TrainingRun(MODEL, LONG, tiny_digits), second, Script("resume"))
    controlled.take_up(header["state"], content)
    assert controlled._image_cost > 0
    controlled.work()
    assert evaluated(second)[:5] == [10, 20, 50, 100, 200]  # 5 comes too soon after 3


def test_own_digits_are_scored_with_every_evaluation(run, tiny_digits, monkeypatch):
    monkeypatch.setattr(remote_run, "EVALUATION_SECONDS", 1000.0)
    own = choose(tiny_digits.test_images[:40].numpy(), tiny_digits.test_labels[:40].numpy(), hold_out=True)
    record = Record()
    RemoteRun(run, record, Script("resume"), own).work()
    scores = [message["score"] for message in record.of("own_score")]
    assert [score["step"] for score in scores] == [0, 8, 16, 24]
    assert scores[-1] == vars(score_own(run, own))
    assert not play(run, "stop").of("own_score")


@pytest.mark.parametrize(
    ("names", "step"),
    [(["step"], 1), (["step"] * 3, 3), (["epoch"], 8), (["step", "epoch"], 8), (["epoch", "epoch"], 16),
     (["epoch", "step"], 9), (["pause"], 0), (["epoch"] * 3, 24), (["resume"], 24)],
)  # fmt: skip
def test_words_take_exactly_their_steps(run, names, step):
    record = play(run, *names, "stop")
    assert run.step == step
    assert len(record.losses) == step if step else not record.of("steps")
    assert record.of("status")[-1]["status"] == ("finished" if step == 24 else "stopped")


def test_words_that_arrive_together_add_up(run):
    """Two clicks on "one step" before the first is taken are two steps; two on "one epoch", two epochs."""
    controlled = RemoteRun(run, Record(), Script())
    for name in ("step", "step", "epoch", "epoch"):
        controlled.obey({"do": name}, b"")
    assert controlled.target == 16


def test_status_says_which_command_it_obeyed(run):
    record = play(run, "step", "pause", "stop")
    told = [(message["status"], message.get("number")) for message in record.of("status")]
    assert told == [("paused", 0), ("running", 1), ("paused", 1), ("paused", 2), ("stopped", None)]


def test_changed_learning_rate_is_reported_where_it_begins(run):
    record = play(run, "epoch", "learning_rate", "stop", learning_rate=0.5)
    assert record.of("rate_change") == [{"kind": "rate_change", "step": 8, "learning_rate": 0.5}]
    assert run.learning_rate == 0.5


def test_diverging_run_says_so_and_is_not_evaluated(tiny_digits):
    run = TrainingRun(ModelConfig((8, 8), "identity"), TrainConfig("sgd", 100.0, training_images=400), tiny_digits)
    record = play(run, "resume")
    last = record.of("status")[-1]
    assert (last["status"], last["reason"]) == ("failed", "diverged")
    assert f"step {run.step}" in last["text"]
    assert not np.isfinite(record.losses[-1])
    assert record.of("evaluation")[-1]["evaluation"]["step"] < run.step


def test_parked_run_goes_on_as_if_nothing_had_been(run, tiny_digits):
    alone = TrainingRun(MODEL, TRAIN, tiny_digits)
    expected = [record.loss for record in alone.advance(24)]
    first = play(run, "epoch", "step", "park")
    header, content = first.messages[-1]
    assert header["kind"] == "parked"
    other, second = TrainingRun(MODEL, TRAIN, tiny_digits), Record()
    controlled = RemoteRun(other, second, Script("resume"))
    controlled.take_up(header["state"], content)
    clock = controlled.training_seconds
    controlled.work()
    assert first.losses + second.losses == expected
    assert second.of("steps")[-1]["training_seconds"] > clock > 0
