"""Runs as pages see them: start, pause, resume, one step, one epoch, a new learning rate, stop, the weights so far.

Each run trains in a worker process of its own, so it goes on while pages come and go, and its crash is only its own.
One idle worker is kept warm, since importing torch takes seconds. More runs than the machine carries wait in a fair
queue. Everything here may be called from any thread, never waits for a worker, and imports no torch before a snapshot.

    job = jobs.start(setup)
    job.pause(); job.step_once(); job.resume()
    jobs.get(job.id).history.since()

Read next: ``run``, what is known of one; then ``engine``, where runs get their processes.
"""

from __future__ import annotations

import os
from typing import Any

from nnlab.config import Setup
from nnlab.runs.engine import Office
from nnlab.runs.run import Job
from nnlab.sources.mnist import mnist_dir, not_mnist
from nnlab.sources.own import OwnDigits

_office = Office()


def start(
    setup: Setup,
    *,
    paused: bool = False,
    owner: str = "",
    data_root: str | os.PathLike[str] | None = None,
    start_from: bytes = b"",
    own_digits: OwnDigits | None = None,
) -> Job:
    """Begin a run, or put it in the queue.

    Args:
        setup: what to train, and how.
        paused: get ready and evaluate, but take no step until told.
        owner: whose run it is; the queue treats owners alike, however many runs each has.
        data_root: folder of the data; default: as ``data.load_digits``.
        start_from: a file of ``checkpoint`` whose network, of the set-up's shape, is trained further; default: the
            set-up's own random weights.
        own_digits: a visitor's digits, those trained on to be mixed into the training images; see ``sources.own.mix``.
    """
    return start_in(
        _office,
        setup,
        paused=paused,
        owner=owner,
        data_root=data_root,
        start_from=start_from,
        own_digits=own_digits,
    )


def start_in(
    office: Office,
    setup: Setup,
    *,
    paused: bool = False,
    owner: str = "",
    data_root: Any = None,
    start_from: bytes = b"",
    own_digits: OwnDigits | None = None,
) -> Job:
    """``start`` in an office of one's own."""
    job = Job(office, setup, owner, data_root, start_from, own_digits)
    office.admit(job)
    if job.data_source == "other" and setup.data.source != "other":  # nobody trains on them without knowing
        with office.changed:
            job.become("failed", "data", str(not_mnist(mnist_dir(job.data_root))))
    elif paused:
        office.enqueue(job)
    else:
        job.resume()
    return job


def get(job_id: str) -> Job | None:
    """The run with this id; None if there is none, or if it was over and has been forgotten."""
    return _office.get(job_id)


def jobs_of(owner: str) -> list[Job]:
    """All runs of one owner, oldest first."""
    return _office.jobs_of(owner)


def warm_up() -> None:
    """Have a worker ready before it is needed; returns at once, and does nothing if there is one."""
    _office.warm_up()


def shutdown() -> None:
    """Stop all runs, end all workers, forget everything. Done by itself when the server ends."""
    _office.shutdown()
