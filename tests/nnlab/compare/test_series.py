"""Runs that are fed to the engine a few at a time: with runs that the test ends by hand, and once with real ones."""

from __future__ import annotations

import time
from dataclasses import replace

import pytest

from nnlab.compare import series as module
from nnlab.compare.entry import entry_of
from nnlab.compare.grid import Axis, Grid, with_more_seeds
from nnlab.compare.series import AllSeries
from nnlab.config import DataConfig, ModelConfig, Setup, TrainConfig
from nnlab.records import StepRecord
from nnlab.runs import jobs
from nnlab.runs.run import Job

BASE = Setup(ModelConfig((8,)), TrainConfig(epochs=1, batch_size=50, training_images=400), DataConfig("builtin"))
TWO_BY_TWO = Grid(BASE, (Axis("activation", ("relu", "tanh")),), seeds=2)


class FakeRuns:
    """Runs that the test ends by hand."""

    def __init__(self, room: int = 100):
        self.room, self.begun = room, []

    def start(self, setup, *, owner=""):
        job = Job(setup, owner)
        job.status = "running"
        self.begun.append(job)
        return job

    def get(self, job_id):
        return next((job for job in self.begun if job.id == job_id), None)

    def has_room(self, setup, owner):
        return sum(not job.is_over for job in self.begun if job.owner == owner) < self.room

    def end(self, job, status="finished", code=""):
        with job.changed:
            job.become(status, code, "")


@pytest.fixture(autouse=True)
def two_cores(monkeypatch):
    monkeypatch.setattr(module, "core_count", lambda: 2)


def made(room=100):
    runs = FakeRuns(room)
    return runs, AllSeries(runs, has_thread=False)


def test_a_button_that_is_pressed_twice_begins_one_series():
    runs, every = made()
    series = every.begin("ada", TWO_BY_TWO.setups)
    assert every.begin("ada", TWO_BY_TWO.setups) is series
    assert every.of("ada") == [series]
    assert every.begin("bob", TWO_BY_TWO.setups) is not series
    every.cancel(series)
    assert every.begin("ada", TWO_BY_TWO.setups) is not series


def test_only_so_many_train_at_once_and_all_come_in_their_order():
    runs, every = made()
    series = every.begin("ada", TWO_BY_TWO.setups)
    assert [job.setup for job in runs.begun] == TWO_BY_TWO.setups[:2]
    assert {job.owner for job in runs.begun} == {"ada"}
    assert every.tend()
    assert len(runs.begun) == 2
    runs.end(runs.begun[1])
    every.tend()
    assert [job.setup for job in runs.begun] == TWO_BY_TWO.setups[:3]
    for number in (0, 2):
        runs.end(runs.begun[number])
    every.tend()
    runs.end(runs.begun[3])
    assert not every.tend()
    assert (series.status, series.over, series.share) == ("finished", 4, 1.0)
    assert [entry.setup for entry in series.entries] == TWO_BY_TWO.setups


def test_a_visitors_two_series_share_the_places_and_anothers_does_not():
    runs, every = made()
    every.begin("ada", TWO_BY_TWO.setups)
    every.begin("ada", Grid(BASE, seeds=3).setups)
    assert len(runs.begun) == 2
    every.begin("bo", Grid(BASE, seeds=3).setups)
    assert [job.owner for job in runs.begun] == ["ada", "ada", "bo", "bo"]


def test_where_a_visitor_has_too_many_runs_it_waits_without_a_failed_one(monkeypatch):
    runs, every = made(room=1)
    series = every.begin("ada", TWO_BY_TWO.setups)
    assert len(runs.begun) == 1
    runs.end(runs.begun[0])
    every.tend()
    assert len(runs.begun) == 1  # not asked again at once
    monkeypatch.setattr(module, "RETRY_SECONDS", 0.0)
    series.retry_at = 0.0
    every.tend()
    assert len(runs.begun) == 2
    assert series.status == "running"


def test_one_that_the_server_had_no_room_for_is_begun_again():
    runs, every = made()
    series = every.begin("ada", TWO_BY_TWO.setups)
    runs.end(runs.begun[0], "failed", "server_full")
    every.tend()
    assert [job.setup for job in runs.begun].count(TWO_BY_TWO.setups[0]) == 2
    assert series.over == 0


@pytest.mark.parametrize("code", ["diverged", "crashed"])
def test_one_that_failed_of_itself_is_over(code):
    runs, every = made()
    series = every.begin("ada", TWO_BY_TWO.setups)
    runs.end(runs.begun[0], "failed", code)
    every.tend()
    assert series.over == 1
    assert series.entries[0].has_diverged == (code == "diverged")


def test_what_was_trained_before_is_not_trained_again():
    runs, every = made()
    one, stopped, tuned, other = (runs.start(setup, owner="ada") for setup in [*TWO_BY_TWO.setups[:3], BASE])
    for job in (one, tuned):
        runs.end(job)
    runs.end(stopped, "stopped")
    tuned.is_fine_tuning = True
    runs.end(other)
    known = [entry_of(job) for job in (one, stopped, tuned)]
    series = every.begin("ada", TWO_BY_TWO.setups, known)
    assert series.over == 1
    assert series.entries[0].id == one.id
    assert [job.setup for job in runs.begun[4:]] == TWO_BY_TWO.setups[1:3]
    elsewhere = replace(entry_of(one), data_source="mnist")
    assert every.begin("bo", TWO_BY_TWO.setups, [elsewhere]).over == 0


