"""t-SNE maps in the making: each in a process of its own that lets everything else go first, and few at a time.

A map takes the time of hundreds of training steps at each of its own, so it is made beside the page and the runs: one
thread, at the lowest priority, one map of each visitor, and on the whole server half as many as there are cores. Others
wait in line. Visitors who want the same map, of the same network and layer, have one between them; what is finished is
kept. To cancel a map ends its process.

    mapping = mapper.begin("ada", "a network and a layer", points)
    mapping.status, mapping.share, mapping.places

Read next: ``inspection.tsne``, what is computed; ``worker.mapping``, the process.
"""

from __future__ import annotations

import secrets
import subprocess
import sys
import threading
import time
from dataclasses import dataclass, field

import numpy as np

from nnlab.machine import core_count
from nnlab.runs import aside
from nnlab.runs.channel import Channel
from nnlab.runs.messages import Message, MessageError

PROGRAM = "nnlab.runs.worker.mapping"
MOST_WAITING = 12  # maps in line; more would wait for longer than a lesson
KEPT = 200  # finished maps, 16 kB each
OVER = ("finished", "failed", "cancelled")


@dataclass(frozen=True)
class MapPoints(Message):
    """To the process: place these points. ``points`` are (count, D) float32."""

    count: int
    points: bytes


@dataclass(frozen=True)
class Mapped(Message):
    """From the process: where the points are after some of all steps.

    ``places`` are (count, 2) float32; ``divergence`` is in nats.
    """

    step: int
    steps: int
    divergence: float
    places: bytes


@dataclass(eq=False)
class Mapping:
    """One map in the making, or made.

    Attributes:
        id: unguessable; whoever knows it may watch it.
        name: of what is mapped.
        owners: the visitors who want it.
        status: "waiting", "placing", "finished", "failed" or "cancelled".
        places: (N, 2) float32; None before the first are known.
        divergence: KL(P || Q) in nats, of these places.
    """

    name: str
    points: np.ndarray | None
    owners: set[str]
    id: str = field(default_factory=lambda: secrets.token_urlsafe(12))
    count: int = 0  # of the points
    status: str = "waiting"
    step: int = 0
    steps: int = 0
    places: np.ndarray | None = None
    divergence: float = 0.0
    began: float = 0.0  # on time.monotonic(), when its first places were told
    told: float = 0.0  # likewise, when the process last said something
    _channel: Channel | None = None

    @property
    def is_over(self) -> bool:
        return self.status in OVER

    @property
    def share(self) -> float:
        """How much of it is done, 0 to 1."""
        return self.step / self.steps if self.steps else 0.0

    @property
    def seconds_left(self) -> float | None:
        """At the speed so far; None before that is known."""
        if self.status != "placing" or self.told <= self.began:
            return None
        return (self.told - self.began) / self.step * (self.steps - self.step)


class Mapper:
    """Makes maps for all visitors of a server."""

    def __init__(self) -> None:
        self.changed = threading.Condition()
        self._mappings: dict[str, Mapping] = {}  # by name, the newest last

    def begin(self, owner: str, name: str, points: np.ndarray) -> Mapping | None:
        """Have points placed; None if too many maps wait already.

        What this visitor has had made until now is cancelled, unless others want it too.

        Args:
            name: of the points: others have another.
            points: (N, D) float, finite.
        """
        with self.changed:
            for other in self._alive():
                if other.name != name:
                    self._leave(other, owner)
            known = self.of(name)
            if known and known.status not in ("failed", "cancelled"):
                known.owners.add(owner)
                return known
            if sum(mapping.status == "waiting" for mapping in self._alive()) >= MOST_WAITING:
                return None
            mapping = Mapping(name, np.ascontiguousarray(points, np.float32), {owner}, count=len(points))
            self._mappings.pop(name, None)
            self._mappings[name] = mapping
            self._begin_next()
            return mapping

    def get(self, mapping_id: str) -> Mapping | None:
        with self.changed:
            return next((each for each in self._mappings.values() if each.id == mapping_id), None)

    def of(self, name: str) -> Mapping | None:
        """The last map of this name, in whatever state; None without any."""
        with self.changed:
            return self._mappings.get(name)

    def before(self, mapping: Mapping) -> int:
        """How many maps are to be made before this one, those in the making included."""
        with self.changed:
            alive = self._alive()
            return alive.index(mapping) if mapping in alive else 0

    def cancel(self, owner: str, mapping: Mapping) -> None:
        """Give a map up; it goes on if other visitors want it too."""
        with self.changed:
            self._leave(mapping, owner)

    def shutdown(self) -> None:
        """Give all maps up and forget them."""
        with self.changed:
            for mapping in self._alive():
                self._end(mapping, "cancelled")
            self._mappings.clear()

    def _alive(self) -> list[Mapping]:
        return [mapping for mapping in self._mappings.values() if not mapping.is_over]

    def _leave(self, mapping: Mapping, owner: str) -> None:
        mapping.owners.discard(owner)
        if not mapping.owners and not mapping.is_over:
            self._end(mapping, "cancelled")

    def _end(self, mapping: Mapping, status: str) -> None:
        mapping.status, mapping.points = status, None
        if mapping._channel:
            mapping._channel.close()  # its process reads the end of its input and ends, whatever it computes
        self._begin_next()
        for name in [name for name, each in self._mappings.items() if each.is_over][:-KEPT]:
            del self._mappings[name]
        self.changed.notify_all()

    def _begin_next(self) -> None:
        alive = self._alive()
        free = max(1, core_count() // 2) - sum(mapping.status == "placing" for mapping in alive)
        for mapping in [each for each in alive if each.status == "waiting"][: max(0, free)]:
            self._start(mapping)

    def _start(self, mapping: Mapping) -> None:
        mapping.status, points = "placing", mapping.points
        assert points is not None
        try:
            process, mapping._channel = aside.start(PROGRAM, Mapped)
        except OSError:
            mapping.status, mapping.points = "failed", None
            return
        mapping._channel.send(MapPoints(len(points), points.tobytes()))
        mapping.points = None
        listener = threading.Thread(target=self._listen, args=[mapping, process], name="nnlab map", daemon=True)
        listener.start()

    def _listen(self, mapping: Mapping, process: subprocess.Popen[bytes]) -> None:
        assert mapping._channel is not None
        try:
            for message in mapping._channel.messages():
                if isinstance(message, Mapped):
                    self._receive(mapping, message)
        except (MessageError, ValueError) as error:
            print(f"nnlab: a map's process said what is no message: {error}", file=sys.stderr)
            process.kill()
        finally:
            aside.wait_for_end(process, mapping._channel)
            with self.changed:
                if not mapping.is_over:
                    self._end(mapping, "failed")

    def _receive(self, mapping: Mapping, message: Mapped) -> None:
        places = np.frombuffer(message.places, np.float32).reshape(mapping.count, 2)
        with self.changed:
            if mapping.is_over:
                return
            mapping.told = time.monotonic()
            if mapping.places is None:
                mapping.began = mapping.told
            mapping.step, mapping.steps = message.step, message.steps
            mapping.places, mapping.divergence = places, message.divergence
            if message.step >= message.steps:
                self._end(mapping, "finished")
            self.changed.notify_all()


mapper = Mapper()
