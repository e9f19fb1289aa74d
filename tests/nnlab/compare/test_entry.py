"""What a comparison knows of a run, against the run's own records."""

from __future__ import annotations

import math

import numpy as np
import pytest

from nnlab.compare.entry import MEASURES, MOST_POINTS, SERIES, entry_of, lines_of
from nnlab.config import ModelConfig, Setup, TrainConfig
from nnlab.records import DEAD, Evaluation, RateChange, StepRecord
from nnlab.runs.history import History, to_rows
from nnlab.runs.run import Job
from nnlab.sources.own import OwnDigits, OwnScore

STEPS = 9380


def history(steps: int = STEPS, evaluations: int = 10) -> History:
    made = History()
    records = [StepRecord(step, step / 938, float(step), 0.5, 0.1, 64) for step in range(1, steps + 1)]
    made.add_steps(to_rows(records, [step / 1000 for step in range(1, steps + 1)]))
    for epoch in range(evaluations + 1):
        losses = 2.0 - epoch / 10, 2.1 - epoch / 10
        made.add_evaluation(Evaluation(938 * epoch, epoch, losses[0], 0.1, losses[1], 0.05 * epoch, 10, 10))
    return made


def job(**about) -> Job:
    made = Job(Setup(ModelConfig((4, 3)), TrainConfig(epochs=10)))
    made.history = history()
    made.latest_evaluation = made.history.evaluations[-1]
    made.status = "finished"
    for name, value in about.items():
        setattr(made, name, value)
    return made


def test_a_long_curve_is_thinned_to_what_a_chart_shows_and_stays_true():
    line = lines_of(history())["train_loss"]
    assert 100 < len(line.values) <= MOST_POINTS
    assert line.epochs[-1] == pytest.approx(10)
    assert line.seconds[-1] == pytest.approx(STEPS / 1000)
    width = math.ceil(STEPS / MOST_POINTS)
    assert line.values[0] == pytest.approx(np.mean(np.arange(1, width + 1)))


def test_a_short_curve_is_all_there():
    line = lines_of(history(steps=50))["train_loss"]
    assert line.values.tolist() == list(range(1, 51))


def test_evaluations_have_their_epoch_and_the_seconds_of_training_at_their_step():
    lines = lines_of(history())
    assert lines.keys() == set(SERIES)
    line = lines["test_accuracy"]
    assert line.values == pytest.approx([0.05 * epoch for epoch in range(11)])
    assert line.epochs.tolist() == list(range(11))
    assert line.seconds == pytest.approx([0.938 * epoch for epoch in range(11)])
    assert lines["test_loss"].values[0] == 2.1
    assert lines["train_accuracy"].values[3] == 0.1


def test_samples_are_left_out_where_whole_sets_were_measured():
    made = history(evaluations=2)
    made.add_evaluation(Evaluation(100, 0.1, 9.0, 0.9, 9.0, 0.9, 5, 5, is_sample=True))
    assert 0.9 not in lines_of(made)["test_accuracy"].values
    begun = History()
    begun.add_evaluation(Evaluation(0, 0, 2.3, 0.1, 2.3, 0.1, 5, 5, is_sample=True))
    begun.add_evaluation(Evaluation(90, 1, 2.3, 0.1, 2.3, 0.2, 10, 10))
    assert lines_of(begun)["test_accuracy"].values.tolist() == [0.1, 0.2]
    only_sampled = History()
    only_sampled.add_evaluation(Evaluation(0, 0, 2.3, 0.1, 2.3, 0.1, 5, 5, is_sample=True))
    assert lines_of(only_sampled)["test_accuracy"].values.tolist() == [0.1]


def test_a_run_without_anything_has_empty_curves():
    assert all(len(line.values) == 0 for line in lines_of(History()).values())


def test_numbers_are_the_runs_own():
    made = job()
    made.pulses.add_neurons(made.latest_evaluation, bytes([DEAD, 0, DEAD, 1, 0, 0, DEAD]))
    entry = entry_of(made)
    assert entry.measure("test_accuracy") == 0.5
    assert entry.measure("test_loss") == pytest.approx(1.1)
    assert entry.measure("dead") == 3
    assert entry.measure("parameters") == 785 * 4 + 5 * 3 + 4 * 10
    assert (entry.id, entry.setup, entry.is_over, entry.is_finished, entry.is_plain) == (
        made.id,
        made.setup,
        True,
        True,
        True,
    )


def test_a_diverged_run_is_finished_and_has_no_number():
    made = job()
    made.status = "running"
    with made.changed:
        made.become("failed", "diverged", "")
    entry = entry_of(made)
    assert entry.has_diverged
    assert entry.is_finished
    for name in ("test_accuracy", "test_loss", "train_accuracy", "dead"):
        assert math.isnan(entry.measure(name))
    assert entry.measure("parameters") > 0


def test_a_run_that_has_just_begun_has_no_number():
    entry = entry_of(job(history=History(), latest_evaluation=None, status="starting"))
    assert math.isnan(entry.measure("test_accuracy"))
    assert math.isnan(entry.measure("dead"))
    assert not entry.is_over
    assert set(MEASURES) >= {"test_accuracy", "seconds", "parameters", "dead"}


def test_what_its_set_up_alone_does_not_decide_is_not_plain():
    assert not entry_of(job(is_fine_tuning=True)).is_plain
    own = OwnDigits(np.zeros((3, 28, 28), np.uint8), np.arange(3), np.array([True, True, False]))
    mixed = entry_of(job(own_digits=own))
    assert not mixed.is_plain
    assert mixed.own_digits == 2
    steered = job()
    steered.history.add_rate_change(RateChange(5, 0.5))
    assert not entry_of(steered).is_plain
    assert entry_of(job()).own_digits == entry_of(steered).own_digits == 0


@pytest.mark.parametrize(("score", "count"), [(OwnScore(5, 3, 1, 4, 2), 4), (OwnScore(5, 3, 1), None)])
def test_a_kept_run_tells_its_own_digits_by_its_scores(score, count):
    """The digits themselves are not kept of a run that is over; an older nnlab has kept no count either."""
    entry = entry_of(job(own_scores=[score]))
    assert not entry.is_plain
    assert entry.own_digits == count
