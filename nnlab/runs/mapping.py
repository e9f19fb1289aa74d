"""t-SNE maps in the making: each in a process of its own that lets everything else go first, and few at a time.

A map takes the time of hundreds of training steps at each of its own, so it is made beside the page and the runs: one
thread, at the lowest priority, one map of each visitor, and on the whole server half as many as there are cores. Others
wait in line. Visitors who want the same map, of the same network and layer, have one between them; what is finished is
kept. To cancel a map ends its process.

    mapping = mapper.begin("ada", "a network and a layer", points)
    mapping.status, mapping.share, mapping.places

Read before: ``tasks``, how things are made in turn. Read next: ``inspection.tsne``, what is computed;
``worker.mapping``, the process.
"""

from __future__ import annotations

import time
from dataclasses import dataclass

import numpy as np

from nnlab.runs.messages import Message
from nnlab.runs.tasks import Task, TaskQueue

PROGRAM = "nnlab.runs.worker.mapping"
KEPT = 200  # finished maps, 16 kB each


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
class Mapping(Task):
    """One map in the making, or made.

    Attributes:
        name: of what is mapped.
        points: (N, D) float32; None once the process has them.
        owners: the visitors who want it.
        places: (N, 2) float32; None before the first are known.
        divergence: KL(P || Q) in nats, of these places.
    """

    name: str
    points: np.ndarray | None
    owners: set[str]
    count: int = 0  # of the points
    step: int = 0
    steps: int = 0
    places: np.ndarray | None = None
    divergence: float = 0.0
    began: float = 0.0  # on time.monotonic(), when its first places were told
    told: float = 0.0  # likewise, when the process last said something

    @property
    def share(self) -> float:
        """How much of it is done, 0 to 1."""
        return self.step / self.steps if self.steps else 0.0

    @property
    def seconds_left(self) -> float | None:
        """At the speed so far; None before that is known."""
        if self.status != "making" or self.told <= self.began:
            return None
        return (self.told - self.began) / self.step * (self.steps - self.step)


class Mapper(TaskQueue[Mapping, Mapped]):
    """Makes maps for all visitors of a server."""

    def __init__(self) -> None:
        super().__init__(PROGRAM, Mapped, KEPT)

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
            if self._is_full():
                return None
            mapping = Mapping(name, np.ascontiguousarray(points, np.float32), {owner}, count=len(points))
            self._add(name, mapping)
            return mapping

    def of(self, name: str) -> Mapping | None:
        """The last map of this name, in whatever state; None without any."""
        with self.changed:
            return self._tasks.get(name)

    def cancel(self, owner: str, mapping: Mapping) -> None:
        """Give a map up; it goes on if other visitors want it too."""
        with self.changed:
            self._leave(mapping, owner)

    def _leave(self, mapping: Mapping, owner: str) -> None:
        mapping.owners.discard(owner)
        if not mapping.owners and not mapping.is_over:
            self._end(mapping, "cancelled")

    def _end(self, mapping: Mapping, status: str) -> None:
        mapping.points = None
        super()._end(mapping, status)

    def _have_made(self, mapping: Mapping) -> None:
        with self.changed:
            points, mapping.points = mapping.points, None
        if points is not None:
            self._ask(mapping, MapPoints(len(points), points.tobytes()))

    def _receive(self, mapping: Mapping, answer: Mapped) -> None:
        places = np.frombuffer(answer.places, np.float32).reshape(mapping.count, 2)
        with self.changed:
            if mapping.is_over:
                return
            mapping.told = time.monotonic()
            if mapping.places is None:
                mapping.began = mapping.told
            mapping.step, mapping.steps = answer.step, answer.steps
            mapping.places, mapping.divergence = places, answer.divergence
            if answer.step >= answer.steps:
                self._end(mapping, "finished")
            self.changed.notify_all()


mapper = Mapper()
