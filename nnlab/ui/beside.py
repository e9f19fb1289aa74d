"""Work for one visitor in a thread of the server, beside the page, which goes on: shown as it proceeds, or cancelled.

It is for what takes a wide network many seconds: reading a whole test set, before a report of it is written or two
networks are compared. One at a time, since such work takes all cores that a thread can have.

    task = Task("what it is about", make)      # begins at once; make(hear) calls hear(share, "page.sentence")
    task.status, task.share, task.result
"""

from __future__ import annotations

import secrets
import sys
import threading
import time
from collections.abc import Callable
from typing import Any
from weakref import WeakValueDictionary

from nnlab.ui.text import duration, t

FAST_PARAMETERS = 300_000  # of a network that reads MNIST's test set within about a second
WAIT = 0.2  # seconds between two questions whether it is wanted still
LINE = threading.Lock()

Hear = Callable[[float, str], None]


class _CancelledError(Exception):
    """The visitor does not want it any more."""


class Task:
    """Something in the making, or made.

    Attributes:
        id: unguessable; the browser asks for it how the making goes on.
        name: stands for all that it depends on.
        status: "running", "finished", "cancelled" or "failed".
        result: what was made, once it is finished.
        share: how much is done, 0 to 1; None while another one has its turn.
        doing: the key of the sentence that says what is done now.
    """

    def __init__(self, name: str, make: Callable[[Hear], Any]) -> None:
        """Begin at once; ``make`` is called in the thread, and calls its argument with the share that is done."""
        self.id, self.name = secrets.token_urlsafe(16), name
        self.status, self.doing = "running", "common.beside_waiting"
        self.result: Any = None
        self.share: float | None = None
        self._began = 0.0
        self._lock = threading.Lock()
        TASKS[self.id] = self
        self._thread = threading.Thread(target=self._make, args=[make], name="nnlab beside", daemon=True)
        self._thread.start()

    @property
    def seconds_left(self) -> float | None:
        """At the speed so far; None before that is known."""
        return (time.monotonic() - self._began) / self.share * (1 - self.share) if self.share else None

    def cancel(self) -> None:
        """End it at once for the visitor; the thread ends the next time that it says how far it is."""
        self._end("cancelled")

    def wait(self, seconds: float) -> None:
        """Until its thread is over, or so long."""
        self._thread.join(seconds)

    def _make(self, make: Callable[[Hear], Any]) -> None:
        try:
            while not LINE.acquire(timeout=WAIT):
                self._ask()
            try:
                self._began = time.monotonic()
                self._ask()
                self.result = make(self._hear)
            finally:
                LINE.release()
            self._end("finished")
        except _CancelledError:
            pass
        except Exception as error:  # a bug, or no memory: the page says so
            print(f"nnlab: something was not made: {error!r}", file=sys.stderr)
            self._end("failed")

    def _hear(self, share: float, doing: str) -> None:
        self._ask()
        self.share, self.doing = share, doing

    def _ask(self) -> None:
        if self.status != "running":
            raise _CancelledError

    def _end(self, status: str) -> None:
        """The first end counts: what is cancelled is not finished a moment later."""
        with self._lock:
            if self.status == "running":
                self.status = status


TASKS: WeakValueDictionary[str, Task] = WeakValueDictionary()  # of this server, as long as a visitor has them


def takes_long(parameters: int, images: int) -> bool:
    """Whether a network with so many parameters needs longer for so many images than a page should stand still."""
    return parameters * images > FAST_PARAMETERS * 10_000


def words_of(task: Task) -> str:
    """How the making goes on."""
    said, left = t(task.doing), task.seconds_left
    return said if left is None else f"{said} · {t('tsne.left', time=duration(left))}"


def follow(task: Task) -> dict[str, Any]:
    """What a browser is told that watches it."""
    if task.status != "running":
        return {"isOver": True}
    return {"isOver": False, "words": words_of(task), "share": task.share or 0.0}
