"""Films in the making: each in a process of its own that lets everything else go first, one or two at a time.

One film of each visitor; others wait in line. To cancel a film ends its process.

    film = maker.begin("ada", "gif", 720, 120, make_scene)
    film.status, film.share, film.content

Read before: ``runs.mapping``, which makes maps in the same way. Read next: ``worker``, the process.
"""

from __future__ import annotations

import secrets
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from nnlab.machine import core_count
from nnlab.replay.scene import Scene
from nnlab.runs import aside
from nnlab.runs.channel import Channel
from nnlab.runs.messages import Message, MessageError

PROGRAM = "nnlab.replay.worker"
MOST_WAITING = 12  # films in line; more would wait for longer than a lesson
KEPT = 8  # finished films, the latest: up to 40 MB each, usually 1 MB
OVER = ("finished", "failed", "cancelled")


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
class Film:
    """One film in the making, or made.

    Attributes:
        id: unguessable; whoever knows it may watch how it is made.
        owner: the visitor who wants it.
        kind: "gif" or "mp4"; ``width`` in pixels, ``frames`` at ten a second.
        run: the id of the run that is shown.
        status: "waiting", "making", "finished", "failed" or "cancelled".
        problem: why it failed, "too_large" or "".
        content: the file, when it is finished.
    """

    owner: str
    run: str
    kind: str
    width: int
    frames: int
    make_scene: Callable[[], Scene] | None
    id: str = field(default_factory=lambda: secrets.token_urlsafe(12))
    status: str = "waiting"
    problem: str = ""
    done: int = 0
    content: bytes = b""
    began: float = 0.0  # on time.monotonic(), when its process was started
    _channel: Channel | None = None

    @property
    def is_over(self) -> bool:
        return self.status in OVER

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


class Maker:
    """Makes films for all visitors of a server."""

    def __init__(self) -> None:
        self.changed = threading.Condition()
        self._films: dict[str, Film] = {}  # by id, the newest last

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
            if sum(film.status == "waiting" for film in self._alive()) >= MOST_WAITING:
                return None
            film = Film(owner, run, kind, width, frames, make_scene)
            self._films[film.id] = film
            self._begin_next()
            return film

    def get(self, film_id: str) -> Film | None:
        with self.changed:
            return self._films.get(film_id)

    def before(self, film: Film) -> int:
        """How many films are to be made before this one, those in the making included."""
        with self.changed:
            alive = self._alive()
            return alive.index(film) if film in alive else 0

    def cancel(self, film: Film) -> None:
        """Give a film up."""
        with self.changed:
            if not film.is_over:
                self._end(film, "cancelled")

    def shutdown(self) -> None:
        """Give all films up and forget them."""
        with self.changed:
            for film in self._alive():
                self._end(film, "cancelled")
            self._films.clear()

    def _alive(self) -> list[Film]:
        return [film for film in self._films.values() if not film.is_over]

    def _end(self, film: Film, status: str) -> None:
        film.status, film.make_scene = status, None
        if film._channel:
            film._channel.close()  # its process reads the end of its input and ends, whatever it draws
        self._begin_next()
        for name in [name for name, each in self._films.items() if each.is_over][:-KEPT]:
            del self._films[name]
        self.changed.notify_all()

    def _begin_next(self) -> None:
        alive = self._alive()
        free = max(1, core_count() // 2) - sum(film.status == "making" for film in alive)
        for film in [each for each in alive if each.status == "waiting"][: max(0, free)]:
            film.status, film.began = "making", time.monotonic()
            threading.Thread(target=self._make, args=[film], name="nnlab film", daemon=True).start()

    def _make(self, film: Film) -> None:
        try:
            with tempfile.TemporaryDirectory(prefix="nnlab-film-", ignore_cleanup_errors=True) as folder:
                self._make_in(film, folder)
        except Exception as error:  # no memory, no room for a process, or what came back is no message
            print(f"nnlab: no film of a run: {error!r}", file=sys.stderr)
        finally:
            with self.changed:
                if not film.is_over:
                    self._end(film, "failed")

    def _make_in(self, film: Film, folder: str) -> None:
        make_scene = film.make_scene
        if make_scene is None:  # cancelled by now
            return
        order = FilmOrder(film.kind, film.width, folder, make_scene().to_bytes())
        process, channel = aside.start(PROGRAM, Filmed)
        try:
            with self.changed:
                if film.is_over:
                    return
                film._channel = channel
            channel.send(order)
            for message in channel.messages():
                if isinstance(message, Filmed):
                    self._receive(film, message)
        except (MessageError, ValueError):
            process.kill()
            raise
        finally:
            aside.wait_for_end(process, channel)

    def _receive(self, film: Film, message: Filmed) -> None:
        with self.changed:
            if film.is_over:
                return
            film.done = message.done
            if message.problem:
                film.problem = message.problem
                self._end(film, "failed")
            elif message.content:
                film.content = message.content
                self._end(film, "finished")
            self.changed.notify_all()


maker = Maker()
