"""A small class at a real server: nothing is lost, nothing is another's. How long they wait is for the tool to say."""

from __future__ import annotations

import base64
import os
import re
import subprocess
import sys
import threading
from contextlib import nullcontext
from types import SimpleNamespace

import pytest

from tests.browser.harness import run_server
from tests.coroutines import finish
from tests.load import browsers, visitors
from tests.load.screen import Element
from tests.load.visitor import CANVAS, CURVE, NETWORK, Amiss, Tally, Visitor, drawing, seen
from tests.load.visitors import Class, Memory, describe, median_and_p95, report


def test_of_twenty_answers_the_second_slowest_is_the_95th_percentile():
    assert median_and_p95([20.0, *range(1, 20)]) == (10.5, 19.0)
    assert describe("pause", [3.0]) == "pause: 1, median 3,000 ms, p95 3,000 ms"


def test_a_report_names_what_was_amiss():
    tally = Tally({"curve": [0.1], "pause": [0.5]}, 1, ["a run is gone"], ["KeyError: x"])
    lines = report(Class(tally, Memory(10**9, 2 * 10**9, 10**9), 3.0, 0)).splitlines()
    assert lines[0] == "any answer: 1, median 100 ms, p95 100 ms"
    assert "1.00 GB before, 2.00 GB at most" in lines[-4]
    assert lines[-2:] == ["KeyError: x", "a run is gone"]


def test_no_two_visitors_draw_alike():
    assert len({seen(drawing(number)[0]) for number in range(30)}) == 30


@pytest.mark.skipif(sys.platform != "linux", reason="only on Linux has each thread a priority of its own")
def test_browsers_give_way_to_the_server_and_cannot_push_ahead():
    found = []

    def start_something():
        browsers.give_way()
        for command in (["nice"], ["nice", "-n", "-20", "nice"]):  # without a command, it says how nice it is
            found.append(int(subprocess.run(command, capture_output=True, text=True, check=False).stdout))

    thread = threading.Thread(target=start_something)
    thread.start()
    thread.join()
    here = os.getpriority(os.PRIO_PROCESS, 0)
    assert found == [here + browsers.GIVING_WAY] * 2


@pytest.mark.mnist
def test_six_visitors_at_once_lose_nothing_and_see_what_is_theirs(tmp_path, monkeypatch):
    monkeypatch.setattr(visitors, "WATCH_SECONDS", (0.2, 0.5))
    monkeypatch.setattr(visitors, "READING_SECONDS", (0.0, 0.1))
    monkeypatch.setattr(visitors, "ARRIVAL_SECONDS", 0.5)
    with run_server(tmp_path) as address:
        tally, _ = finish(visitors.hold_class(address, 6, 6, 0, inspecting=3))
    assert (tally.missing, tally.amiss, tally.exceptions) == (0, [], [])
    assert not re.search("Traceback|Error|No runtime", (tmp_path / "log.txt").read_text())
    assert {"start", "pause", "one step", "resume", "stop", "page", "look", "curve"} <= tally.times.keys()
    assert len(tally.times["start"]) == len(tally.times["stop"]) == 6


class Frame:
    """What a visitor's window shows, without a server."""

    def __init__(self, **elements):
        self.elements = {name: Element("id", "", data) for name, data in elements.items()}


@pytest.fixture
def visitor(monkeypatch):
    async def opened(page, query=""):
        pass

    visitor = Visitor("", None, None, Tally(), number=1)
    monkeypatch.setattr(visitor, "open", opened)
    monkeypatch.setattr(visitor, "_send", opened)
    visitor.run = "its-own"
    return visitor


def test_another_run_than_ones_own_is_noticed(visitor):
    visitor.screen = Frame(**{CURVE: {"run": "another"}})
    with pytest.raises(Amiss, match="finds another instead of its own"):
        finish(visitor.come_back())
    visitor.screen = Frame(**{CURVE: {"run": "its-own"}})
    finish(visitor.come_back())


def test_a_board_without_ones_own_run_is_noticed(visitor, monkeypatch):
    async def answer(address, query):
        assert address.endswith("/classes/22222222")
        return SimpleNamespace(status_code=200, json=lambda: {"runs": [{"id": run} for run in runs]})

    monkeypatch.setattr(visitor, "_get", answer)
    for runs in (["another", "its-own"], ["another"]):
        with pytest.raises(Amiss, match="not on the board") if "its-own" not in runs else nullcontext():
            finish(visitor.read_board("22222222"))
    assert len(visitor.tally.answers) == 2


def test_another_drawing_than_ones_own_is_noticed(visitor):
    for number in (1, 2):
        image = base64.b64encode(seen(drawing(number)[0])).decode()
        visitor.screen = Frame(**{CANVAS: {}, NETWORK: {"image": image}})
        with pytest.raises(Amiss) if number == 2 else nullcontext():
            finish(visitor.draw())
