"""Things that are made beside the runs, each in a process of its own, a few at a time; others wait in line.

Half as many are in the making as there are cores. To cancel one ends its process.

Read before: ``aside``, the process. Read next: ``mapping`` and ``replay.making``, the two kinds of tasks.
"""

from __future__ import annotations

import secrets
import sys
import threading
from abc import ABC, abstractmethod
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from nnlab.machine import core_count
from nnlab.runs import aside
from nnlab.runs.channel import Channel
from nnlab.runs.messages import Message, MessageError

MOST_WAITING = 12  # tasks in line; more would wait for longer than a lesson
OVER = ("finished", "failed", "cancelled")


@dataclass(eq=False, kw_only=True)
class Task:
    """Something in the making, or made.

    Attributes:
        id: unguessable; whoever knows it may watch.
        status: "waiting", "making", "finished", "failed" or "cancelled".
    """

    id: str = field(default_factory=lambda: secrets.token_urlsafe(12))
    status: str = "waiting"
    _channel: Channel | None = None  # to its process

    @property
    def is_over(self) -> bool:
        return self.status in OVER


T = TypeVar("T", bound=Task)
A = TypeVar("A", bound=Message)


class TaskQueue(ABC, Generic[T, A]):
    """The tasks of one kind, of all visitors of a server.

    Args:
        program: the module that is each task's process.
        answers: what such a process says.
        kept: so many tasks that are over, the latest, can still be looked at.

    Attributes:
        changed: to be held while tasks are changed; notified when one has got on.
    """

    def __init__(self, program: str, answers: type[A], kept: int):
        self.changed = threading.Condition()
        self._program, self._answers, self._kept = program, answers, kept
        self._tasks: dict[str, T] = {}  # by a name of this kind's own, the newest last

    def get(self, task_id: str) -> T | None:
        with self.changed:
            return next((each for each in self._tasks.values() if each.id == task_id), None)

    def before(self, task: T) -> int:
        """How many are to be made before this one, those in the making included."""
        with self.changed:
            alive = self._alive()
            return alive.index(task) if task in alive else 0

    def shutdown(self) -> None:
        """Give all tasks up and forget them."""
        with self.changed:
            for task in reversed(self._alive()):  # the last first, so that no other begins
                self._end(task, "cancelled")
            self._tasks.clear()

    @abstractmethod
    def _have_made(self, task: T) -> None:
        """``_ask`` for what is wanted, in a thread of the task's; nothing if it has been cancelled by now."""

    @abstractmethod
    def _receive(self, task: T, answer: A) -> None:
        """Take in what its process says."""

    def _alive(self) -> list[T]:
        return [task for task in self._tasks.values() if not task.is_over]

    def _is_full(self) -> bool:
        return sum(task.status == "waiting" for task in self._alive()) >= MOST_WAITING

    def _add(self, name: str, task: T) -> None:
        """Put a task at the end of the line."""
        self._tasks.pop(name, None)
        self._tasks[name] = task
        self._begin_next()

    def _end(self, task: T, status: str) -> None:
        task.status = status
        if task._channel:
            task._channel.close()  # its process reads the end of its input and ends, whatever it computes
        self._begin_next()
        for name in [name for name, each in self._tasks.items() if each.is_over][: -self._kept]:
            del self._tasks[name]
        self.changed.notify_all()

    def _begin_next(self) -> None:
        while task := self._next():
            task.status = "making"
            try:
                self._start(task)
            except RuntimeError as error:  # no room for a thread
                print(f"nnlab: {self._program} cannot begin: {error}", file=sys.stderr)
                self._end(task, "failed")

    def _next(self) -> T | None:
        """Whose turn it is; None if nobody waits, or enough are in the making."""
        alive = self._alive()
        if sum(task.status == "making" for task in alive) >= max(1, core_count() // 2):
            return None
        return next((task for task in alive if task.status == "waiting"), None)

    def _start(self, task: T) -> None:
        threading.Thread(target=self._make, args=[task], name="nnlab task", daemon=True).start()

    def _make(self, task: T) -> None:
        try:
            self._have_made(task)
        except Exception as error:  # no memory, no room for a process, or what came back is no message
            print(f"nnlab: {self._program} made nothing: {error!r}", file=sys.stderr)
        finally:
            with self.changed:
                if not task.is_over:
                    self._end(task, "failed")

    def _ask(self, task: T, order: Message) -> None:
        """Start the task's process, tell it the order, and take in its answers until it ends.

        Raises:
            OSError: if there is no memory, or no room for a process.
            MessageError, ValueError: if what it says is no answer.
        """
        process, channel = aside.start(self._program, self._answers)
        try:
            with self.changed:
                if task.is_over:
                    return
                task._channel = channel
            channel.send(order)
            for answer in channel.messages():
                if isinstance(answer, self._answers):
                    self._receive(task, answer)
        except (MessageError, ValueError):
            process.kill()
            raise
        finally:
            aside.wait_for_end(process, channel)
