"""A visitor's runs, whether they are still in the server's memory or only kept on its disk, as pages show them.

    for run in kept.own_runs():
        run.setup, run.history(), run.model()

The list reads one table; what a single run is made of is read when it is asked for. Importing this loads neither torch
nor the data base.
"""

from __future__ import annotations

import sys
import threading
import time
from dataclasses import dataclass, replace
from datetime import datetime, timedelta, timezone
from functools import lru_cache, partial
from typing import TYPE_CHECKING

import streamlit as st

from nnlab.ui import keys, state

if TYPE_CHECKING:
    from nnlab.config import Setup
    from nnlab.keeping.kept import KeptRun
    from nnlab.keeping.shelf import Keeping
    from nnlab.keeping.store import Store
    from nnlab.model import MLP
    from nnlab.records import Evaluation
    from nnlab.runs.history import History
    from nnlab.runs.run import Job
    from nnlab.runs.snapshot import Snapshot

HEAD_START_SECONDS = 2.0  # for the first page: opening a data base takes most of a second of the processor
NEWEST_IN_MENUS = 20
LOADED_RUNS = 8  # kept in memory once they were opened: history and last weights


@dataclass(frozen=True, eq=False)
class OwnRun:
    """One run.

    Attributes:
        live: the run in the server's memory; None if it is only kept.
        kept: what is kept of it; None of one that has taken no step, or of a server that keeps nothing.
    """

    id: str
    live: Job | None = None
    kept: KeptRun | None = None

    @property
    def setup(self) -> Setup:
        return self._either.setup

    @property
    def data_source(self) -> str:
        return self._either.data_source

    @property
    def is_fine_tuning(self) -> bool:
        return self._either.is_fine_tuning

    @property
    def status(self) -> str:
        """One of ``messages.STATUSES``, or "interrupted": the server that trained it has ended."""
        return self._either.status

    @property
    def is_alive(self) -> bool:
        """Whether it trains here, or is paused here."""
        return self.live is not None and not self.live.is_over

    @property
    def step(self) -> int:
        return self._either.step

    @property
    def seconds(self) -> float:
        """Spent in training steps."""
        return self.live.elapsed_seconds if self.live else self.kept.seconds

    @property
    def evaluation(self) -> Evaluation | None:
        """The latest on the whole test set."""
        return self.live.latest_evaluation if self.live else self.kept.evaluation

    @property
    def name(self) -> str:
        return self.kept.name if self.kept else ""

    @property
    def note(self) -> str:
        return self.kept.note if self.kept else ""

    @property
    def is_starred(self) -> bool:
        return bool(self.kept and self.kept.is_starred)

    @property
    def created(self) -> datetime:
        """When it began, in UTC; of a kept one, when it had taken its first step."""
        if self.kept:
            return self.kept.created
        return datetime.now(timezone.utc) - timedelta(seconds=time.monotonic() - self.live.created)

    @property
    def _either(self) -> Job | KeptRun:
        return self.live or self.kept

    def job(self) -> Job:
        """The run in memory, or one that is made of what is kept: pages show both alike, but only the first can train.

        Raises:
            LookupError: if it has been deleted meanwhile.
        """
        return self.live or _loaded(self.kept.id, self.kept.status, self.kept.step)

    def history(self) -> History:
        return self.job().history

    def snapshot(self) -> Snapshot | None:
        """Its newest weights; None before the first."""
        return self.job().snapshot()

    def states(self) -> tuple[Snapshot, ...]:
        """The weights along its way, in float16, and its newest, in the order of their steps."""
        return self.job().states()

    def model(self) -> MLP | None:
        """The network with its newest weights, a new one each time; None before the first."""
        snapshot = self.snapshot()
        return snapshot.model if snapshot else None

    def weights(self) -> bytes | None:
        """The newest weights as a file of ``checkpoint``, with its header; None before the first."""
        from nnlab.runs.snapshot import named

        snapshot, evaluation = self.snapshot(), self.evaluation
        if snapshot is None:
            return None
        facts = {"data": self.data_source, "step": snapshot.step}
        if evaluation and evaluation.step == snapshot.step:
            facts |= {"test_accuracy": evaluation.test_accuracy, "test_samples": evaluation.test_samples}
        return named(snapshot, self.setup.train, **facts)


@lru_cache(LOADED_RUNS)
def _loaded(run_id: str, status: str, step: int) -> Job:
    """A kept run as it is at a step; the weights along its way stay on the disk."""
    past = store().past(run_id)
    if past is None:
        raise LookupError(run_id)
    job = past.job()
    job.trail.put_away_to(partial(store().states, run_id), job.trail.steps)
    return job


def start() -> None:
    """Begin to keep runs, soon after the server has started; afterwards ``keeping`` answers at once."""

    def begin() -> None:
        time.sleep(HEAD_START_SECONDS)
        keeping()

    threading.Thread(target=begin, name="nnlab-keeping", daemon=True).start()


def keeping() -> Keeping:
    """What keeps runs on this server; it begins if it has not yet, which takes a moment."""
    from nnlab.keeping import shelf

    return shelf.keeping()


def store() -> Store:
    """The runs that are kept on this server."""
    return keeping().store


def own_shelf() -> str:
    """The key of the shelf that this browser's runs are put on; "" if none has been kept yet."""
    from nnlab.keeping import shelves

    return shelves.known_shelf_of(store(), state.owner())


def shelf() -> str:
    """The key of the shelf that is looked at: the one that an address has named, else this browser's own; or ""."""
    return st.session_state.get(keys.SHELF) or own_shelf()


def shelves() -> set[str]:
    """The keys of the shelves whose runs this visitor may mark."""
    own = own_shelf()
    return {st.session_state.get(keys.SHELF) or own, own} - {""}


def own_runs() -> list[OwnRun]:
    """The runs of the shelf that is looked at, and this visitor's runs in memory, the newest first."""
    from nnlab.runs import jobs

    place = shelf()
    found = {run.id: OwnRun(run.id, jobs.get(run.id), run) for run in store().runs(place)} if place else {}
    others = [job for job in jobs.jobs_of(state.owner()) if job.id not in found]
    deleted = {run.id for key in shelves() for run in store().deleted(key)} if others else set()
    for job in others:
        if job.id not in deleted:
            found[job.id] = OwnRun(job.id, job, store().get(job.id))
    return sorted(found.values(), key=lambda run: run.created, reverse=True)


def find(run_id: str) -> OwnRun | None:
    """A run by its id; None if there is none. Whoever knows the id may look at it, but for its name and its note."""
    from nnlab.runs import jobs

    live, run = jobs.get(run_id), store().get(run_id)
    if run is not None and run.shelf not in shelves():
        run = replace(run, name="", note="", is_starred=False)
    return OwnRun(run_id, live, run) if live or run else None


def for_menus(chosen: str = "") -> list[OwnRun]:
    """Runs that are kept, for a menu of networks: the starred and the newest of the shelf, and the chosen one.

    They are left out while the data base is being opened, so that no page waits for it.
    """
    if not has_begun():
        return []
    place = shelf()
    found = store().newest(place, NEWEST_IN_MENUS) if place else []
    if chosen and all(run.id != chosen for run in found):
        return [OwnRun(run.id, None, run) for run in found] + list(filter(None, [find(chosen)]))
    return [OwnRun(run.id, None, run) for run in found]


def has_begun() -> bool:
    """Whether runs can be asked for without waiting for the data base to be opened."""
    module = sys.modules.get("nnlab.keeping.shelf")
    return getattr(module, "has_begun", bool)()  # while another thread imports it, it is there without what it holds
