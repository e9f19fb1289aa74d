"""The loop without a process: runs come, take turns, fail alone and leave nothing behind."""

from __future__ import annotations

import os
import sys
import threading
from queue import SimpleQueue
from types import SimpleNamespace

import pytest

from nnlab.config import to_dict
from nnlab.runs.messages import Command, DataPlace, Failed, HandOver, OnTurn, Start, Status
from nnlab.runs.worker import loop as module
from nnlab.runs.worker.hands import Hands
from nnlab.runs.worker.loop import Loop
from nnlab.training import TrainingRun
from tests.nnlab.short_runs import LONG, SHORT, TIMEOUT


class Inbox:
    """What the server sends, put in by hand."""

    def __init__(self):
        self.line = SimpleQueue()
        self.put = self.line.put

    def next(self):
        return self.line.get(timeout=TIMEOUT)

    def is_waiting(self) -> bool:
        return not self.line.empty()


class Record:
    """A channel that keeps what is sent."""

    backlog = 0

    def __init__(self):
        self.messages = []
        self.send = self.messages.append

    def wait_until_sent(self, seconds: float) -> None:
        pass

    def of(self, kind: type) -> list:
        return [message for message in self.messages if type(message) is kind]


@pytest.fixture
def loop(tiny_folder):
    made = Loop(Record(), Inbox(), Hands())
    environment = dict(os.environ)
    place = DataPlace("mnist", str(tiny_folder), {})

    def begin(name: str) -> None:
        made.inbox.put(Start(name, name, to_dict(SHORT), place))
        made.inbox.put(Command(name, "resume", 1))

    made.begin, made.place = begin, place
    yield made
    made.shelf._reader.shutdown()  # what it has yet to read would set them again
    os.environ.clear()
    os.environ.update(environment)  # reading the data sets what the server's environment says


def play(loop: Loop, count: int) -> None:
    """Until so many runs are over."""
    while sum(each.status == "finished" for each in loop.channel.of(Status)) + len(loop.channel.of(Failed)) < count:
        loop.look()
        loop.give_turn()


def test_runs_take_turns_and_say_whose_it_is(loop):
    loop.begin("a")
    loop.begin("b")
    play(loop, 2)
    assert {each.run for each in loop.channel.of(OnTurn)} == {"a", "b"}
    assert loop.channel.messages.index(OnTurn("a")) < loop.channel.messages.index(Status("a", "running", 1, 24))
    assert not loop.runs
    assert not loop.waiting


def test_a_run_that_is_over_leaves_nothing_behind(loop, monkeypatch):
    """Not even until Python's collector comes by: twenty runs that are over would hold a tenth of a gigabyte."""
    import weakref

    alive = weakref.WeakSet()
    init = TrainingRun.__init__

    def noted(run, *arguments, **options):
        init(run, *arguments, **options)
        alive.add(run)

    monkeypatch.setattr(TrainingRun, "__init__", noted)
    for name in "abc":
        loop.begin(name)
    play(loop, 3)
    assert len(loop.channel.of(Status)) >= 3
    assert not alive


def test_the_system_has_its_memory_back_when_nobody_waits(loop, monkeypatch):
    given_back = []
    monkeypatch.setattr(module, "give_memory_back", lambda: given_back.append(sorted(loop.runs)))
    loop.begin("a")
    loop.begin("b")
    play(loop, 2)
    assert given_back == []  # a run was still to be trained
    loop.begin("c")
    loop.inbox.next = lambda: (_ for _ in ()).throw(EOFError) if loop.inbox.line.empty() else loop.inbox.line.get()
    with pytest.raises(EOFError):
        loop.work()
    assert given_back == [[]]


def test_the_system_has_its_memory_back_though_another_run_goes_on(loop, monkeypatch):
    given_back = []
    monkeypatch.setattr(module, "give_memory_back", lambda: given_back.append(sorted(loop.runs)))
    loop.begin("a")
    play(loop, 1)
    loop.runs["b"] = SimpleNamespace(rests=False)  # which never waits for anything
    loop.look()
    assert given_back == []  # others may end at once, too
    monkeypatch.setattr(module, "CALM_SECONDS", 0.0)
    loop.look()
    loop.look()
    assert given_back == [["b"]]


def test_a_run_with_a_fault_fails_alone_whatever_it_was_doing(loop, monkeypatch, capsys):
    obey = module.RemoteRun.obey

    def faulty(run, command):
        if run.name == "a":
            raise KeyError("made up")
        obey(run, command)

    monkeypatch.setattr(module.RemoteRun, "obey", faulty)
    loop.begin("a")
    loop.begin("b")
    play(loop, 2)
    assert loop.channel.of(Failed) == [Failed("a", "crashed", "KeyError: 'made up'")]
    assert loop.channel.messages[-1] == Status("b", "finished", 1, 24)
    assert "made up" in capsys.readouterr().err


def test_a_run_stopped_before_it_began_is_never_made(loop):
    loop.begin("a")
    loop.inbox.put(Command("a", "stop", 2))
    loop.begin("b")
    play(loop, 1)
    assert [each for each in loop.channel.messages if getattr(each, "run", "") == "a"] == [Status("a", "stopped", 0, 0)]


@pytest.mark.skipif(sys.platform != "linux", reason="needs priorities of threads")
def test_what_somebody_waits_for_is_not_done_by_the_hand_that_lets_others_go_first(loop, monkeypatch):
    """A run is made at the priority of a page, and trains there until it has told its first step, or that it pauses."""
    done = []
    for kind, name in ((module, "make_run"), (module.RemoteRun, "take_turn"), (module.RemoteRun, "hand_over")):
        monkeypatch.setattr(kind, name, noted(done, name, getattr(kind, name)))
    loop.inbox.put(Start("a", "a", to_dict(LONG), loop.place))
    loop.inbox.put(Command("a", "resume", 1))
    while len(done) < 4:
        loop.look()
        loop.give_turn()
    assert done == [("make_run", True), ("take_turn", True), ("take_turn", False), ("take_turn", False)]
    done.clear()
    loop.receive(Command("a", "pause", 2))
    while not loop.runs["a"].rests:
        loop.give_turn()
    is_first = [is_ours for _, is_ours in done]
    assert is_first[0]
    assert is_first == sorted(is_first, reverse=True)
    done.clear()
    loop.receive(HandOver("a"))
    assert done == [("hand_over", False)]


def noted(done: list, name: str, work):
    """The same function, which notes whether the thread that asked for it does it."""
    ours = threading.get_ident()

    def note(*arguments, **options):
        done.append((name, threading.get_ident() == ours))
        return work(*arguments, **options)

    return note
