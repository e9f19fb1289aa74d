"""The worker processes that there are, and how one is made.

Read next: ``workers``.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator

from nnlab.machine import device_count
from nnlab.runs.messages import Message
from nnlab.runs.workers import DEVICE_VARIABLE, WorkerProcess


class Crew:
    """Worker processes, in the order in which they were made.

    Args:
        receive, ended: as for ``WorkerProcess``.

    Attributes:
        wanted: how many are to be there once all is warm.
    """

    def __init__(self, receive: Callable[[WorkerProcess, Message], None], ended: Callable[[WorkerProcess, int], None]):
        self.wanted = 0
        self._receive, self._ended = receive, ended
        self._workers: list[WorkerProcess] = []

    def __iter__(self) -> Iterator[WorkerProcess]:
        return iter([*self._workers])

    def __len__(self) -> int:
        return len(self._workers)

    def hire(self, is_spare: bool) -> WorkerProcess:
        """Make one more; where there are several GPUs, for one that no other has."""
        device = None
        if os.environ.get(DEVICE_VARIABLE) == "cuda":
            taken = {worker.device for worker in self}
            free = [number for number in range(device_count("cuda", os.environ)) if number not in taken]
            device = free[0] if free else None
        worker = WorkerProcess(self._receive, self._ended, is_spare, device)
        self._workers.append(worker)
        return worker

    def remove(self, worker: WorkerProcess) -> None:
        if worker in self._workers:
            self._workers.remove(worker)

    def dismiss(self) -> list[WorkerProcess]:
        """Let all go; they end by themselves."""
        leaving, self._workers, self.wanted = self._workers, [], 0
        for worker in leaving:
            worker.channel.close()
        return leaving
