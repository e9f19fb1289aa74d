"""The record of a run: a cursor sees everything once, a long run stays small, means stay means."""

from __future__ import annotations

import numpy as np
import pytest

from nnlab.records import Evaluation, RateChange, StepRecord
from nnlab.runs.history import Cursor, History, to_rows


def records(first: int, last: int) -> list[StepRecord]:
    """Steps whose loss is their own number, ten to an epoch."""
    return [StepRecord(step, step / 10, float(step), 0.5, 0.01, 64) for step in range(first, last + 1)]


def rows(first: int, last: int) -> np.ndarray:
    return to_rows(records(first, last), [step / 100 for step in range(first, last + 1)])


def evaluation(step: int) -> Evaluation:
    return Evaluation(step, step / 10, 1.0, 0.5, 1.1, 0.4, 100, 100)


def test_a_point_keeps_everything_about_its_step():
    history = History()
    history.add_steps(rows(1, 3))
    points = history.since()
    assert points.step.tolist() == [1, 2, 3]
    assert points.epoch.tolist() == [0.1, 0.2, 0.3]
    assert points.loss.tolist() == [1, 2, 3]
    assert points.accuracy.tolist() == [0.5] * 3
    assert points.learning_rate.tolist() == [0.01] * 3
    assert points.seconds.tolist() == [0.01, 0.02, 0.03]


def test_cursor_gives_each_point_once():
    history, cursor, seen = History(), Cursor(), []
    for first in (1, 6, 11):
        history.add_steps(rows(first, first + 4))
        history.add_evaluation(evaluation(first))
        points = history.since(*cursor)
        seen += points.step.tolist()
        assert points.evaluations == [evaluation(first)]
        cursor = points.cursor
    assert seen == list(range(1, 16))
    again = history.since(*cursor)
    assert (len(again.step), again.evaluations, again.cursor) == (0, [], cursor)


def test_rate_changes_are_marked():
    history = History()
    history.add_rate_change(RateChange(5, 0.1))
    assert history.since().rate_changes == [RateChange(5, 0.1)]
    assert history.since(rate_changes=1).rate_changes == []


def test_long_history_halves_itself():
    """Nine steps into at most eight points: width 2, so the means of (1, 2), (3, 4), (5, 6), (7, 8); 9 still waits."""
    history = History(max_points=8)
    history.add_steps(rows(1, 8))
    assert history.width == 1
    history.add_steps(rows(9, 9))
    points = history.since()
    assert points.step.tolist() == [2, 4, 6, 8, 9]
    assert points.loss.tolist() == [1.5, 3.5, 5.5, 7.5, 9]
    history.add_steps(rows(10, 11))
    history.close_point()
    assert history.since(step=9).loss.tolist() == [10.5]


def test_a_short_last_batch_counts_for_less():
    """64 images of loss 1 and one of loss 66: (64 * 1 + 1 * 66) / 65 = 2, not the mean of two means, 33.5."""
    batches = [StepRecord(1, 0.5, 1.0, 0.0, 0.01, 64), StepRecord(2, 1.0, 66.0, 1.0, 0.01, 1)]
    history = History(max_points=1)
    history.add_steps(to_rows(batches, [0.1, 0.2]))
    points = history.since()
    assert (points.loss.tolist(), points.images.tolist()) == ([2.0], [65.0])
    assert points.accuracy.tolist() == pytest.approx([1 / 65])
    # And once more: 65 images of mean 2 with 65 of mean 4.
    history.add_steps(
        to_rows([StepRecord(3, 1.5, 4.0, 0.0, 0.01, 64), StepRecord(4, 2.0, 4.0, 0.0, 0.01, 1)], [0.3] * 2)
    )
    assert history.since().loss.tolist() == [3.0]


@pytest.mark.parametrize("size", [1, 7, 64])
def test_thinning_keeps_the_mean_and_the_bound(size):
    history = History(max_points=50)
    for first in range(1, 1001, size):
        history.add_steps(rows(first, min(first + size - 1, 1000)))
    history.close_point()
    points = history.since()
    assert len(history) <= 50
    assert points.step[-1] == 1000
    widths = np.diff(points.step, prepend=0)
    assert np.average(points.loss, weights=widths) == pytest.approx(500.5)  # the mean of 1, ..., 1000


def test_empty_history_has_no_points():
    assert len(History().since().step) == 0


def test_infinite_loss_is_kept():
    history = History(max_points=2)
    broken = [StepRecord(step, 0.1, loss, 0.1, 1.0, 64) for step, loss in ((1, 2.0), (2, 3.0), (3, float("inf")))]
    history.add_steps(to_rows(broken, [0.1, 0.2, 0.3]))
    assert history.since().loss.tolist() == [2.5, float("inf")]
