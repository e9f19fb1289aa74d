"""What the server knows of a class: who takes part, which of their runs are on the board, and how those are doing.

It is kept in memory. After a restart of the server a class is filled again by its members' pages, whose addresses name
it; the runs that were over by then are gone from the board, not from their owners' lists.

Read next: ``codes``, which says who may open the door and who may tidy up.
"""

from __future__ import annotations

import math
import threading
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from nnlab.config import Setup
from nnlab.games.ranking import clean_name
from nnlab.records import Evaluation
from nnlab.runs import jobs
from nnlab.runs.messages import OVER

if TYPE_CHECKING:
    from nnlab.runs.run import Job

MOST_ROOMS = 50  # on one server
MOST_MEMBERS = 200  # of one class
MOST_RUNS = 20  # of one member on the board; a new one takes the place of the oldest
MOST_POINTS = 60  # of a run's curve: a class has many


@dataclass
class Member:
    """Somebody in a class.

    Attributes:
        number: in the order in which they came, from 1 on: what they are called who give no name.
        name: as everybody may see it; "" without one.
    """

    number: int
    name: str = ""


@dataclass(frozen=True)
class Entry:
    """A run on the board, as it was last seen.

    Attributes:
        id: of the run: whoever knows it may watch.
        member: the number of whose run it is.
        setup: what is trained and how.
        data_source: which digits it learns from, as ``Job.data_source``.
        is_plain: whether it began with random weights and learned from the data set's images alone.
        status: as ``Job.status``.
        epoch: passes over the training images so far.
        seconds: of training; pauses, waits and evaluations do not count.
        evaluation: the newest on the whole test set; None before the first.
        curve: (passes, test accuracy), at most ``MOST_POINTS``, the newest among them.
    """

    id: str
    member: int
    setup: Setup
    data_source: str
    is_plain: bool
    status: str
    epoch: float
    seconds: float
    evaluation: Evaluation | None
    curve: tuple[tuple[float, float], ...]

    @property
    def is_over(self) -> bool:
        return self.status in OVER


def entry_of(job: Job, member: int) -> Entry:
    """A run as it is by now."""
    status = job.status  # asked first: what is over by then has all that belongs to it
    whole = [evaluation for evaluation in job.history.evaluations if not evaluation.is_sample]
    stride = max(1, math.ceil(len(whole) / MOST_POINTS))
    shown = whole[::-1][::stride][::-1]
    return Entry(
        job.id, member, job.setup, job.data_source, not job.is_fine_tuning and job.own_trained_count == 0, status,
        job.epoch, job.elapsed_seconds, job.latest_evaluation,
        tuple((evaluation.epoch, evaluation.test_accuracy) for evaluation in shown),
    )  # fmt: skip


class Room:
    """One class. Any thread may ask and tell.

    Visitors are known by the name that their runs have as their owner's.

    Attributes:
        code: its code.
        has_names: whether the board says the names that members gave themselves; the teacher decides.

    Args:
        find: gives the run with an id, or None when the server has forgotten it.
    """

    def __init__(self, code: str, find: Callable[[str], Job | None] = jobs.get):
        self.code = code
        self.has_names = True
        self._find = find
        self._lock = threading.Lock()
        self._members: dict[str, Member] = {}
        self._last_number = 0
        self._entries: dict[str, Entry] = {}  # by the run's id, the oldest first
        self._removed: set[str] = set()

    def join(self, visitor: str) -> Member | None:
        """The member that a visitor is, from now on at the latest; None if there is room for nobody more."""
        with self._lock:
            if visitor not in self._members and len(self._members) < MOST_MEMBERS:
                self._last_number += 1
                self._members[visitor] = Member(self._last_number)
            return self._members.get(visitor)

    def rename(self, visitor: str, name: str) -> None:
        """Call a member so from now on; "" for their number. ``clean_name`` says what may stand in a name."""
        with self._lock:
            if member := self._members.get(visitor):
                member.name = clean_name(name)

    def leave(self, visitor: str) -> None:
        """A member goes, and their runs with them."""
        with self._lock:
            if member := self._members.pop(visitor, None):
                self._entries = {run: entry for run, entry in self._entries.items() if entry.member != member.number}

    def move(self, visitor: str, other: str) -> None:
        """A visitor has another name from now on; what the class knows under either of them is one member's."""
        with self._lock:
            member = self._members.pop(visitor, None)
            if member is None:
                return
            known = self._members.setdefault(other, member)
            known.name = known.name or member.name
            for run, entry in self._entries.items():
                if entry.member == member.number:
                    self._entries[run] = replace(entry, member=known.number)

    def add(self, visitor: str, job: Job) -> None:
        """Put a member's run on the board, unless it is there, or was taken off."""
        with self._lock:
            member = self._members.get(visitor)
            if member is None or job.id in self._entries or job.id in self._removed:
                return
            self._entries[job.id] = entry_of(job, member.number)
            own = [run for run, entry in self._entries.items() if entry.member == member.number]
            for run in own[:-MOST_RUNS]:
                del self._entries[run]

    def remove(self, run_id: str) -> None:
        """Take a run off the board, for good."""
        with self._lock:
            if self._entries.pop(run_id, None):
                self._removed.add(run_id)

    def member_of(self, run_id: str) -> int | None:
        """The number of whose run it is; None of a run that is not on the board."""
        with self._lock:
            entry = self._entries.get(run_id)
            return entry.member if entry else None

    @property
    def is_empty(self) -> bool:
        """Whether there are no runs on the board."""
        return not self._entries

    def members(self) -> list[Member]:
        """Everybody, in the order in which they came."""
        with self._lock:
            return [Member(member.number, member.name) for member in self._members.values()]

    def entries(self) -> list[Entry]:
        """The runs on the board as they are now; what the server has forgotten stays as it was last seen."""
        with self._lock:
            for run, entry in self._entries.items():
                job = None if entry.is_over else self._find(run)
                if job is not None:
                    self._entries[run] = entry_of(job, entry.member)
            return list(self._entries.values())


class Rooms:
    """The classes of a server, by their codes. Thread-safe."""

    def __init__(self, most: int = MOST_ROOMS):
        self._most = most
        self._rooms: dict[str, Room] = {}  # the one that was asked for last comes last
        self._lock = threading.Lock()

    def get(self, code: str) -> Room | None:
        """A class that is there."""
        with self._lock:
            return self._touch(code)

    def open(self, code: str) -> Room:
        """A class; where there are too many, one without runs goes, and the one that was not asked for the longest."""
        with self._lock:
            found = self._touch(code)
            if found is None:
                found = Room(code)
                if len(self._rooms) >= self._most:
                    empty = (other for other, room in self._rooms.items() if room.is_empty)
                    del self._rooms[next(empty, next(iter(self._rooms)))]
                self._rooms[code] = found
            return found

    def move(self, visitor: str, other: str) -> None:
        """A visitor has another name from now on, in all classes."""
        with self._lock:
            rooms = list(self._rooms.values())
        for room in rooms:
            room.move(visitor, other)

    def _touch(self, code: str) -> Room | None:
        room = self._rooms.pop(code, None)
        if room is not None:
            self._rooms[code] = room
        return room


ROOMS = Rooms()  # of this server
