"""The confusion matrices of a run's kept states, counted once, in the background, for all who look.

24 states that read 10,000 images take one or two seconds of a core, so they are counted by one thread of the server, at
the lowest priority, one state at a time: runs that are looked at take turns. What nobody asks for any more is left off.

    confusions.ask(recording, load_test_set)
    confusions.known("a run's id")        # {step: (10, 10) counts}

Read next: ``evaluation``, where a matrix is counted.
"""

from __future__ import annotations

import math
import os
import sys
import threading
import time
from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from nnlab.replay.recording import Recording
from nnlab.runs.snapshot import Snapshot

PATIENCE = 15.0  # seconds after which a run that nobody asks about is left off
ASK_AGAIN = 0.5  # seconds; well within the patience
FAILED_SECONDS = 60.0  # after which a run whose matrices could not be counted is tried again: the data may be mended
KEPT_RUNS = 200  # whose matrices are kept, 20 kB each
LOWEST = 19  # the priority, as ``nice`` counts it: runs have 10

TestSet = tuple[np.ndarray, np.ndarray]  # (N, 28, 28) uint8 images, (N,) labels


class Progress(NamedTuple):
    """How far a run's matrices are: states counted of all, and seconds left, None before that is known."""

    done: int
    total: int
    seconds_left: float | None

    @property
    def is_over(self) -> bool:
        return self.done >= self.total


class _Wanted(NamedTuple):
    states: tuple[Snapshot, ...]
    load: Callable[[], TestSet]
    asked: float  # on time.monotonic()


class Confusions:
    """Counts the matrices of all runs of a server."""

    def __init__(self) -> None:
        self.changed = threading.Condition()
        self._known: dict[str, dict[int, np.ndarray]] = {}  # by run, the latest last
        self._wanted: dict[str, _Wanted] = {}  # likewise; the first has its turn next
        self._failed: dict[str, float] = {}  # runs, and when, on time.monotonic()
        self._seconds = 0.0  # that the last state took
        self._thread: threading.Thread | None = None

    def ask(self, recording: Recording, load: Callable[[], TestSet]) -> Progress:
        """Have the states of a run counted that are not; to be asked again and again while somebody looks.

        Args:
            load: reads the whole test set, in the thread that counts.
        """
        run = recording.id
        with self.changed:
            known = self._known.setdefault(run, {})
            missing = tuple(state for state in recording.states if state.step not in known)
            if missing and not self.has_failed(run):
                self._wanted[run] = _Wanted(missing, load, time.monotonic())
                self._start()
            left = len(missing) * self._seconds * max(1, len(self._wanted)) if self._seconds else None
            return Progress(len(recording.states) - len(missing), len(recording.states), left)

    def wait(self, recording: Recording, load: Callable[[], TestSet], seconds: float) -> dict[int, np.ndarray]:
        """Have them counted and wait for it, so long at most; returns those that are known then."""
        until = time.monotonic() + seconds
        while not self.ask(recording, load).is_over and not self.has_failed(recording.id):
            if time.monotonic() >= until:
                break
            with self.changed:
                self.changed.wait(ASK_AGAIN)
        return self.known(recording.id)

    def known(self, run: str) -> dict[int, np.ndarray]:
        """The matrices of a run that have been counted, by step: (10, 10) int, rows the true classes."""
        with self.changed:
            return dict(self._known.get(run, {}))

    def has_failed(self, run: str) -> bool:
        """Whether the test set could not be read, or a state of the run, when it was last tried."""
        return time.monotonic() - self._failed.get(run, -math.inf) < FAILED_SECONDS

    def _start(self) -> None:
        if self._thread is None or not self._thread.is_alive():
            self._thread = threading.Thread(target=self._work, name="nnlab confusions", daemon=True)
            self._thread.start()

    def _next(self) -> tuple[str, Snapshot, Callable[[], TestSet]] | None:
        """The next state to count; None, and the thread is given up, when nobody wants any."""
        with self.changed:
            now = time.monotonic()
            for run, wanted in [*self._wanted.items()]:
                del self._wanted[run]
                state = next((each for each in wanted.states if each.step not in self._known.get(run, {})), None)
                if state is not None and now - wanted.asked < PATIENCE:
                    self._wanted[run] = wanted  # at the end of the line
                    return run, state, wanted.load
            self._thread = None
            return None

    def _work(self) -> None:
        _give_way()
        while found := self._next():
            run, state, load = found
            began = time.perf_counter()
            try:
                matrix = confusion_of(state, *load())
            except Exception as error:  # the data are broken, or the weights: the page says so, others go on
                print(f"nnlab: no confusion matrices of a run: {error!r}", file=sys.stderr)
                with self.changed:
                    now = time.monotonic()
                    self._failed = {each: at for each, at in self._failed.items() if now - at < FAILED_SECONDS}
                    self._failed[run] = now
                    self._wanted.pop(run, None)
                    self.changed.notify_all()
                continue
            with self.changed:
                self._seconds = time.perf_counter() - began
                known = self._known.pop(run, {})
                self._known[run] = known | {state.step: matrix}
                for old in [*self._known][:-KEPT_RUNS]:
                    del self._known[old]
                self.changed.notify_all()


def confusion_of(state: Snapshot, images: np.ndarray, labels: np.ndarray) -> np.ndarray:
    """How often each true class (row) was taken for each class (column) by these weights.

    Args:
        images: (N, 28, 28) uint8.
        labels: (N,) int.

    Returns:
        (10, 10) int64; they add up to N.
    """
    import torch

    from nnlab.evaluation import confusion, predict

    answers = predict(state.model, torch.from_numpy(images)).argmax(1)
    return confusion(torch.from_numpy(labels.astype(np.int64)), answers).numpy()


def _give_way() -> None:
    """Let everything else go first, where a thread can have a priority of its own."""
    if sys.platform == "linux":
        os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), LOWEST)


confusions = Confusions()
