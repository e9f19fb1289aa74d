"""Who trains where: worker processes, the queue for them, and the one that is kept warm.

A run holds a process from its start to its end, so at most ``max_active`` runs train at once; the rest wait. The queue
is fair: whoever has the fewest runs is served first, then whoever came first. A run that has been paused for a while
gives its process up when somebody waits for it: its whole state is kept here, and it queues again when it is resumed.

One lock, ``changed``, guards everything; nothing is ever waited for while it is held.

Read next: ``workers``, then ``worker``, the other end.
"""

from __future__ import annotations

import atexit
import os
import threading
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from nnlab.config import to_dict
from nnlab.machine import core_count
from nnlab.runs.channel import Header, Message
from nnlab.runs.workers import WorkerProcess, max_active_runs, settings
from nnlab.sources.mnist import resolve_source

if TYPE_CHECKING:
    from nnlab.runs.run import Job

# Measured: below, two threads are no faster than one and often far slower. A larger network that starts alone has a
# thread for each core, and keeps them to its end; every other run has one. So threads may outnumber the cores: there
# are as many as runs, up to ``max_active``, and beside such a large run as many more as there are further cores.
MANY_THREADS_PARAMETERS = 1_000_000
SPARE_SECONDS = 3.0  # after a start, until a new idle worker is made: its imports would slow down what has just begun
PATIENCE_SECONDS = 20.0  # a paused run keeps its process this long though others wait
OVER = ("finished", "stopped", "failed")  # the statuses of a run that will never go on
MAX_KEPT_JOBS = 200  # runs remembered after their end, the newest ones ...
MAX_KEPT_BYTES = 1_000_000_000  # ... as long as their weights do not weigh more than this


@dataclass(eq=False)
class Case:
    """A job as the office sees it."""

    job: Job
    process: WorkerProcess | None = None
    pending: list[Header] = field(default_factory=list)  # commands for when it gets a process
    parked: Message | None = None  # the state of a run that gave its process up
    is_parking: bool = False
    is_stopping: bool = False
    paused_at: float = 0.0  # time.monotonic() at the last change of status


