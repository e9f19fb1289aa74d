"""A run's learning curve as it is drawn: thinned and smoothed, the same for whoever asks, and nothing twice."""

import math

import numpy as np
import pytest

from nnlab.config import TrainConfig
from nnlab.records import Evaluation, RateChange, StepRecord
from nnlab.runs.curve import MAX_DRAWN_STEPS, Curve
from nnlab.runs.history import History, to_rows

STEPS = 100  # of an epoch
BATCH = 8


def begin(epochs: int) -> tuple[History, Curve]:
    """The history of a run that has not begun, and its curve."""
    history = History()
    return history, Curve(history, TrainConfig(epochs=epochs, batch_size=BATCH, training_images=STEPS * BATCH))


def add_steps(history: History, first: int, last: int, loss=lambda step: 1 / step, images: int = BATCH) -> None:
    records = [StepRecord(step, step / STEPS, loss(step), 0.5, 0.1, images) for step in range(first, last + 1)]
    history.add_steps(to_rows(records, [0.0] * len(records)))


def test_each_stretch_holds_what_is_new_and_says_how_much_went_before():
    history, curve = begin(epochs=2)
    add_steps(history, 1, 30)
    history.add_evaluation(Evaluation(0, 0.0, 2.3, 0.1, 2.4, 0.12, 10, 20))
    first = curve.since()
    assert (first["stepsBefore"], len(first["steps"]["epoch"]), first["evaluationsBefore"]) == (0, 30, 0)
    assert first["evaluations"] == [[0.0, 2.3, 2.4, 0.1, 0.12, 10, 20, False]]
    add_steps(history, 31, 45)
    second = curve.since(30, 1)
    assert (second["stepsBefore"], second["steps"]["epoch"][0], second["evaluationsBefore"]) == (30, 0.31, 1)
    third = curve.since(45, 1)
    assert third["steps"]["loss"] == third["evaluations"] == []
    assert curve.since(20)["steps"]["epoch"][0] == 0.21, "what was asked for may be asked for again"


@pytest.mark.parametrize("known", [-1, 31, 10**8])
def test_who_says_to_have_what_there_is_not_is_given_everything(known):
    history, curve = begin(epochs=2)
    add_steps(history, 1, 30)
    stretch = curve.since(known, known)
    assert (stretch["stepsBefore"], len(stretch["steps"]["epoch"]), stretch["evaluationsBefore"]) == (0, 30, 0)


def test_a_curve_in_pieces_is_the_curve_in_a_whole():
    history, pieces = begin(epochs=500)
    other_history, whole = begin(epochs=500)
    joined = {name: [] for name in ("epoch", "loss", "smooth", "accuracy")}
    for start in range(1, 9_000, 700):
        for each in (history, other_history):
            add_steps(each, start, start + 699, lambda step: math.sin(step / 50) + 2)
        for name, values in pieces.since(len(joined["loss"]))["steps"].items():
            joined[name] += values
    assert joined == whole.since()["steps"]


@pytest.mark.parametrize("epochs", [1, 20, 21, 94, 199, 1000])
def test_a_run_is_drawn_in_few_points_with_single_batches_kept(epochs):
    history, curve = begin(epochs)
    for start in range(0, epochs * STEPS, 10_000):
        add_steps(history, start + 1, min(start + 10_000, epochs * STEPS))
        curve.read()
    drawn = curve.since(is_still=True)["steps"]
    assert 0 < len(drawn["loss"]) <= MAX_DRAWN_STEPS + 1
    steps = np.array(drawn["epoch"]) * STEPS
    assert np.allclose(drawn["loss"], 1 / steps, rtol=1e-3)
    assert steps[-1] == pytest.approx(epochs * STEPS, rel=1e-4)


def test_the_beginning_of_a_long_run_is_drawn_step_by_step():
    """Of a run of 100,000 steps one in 50 was drawn: in a large class the first one came after many seconds."""
    history, curve = begin(epochs=1000)
    add_steps(history, 1, 20_000)
    steps = np.array(curve.since()["steps"]["epoch"]) * STEPS
    assert steps[:100].tolist() == pytest.approx(list(range(1, 101)))
    gaps = np.diff(steps)
    assert np.all(gaps <= 1.02 + steps[:-1] / 100)
    assert gaps.max() <= 100_000 / MAX_DRAWN_STEPS * 2


def test_a_single_step_is_seen_when_the_run_pauses_and_only_once():
    """Step 1,001 of 9,400 is not drawn while the run goes on, but it is where the pause is."""
    history, curve = begin(epochs=94)
    add_steps(history, 1, 1001)
    drawn = len(curve.since()["steps"]["loss"])
    assert curve.since()["steps"]["epoch"][-1] < 10.01
    for _ in range(2):
        still = curve.since(is_still=True)["steps"]
        assert (len(still["loss"]), still["epoch"][-1]) == (drawn + 1, 10.01)
    add_steps(history, 1002, 1005)
    assert curve.since(is_still=True)["steps"]["epoch"][drawn:] == [10.01, 10.05]


def test_the_smoothed_curve_is_a_mean_at_first_and_forgets_later():
    history, curve = begin(epochs=10)
    add_steps(history, 1, 2, lambda step: float(step))
    curve.read()
    assert curve.smoothed[0] == pytest.approx(1.5)  # (1 + 2) / 2
    add_steps(history, 3, 400, lambda step: 7.0)
    curve.read()
    assert curve.smoothed[0] == pytest.approx(7.0, abs=1e-3)
    assert curve.learning_rate == 0.1


def test_a_short_last_batch_counts_for_less_in_the_smoothed_curve():
    """Eight images of loss 2, then one of loss 11: (8 * 2 + 1 * 11) / 9 = 3, not (2 + 11) / 2 = 6.5."""
    history, curve = begin(epochs=10)
    add_steps(history, 1, 1, lambda step: 2.0)
    add_steps(history, 2, 2, lambda step: 11.0, images=1)
    curve.read()
    assert curve.smoothed[0] == pytest.approx(3.0)


def test_an_evaluation_says_on_how_many_images_and_whether_they_are_a_sample():
    history, curve = begin(epochs=1)
    history.add_evaluation(Evaluation(1, 0.1, 2.3, 0.1, 2.4, 0.12, 54_321, 200, is_sample=True))
    assert curve.since()["evaluations"][0][5:] == [54_321, 200, True]


def test_a_loss_that_is_no_number_is_a_gap():
    history, curve = begin(epochs=1)
    add_steps(history, 1, 3, lambda step: math.nan if step == 3 else 1.0)
    history.add_evaluation(Evaluation(3, 0.1, math.inf, 0.1, math.nan, 0.1, 10, 20))
    stretch = curve.since()
    assert stretch["steps"]["loss"] == [1.0, 1.0, None]
    assert stretch["evaluations"][0][1:3] == [None, None]
    assert math.isnan(curve.smoothed[0])


def test_changes_of_the_rate_are_marked_at_their_epoch_in_every_stretch():
    history, curve = begin(epochs=10)
    history.add_rate_change(RateChange(150, 0.001))
    assert curve.since()["marks"] == curve.since()["marks"] == [[1.5, 0.001]]
