"""Brought files are read in a thread of the server, beside the page, which goes on; a visitor's own, or cancelled.

Twenty photos take some seconds. Threads take turns, a file each, so that a visitor with one photo does not wait for
another's twenty. Nothing here asks Streamlit for anything: a thread has no visitor.

Read next: ``sources.brought.reading``, what is done with a file.
"""

from __future__ import annotations

import secrets
import sys
import threading
import time
from collections import deque
from collections.abc import Sequence
from weakref import WeakValueDictionary

from nnlab.sources.brought import reading
from nnlab.sources.brought.reading import Brought
from nnlab.ui import warm_up
from nnlab.ui.bringing import tray
from nnlab.ui.text import duration, t


class _CancelledError(Exception):
    """The visitor does not want these files read any more."""


class Line:
    """A lock that is had in the order in which it was asked for: Python's own may go to the same thread again."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._waiting: deque[object] = deque()  # the first has its turn

    def enter(self) -> None:
        """Wait for a turn."""
        mark = object()
        with self._changed:
            self._waiting.append(mark)
            self._changed.wait_for(lambda: self._waiting[0] is mark)

    def leave(self) -> None:
        """Give the turn to the next."""
        with self._changed:
            self._waiting.popleft()
            self._changed.notify_all()


LINE = Line()  # of this server


class Reading:
    """Files that are being read, or were.

    Attributes:
        id: unguessable; the browser asks for it how the reading goes on.
        name: stands for the files and how they were to be read.
        done: files that have been read, of ``count``.
        status: "running", "finished", "cancelled" or "failed".
        found, answers: what was in the files and what the bundled network reads in it, once it is finished.
        error: what went wrong, for whoever runs the server.
    """

    def __init__(
        self, name: str, files: Sequence[tuple[str, bytes]], has_many: bool, is_dark: bool | None, line: Line = LINE
    ) -> None:
        self.id, self.name = secrets.token_urlsafe(16), name
        self.done, self.count = 0, min(len(files), reading.MAX_FILES)
        self.status, self.error = "running", ""
        self.found, self.answers = Brought((), ()), []
        self._line, self._began = line, time.monotonic()
        self._lock = threading.Lock()
        READINGS[self.id] = self
        self._thread = threading.Thread(
            target=self._read, args=[files, has_many, is_dark], name="nnlab brought files", daemon=True
        )
        self._thread.start()

    @property
    def seconds_left(self) -> float | None:
        """As long as the files so far took, turns of others included; None before the first is read."""
        return (time.monotonic() - self._began) / self.done * (self.count - self.done) if self.done else None

    @property
    def share(self) -> float:
        """How much is done, 0 to 1."""
        return self.done / max(self.count, 1)

    def cancel(self) -> None:
        """End it at once for the visitor; the thread ends before the next file. What is finished stays so."""
        self._end("cancelled")

    def wait(self, seconds: float) -> None:
        """Until it is over, or so long."""
        self._thread.join(seconds)

    def _read(self, files: Sequence[tuple[str, bytes]], has_many: bool, is_dark: bool | None) -> None:
        try:
            warm_up.wait()
            self._line.enter()
            try:
                found = reading.read(files, has_many, is_dark, self._hear)
                self._hear(self.count)
                answers = tray.probabilities_of(found.images)
            finally:
                self._line.leave()
            self.found, self.answers = found, answers
            self._end("finished")
        except _CancelledError:
            pass
        except Exception as error:  # a bug, or no memory: the page says so, and what was there before is there still
            print(f"nnlab: brought files cannot be read: {error!r}", file=sys.stderr)
            self.error = f"{type(error).__name__}: {error}"
            self._end("failed")

    def _end(self, status: str) -> None:
        """The first end counts: what is cancelled is not finished a moment later."""
        with self._lock:
            if self.status == "running":
                self.status = status

    def _hear(self, place: int) -> None:
        """Between two files: is it wanted still, and does somebody else wait for a turn?"""
        self.done = min(place, self.count)
        self._line.leave()
        self._line.enter()
        if self.status != "running":
            raise _CancelledError


READINGS: WeakValueDictionary[str, Reading] = WeakValueDictionary()  # of this server, as long as a visitor has them


def words_of(reading: Reading) -> str:
    """How the reading goes on."""
    said = t("brought.reading", number=min(reading.done + 1, reading.count), count=reading.count)
    left = reading.seconds_left
    return said if left is None else f"{said} · {t('tsne.left', time=duration(left))}"


def follow(reading: Reading) -> dict[str, object]:
    """What a browser is told that watches files being read."""
    if reading.status != "running":
        return {"isOver": True}
    return {"isOver": False, "words": words_of(reading), "share": reading.share}
