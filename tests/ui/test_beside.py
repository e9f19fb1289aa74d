"""Work beside the page: it says how far it is, ends when it is not wanted any more, and one follows the other."""

from __future__ import annotations

import threading

import pytest

from nnlab.ui import beside
from nnlab.ui.text import speaking, strings
from tests.nnlab.short_runs import TIMEOUT


def test_it_says_how_far_it_is_and_is_there_when_it_is_finished():
    said, may_go_on, has_begun = [], threading.Event(), threading.Event()

    def make(hear):
        hear(0.5, "take_away.testing")
        has_begun.set()
        assert may_go_on.wait(TIMEOUT)
        return "made"

    task = beside.Task("a", make)
    assert has_begun.wait(TIMEOUT)
    with speaking("en"):
        said = beside.follow(task)
    assert said["share"] == 0.5
    assert said["words"].startswith(strings("en")["take_away.testing"])
    assert "left" in said["words"]
    may_go_on.set()
    task.wait(TIMEOUT)
    assert (task.status, task.result) == ("finished", "made")
    assert beside.follow(task) == {"isOver": True}
    task.cancel()
    assert task.status == "finished"


def test_what_is_not_wanted_any_more_ends_the_next_time_that_it_says_how_far_it_is():
    shares, is_known = [], threading.Event()

    def make(hear):
        assert is_known.wait(TIMEOUT)
        for share in (0.5, 1.0):
            hear(share, "take_away.testing")
            shares.append(share)
            task.cancel()
        pytest.fail("it went on")

    task = beside.Task("a", make)
    is_known.set()
    task.wait(TIMEOUT)
    assert shares == [0.5]
    assert (task.status, task.result) == ("cancelled", None)


def test_one_waits_for_another_and_may_be_cancelled_while_it_waits():
    with beside.LINE:
        task = beside.Task("a", lambda hear: pytest.fail("it had no turn"))
        assert beside.follow(task)["share"] == 0.0
        task.cancel()
        task.wait(TIMEOUT)
    assert task.status == "cancelled"


def test_what_fails_is_said_to_have_failed(capsys):
    def make(hear):
        raise MemoryError("none left")

    task = beside.Task("a", make)
    task.wait(TIMEOUT)
    assert task.status == "failed"
    assert "none left" in capsys.readouterr().err
    with beside.LINE:  # it has given up its turn
        pass
