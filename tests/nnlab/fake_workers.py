"""Workers without a process: they take every message, and say what a test has them say."""

from __future__ import annotations

import math
import time
from types import SimpleNamespace

from nnlab.runs import crew
from nnlab.runs.messages import Message, OnTurn, Ready


class FakeWorker:
    """Stands in for ``WorkerProcess``; ``sent`` is what it was told."""

    def __init__(self, receive, ended, is_spare=False, device=None):
        self.is_spare, self.device = is_spare, device
        self.is_ready = self.has_free_threads = False
        self.threads, self.on_turn, self.on_turn_since = 1, "", math.inf
        self.sent: list[Message] = []
        self.is_closed = self.is_killed = False
        self._receive, self._ended = receive, ended
        self.channel = SimpleNamespace(close=self.close)

    def send(self, message: Message) -> None:
        self.sent.append(message)

    def of(self, kind: type) -> list:
        return [message for message in self.sent if type(message) is kind]

    def say(self, *messages: Message) -> None:
        for message in messages:
            if isinstance(message, OnTurn):
                self.on_turn, self.on_turn_since = message.run, time.monotonic()
                continue
            if isinstance(message, Ready):
                self.is_ready, self.has_free_threads = True, message.has_free_threads
            self._receive(self, message)

    def die(self, exit_code: int = -9) -> None:
        self._ended(self, exit_code)

    def kill(self) -> None:
        self.is_killed = True
        self.die()

    def close(self) -> None:
        self.is_closed = True

    def join(self) -> None:
        pass


def hire_fakes(monkeypatch) -> None:
    """From now on every worker is a fake."""
    monkeypatch.setattr(crew, "WorkerProcess", FakeWorker)
