"""The digits that a worker has in memory: read beside the turns, and once, however many runs learn from them.

Read next: ``trainer``.
"""

from __future__ import annotations

import os
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from weakref import WeakValueDictionary

from nnlab.data import DigitData, load_digits
from nnlab.runs.channel import Inbox
from nnlab.runs.messages import DataPlace
from nnlab.runs.workers import SETTINGS, settings
from nnlab.sources.errors import DataError
from nnlab.sources.mnist import States, states_of
from nnlab.sources.published import files_of


@dataclass(frozen=True)
class DataRead:
    """A note of this process to itself: digits have been read, or cannot be."""

    place: DataPlace
    future: Future[DigitData]

    def result(self) -> DigitData:
        """The digits.

        Raises:
            DataError: if they cannot be read.
        """
        return self.future.result()


class Shelf:
    """Reads digits in a thread of its own, one data set after another, and says in the inbox when they are there.

    Those read last stay here; others stay as long as a run learns from them.
    """

    def __init__(self, inbox: Inbox):
        self.inbox = inbox
        self._reader = ThreadPoolExecutor(1, "nnlab reader")
        self._known: WeakValueDictionary[str, DigitData] = WeakValueDictionary()
        self._last: DigitData | None = None

    def read(self, place: DataPlace) -> None:
        """Have these digits read, unless they are there; a ``DataRead`` comes in either case."""
        future = self._reader.submit(self._read, place)
        future.add_done_callback(lambda done: self.inbox.put(DataRead(place, done)))

    def _read(self, place: DataPlace) -> DigitData:
        for name in SETTINGS:
            os.environ.pop(name, None)
        os.environ.update(settings(place.environment))
        called = f"{place} {_states(place)}"
        data = self._known.get(called)
        if data is None:
            data = load_digits(place.source, place.root)
            self._known[called] = data
        self._last = data
        return data


def _states(place: DataPlace) -> States:
    """Of the files that these digits are in: others may have come into their place."""
    try:
        return states_of(files_of(place.source, place.root)) if place.source != "builtin" else ()
    except DataError:
        return ()
