"""Files are read in threads that take turns, told to whoever asks, and end where they are cancelled."""

from __future__ import annotations

import threading
import time

import numpy as np
import pytest
from starlette.applications import Starlette

from nnlab.sources.brought import reading
from nnlab.ui import routes
from nnlab.ui.bringing import readings
from nnlab.ui.bringing.readings import Line, Reading
from tests.nnlab.sources.brought.test_tables import csv
from tests.ui.asking import Client


def until(is_true) -> None:
    while not is_true():
        time.sleep(0.01)


def table(count: int = 1) -> bytes:
    images = np.zeros((count, 28, 28), np.uint8)
    images[:, 4:24, 12:16] = 255
    return csv(images, np.ones(count, np.int64))


def test_all_files_are_read_and_counted():
    found = Reading("all", [(f"{number}.csv", table(2)) for number in range(3)], False, None)
    found.wait(60)
    assert (found.status, found.done, found.count, found.share) == ("finished", 3, 3, 1)
    assert [image.file for image in found.found.images] == ["0.csv"] * 2 + ["1.csv"] * 2 + ["2.csv"] * 2
    assert len(found.answers) == 6
    assert found.seconds_left == 0


def test_two_visitors_take_turns_a_file_each(monkeypatch):
    """The one who came first has three files, the other one: it is read second, not fourth."""
    line, order = Line(), []
    line.enter()
    look = reading._check_size
    monkeypatch.setattr(reading, "_check_size", lambda content: (order.append(content[-1:]), look(content)))
    first = Reading("first", [(f"{number}.csv", table() + b"\n" * 5) for number in range(3)], False, None, line)
    until(lambda: len(line._waiting) == 2)
    second = Reading("second", [("one.csv", table().rstrip())], False, None, line)
    until(lambda: len(line._waiting) == 3)
    line.leave()
    first.wait(60)
    second.wait(60)
    assert first.status == second.status == "finished"
    assert order.index(table().rstrip()[-1:]) == 1


def test_a_line_is_had_in_the_order_of_asking():
    line, order = Line(), []
    line.enter()

    def go(number: int) -> None:
        line.enter()
        order.append(number)
        line.leave()

    threads = []
    for number in range(5):
        threads.append(threading.Thread(target=go, args=[number]))
        threads[-1].start()
        until(lambda number=number: len(line._waiting) == number + 2)
    line.leave()
    for thread in threads:
        thread.join()
    assert order == [0, 1, 2, 3, 4]


def test_what_is_cancelled_ends_before_the_next_file_and_never_finishes():
    line = Line()
    line.enter()
    found = Reading("cancelled", [("a.csv", table()), ("b.csv", table())], False, None, line)
    found.cancel()
    assert found.status == "cancelled"
    line.leave()
    found.wait(60)
    assert (found.status, found.done, len(found.found.images)) == ("cancelled", 0, 0)
    line.enter()  # whoever is next has a turn


def test_a_finished_reading_cannot_be_cancelled():
    found = Reading("finished", [("a.csv", table())], False, None)
    found.wait(60)
    found.cancel()
    assert found.status == "finished"


@pytest.mark.parametrize(("language", "words"), [("en", "File 2 of 4"), ("ko", "파일 4개 중 2번째")])
def test_a_browser_is_told_how_it_goes_on(language, words):
    line = Line()
    line.enter()
    found = Reading("told", [("a.csv", table())] * 4, False, None, line)
    client = Client(Starlette(routes=routes.routes()))
    found.done = 1
    told = client.get(f"/nnlab/readings/{found.id}?language={language}").json()
    assert told["words"].startswith(words)
    assert " · " in told["words"]
    assert (told["isOver"], told["share"]) == (False, 0.25)
    found.cancel()
    assert client.get(f"/nnlab/readings/{found.id}").json() == {"isOver": True}
    line.leave()
    assert client.get("/nnlab/readings/another").status_code == 404


def test_a_reading_that_no_visitor_has_is_forgotten():
    found = Reading("forgotten", [("a.csv", table())], False, None)
    name = found.id
    found.wait(60)
    assert name in readings.READINGS
    del found
    assert name not in readings.READINGS
