"""Watches the runs that the server has, and has the store keep what is new of each, every second.

It is one thread of the server. A worker sends all that a run needs to go on after every second or two of training; what
has come is on the disk a second later. A run is kept once it has taken a step.

Read next: ``news``, what is new; ``writing``, how it is written.
"""

from __future__ import annotations

import atexit
import sys
import threading
import time
from collections.abc import Callable
from functools import partial

from sqlalchemy.exc import SQLAlchemyError

from nnlab.keeping import news, room, writing
from nnlab.keeping.news import Known
from nnlab.keeping.servers import Servers
from nnlab.keeping.store import Store
from nnlab.runs.messages import State
from nnlab.runs.run import Job

SECONDS = 1.0  # from one look to the next
PURGE_SECONDS = 600.0  # from one look for what was deleted long ago to the next

TROUBLES = (OSError, SQLAlchemyError, MemoryError)  # what may be in the way for a while: no room, or another who writes

Runs = Callable[[], list[tuple[Job, State | None]]]


class Keeper:
    """Has the runs of a server kept.

    Args:
        runs: what the server knows, as ``jobs.known`` tells it.

    Attributes:
        full: ids of runs that are not kept because there is no room.
        trouble: why the last look could not keep everything, in English; "" if it could.
    """

    def __init__(self, store: Store, runs: Runs):
        self.store, self.runs = store, runs
        self.full: set[str] = set()
        self.trouble = ""
        self._servers = Servers(store.folder / "servers")
        room.tidy(store, self._servers.alive())
        self._known: dict[str, Known] = {}
        self._gone: set[str] = set()  # deleted for good while they were in memory
        self._lock = threading.Lock()
        self._is_closing = threading.Event()
        self._purged_at = time.monotonic()

    def start(self) -> None:
        """Look every second from now on, and once more when the server ends."""
        threading.Thread(target=self._watch, name="nnlab-keeper", daemon=True).start()
        atexit.register(self.close)

    def close(self) -> None:
        """Look a last time."""
        atexit.unregister(self.close)
        self._is_closing.set()
        self.look()
        self._servers.leave()

    def _watch(self) -> None:
        while not self._is_closing.wait(SECONDS):
            self.look()

    def look(self) -> None:
        """Keep what is new of every run."""
        with self._lock:
            trouble = ""
            jobs = self.runs()
            for job, state in jobs:
                try:
                    self._keep(job, state)
                except TROUBLES as error:
                    trouble = _told(error)
                    self._known.pop(job.id, None)  # all of it is written anew
            if trouble and trouble != self.trouble:
                print(f"nnlab: a run cannot be kept: {trouble}", file=sys.stderr)
            self.trouble = trouble
            there = {job.id for job, _ in jobs}
            self._known = {run: known for run, known in self._known.items() if run in there}
            self.full &= there
            self._gone &= there
            if time.monotonic() - self._purged_at > PURGE_SECONDS and not trouble:
                self._purged_at = time.monotonic()
                self._purge()

    def _purge(self) -> None:
        try:
            room.purge(self.store)
        except TROUBLES as error:  # what was to go goes the next time; the runs are kept
            print(f"nnlab: deleted runs cannot be taken off the disk: {_told(error)}", file=sys.stderr)

    def _keep(self, job: Job, state: State | None) -> None:
        if not job.owner or job.id in self._gone:
            return  # of no visitor
        found = news.of(job, state, self._known.get(job.id, Known()))
        if found is None:
            return
        try:
            is_kept = writing.keep(self.store, found, self._servers.own)
        except room.Full:
            self.full.add(job.id)
            return
        self.full.discard(job.id)
        if is_kept:
            self._known[job.id] = found.after()
            if found.is_over:  # nobody trains on: whoever looks back reads what is on the disk
                with job.changed:
                    job.trail.put_away_to(partial(self.store.states, job.id), found.trail_steps)
        else:
            self._gone.add(job.id)


def _told(error: BaseException) -> str:
    return f"{type(error).__name__}: {error}".splitlines()[0][:300]
