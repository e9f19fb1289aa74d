"""Films are made in their own process: in turn, one for each visitor, ended when they are not wanted any more."""

from __future__ import annotations

import io
import os
import threading
from pathlib import Path

import pytest
from PIL import Image

from nnlab.replay.making import Film, Filmed, FilmOrder, Maker
from nnlab.runs import tasks
from nnlab.runs.channel import Channel
from tests.nnlab.replay.made import filmed
from tests.nnlab.short_runs import TIMEOUT, until


@pytest.fixture(scope="module")
def scene():
    return filmed("epoch", 12)


@pytest.fixture
def maker(monkeypatch):
    monkeypatch.setattr(tasks, "core_count", lambda: 2)
    made = Maker()
    yield made
    made.shutdown()


@pytest.fixture
def idle(maker, monkeypatch) -> Maker:
    """A maker whose films never get on by themselves."""
    monkeypatch.setattr(maker, "_make", lambda film: None)
    return maker


def begin(maker: Maker, owner: str = "ada", frames: int = 12, make_scene=filmed) -> Film | None:
    return maker.begin(owner, "run", "gif", 480, frames, make_scene)


def until_over(maker: Maker, film: Film) -> None:
    with maker.changed:
        assert maker.changed.wait_for(lambda: film.is_over, TIMEOUT)


def test_a_film_is_made_in_a_process_of_its_own(maker, processes, scene):
    threads = []

    def make_scene():
        threads.append(threading.current_thread())
        return scene

    film = begin(maker, make_scene=make_scene)
    until_over(maker, film)
    assert (film.status, film.problem, film.done, film.share) == ("finished", "", 12, 1.0)
    assert threading.main_thread() not in threads
    assert processes[0].wait(TIMEOUT) == 0
    with Image.open(io.BytesIO(film.content)) as picture:
        assert (picture.format, picture.size, picture.n_frames) == ("GIF", (480, 320), 12)
    assert maker.get(film.id) is film


@pytest.mark.skipif(not hasattr(os, "getpriority"), reason="there are no priorities")
def test_a_film_lets_everything_go_first_and_ends_when_it_is_cancelled(maker, processes, monkeypatch):
    orders, encode = [], Channel.send
    monkeypatch.setattr(Channel, "send", lambda channel, order: (orders.append(order), encode(channel, order)))
    long_scene = filmed(frames=3000)
    film = begin(maker, frames=3000, make_scene=lambda: long_scene)
    until(lambda: processes)
    (process,) = processes
    until(lambda: film.done > 0)
    assert os.getpriority(os.PRIO_PROCESS, process.pid) == 19
    assert film.seconds_left > 0
    assert isinstance(orders[0], FilmOrder)
    folder = Path(orders[0].folder)
    assert folder.is_dir()
    maker.cancel(film)
    assert film.status == "cancelled"
    process.wait(TIMEOUT)
    until(lambda: not folder.exists())
    assert film.content == b""


def test_one_is_made_at_a_time_and_the_next_follows(idle):
    first, second = begin(idle, "ada"), begin(idle, "bob")
    assert (first.status, second.status) == ("making", "waiting")
    assert (idle.before(first), idle.before(second)) == (0, 1)
    idle._receive(first, Filmed(12, "", b"GIF"))
    assert (first.status, first.content, second.status) == ("finished", b"GIF", "making")


def test_a_visitors_new_film_takes_the_place_of_the_last(idle):
    first = begin(idle)
    second = begin(idle)
    assert (first.status, second.status) == ("cancelled", "making")
    idle.cancel(first)
    assert first.status == "cancelled"


def test_too_many_in_line_are_refused(idle, monkeypatch):
    monkeypatch.setattr(tasks, "MOST_WAITING", 2)
    films = [begin(idle, owner) for owner in ("ada", "bob", "cem")]
    assert [film.status for film in films] == ["making", "waiting", "waiting"]
    assert begin(idle, "dan") is None


def test_only_the_latest_films_are_kept(idle, monkeypatch):
    monkeypatch.setattr(idle, "_kept", 2)
    films = []
    for owner in ("ada", "bob", "cem"):
        films.append(begin(idle, owner))
        idle._receive(films[-1], Filmed(12, "", b"GIF"))
    assert [idle.get(film.id) is film for film in films] == [False, True, True]


def test_a_film_that_becomes_too_large_says_so(idle):
    film = begin(idle)
    idle._receive(film, Filmed(12, "too_large", b""))
    assert (film.status, film.problem, film.content) == ("failed", "too_large", b"")


def test_what_fails_on_the_way_is_a_failure_and_the_next_follows(maker, scene, capsys):
    def broken():
        raise ValueError("no such weights")

    film, following = begin(maker, "ada", make_scene=broken), begin(maker, "bob", make_scene=lambda: scene)
    until_over(maker, film)
    assert film.status == "failed"
    assert "no such weights" in capsys.readouterr().err
    until_over(maker, following)
    assert following.status == "finished"
