"""Where a step lies on each axis of time, and what was known then."""

from __future__ import annotations

import math

import numpy as np
import pytest

from nnlab.records import StepRecord
from nnlab.replay.recording import of_job
from nnlab.replay.timeline import AXES
from nnlab.runs.curve import Curve
from nnlab.runs.history import History, to_rows
from nnlab.runs.run import Job
from tests.nnlab.replay.made import played_job, recorded
from tests.nnlab.short_runs import SHORT


@pytest.fixture(scope="module")
def timeline():
    return recorded().timeline


@pytest.mark.parametrize(
    ("axis", "step", "place"),
    [
        ("step", 4, 0.5),  # log(1 + 4) is half of log(1 + 24)
        ("epoch", 12, 0.5),
        ("time", 12, 0.25),  # 12 s of 48 s: the second half is three times as slow
        ("time", 16, 0.5),  # 24 s
    ],
)
def test_a_step_has_its_place_on_each_axis(timeline, axis, step, place):
    assert timeline.places(axis, np.array([step]))[0] == pytest.approx(place)


@pytest.mark.parametrize("axis", AXES)
def test_every_axis_goes_from_the_start_to_the_end_and_back_to_the_steps(timeline, axis):
    steps = np.arange(25)
    places = timeline.places(axis, steps)
    assert (places[0], places[-1]) == (0, 1)
    assert (np.diff(places) > 0).all()
    assert timeline.steps_at(axis, places).tolist() == steps.tolist()
    between = (places[:-1] + places[1:]) / 2  # on the way to the next step, the last one has been taken
    assert timeline.steps_at(axis, between).tolist() == steps[:-1].tolist()
    assert timeline.steps_at(axis, np.array([-1.0, 2.0])).tolist() == [0, 24]


def test_an_unknown_axis_is_refused(timeline):
    with pytest.raises(ValueError, match="'weeks' is none of step, epoch, time"):
        timeline.places("weeks", np.array([1]))


def test_what_was_known_after_a_step(timeline):
    assert math.isnan(timeline.loss_at(0))
    smoothed = played_job().curve.since(is_still=True)["steps"]["smooth"]
    assert [timeline.loss_at(step) for step in range(1, 25)] == smoothed
    assert timeline.test_at(7) is None
    found = timeline.test_at(23)
    assert (found.step, found.accuracy, found.loss, found.images) == (16, 0.66, 1 / 16, 200)


def test_newer_weights_than_the_history_tells_of_are_the_end():
    job = played_job()
    job.history = History()
    job.curve = Curve(job.history, SHORT.train)
    assert of_job(job).timeline.last_step == 24  # the last state's


def test_time_never_goes_back():
    """After the death of a worker, the clock goes on from the last state that came back."""
    job = Job(SHORT)
    seconds = [1.0, 2.0, 1.5, 3.0]
    records = [StepRecord(step, step / 8, 1.0, 0.5, 0.01, 50) for step in range(1, 5)]
    job.history.add_steps(to_rows(records, seconds))
    timeline = of_job(job).timeline
    assert timeline.seconds(np.arange(5)).tolist() == [0, 1, 2, 2, 3]


def test_a_run_without_a_step_has_an_axis_all_the_same():
    timeline = of_job(Job(SHORT)).timeline
    for axis in AXES:
        assert timeline.places(axis, np.array([0])).tolist() == [0]
        assert timeline.steps_at(axis, np.array([0.0, 1.0])).tolist() == [0, 0]
