"""t-SNE maps in their own process: in turn, shared by those who want the same, ended when nobody wants them."""

from __future__ import annotations

import os
import subprocess
import sys

import numpy as np
import pytest

from nnlab.inspection.tsne import STEPS, Embedding
from nnlab.runs import mapping as module
from nnlab.runs import tasks
from nnlab.runs.mapping import Mapped, Mapper, Mapping
from tests.nnlab.short_runs import TIMEOUT, until

POINTS = np.random.default_rng(6).normal(size=(60, 5)).astype(np.float32)


@pytest.fixture
def mapper():
    made = Mapper()
    yield made
    made.shutdown()


@pytest.fixture
def idle(mapper, monkeypatch) -> Mapper:
    """A mapper of one map at a time whose maps never get on by themselves."""
    monkeypatch.setattr(tasks, "core_count", lambda: 2)
    monkeypatch.setattr(mapper, "_start", lambda mapping: None)
    return mapper


def finish(mapper: Mapper, mapping: Mapping) -> None:
    mapper._receive(mapping, Mapped(STEPS, STEPS, 0.5, np.zeros((60, 2), np.float32).tobytes()))


def until_over(mapper: Mapper, mapping: Mapping) -> None:
    with mapper.changed:
        assert mapper.changed.wait_for(lambda: mapping.is_over, TIMEOUT)


def test_a_map_is_made_in_a_process_of_its_own(mapper, processes):
    mapping = mapper.begin("ada", "noise", POINTS)
    assert mapping.status == "making"
    until_over(mapper, mapping)
    assert (mapping.status, mapping.step, mapping.share) == ("finished", STEPS, 1.0)
    assert processes[0].wait(TIMEOUT) == 0
    check = Embedding(POINTS)
    before = check.divergence()
    check.places = mapping.places.copy()
    assert mapping.divergence == pytest.approx(check.divergence(), rel=1e-4)
    assert mapping.divergence < before - 0.3
    assert mapper.begin("bob", "noise", POINTS) is mapping  # it is kept
    assert len(processes) == 1


@pytest.mark.skipif(not hasattr(os, "getpriority"), reason="there are no priorities")
def test_a_map_lets_everything_go_first_and_ends_when_it_is_cancelled(mapper, processes):
    points = np.random.default_rng(7).normal(size=(2000, 100))
    mapping = mapper.begin("ada", "large", points)
    until(lambda: processes)
    (process,) = processes
    until(lambda: os.getpriority(os.PRIO_PROCESS, process.pid) == 19)
    with open(f"/proc/{process.pid}/environ", "rb") if sys.platform == "linux" else open(os.devnull, "rb") as file:
        environment = file.read()
    assert sys.platform != "linux" or b"OMP_NUM_THREADS=1" in environment
    mapper.cancel("ada", mapping)
    assert mapping.status == "cancelled"
    assert process.wait(TIMEOUT) == 0


def test_a_process_that_dies_fails_its_map_and_the_next_one_begins(mapper, processes, monkeypatch):
    monkeypatch.setattr(tasks, "core_count", lambda: 2)
    first = mapper.begin("ada", "first", np.random.default_rng(8).normal(size=(2000, 100)))
    second = mapper.begin("bob", "second", POINTS)
    assert second.status == "waiting"
    until(lambda: processes)
    processes[0].kill()
    until_over(mapper, first)
    assert first.status == "failed"
    until_over(mapper, second)
    assert second.status == "finished"


def test_maps_without_a_process_have_failed_and_none_waits_for_them(mapper, monkeypatch, capsys):
    def refuse(*_, **__):
        raise OSError("no room")

    monkeypatch.setattr(tasks, "core_count", lambda: 2)
    monkeypatch.setattr(subprocess, "Popen", refuse)
    made = [mapper.begin(name, name, POINTS) for name in ("first", "second", "third")]
    for mapping in made:
        until_over(mapper, mapping)
    assert [mapping.status for mapping in made] == ["failed"] * 3
    assert "no room" in capsys.readouterr().err


