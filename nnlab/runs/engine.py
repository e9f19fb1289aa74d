"""Which worker has which run.

A run is given to the worker that has least to do, and stays there; where one worker runs idle while another has several
runs, one moves. What it takes to go on is kept here: the last state that the worker sent, and the commands that it has
not reported as obeyed. So when a worker dies, its runs go on in another. Only a run that was on turn when two workers
died, one after the other, has failed: it was most likely the reason.

One lock, ``changed``, guards everything; nothing is ever waited for while it is held.

Read next: ``workers``, then ``worker``, the other end.
"""

from __future__ import annotations

import atexit
import contextlib
import os
import threading
import time

from nnlab.config import to_dict
from nnlab.machine import core_count
from nnlab.runs.crew import Crew
from nnlab.runs.limits import Limits, limits_here
from nnlab.runs.messages import (
    AboutRun,
    Command,
    DataPlace,
    Failed,
    HandedOver,
    HandOver,
    Message,
    Prepare,
    RateChanged,
    Ready,
    Start,
    State,
    Status,
    UseThreads,
)  # fmt: skip
from nnlab.runs.register import Case, Register
from nnlab.runs.run import Job
from nnlab.runs.workers import WorkerProcess, last_words, settings
from nnlab.sources.mnist import resolve_source

# Measured: below, two threads are no faster than one and often far slower.
MANY_THREADS_PARAMETERS = 1_000_000
MAX_IDLE_DEATHS = 3  # workers that die before they have computed anything are replaced so often, in a row
STOP_PATIENCE_SECONDS = 3.0  # a run whose worker has not stopped it by then, on a very long step, is called stopped