def test_cancelled_it_stops_what_trains_begins_nothing_more_and_keeps_what_is_finished():
    runs, every = made()
    series = every.begin("ada", TWO_BY_TWO.setups)
    runs.end(runs.begun[0])
    every.tend()
    stopped = []
    for job in runs.begun[1:]:
        job._tell = lambda job, command: stopped.append(command.word)
    every.cancel(series)
    assert stopped == ["stop", "stop"]
    for job in runs.begun[1:]:
        runs.end(job, "stopped")
    every.tend()
    assert (series.status, len(runs.begun), series.over) == ("cancelled", 3, 3)
    assert [entry.is_finished for entry in series.entries] == [True, False, False]
    every.go_on(series)
    assert series.status == "running"
    assert [job.setup for job in runs.begun[3:]] == TWO_BY_TWO.setups[1:3]


def test_more_runs_are_added_behind_and_none_twice():
    runs, every = made()
    series = every.begin("ada", TWO_BY_TWO.setups)
    more = with_more_seeds(TWO_BY_TWO.variants, [0, 1], 1)
    every.extend(series, more)
    assert [each.setup for each in series.planned] == more == Grid(BASE, TWO_BY_TWO.axes, 3).setups
    with pytest.raises(ValueError, match="42 runs; allowed: 1 to 40"):
        every.extend(series, with_more_seeds(TWO_BY_TWO.variants, [0, 1, 2], 18))
    assert len(series.planned) == 6


def test_nothing_and_too_much_are_refused():
    for setups in ([], Grid(BASE, seeds=41).setups):
        with pytest.raises(ValueError, match="allowed: 1 to 40"):
            made()[1].begin("ada", setups)


def test_share_and_time_left_count_a_long_run_for_more(monkeypatch):
    now = [100.0]
    monkeypatch.setattr(module.time, "monotonic", lambda: now[0])
    runs, every = made()
    series = every.begin("ada", Grid(BASE, (Axis("epochs", (1, 3)),)).setups)
    assert (series.share, series.seconds_left) == (0.0, None)
    now[0] = 110.0
    runs.end(runs.begun[0])
    every.tend()
    assert series.share == pytest.approx(1 / 4)
    assert series.seconds_left == pytest.approx(30.0)
    runs.begun[1].latest = StepRecord(12, 1.5, 1.0, 0.5, 0.01, 50)  # of 24 steps
    assert series.share == pytest.approx((1 + 1.5) / 4)
    assert series.seconds_left == pytest.approx(6.0)


def test_known_runs_do_not_count_as_speed(monkeypatch):
    now = [100.0]
    monkeypatch.setattr(module.time, "monotonic", lambda: now[0])
    runs, every = made()
    known = runs.start(TWO_BY_TWO.setups[0])
    runs.end(known)
    series = every.begin("ada", TWO_BY_TWO.setups, [entry_of(known)])
    now[0] = 101.0
    assert (series.share, series.seconds_left) == (0.25, None)


def test_it_is_found_by_its_id_and_by_its_owner():
    _, every = made()
    one, two = (every.begin("ada", Grid(BASE, seeds=count).setups) for count in (2, 3))
    assert every.get(one.id) is one
    assert every.of("ada") == [two, one]
    assert every.get("nobody") is None
    assert len({one.id, two.id}) == 2


def test_old_ones_are_forgotten_but_none_that_goes_on(monkeypatch):
    monkeypatch.setattr(module, "KEPT", 2)
    _, every = made()
    first = every.begin("ada", TWO_BY_TWO.setups)
    others = [every.begin("bo", Grid(BASE, seeds=count).setups) for count in (2, 3, 4, 5)]
    for each in others:
        every.cancel(each)
    every.begin("bo", TWO_BY_TWO.setups)
    assert every.get(first.id) is first
    assert [every.get(each.id) for each in others] == [None, None, *others[2:]]


def test_a_paused_run_is_told():
    runs, every = made()
    series = every.begin("ada", TWO_BY_TWO.setups)
    runs.begun[0].status = "paused"
    assert series.paused == 1


def test_a_thread_of_the_server_trains_them_all(tiny_folder, monkeypatch):
    """Nobody looks: the real engine trains four runs, and each is what its set-up says."""
    monkeypatch.setenv("NNLAB_DATA_DIR", str(tiny_folder))
    monkeypatch.setenv("NNLAB_WORKERS", "1")
    every = AllSeries(jobs)
    grid = replace(TWO_BY_TWO, base=replace(BASE, data=DataConfig("mnist")))
    try:
        series = every.begin("ada", grid.setups)
        deadline = time.monotonic() + 120
        while series.status == "running" and time.monotonic() < deadline:
            time.sleep(0.05)
        entries = series.entries
        assert [entry.setup for entry in entries] == grid.setups
        assert {entry.status for entry in entries} == {"finished"}
        assert all(entry.evaluation.step == entry.setup.train.total_steps for entry in entries)
        again = every.begin("ada", grid.setups, entries)
        assert (again.status, again.over) == ("finished", 4)
    finally:
        jobs.shutdown()
