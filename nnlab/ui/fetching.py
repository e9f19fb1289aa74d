"""Fetching a data set in the background: one download of it for the whole server, watched by whoever looks.

A page never waits for a network. The button starts a thread; pages read how far it is. Thirty visitors pressing the
button start one download.
"""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING

from nnlab.sources.errors import DataError
from nnlab.sources.published import DATA_SETS

if TYPE_CHECKING:
    from nnlab.sources.download import Progress


class _CancelledError(Exception):
    """Somebody does not want the download any more."""


class Fetch:
    """The server's download of one data set.

    Attributes:
        source: "mnist", or one of ``published.DATA_SETS``.
        progress: how far it is; None before the first bytes.
        error: why the last attempt failed; None if it did not.
        was_cancelled: whether somebody has ended the last attempt.
    """

    def __init__(self, source: str = "mnist") -> None:
        self.source = source
        self.progress: Progress | None = None
        self.error: DataError | None = None
        self.was_cancelled = False
        self._past_bytes = 0  # of the files before the one under way
        self._thread: threading.Thread | None = None
        self._lock = threading.Lock()
        self._started = 0.0  # on the monotonic clock

    @property
    def silent_seconds(self) -> float:
        """Since the attempt began, or 0 once bytes have arrived."""
        return 0.0 if self.progress else time.monotonic() - self._started

    @property
    def is_running(self) -> bool:
        return self._thread is not None and self._thread.is_alive()

    def start(self) -> None:
        """Begin; nothing happens if it is under way."""
        with self._lock:
            if not self.is_running:
                self.progress, self.error, self._started = None, None, time.monotonic()
                self.was_cancelled, self._past_bytes = False, 0
                self._thread = threading.Thread(target=self._run, name="nnlab-fetch", daemon=True)
                self._thread.start()

    def cancel(self) -> None:
        """End the attempt under way, at the latest with its next bytes; nothing of it is kept."""
        self.was_cancelled = True

    @property
    def running_seconds(self) -> float:
        """Since the attempt began."""
        return time.monotonic() - self._started

    @property
    def done_bytes(self) -> int:
        """How many have come so far, of all files together."""
        return self._past_bytes + (self.progress.done_bytes if self.progress else 0)

    def wait(self, timeout_seconds: float) -> None:
        """Until the attempt under way has ended."""
        if self._thread is not None:
            self._thread.join(timeout_seconds)

    def _run(self) -> None:
        from nnlab.data import download_mnist, download_published  # imports torch: not on the page's time

        try:
            if self.source == "mnist":
                download_mnist(progress=self._hear)
            else:
                download_published(self.source, progress=self._hear)
        except DataError as error:
            self.error = error
        except _CancelledError:
            pass

    def _hear(self, progress: Progress) -> None:
        if self.was_cancelled:
            raise _CancelledError
        if self.progress and self.progress.file and self.progress.file != progress.file:
            self._past_bytes += self.progress.done_bytes
        self.progress = progress


FETCHES = {source: Fetch(source) for source in ("mnist", *DATA_SETS)}