class Engine:
    """Keeps the runs and gives them to workers.

    Args:
        limits: what it carries; default: what the environment and the machine say.
    """

    def __init__(self, limits: Limits | None = None):
        self.changed = threading.Condition()  # reentrant
        self._limits = limits
        self._register = Register()
        self._crew = Crew(self._receive, self._ended)
        self._idle_deaths = 0  # of workers that had computed no run, in a row
        atexit.register(self.shutdown)

    @property
    def limits(self) -> Limits:
        """Found out when they are first needed: the environment may be set until then."""
        if self._limits is None:
            self._limits = limits_here()
        return self._limits

    # What pages ask for

    def admit(self, job: Job, refusal: tuple[str, str] | None = None, state: State | None = None) -> None:
        """Take in a new run and give it to a worker; or let it fail at once, with the reason why it cannot begin.

        Args:
            state: from which it goes on, if it was interrupted; default: it begins.
        """
        with self.changed:
            self._register.forget_old()
            refusal = refusal or self._refusal(job)
            case = self._register.add(job, state)
            if refusal:
                self._finish(case, "failed", *refusal)
            else:
                self._place(case)

    def has_room(self, job: Job) -> bool:
        """Whether it would be admitted, even if nothing made room for it."""
        with self.changed:
            return self._register.refusal(job, self.limits) is None

    def get(self, job_id: str) -> Job | None:
        with self.changed:
            case = self._register.get(job_id)
            return case.job if case else None

    def known(self) -> list[tuple[Job, State | None]]:
        """Every run, and of those that go on the last state that was sent."""
        with self.changed:
            return [(case.job, case.state) for case in self._register]

    def jobs_of(self, owner: str) -> list[Job]:
        with self.changed:
            return [case.job for case in self._register if case.job.owner == owner]

    def tell(self, job: Job, command: Command) -> None:
        """Pass a command on, now or when the run has a worker again."""
        with self.changed:
            case = self._register.get(job.id)
            if not case:
                return
            case.told(command)
            if command.word == "stop":
                self._stop(case)
            self._arrange()

    def warm_up(self) -> None:
        """Have all workers made, one after another, with torch and the data in memory."""
        with self.changed:
            self._crew.wanted = self.limits.workers
            if not self._crew:
                self._new_worker()
            elif len(self._crew) < self._crew.wanted and all(worker.is_ready for worker in self._crew):
                self._new_spare()

    @property
    def is_warm(self) -> bool:
        """Whether all workers are there, and have loaded what they need."""
        with self.changed:
            return 0 < self._crew.wanted <= sum(worker.is_ready for worker in self._crew)

    def shutdown(self) -> None:
        """Stop all runs, end all workers, forget everything; afterwards it can be used again."""
        with self.changed:
            for case in self._register:
                case.worker = None
                case.job.become("stopped")
            self._register.clear()
            leaving = self._crew.dismiss()
        for worker in leaving:
            worker.join()

    def _refusal(self, job: Job) -> tuple[str, str] | None:
        """Why a run cannot begin; before it is refused, runs that were paused long ago make room."""
        refusal = self._register.refusal(job, self.limits)
        leaving = []
        for case in self._register.left_alone(job, self.limits) if refusal else ():
            leaving.append(case)
            if not self._register.refusal(job, self.limits, leaving):
                for each in leaving:
                    each.job.stop()
                    self._finish(each, "stopped")
                return None
        return refusal

    def _stop(self, case: Case) -> None:
        if case.worker is None or case.job.status == "starting":
            self._finish(case, "stopped")  # its worker, which may still read the data, will find out
            return
        timer = threading.Timer(STOP_PATIENCE_SECONDS, self._insist, [case, time.monotonic()])
        timer.daemon = True
        timer.start()

    def _insist(self, case: Case, told: float) -> None:
        """End a run that was to stop long ago, and the process as well if that has computed it ever since.

        In a worker with many runs, one may only wait for its last evaluation; that process is needed by the others.
        """
        with self.changed:
            if case.job.is_over:
                return
            worker = case.worker
            self._finish(case, "stopped")
            self._arrange()
            if worker and worker.on_turn == case.job.id and worker.on_turn_since <= told:
                worker.kill()

    def _finish(self, case: Case, status: str, *reason: str) -> None:
        case.job.become(status, *reason)
        case.close()

    # Workers

    def _new_worker(self, is_spare: bool = False) -> WorkerProcess:
        worker = self._crew.hire(is_spare)
        worker.send(Prepare(DataPlace(resolve_source("auto"), None, settings(os.environ))))
        return worker

    def _new_spare(self) -> None:
        with contextlib.suppress(OSError):  # those that there are will do
            self._new_worker(is_spare=True)

    def _place(self, case: Case) -> None:
        """Give a run to the worker that has least to do; if all have something, have one more made, if it may be."""
        active = self._active()
        worker = min(active, key=lambda each: (not each.is_ready, *_load(each, case, active)), default=None)
        try:
            worker = worker or self._new_worker()
        except OSError as error:  # the system has no memory, or no room for a process
            self._finish(case, "failed", "out_of_memory", f"No process could be made: {error}")
            return
        case.worker, case.is_moving = worker, False
        worker.send(self._start_message(case))
        for command in case.unobeyed:
            worker.send(command)
        if all(self._active().values()) and len(self._crew) < self.limits.workers:
            self._new_spare()
        self._arrange()

    def _active(self) -> dict[WorkerProcess, list[Case]]:
        """The runs of each worker that train, or are about to."""
        active: dict[WorkerProcess, list[Case]] = {worker: [] for worker in self._crew}
        for case in self._register:
            if case.worker in active and case.job.status in ("starting", "running"):
                active[case.worker].append(case)
        return active

    def _arrange(self) -> None:
        """Share the cores out, all to a large run that is alone; and let a run move to a worker with less to do."""
        active = self._active()
        runs = [case for cases in active.values() for case in cases]
        is_large = len(runs) == 1 and runs[0].job.setup.model.parameter_count >= MANY_THREADS_PARAMETERS
        for worker, cases in active.items():
            threads = core_count() if is_large and cases and worker.has_free_threads else 1
            if threads != worker.threads:
                worker.threads = threads
                worker.send(UseThreads(threads))
            for case in cases:
                case.job.threads = threads
        if not any(case.is_moving for case in runs):
            self._move_one(active)

    def _move_one(self, active: dict[WorkerProcess, list[Case]]) -> None:
        """Have one run handed over that another worker has more time for, by the measure of ``_place``."""
        ready = [worker for worker in active if worker.is_ready]
        for worker in ready:
            for case in reversed(active[worker]):
                least = min(_load(each, case, active) for each in ready)
                if case.job.status == "running" and least < _load(worker, case, active):
                    case.is_moving = True
                    worker.send(HandOver(case.job.id))
                    return

    def _start_message(self, case: Case) -> Start:
        job, state = case.job, case.state
        own, own_pixels = job.own_digits.to_message() if job.own_digits else (None, b"")
        return Start(
            job.id,
            job.owner or job.id,
            to_dict(job.setup),
            DataPlace(job.data_source, job.data_root, settings(os.environ)),
            own,
            own_pixels,
            start_from=job.start_from,
            plain=state.plain if state else None,
            weights=state.weights if state else b"",
            memory=state.memory if state else b"",
            target=job.target,
            reached=job.step,
            number=case.obeyed_number,
            clock=job.pace.clock,
        )

    # What workers report

    def _receive(self, worker: WorkerProcess, message: Message) -> None:
        with self.changed:
            if isinstance(message, Ready):
                if len(self._crew) < self._crew.wanted:
                    self._new_spare()
                self._arrange()
            elif isinstance(message, AboutRun):
                case = self._register.get(message.run)
                if case and case.worker is worker and not case.job.is_over:
                    self._receive_about(case, message)

    def _receive_about(self, case: Case, message: AboutRun) -> None:
        status = case.job.status
        if isinstance(message, HandedOver):
            case.worker = None
            if case.is_stopping:
                self._finish(case, "stopped")
            else:
                self._place(case)
            return
        if isinstance(message, (Status, RateChanged)):
            case.obeyed(message.number)
        if isinstance(message, State):
            case.keep(message)
        trail_bytes = case.job.trail.bytes
        case.job.receive(message)
        if case.job.trail.bytes > trail_bytes:
            self._register.thin_trails()
        if isinstance(message, (Status, Failed)) and case.job.status != status:
            case.touched = time.monotonic()
            if case.job.is_over:
                case.close()
            self._arrange()

    def _ended(self, worker: WorkerProcess, exit_code: int) -> None:
        """Take note that a process is gone, and let its runs go on in another."""
        with self.changed:
            self._crew.remove(worker)
            self._idle_deaths = 0 if worker.on_turn else self._idle_deaths + 1
            lost = [case for case in self._register if case.worker is worker]
            for case in lost:
                case.worker = None
            for case in lost:
                self._recover(case, worker, exit_code)
            if worker.is_ready and self._idle_deaths <= MAX_IDLE_DEATHS and len(self._crew) < self._crew.wanted:
                self._new_spare()
            self._arrange()

    def _recover(self, case: Case, worker: WorkerProcess, exit_code: int) -> None:
        job = case.job
        if job.is_over:
            return
        if case.is_stopping:
            self._finish(case, "stopped")
        elif worker.on_turn in ("", job.id) and job.status != "paused" and case.is_suspected_again():
            self._finish(case, "failed", *last_words(exit_code))
        else:
            if worker.is_ready:
                job.recover(case.state.step if case.state else 0)
            self._place(case)


def _load(worker: WorkerProcess, case: Case, active: dict[WorkerProcess, list[Case]]) -> tuple[int, int]:
    """What a worker has to do besides a run: other owners, who share its time alike, and then runs."""
    others = [each for each in active[worker] if each is not case]
    owners = {each.job.owner or each.job.id for each in others} - {case.job.owner or case.job.id}
    return len(owners), len(others)
