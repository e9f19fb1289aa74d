"""Fetching MNIST in the background: one download for the whole server, watched by whoever looks.

A page never waits for a network. The button starts a thread; pages read how far it is. Thirty visitors pressing the
button start one download.
"""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING

from nnlab.sources.errors import DataError

if TYPE_CHECKING:
    from nnlab.sources.download import Progress


class Fetch:
    """The server's download of MNIST.

    Attributes:
        progress: how far it is; None before the first bytes.
        error: why the last attempt failed; None if it did not.
    """

    def __init__(self) -> None:
        self.progress: Progress | None = None
        self.error: DataError | None = None
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
                self._thread = threading.Thread(target=self._run, name="nnlab-fetch", daemon=True)
                self._thread.start()

    def wait(self, timeout_seconds: float) -> None:
        """Until the attempt under way has ended."""
        if self._thread is not None:
            self._thread.join(timeout_seconds)

    def _run(self) -> None:
        from nnlab.data import download_mnist  # imports torch: not on the page's time

        try:
            download_mnist(progress=self._hear)
        except DataError as error:
            self.error = error

    def _hear(self, progress: Progress) -> None:
        self.progress = progress


MNIST = Fetch()
