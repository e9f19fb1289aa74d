"""When the server gives memory back."""

from types import SimpleNamespace

import pytest

from nnlab.ui import at_rest

BUSY = at_rest.LOOK_SECONDS  # of processor time, between two looks: a whole core
IDLE = 0.01 * at_rest.LOOK_SECONDS


def told(*steps):
    """What a watch says at each of these steps of processor time."""
    used, watch = 0.0, at_rest.Watch()
    said = []
    for step in steps:
        used += step
        said.append(watch.is_time(used))
    return said


def test_memory_goes_back_once_when_a_class_has_left():
    assert told(BUSY, BUSY, IDLE, IDLE, IDLE) == [False, False, True, False, False]


def test_and_again_after_the_next_class():
    assert told(BUSY, IDLE, BUSY, IDLE) == [False, True, False, True]


def test_a_server_that_nobody_visits_looks_for_nothing():
    assert told(*[0.0] * 100) == [False] * 100


def test_many_little_things_are_worth_it_together():
    little = 0.9 * at_rest.REST_SHARE * at_rest.LOOK_SECONDS
    enough = -(-at_rest.WORTH_SECONDS // little)
    said = told(*[little] * 10)
    assert said.index(True) == enough - 1


def test_the_thread_looks_between_two_rests(monkeypatch):
    clock = iter([1.0, 1.0 + BUSY, 1.0 + BUSY + IDLE, 1.0 + BUSY + IDLE])
    done = []

    def sleep(seconds):
        done.append(seconds)
        if len(done) > 6:
            raise EOFError

    monkeypatch.setattr(at_rest, "time", SimpleNamespace(sleep=sleep, process_time=lambda: next(clock, 99.0)))
    monkeypatch.setattr(at_rest, "give_memory_back", lambda: done.append("memory"))
    with pytest.raises(EOFError):
        at_rest._look_for_ever()
    assert done[:4] == [at_rest.LOOK_SECONDS, at_rest.LOOK_SECONDS, "memory", at_rest.LOOK_SECONDS]
