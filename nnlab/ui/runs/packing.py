"""A file of a wide network that is made in a thread of the server, beside the page: a report, or the archive of all.

Before either is written, the network reads the whole test set, which takes a wide one many seconds. So the page shows
how far that is, and it can be cancelled. One of them at a time: testing takes all cores that a thread can have.

Read next: ``take_away``, which begins it.
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

TESTED_SHARE = 0.9  # of the work, by the time; the rest is writing
WAIT = 0.2  # seconds between two questions whether it is wanted still
LINE = threading.Lock()


class _CancelledError(Exception):
    """The visitor does not want the file any more."""


class Packing:
    """A file in the making, or made.

    Attributes:
        id: unguessable; the browser asks for it how the making goes on.
        name: stands for the file and all that is in it.
        status: "running", "finished", "cancelled" or "failed".
        content: the file, once it is finished.
        share: how much is done, 0 to 1; None while another one has its turn.
    """

    def __init__(self, name: str, make: Callable[[Callable[[float], None], Callable[[float], None]], bytes]) -> None:
        """Begin at once.

        Args:
            make: makes the file. It calls its first argument with the share of the test set that has been read, its
                second with the share of the files that have been written.
        """
        self.id, self.name = secrets.token_urlsafe(16), name
        self.status, self.content, self.share = "running", b"", None
        self._began = 0.0
        self._lock = threading.Lock()
        PACKINGS[self.id] = self
        self._thread = threading.Thread(target=self._make, args=[make], name="nnlab packing", daemon=True)
        self._thread.start()

    @property
    def seconds_left(self) -> float | None:
        """At the speed so far; None before that is known."""
        return (time.monotonic() - self._began) / self.share * (1 - self.share) if self.share else None

    def cancel(self) -> None:
        """End it at once for the visitor; the thread ends after the images that it is reading."""
        self._end("cancelled")

    def wait(self, seconds: float) -> None:
        """Until its thread is over, or so long."""
        self._thread.join(seconds)

    def _make(self, make: Callable[[Callable[[float], None], Callable[[float], None]], bytes]) -> None:
        try:
            while not LINE.acquire(timeout=WAIT):
                self._ask()
            try:
                self._began = time.monotonic()
                self._hear(0.0)
                self.content = make(
                    lambda share: self._hear(TESTED_SHARE * share),
                    lambda share: self._hear(TESTED_SHARE + (1 - TESTED_SHARE) * share),
                )
            finally:
                LINE.release()
            self._end("finished")
        except _CancelledError:
            pass
        except Exception as error:  # a bug, or no memory: the page says so
            print(f"nnlab: a file cannot be made: {error!r}", file=sys.stderr)
            self._end("failed")

    def _hear(self, share: float) -> None:
        self._ask()
        self.share = share

    def _ask(self) -> None:
        if self.status != "running":
            raise _CancelledError

    def _end(self, status: str) -> None:
        """The first end counts: what is cancelled is not finished a moment later."""
        with self._lock:
            if self.status == "running":
                self.status = status


PACKINGS: WeakValueDictionary[str, Packing] = WeakValueDictionary()  # of this server, as long as a visitor has them


def words_of(packing: Packing) -> str:
    """How the making goes on."""
    if packing.share is None:
        return t("take_away.waiting")
    said = t("take_away.testing" if packing.share < TESTED_SHARE else "take_away.writing")
    left = packing.seconds_left
    return said if left is None else f"{said} · {t('tsne.left', time=duration(left))}"


def follow(packing: Packing) -> dict[str, Any]:
    """What a browser is told that watches a file being made."""
    if packing.status != "running":
        return {"isOver": True}
    return {"isOver": False, "words": words_of(packing), "share": packing.share or 0.0}