class Office:
    """Keeps the jobs and gives them processes.

    Args:
        max_active: how many runs may have a process at once; default: what the machine carries.
        patience_seconds: how long a paused run keeps its process though others wait.
    """

    def __init__(self, max_active: int | None = None, patience_seconds: float = PATIENCE_SECONDS):
        self.changed = threading.Condition()  # reentrant
        self.max_active = max_active or max_active_runs()
        self.patience_seconds = patience_seconds
        self._cases: dict[str, Case] = {}
        self._queue: list[Case] = []  # in order of arrival
        self._processes: set[WorkerProcess] = set()
        self._idle: list[WorkerProcess] = []
        self._timer: threading.Timer | None = None
        self._spare_timer: threading.Timer | None = None
        atexit.register(self.shutdown)

    # The register

    def admit(self, job: Job) -> None:
        """Register a new job; forget the oldest that have no process and do not wait, if there are too many."""
        with self.changed:
            self._cases[job.id] = Case(job)
            resting = [case for case in self._cases.values() if not case.process and case not in self._queue]
            resting = [case for case in resting if case.job is not job]
            kept_bytes = sum(self._kept_bytes(case) for case in resting)
            for case in resting:
                if len(self._cases) <= MAX_KEPT_JOBS and kept_bytes <= MAX_KEPT_BYTES:
                    break
                if not case.job.is_over:
                    case.job.become("stopped")
                kept_bytes -= self._kept_bytes(case)
                del self._cases[case.job.id]

    @staticmethod
    def _kept_bytes(case: Case) -> int:
        return case.job.kept_bytes + (len(case.parked[1]) if case.parked else 0)

    def get(self, job_id: str) -> Job | None:
        with self.changed:
            return self._cases[job_id].job if job_id in self._cases else None

    def jobs_of(self, owner: str) -> list[Job]:
        with self.changed:
            return [case.job for case in self._cases.values() if case.job.owner == owner]

    def place_of(self, job: Job) -> int | None:
        """1 for the next in the queue; None for a job that does not wait."""
        with self.changed:
            line = [case.job for case in self._line()]
            return line.index(job) + 1 if job in line else None

    def _line(self) -> list[Case]:
        """The queue in the order it is served: first those whose owners have fewest runs before them."""
        runs = Counter(self._owner(case) for case in self._active())
        ranks = {}
        for case in self._queue:
            ranks[case] = runs[self._owner(case)]
            runs[self._owner(case)] += 1
        return sorted(self._queue, key=ranks.__getitem__)

    @staticmethod
    def _owner(case: Case) -> str:
        return case.job.owner or case.job.id

    def _active(self) -> list[Case]:
        return [case for process in self._processes if (case := process.case)]

    # What jobs ask for

    def enqueue(self, job: Job) -> None:
        """Let a job wait for a process, unless it has one or waits already."""
        with self.changed:
            case = self._cases[job.id]
            if case not in self._queue and (not case.process or case.is_parking):
                self._queue.append(case)
                job.become("queued")
                self._dispatch()

    def send(self, job: Job, command: Header, trains: bool) -> None:
        """Pass a command on, at once or when the job has a process again. One that trains makes it queue for one."""
        with self.changed:
            case = self._cases[job.id]
            if case.process and not case.is_parking:
                case.process.channel.send(command)
                if trains and job.status == "paused":
                    job.become("running")
            elif command["do"] != "snapshot":  # a run without a process has sent its weights already
                case.pending.append(command)
                if trains:
                    self.enqueue(job)
                elif command["do"] == "pause" and case in self._queue:
                    self._queue.remove(case)
                    job.become("paused")

    def stop(self, job: Job, patience_seconds: float) -> None:
        """End a run: by asking its worker, and by force if it does not answer in time."""
        with self.changed:
            if job.is_over:
                return
            case = self._cases[job.id]
            case.is_stopping = True
            if case.process:
                case.process.channel.send({"do": "stop"})
                if job.status == "starting":
                    job.become("stopped")  # its worker, which may still import torch, will find out
                    return
                _after(patience_seconds, self._kill, case)
            else:
                self._close(case, "stopped")

    def _kill(self, case: Case) -> None:
        with self.changed:
            if case.process:
                case.process.popen.kill()

    # Processes

    def warm_up(self) -> None:
        """Have an idle worker with torch and the data in memory, if one more run may start at all."""
        with self.changed:
            if not self._idle and len(self._active()) < self.max_active:
                process = self._new_process(is_spare=bool(self._active()))
                prepare = {"do": "prepare", "source": resolve_source("auto"), "data_root": None}
                process.channel.send(prepare | _environment())
                self._idle.append(process)

    def _warm_up_later(self) -> None:
        """Have an idle worker again, unless by then a short run has given its own back."""
        if not self._spare_timer:
            self._spare_timer = _after(SPARE_SECONDS, self._warm_up_now)

    def _warm_up_now(self) -> None:
        with self.changed:
            if self._spare_timer:  # else the office has been shut down meanwhile
                self._spare_timer = None
                self.warm_up()

    def _new_process(self, is_spare: bool = False) -> WorkerProcess:
        process = WorkerProcess(self.receive, self.ended, is_spare)
        self._processes.add(process)
        return process

    def _dispatch(self) -> None:
        """Give processes to those who wait, as far as there are any."""
        while len(self._active()) < self.max_active:
            case = next((case for case in self._line() if not case.process), None)
            if not case:
                break
            self._queue.remove(case)
            self._begin(case)
        while len(self._idle) > 1:
            self._idle.pop().channel.close()
        if self._queue:
            self._make_room()

    def _begin(self, case: Case) -> None:
        job = case.job
        if not job.threads:
            is_alone = not self._active() and not self._queue
            is_large = job.setup.model.parameter_count >= MANY_THREADS_PARAMETERS
            job.threads = core_count() if is_alone and is_large else 1
        state, content = case.parked or (None, job.start_from)
        own, own_pixels = job.own_digits.to_message() if job.own_digits else (None, b"")
        command = {
            "do": "start",
            "setup": to_dict(job.setup),
            "source": job.data_source,
            "data_root": job.data_root,
            "threads": job.threads,
            "state": state,
            "own_digits": own,
            "content_bytes": len(content),  # of the payload: a parked run's tensors, else the weights to start from
            **_environment(),
        }
        case.parked, job.start_from = None, b""
        case.process = self._idle.pop() if self._idle else self._new_process()
        case.process.case = case
        case.process.channel.send(command, content + own_pixels)
        for pending in case.pending:
            case.process.channel.send(pending)
        case.pending = []
        job.become("starting")

    def _make_room(self) -> None:
        """Take processes from runs paused for long, as many as are waited for; look again when the next is due."""
        now = time.monotonic()
        leaving = sum(case.is_parking for case in self._active())
        paused = [case for case in self._active() if case.job.status == "paused" and not case.is_parking]
        paused.sort(key=lambda case: case.paused_at)
        for case in paused[: max(0, len(self._queue) - leaving)]:
            due_in = case.paused_at + self.patience_seconds - now
            if due_in > 0:
                self._look_again(due_in)
                break
            assert case.process  # since it is active
            case.is_parking = True
            case.process.channel.send({"do": "park"})

    def _look_again(self, seconds: float) -> None:
        if self._timer:
            self._timer.cancel()
        self._timer = _after(seconds, self._look)

    def _look(self) -> None:
        with self.changed:
            self._dispatch()

    # What workers report

    def receive(self, process: WorkerProcess, message: Header, payload: bytes) -> None:
        """Take in a message of a worker."""
        with self.changed:
            case = process.case
            if not case:
                return
            job, status_before = case.job, case.job.status
            if message["kind"] == "parked":
                case.parked, case.is_parking = (message["state"], payload), False
                self._release(case)
                if case.is_stopping:
                    self._close(case, "stopped")
                self._dispatch()
                return
            job.receive(message, payload)
            if message["kind"] == "status" and message["status"] in OVER:
                self._release(case, is_reusable=not message.get("ends"))
                self._close(case)
                self._dispatch()
            elif job.status != status_before:
                case.paused_at = time.monotonic()
                self._dispatch()
                if status_before == "starting":
                    self._warm_up_later()

    def _release(self, case: Case, is_reusable: bool = True) -> None:
        process, case.process = case.process, None
        assert process
        process.case = None
        if is_reusable:
            self._idle.append(process)

    def _close(self, case: Case, status: str = "") -> None:
        """Forget what only a run that goes on needs."""
        if case in self._queue:
            self._queue.remove(case)
        case.pending, case.parked = [], None
        if status:
            case.job.become(status)

    def ended(self, process: WorkerProcess, exit_code: int) -> None:
        """Take note that a process is gone; if it had a run, that has failed, unless it was to end."""
        with self.changed:
            self._processes.discard(process)
            if process in self._idle:
                self._idle.remove(process)
            case = process.case
            if case:
                self._release(case, is_reusable=False)
                if case.is_stopping:
                    self._close(case, "stopped")
                else:
                    case.job.become("failed", *process.last_words(exit_code))
                    self._close(case)
            self._dispatch()

    def shutdown(self) -> None:
        """Stop all runs, end all workers, forget everything; afterwards it can be used again."""
        with self.changed:
            for case in self._cases.values():
                case.is_stopping = True
                self._close(case, "" if case.job.is_over else "stopped")
            self._cases.clear()
            for timer in filter(None, (self._timer, self._spare_timer)):
                timer.cancel()
            self._spare_timer = None
            processes = list(self._processes)
            self._idle.clear()
            for process in processes:
                process.channel.close()
        for process in processes:
            process.join()


def _after(seconds: float, function: Callable[..., None], *arguments: object) -> threading.Timer:
    """Call a function later; the server's end does not wait for it."""
    timer = threading.Timer(seconds, function, arguments)
    timer.daemon = True
    timer.start()
    return timer


def _environment() -> Header:
    """nnlab's own settings, as they are now: a warm worker may have been started before they were changed."""
    return {"environment": settings(os.environ)}
