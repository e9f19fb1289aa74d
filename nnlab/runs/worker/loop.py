"""What a worker does all day: it takes runs in, gives them turns, and looks for commands between any two turns.

A run that fails, because its loss is no number, its memory is not there or its code has a fault, fails alone: the
others have their next turn as if nothing had been.

Read next: ``turns``, who is next; ``remote_run``, what a run does with its turn; ``trainer``, how it is made.
"""

from __future__ import annotations

import gc
import os
import sys
import time
import traceback
from functools import partial

import torch

from nnlab.config import ModelConfig
from nnlab.machine import give_memory_back
from nnlab.model import MLP
from nnlab.optim import OPTIMIZERS, Parameters
from nnlab.runs.channel import Channel, Inbox
from nnlab.runs.messages import AboutRun, Command, Failed, HandOver, OnTurn, Prepare, Start, Status, UseThreads
from nnlab.runs.worker.hands import Hands
from nnlab.runs.worker.reading import DataRead, Shelf
from nnlab.runs.worker.remote_run import RemoteRun
from nnlab.runs.worker.trainer import CannotStart, is_awaited, make_run
from nnlab.runs.worker.turns import Turns

CALM_SECONDS = 2.0  # without a run that ended, before memory is given back though others train: a class stops together
ANNOUNCE_SECONDS = 0.05  # a server that reads nothing for so long is not waited for


def is_out_of_memory(error: BaseException) -> bool:
    """Whether an error means that memory ran out; torch says it with a plain RuntimeError."""
    return isinstance(error, MemoryError) or isinstance(error, RuntimeError) and "memory" in str(error).lower()


def import_everything() -> None:
    """Take one step with each optimiser: torch looks some things up only then, and no run should have to wait."""
    torch.set_num_threads(1)
    for make in OPTIMIZERS.values():
        make(Parameters(MLP(ModelConfig((1,))))).step(0.1)
    gc.collect()
    gc.freeze()  # what is there will stay: no collection has to look at it


def has_free_threads() -> bool:
    """Whether the number of threads changes no bit: so it is with Intel's library, as ``nnlab/__init__`` sets it."""
    return torch.backends.mkl.is_available()


class Loop:
    """Trains many runs in turns, for ever; the process ends when the server lets go of it.

    Args:
        hands: what somebody waits for is done by one of them, all else by the other; both compute with one thread.
    """

    def __init__(self, channel: Channel, inbox: Inbox, hands: Hands):
        self.channel, self.inbox, self.hands = channel, inbox, hands
        hands.do_in_each(lambda: torch.set_num_threads(1))
        self.turns = Turns()
        self.runs: dict[str, RemoteRun] = {}
        self.waiting: dict[str, list[AboutRun]] = {}  # messages about runs whose data are being read; a Start is first
        self.shelf = Shelf(inbox)
        self._announced = ""  # the run that was last said to be on turn
        self._freed_at: float | None = None  # when memory was freed that the system does not have back yet

    def work(self) -> None:
        while True:
            self.look()
            self.give_turn()

    def look(self) -> None:
        """Obey what has arrived; if nobody wants to go on, wait for more."""
        while self.inbox.is_waiting() or all(run.rests for run in self.runs.values()):
            if not self.inbox.is_waiting():
                self._give_memory_back()  # nobody waits now
            self.receive(self.inbox.next())
        if self._freed_at is not None and time.perf_counter() - self._freed_at > CALM_SECONDS:
            self._give_memory_back()

    def _give_memory_back(self) -> None:
        if self._freed_at is not None:
            self._freed_at = None
            give_memory_back()

    def receive(self, message: object) -> None:
        if isinstance(message, UseThreads):
            count = message.count
            self.hands.do_in_each(lambda: torch.set_num_threads(count))
        elif isinstance(message, Prepare):
            self.shelf.read(message.data)
        elif isinstance(message, Start):
            self.waiting[message.run] = [message]
            self.shelf.read(message.data)
        elif isinstance(message, DataRead):
            self._begin(message)
        elif isinstance(message, AboutRun) and message.run in self.waiting:
            self.waiting[message.run].append(message)
        elif isinstance(message, AboutRun) and message.run in self.runs:
            self._tell(message)

    def _begin(self, read: DataRead) -> None:
        """Take in the runs that have waited for these data."""
        for run, (start, *messages) in [*self.waiting.items()]:
            assert isinstance(start, Start)
            if start.data != read.place:
                continue
            del self.waiting[run]
            if any(isinstance(message, Command) and message.word == "stop" for message in messages):
                self.channel.send(Status(run, "stopped", start.number, start.target))
                continue
            self._announce(run)
            try:
                self.runs[run] = self.hands.do(partial(self._make, start, read), is_awaited(start))
            except CannotStart as reason:
                self.channel.send(Failed(run, reason.code, reason.text))
            except Exception as error:
                self._fail(run, error)
            else:
                self.turns.enter(run, start.owner)
                for message in messages:
                    self._tell(message)

    def _make(self, start: Start, read: DataRead) -> RemoteRun:
        return RemoteRun(make_run(start, read.result), start, self.channel)

    def _tell(self, message: AboutRun) -> None:
        run = self.runs.get(message.run)
        if run is None:
            return  # it failed when it was told something before this
        try:
            if isinstance(message, Command):
                self.turns.called(message.run)
                self.hands.do(partial(run.obey, message), run.may_go_first)
            elif isinstance(message, HandOver):
                self.hands.do(run.hand_over, is_awaited=False)
        except Exception as error:
            self._fail(message.run, error)
        self._let_go(message.run)

    def give_turn(self) -> None:
        """Let the next run go on for a while."""
        wishes = {name: run.is_urgent for name, run in self.runs.items() if not run.rests}
        if not wishes:
            return
        name, seconds = self.turns.next(wishes)
        self._announce(name)
        started = time.perf_counter()
        try:
            self.hands.do(partial(self.runs[name].take_turn, seconds), self.runs[name].is_awaited)
        except Exception as error:
            self._fail(name, error)
        if name in self.runs:
            self.turns.took(name, time.perf_counter() - started)
        self._let_go(name)

    def _announce(self, run: str) -> None:
        """Say whose turn it is, and have it said before the turn begins, which may be the last."""
        if run != self._announced:
            self._announced = run
            self.channel.send(OnTurn(run))
            self.channel.wait_until_sent(ANNOUNCE_SECONDS)

    def _let_go(self, name: str) -> None:
        """Forget a run that is over or has left. It and its batches name each other: only a collection frees them."""
        if name in self.runs and self.runs[name].is_over:
            del self.runs[name]
            self.turns.leave(name)
            gc.collect()
            self._freed_at = time.perf_counter()

    def _fail(self, name: str, error: Exception) -> None:
        """Give a run up, and its memory back."""
        traceback.print_exc(file=sys.stderr)
        code = "out_of_memory" if is_out_of_memory(error) else "crashed"
        text = f"{type(error).__name__}: {error}"
        if run := self.runs.pop(name, None):
            self.turns.leave(name)
            run.reports.flush(run.clock)
        self.channel.send(Failed(name, code, text))
        if code == "crashed" and run and run.run.device.type == "cuda":
            self.channel.flush_and_close()  # after a fault a GPU computes nothing more in this process
            os._exit(1)
        error.__traceback__ = run = None  # they hold what the run held
        gc.collect()
        self._freed_at = time.perf_counter()
