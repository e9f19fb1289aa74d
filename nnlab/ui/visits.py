"""What the server keeps of each visit, in memory: a session of Streamlit is shorter than a visit.

A session ends with a reload of the page, and two minutes after its connection was lost, as by a laptop that sleeps; a
visit lasts as long as the browser's tab (``state.visit``). ``state.keep`` puts things here, ``state.adopt`` takes them
out. A tab does not say that it is closed, so what is untouched for half a day goes, and the oldest makes room for more.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

MOST_VISITS = 1000
MOST_BYTES = 256 * 2**20  # of all visits together: 200 kept digits are 0.2 MB, a drawing 20 kB, a network up to 12 MB
MOST_BYTES_OF_ONE = 18 * 2**20  # of one visit: the networks that it may bring, and 2 MB for the rest
LARGE_BYTES = 2**20  # a value from this size on makes room before whole visits do
LONGEST_SECONDS = 12 * 3600  # without being touched


@dataclass
class _Visit:
    touched: float
    values: dict[str, Any] = field(default_factory=dict)
    sizes: dict[str, int] = field(default_factory=dict)

    @property
    def size(self) -> int:
        return sum(self.sizes.values())


class Visits:
    """Values by the name of a visit and a key. Thread-safe; the values themselves are handed out as they are.

    Args:
        clock: seconds from any start.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._visits: dict[str, _Visit] = {}  # the one that was untouched for longest comes first
        self._lock = threading.Lock()

    def keep(self, visit: str, key: str, value: object, size: int) -> None:
        """Keep a value in place of the last one; none of it if the visit's values would be too large together.

        Args:
            size: bytes, roughly.
        """
        with self._lock:
            kept = self._touch(visit)
            kept.values.pop(key, None)
            kept.sizes.pop(key, None)
            if kept.size + size <= MOST_BYTES_OF_ONE:
                kept.values[key], kept.sizes[key] = value, size
            self._make_room()

    def forget(self, visit: str, key: str) -> None:
        """Keep nothing under this key."""
        with self._lock:
            kept = self._touch(visit)
            kept.values.pop(key, None)
            kept.sizes.pop(key, None)

    def move(self, begun: str, visit: str, replaces: Callable[[str], bool] = lambda key: False) -> None:
        """What was kept under one name is another's from now on, as far as it is not too large for one visit.

        Args:
            replaces: whether, where both have a value under a key, the one that is moved stays, not the other's.
        """
        with self._lock:
            moved, kept = self._visits.pop(begun, _Visit(0)), self._touch(visit)
            for key, value in moved.values.items():
                others = kept.size - kept.sizes.get(key, 0)
                is_wanted = key not in kept.values or replaces(key)
                if is_wanted and others + moved.sizes[key] <= MOST_BYTES_OF_ONE:
                    kept.values[key], kept.sizes[key] = value, moved.sizes[key]
            self._make_room()

    def all_of(self, visit: str) -> dict[str, Any]:
        """Everything that is kept of a visit, by key."""
        with self._lock:
            self._make_room()
            return dict(self._touch(visit).values) if visit in self._visits else {}

    def _touch(self, visit: str) -> _Visit:
        kept = self._visits.pop(visit, None) or _Visit(0)
        kept.touched = self._clock()
        self._visits[visit] = kept
        return kept

    def _make_room(self) -> None:
        """Forget what is old, then what is large, so that one visitor's networks cost nobody the digits drawn."""
        self._leave_out_large(sum(kept.size for kept in self._visits.values()) - MOST_BYTES)
        total = sum(kept.size for kept in self._visits.values())
        for visit, kept in list(self._visits.items()):
            is_old = self._clock() - kept.touched > LONGEST_SECONDS
            if not is_old and total <= MOST_BYTES and len(self._visits) <= MOST_VISITS:
                return
            total -= kept.size
            del self._visits[visit]

    def _leave_out_large(self, missing: int) -> None:
        """Forget large values, of the longest untouched visit first, until so many bytes are free."""
        for kept in self._visits.values():
            for key in [key for key, size in kept.sizes.items() if size >= LARGE_BYTES]:
                if missing <= 0:
                    return
                missing -= kept.sizes.pop(key)
                del kept.values[key]


VISITS = Visits()  # of this server