def test_maps_without_a_thread_have_failed_and_none_waits_for_them(idle, monkeypatch):
    first, second, third = (idle.begin(name, name, POINTS) for name in ("first", "second", "third"))

    def refuse(_mapping):
        raise RuntimeError("can't start new thread")

    monkeypatch.setattr(idle, "_start", refuse)
    finish(idle, first)
    assert (second.status, third.status) == ("failed", "failed")
    assert idle.begin("fourth", "fourth", POINTS).status == "failed"


def test_nothing_begins_while_all_is_given_up(idle, monkeypatch):
    begun = []
    for name in ("first", "second", "third"):
        idle.begin(name, name, POINTS)
    monkeypatch.setattr(idle, "_start", begun.append)
    idle.shutdown()
    assert begun == []


def test_maps_wait_for_each_other_and_say_how_many_are_before_them(idle):
    first, second, third = (idle.begin(owner, owner, POINTS) for owner in ("ada", "bob", "eve"))
    assert [each.status for each in (first, second, third)] == ["making", "waiting", "waiting"]
    assert [idle.before(each) for each in (first, second, third)] == [0, 1, 2]
    finish(idle, first)
    assert [each.status for each in (first, second, third)] == ["finished", "making", "waiting"]
    assert idle.before(third) == 1


def test_a_visitor_has_one_map_at_a_time(idle):
    first = idle.begin("ada", "first", POINTS)
    second = idle.begin("ada", "second", POINTS)
    assert (first.status, second.status) == ("cancelled", "making")
    assert idle.begin("ada", "first", POINTS) is not first  # what was cancelled begins anew


def test_who_wants_the_same_map_shares_it_and_one_alone_cannot_end_it(idle):
    mapping = idle.begin("ada", "same", POINTS)
    assert idle.begin("bob", "same", POINTS) is mapping
    idle.cancel("ada", mapping)
    assert mapping.status == "making"
    idle.cancel("bob", mapping)
    assert mapping.status == "cancelled"


def test_so_many_maps_wait_and_no_more(idle):
    made = [idle.begin(f"visitor {number}", f"map {number}", POINTS) for number in range(tasks.MOST_WAITING + 2)]
    assert [each is None for each in made] == [False] * (tasks.MOST_WAITING + 1) + [True]
    finish(idle, made[0])
    assert idle.begin("late", "map", POINTS).status == "waiting"


def test_half_of_the_cores_make_maps(idle, monkeypatch):
    monkeypatch.setattr(tasks, "core_count", lambda: 8)
    statuses = [idle.begin(f"{number}", f"{number}", POINTS).status for number in range(5)]
    assert statuses == ["making"] * 4 + ["waiting"]


def test_only_the_newest_finished_maps_are_kept(idle, monkeypatch):
    monkeypatch.setattr(idle, "_kept", 2)
    made = []
    for number in range(4):
        made.append(idle.begin("ada", f"{number}", POINTS))
        finish(idle, made[-1])
    assert [idle.get(each.id) is each for each in made] == [False, False, True, True]


def test_the_time_that_is_left_is_that_of_the_steps_so_far(idle, monkeypatch):
    now = 100.0
    monkeypatch.setattr(module.time, "monotonic", lambda: now)
    mapping = idle.begin("ada", "map", POINTS)
    places = np.zeros((60, 2), np.float32).tobytes()
    idle._receive(mapping, Mapped(0, 750, 3.0, places))
    assert mapping.seconds_left is None
    now = 110.0
    idle._receive(mapping, Mapped(250, 750, 2.0, places))
    assert mapping.seconds_left == pytest.approx(20)
    assert mapping.share == pytest.approx(1 / 3)


def test_places_of_other_points_are_not_taken(idle):
    mapping = idle.begin("ada", "map", POINTS)
    with pytest.raises(ValueError, match="reshape"):
        idle._receive(mapping, Mapped(1, 750, 3.0, bytes(16)))
    assert mapping.places is None
