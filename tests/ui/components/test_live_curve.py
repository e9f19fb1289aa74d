"""What the learning curve is sent: new points only, thinned and smoothed, and nothing twice."""

import math
from types import SimpleNamespace

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from nnlab.config import Setup, TrainConfig
from nnlab.config.presets import NOTES_LOSSES
from nnlab.records import Evaluation, RateChange, StepRecord
from nnlab.runs.history import History, to_rows
from nnlab.ui.components.live_curve import MAX_DRAWN_STEPS, CurveFeed


def add_steps(
    history: History, first: int, last: int, loss=lambda step: 1 / step, per_epoch: int = 100, images: int = 8
) -> None:
    records = [StepRecord(step, step / per_epoch, loss(step), 0.5, 0.1, images) for step in range(first, last + 1)]
    history.add_steps(to_rows(records, [0.0] * len(records)))


def take(feed: CurveFeed, history: History, is_still: bool = False) -> dict:
    return feed.take(history.since(*feed.cursor), is_still)


def test_each_message_holds_what_is_new_and_says_how_much_went_before():
    history, feed = History(), CurveFeed("run", 200, 100, 8)
    add_steps(history, 1, 30)
    history.add_evaluation(Evaluation(0, 0.0, 2.3, 0.1, 2.4, 0.12, 10, 20))
    first = take(feed, history)
    assert (first["stepsBefore"], len(first["steps"]["epoch"]), first["evaluationsBefore"]) == (0, 30, 0)
    assert first["evaluations"] == [[0.0, 2.3, 2.4, 0.1, 0.12, 10, 20, False]]
    add_steps(history, 31, 45)
    second = take(feed, history)
    assert (second["stepsBefore"], second["steps"]["epoch"][0], second["evaluationsBefore"]) == (30, 0.31, 1)
    third = take(feed, history)
    assert third["steps"]["loss"] == third["evaluations"] == []


def test_messages_in_pieces_are_one_message_in_a_whole():
    history, whole, parts = History(), CurveFeed("run", 50_000, 1000, 8), CurveFeed("run", 50_000, 1000, 8)
    pieces = []
    for start in range(1, 9_000, 700):
        add_steps(history, start, start + 699, lambda step: math.sin(step / 50) + 2)
        pieces.append(take(parts, history)["steps"])
    joined = {name: sum((piece[name] for piece in pieces), []) for name in pieces[0]}
    assert joined == take(whole, history)["steps"]


@pytest.mark.parametrize("total", [1, 2000, 2001, 9380, 19_999])
def test_a_run_is_drawn_in_few_points_with_single_batches_kept(total):
    history, feed = History(), CurveFeed("run", total, 100, 8)
    add_steps(history, 1, total)
    drawn = take(feed, history, is_still=True)["steps"]
    assert 0 < len(drawn["loss"]) <= MAX_DRAWN_STEPS + 1
    steps = np.array(drawn["epoch"]) * 100
    assert np.allclose(drawn["loss"], 1 / steps, rtol=1e-3)
    assert steps[-1] == pytest.approx(total, abs=0.5)


def test_a_single_step_is_seen_when_the_run_pauses():
    """Step 1 of 9,380 is not a multiple of the stride 5, but it is where the pause is."""
    history, feed = History(), CurveFeed("run", 9380, 938, 8)
    add_steps(history, 1, 1)
    assert len(take(feed, history)["steps"]["loss"]) == 0
    history, feed = History(), CurveFeed("run", 9380, 938, 8)
    add_steps(history, 1, 1)
    assert len(take(feed, history, is_still=True)["steps"]["loss"]) == 1


def test_the_smoothed_curve_is_a_mean_at_first_and_forgets_later():
    history, feed = History(), CurveFeed("run", 1000, 100, 8)
    add_steps(history, 1, 2, lambda step: float(step))
    take(feed, history)
    assert feed.smoothed[0] == pytest.approx(1.5)  # (1 + 2) / 2
    add_steps(history, 3, 400, lambda step: 7.0)
    take(feed, history)
    assert feed.smoothed[0] == pytest.approx(7.0, abs=1e-3)


def test_a_short_last_batch_counts_for_less_in_the_smoothed_curve():
    """Eight images of loss 2, then one of loss 11: (8 * 2 + 1 * 11) / 9 = 3, not (2 + 11) / 2 = 6.5."""
    history, feed = History(), CurveFeed("run", 1000, 100, 8)
    add_steps(history, 1, 1, lambda step: 2.0)
    add_steps(history, 2, 2, lambda step: 11.0, images=1)
    take(feed, history)
    assert feed.smoothed[0] == pytest.approx(3.0)


def test_an_evaluation_says_on_how_many_images_and_whether_they_are_a_sample():
    history, feed = History(), CurveFeed("run", 10, 10, 8)
    history.add_evaluation(Evaluation(1, 0.1, 2.3, 0.1, 2.4, 0.12, 100, 200, is_sample=True))
    assert take(feed, history)["evaluations"][0][5:] == [100, 200, True]


def test_a_loss_that_is_no_number_is_a_gap():
    history, feed = History(), CurveFeed("run", 10, 10, 8)
    add_steps(history, 1, 3, lambda step: math.nan if step == 3 else 1.0)
    assert take(feed, history)["steps"]["loss"] == [1.0, 1.0, None]


def test_changes_of_the_rate_are_marked_at_their_epoch_in_every_message():
    history, feed = History(), CurveFeed("run", 1000, 100, 8)
    history.add_rate_change(RateChange(150, 0.001))
    assert take(feed, history)["marks"] == take(feed, history)["marks"] == [[1.5, "0.001"]]


def page_of_a_curve():
    import streamlit as st

    from nnlab.ui.components import live_curve

    job = st.session_state["job"]
    feed, message = live_curve.take(job)
    st.session_state["message"] = message
    live_curve.learning_curve(message, 10, {"alt": "a curve"}, 300, 14)


def test_a_visitors_chart_is_sent_everything_once_and_again_when_it_asks():
    history = History()
    add_steps(history, 1, 20)
    app = AppTest.from_function(page_of_a_curve, default_timeout=30)
    setup = Setup(train=TrainConfig(epochs=1))
    app.session_state["job"] = SimpleNamespace(id="run", setup=setup, history=history, status="running")
    app.run()
    assert not app.exception
    assert len(app.session_state["message"]["steps"]["loss"]) == 20
    app.run()
    assert app.session_state["message"]["steps"]["loss"] == []
    del app.session_state["train.curve"]
    app.run()
    assert len(app.session_state["message"]["steps"]["loss"]) == 20


def test_the_notes_curve_is_the_one_in_the_notes():
    """Ten epochs, from 1.0511 down to 0.1745, falling all the way."""
    assert (len(NOTES_LOSSES), NOTES_LOSSES[0], NOTES_LOSSES[-1]) == (10, 1.0511, 0.1745)
    assert list(NOTES_LOSSES) == sorted(NOTES_LOSSES, reverse=True)
