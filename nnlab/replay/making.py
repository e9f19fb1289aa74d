"""Films in the making: each in a process of its own that lets everything else go first, one or two at a time.

One film of each visitor; others wait in line. To cancel a film ends its process.

    film = maker.begin("ada", "gif", 720, 120, make_scene)
    film.status, film.share, film.content

Read before: ``runs.tasks``, how things are made in turn. Read next: ``worker``, the process.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass

from nnlab.replay.scene import Scene
from nnlab.runs.messages import Message
from nnlab.runs.tasks import Task, TaskQueue

PROGRAM = "nnlab.replay.worker"
KEPT = 8  # finished films, the latest: up to 40 MB each, usually 1 MB


@dataclass(frozen=True)
class FilmOrder(Message):
    """To the process: make this film.

    ``form`` is one of ``film.KINDS``; ``scene`` is of ``Scene.to_bytes``; ``folder`` is where it may write.
    """

    form: str
    width: int
    folder: str
    scene: bytes


@dataclass(frozen=True)
class Filmed(Message):
    """From the process: so many frames are done. ``content`` is the whole file, with the last word alone.

    ``problem`` is "" or why there is no film: "too_large".
    """

    done: int
    problem: str
    content: bytes


@dataclass(eq=False)
class Film(Task):
    """One film in the making, or made.

    Attributes:
        owner: the visitor who wants it.
        kind: "gif" or "mp4"; ``width`` in pixels, ``frames`` at ten a second.
        run: the id of the run that is shown.
        problem: why it failed, "too_large" or "".
        content: the file, when it is finished.
    """

    owner: str
    run: str
    kind: str
    width: int
    frames: int
    make_scene: Callable[[], Scene] | None
    problem: str = ""
    done: int = 0
    content: bytes = b""
    began: float = 0.0  # on time.monotonic()

    @property
    def share(self) -> float:
        """How much of it is done, 0 to 1."""
        return self.done / self.frames

    @property
    def seconds_left(self) -> float | None:
        """At the speed so far; None before that is known."""
        if self.status != "making" or not self.done:
            return None
        return (time.monotonic() - self.began) / self.done * (self.frames - self.done)


class Maker(TaskQueue[Film, Filmed]):
    """Makes films for all visitors of a server."""

    def __init__(self) -> None:
        super().__init__(PROGRAM, Filmed, KEPT)

    def begin(
        self, owner: str, run: str, kind: str, width: int, frames: int, make_scene: Callable[[], Scene]
    ) -> Film | None:  # fmt: skip
        """Have a film made; None if too many wait already. What this visitor had in the making is cancelled.

        Args:
            make_scene: called in a thread of the film's.
        """
        with self.changed:
            for other in self._alive():
                if other.owner == owner:
                    self._end(other, "cancelled")
            if self._is_full():
                return None
            film = Film(owner, run, kind, width, frames, make_scene)
            self._add(film.id, film)
            return film

    def cancel(self, film: Film) -> None:
        """Give a film up."""
        with self.changed:
            if not film.is_over:
                self._end(film, "cancelled")

    def _end(self, film: Film, status: str) -> None:
        film.make_scene = None
        super()._end(film, status)

    def _have_made(self, film: Film) -> None:
        film.began, make_scene = time.monotonic(), film.make_scene
        if make_scene is None:
            return
        with tempfile.TemporaryDirectory(prefix="nnlab-film-", ignore_cleanup_errors=True) as folder:
            self._ask(film, FilmOrder(film.kind, film.width, folder, make_scene().to_bytes()))

    def _receive(self, film: Film, answer: Filmed) -> None:
        with self.changed:
            if film.is_over:
                return
            film.done = answer.done
            if answer.problem:
                film.problem = answer.problem
                self._end(film, "failed")
            elif answer.content:
                film.content = answer.content
                self._end(film, "finished")
            self.changed.notify_all()


maker = Maker()
