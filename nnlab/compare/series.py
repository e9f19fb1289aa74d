"""Runs to be compared, trained one after another, a few at a time, whatever page its visitor looks at.

A visitor may have only so many runs that are not over, so a series gives them to the engine as others end. It lives in
the server, where one thread tends all series: it outlives the page, and is found again by its unguessable id. Runs that
the visitor has trained before with just these settings are not trained again.

    series = all_series.begin("ada", Grid(setup, axes, seeds=8).setups)
    series.share, series.seconds_left, series.entries

Read next: ``planned``, what is known of a series; ``runs.jobs``, what trains them.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Iterable, Sequence

from nnlab.compare.entry import Entry, entry_of
from nnlab.compare.grid import MOST_RUNS
from nnlab.compare.planned import Planned, Runs, Series
from nnlab.config import Setup
from nnlab.machine import core_count
from nnlab.runs import jobs
from nnlab.sources.mnist import resolve_source

LOOK_SECONDS = 0.25  # between two looks of the thread, while there is something to do
MOST_AT_ONCE = 4  # runs of a series that train: as many as there are cores, so that none takes another's time
KEPT = 60  # series that the server remembers, at most 0.8 MB each
RETRY_SECONDS = 2.0  # after the server had no room


class AllSeries:
    """The series of all visitors.

    Args:
        runs: what trains them.
        has_thread: whether a thread tends them; without it, who made it calls ``tend``.
    """

    def __init__(self, runs: Runs = jobs, has_thread: bool = True):
        self._runs, self._has_thread = runs, has_thread
        self._lock = threading.RLock()
        self._series: dict[str, Series] = {}
        self._thread: threading.Thread | None = None

    def begin(self, owner: str, setups: Sequence[Setup], known: Iterable[Entry] = ()) -> Series:
        """Have these trained, in their order; whoever asks for the same while they are trained gets the same series.

        Args:
            known: runs that the visitor has; a finished one with just the settings of a planned one takes its place.

        Raises:
            ValueError: if they are more than ``MOST_RUNS``, or none.
        """
        _check(len(setups))
        series = Series(owner, _planned(setups, known), self._runs)
        with self._lock:
            for other in self.of(owner):
                if other.status == "running" and [each.setup for each in other.planned] == list(setups):
                    return other
            self._series[series.id] = series
            self._go_on(series)
        return series

    def extend(self, series: Series, setups: Sequence[Setup], known: Iterable[Entry] = ()) -> None:
        """Have these trained as well, those left out that it has already.

        Raises:
            ValueError: if that makes more than ``MOST_RUNS``.
        """
        with self._lock:
            there = {each.setup for each in series.planned}
            more = [setup for setup in setups if setup not in there]
            _check(len(there) + len(more))
            series.planned = [*series.planned, *_planned(more, known)]
            self._go_on(series)

    def go_on(self, series: Series) -> None:
        """Take up a series that was cancelled: what is missing is trained, from the start."""
        with self._lock:
            for each in series.planned:
                if each.entry and not each.entry.is_finished:
                    each.run_id, each.entry = "", None
            self._go_on(series)

    def get(self, series_id: str) -> Series | None:
        with self._lock:
            return self._series.get(series_id)

    def of(self, owner: str) -> list[Series]:
        """A visitor's series, the newest first."""
        with self._lock:
            return [series for series in reversed(self._series.values()) if series.owner == owner]

    def cancel(self, series: Series) -> None:
        """Stop its runs that are under way, and begin no other; what is finished stays."""
        with self._lock:
            series.status = "cancelled"
            for job in series._under_way():
                job.stop()
            self._take_over(series)

    def tend(self) -> bool:
        """Take over the runs that are over and begin others in their place; whether anything is left to do."""
        with self._lock:
            for series in self._series.values():
                self._take_over(series)
                if series.status == "running":
                    self._begin_next(series)
            return any(series.status == "running" or series._under_way() for series in self._series.values())

    def _go_on(self, series: Series) -> None:
        series.status, series.began, series.retry_at = "running", time.monotonic(), 0.0
        series.done_before = series._done()
        for old in [each for each in self._series.values() if each.status != "running"][:-KEPT]:
            del self._series[old.id]
        self.tend()
        if self._has_thread and (self._thread is None or not self._thread.is_alive()):
            self._thread = threading.Thread(target=self._watch, name="nnlab comparisons", daemon=True)
            self._thread.start()

    def _watch(self) -> None:
        while True:
            time.sleep(LOOK_SECONDS)
            with self._lock:  # so that nobody begins a series between the last look and the end of this thread
                if not self.tend():
                    self._thread = None
                    return

    def _take_over(self, series: Series) -> None:
        for each in series.planned:
            if not each.run_id or each.entry:
                continue
            job = self._runs.get(each.run_id)
            if job is None or (job.status == "failed" and job.reason and job.reason.code in _NO_ROOM):
                each.run_id = ""  # the server has forgotten it, or had no room after all
            elif job.is_over:
                each.entry = entry_of(job)
        if series.status == "running" and all(each.entry for each in series.planned):
            series.status = "finished"

    def _begin_next(self, series: Series) -> None:
        others = [each for each in self._series.values() if each.owner == series.owner]
        under_way = sum(len(each._under_way()) for each in others)
        for each in series.planned:
            if under_way >= min(MOST_AT_ONCE, core_count()) or time.monotonic() < series.retry_at:
                return
            if each.run_id or each.entry:
                continue
            if not self._runs.has_room(each.setup, series.owner):
                series.retry_at = time.monotonic() + RETRY_SECONDS
                return
            each.run_id, under_way = self._runs.start(each.setup, owner=series.owner).id, under_way + 1


def _check(count: int) -> None:
    if not 1 <= count <= MOST_RUNS:
        raise ValueError(f"a comparison has {count} runs; allowed: 1 to {MOST_RUNS}")


_NO_ROOM = ("too_many_runs", "server_full")


def _planned(setups: Sequence[Setup], known: Iterable[Entry]) -> list[Planned]:
    there = {(entry.setup, entry.data_source): entry for entry in known if entry.is_plain and entry.is_finished}
    found = [there.get((setup, resolve_source(setup.data.source))) for setup in setups]
    return [Planned(setup, entry.id if entry else "", entry) for setup, entry in zip(setups, found, strict=True)]


all_series = AllSeries()
