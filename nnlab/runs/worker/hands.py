"""The two hands of a worker: one for what somebody waits for, one for all that may take its time.

The server must answer pages beside many runs, so runs train at a low priority. But whoever has pressed Start would wait
for the processor again and again until the first step is taken. A thread that has lowered its priority may not raise it
again, so there are two; one computes at a time, and the other waits for it. Only on Linux has each thread a priority of
its own: elsewhere the whole process has the low one, and one hand does everything.

Source: setpriority(2), "C library/kernel differences", https://man7.org/linux/man-pages/man2/setpriority.2.html

Read next: ``loop``, which uses them.
"""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Callable
from queue import SimpleQueue
from typing import Any, TypeVar

NICENESS = 10  # the server answers first, beside many runs too; an otherwise idle machine trains as fast as ever
LOWEST = 19  # more than this is not possible

T = TypeVar("T")


def is_per_thread() -> bool:
    """Whether a thread has a priority of its own here."""
    return sys.platform == "linux"


def let_others_go_first() -> None:
    """Lower the priority of this thread, or of the whole process where threads have none; for good."""
    if is_per_thread():
        thread = threading.get_native_id()
        lower = min(LOWEST, os.getpriority(os.PRIO_PROCESS, thread) + NICENESS)
        os.setpriority(os.PRIO_PROCESS, thread, lower)
    elif hasattr(os, "nice"):
        os.nice(NICENESS)


class Hands:
    """Does one piece of work after another, each at the priority that it needs."""

    def __init__(self) -> None:
        self._is_alone = not is_per_thread()
        self._orders: SimpleQueue[Callable[[], Any]] = SimpleQueue()
        self._outcomes: SimpleQueue[list[Any]] = SimpleQueue()  # what came of each, and what it raised, or None
        if not self._is_alone:
            threading.Thread(target=self._let_others_go_first, name="nnlab turns", daemon=True).start()

    def do(self, work: Callable[[], T], is_awaited: bool) -> T:
        """What the work returns, or raises.

        Args:
            is_awaited: whether somebody waits for it; then it is done in the thread that asks.
        """
        if is_awaited or self._is_alone:
            return work()
        self._orders.put(work)
        outcome = self._outcomes.get()
        result, error = outcome
        outcome.clear()
        if error:
            try:
                raise error
            finally:
                del error  # it knows this frame by now, and would be kept by it
        return result

    def do_in_each(self, work: Callable[[], object]) -> None:
        """Have every thread that computes do this, such as setting what each thread has for itself."""
        self.do(work, is_awaited=True)
        if not self._is_alone:
            self.do(work, is_awaited=False)

    def _let_others_go_first(self) -> None:
        """What the other hand does; when it says that it is done, it holds nothing of a run any more."""
        let_others_go_first()
        while True:
            work = self._orders.get()
            outcome: list[Any] = [None, None]
            try:
                outcome[0] = work()
            except BaseException as error:
                outcome[1] = error
            del work
            self._outcomes.put(outcome)
