"""Runs as pages see them: start, pause, resume, one step, one epoch, a new learning rate, stop, the weights so far.

Runs train in a few worker processes, where they take turns, so they go on while pages come and go, and every run moves
at once, however many there are. When such a process dies, its runs go on in another. Everything here may be called from
any thread, never waits for a worker, and imports no torch before a snapshot.

    job = jobs.start(setup)
    job.pause(); job.step_once(); job.resume()
    jobs.get(job.id).history.since()

Read next: ``run``, what is known of one; then ``engine``, which gives runs to workers.
"""

from __future__ import annotations

import os

from nnlab.config import Setup
from nnlab.runs.engine import Engine
from nnlab.runs.messages import State
from nnlab.runs.past import Past
from nnlab.runs.run import Job
from nnlab.sources.mnist import mnist_dir, not_mnist
from nnlab.sources.own import OwnDigits

_engine = Engine()


def start(
    setup: Setup,
    *,
    paused: bool = False,
    owner: str = "",
    data_root: str | os.PathLike[str] | None = None,
    start_from: bytes = b"",
    own_digits: OwnDigits | None = None,
) -> Job:
    """Begin a run. One that the server cannot carry has failed at once, with the reason.

    Args:
        setup: what to train, and how.
        paused: get ready and evaluate, but take no step until told.
        owner: whose run it is; owners share the processors alike, however many runs each has.
        data_root: folder of the data; default: as ``data.load_digits``.
        start_from: a file of ``checkpoint`` whose network, of the set-up's shape, is trained further; default: the
            set-up's own random weights.
        own_digits: a visitor's digits, those trained on to be mixed into the training images; see ``sources.own.mix``.
    """
    return start_in(
        _engine,
        setup,
        paused=paused,
        owner=owner,
        data_root=data_root,
        start_from=start_from,
        own_digits=own_digits,
    )


def start_in(
    engine: Engine,
    setup: Setup,
    *,
    paused: bool = False,
    owner: str = "",
    data_root: str | os.PathLike[str] | None = None,
    start_from: bytes = b"",
    own_digits: OwnDigits | None = None,
) -> Job:
    """``start`` in an engine of one's own."""
    job = Job(setup, owner, data_root, start_from, own_digits, changed=engine.changed, tell=engine.tell)
    is_hidden = job.data_source == "other" and setup.data.source != "other"  # nobody trains on them without knowing
    engine.admit(job, ("data", str(not_mnist(mnist_dir(job.data_root)))) if is_hidden else None)
    if not paused:
        job.resume()
    return job


def has_room(setup: Setup, owner: str) -> bool:
    """Whether a run of this visitor would not be refused now; see ``limits``."""
    return _engine.has_room(Job(setup, owner))


def go_on(past: Past, owner: str = "") -> Job:
    """Take an interrupted run up where its last state was, and train to the end, to the bit as if nothing had been.

    One that the server cannot carry has failed at once, with the reason; what is kept of it stays, and whoever asks
    again later gets another.

    Raises:
        ValueError: if it was not interrupted, or before its first state.
    """
    return go_on_in(_engine, past, owner)


def go_on_in(engine: Engine, past: Past, owner: str = "") -> Job:
    """``go_on`` in an engine of one's own."""
    if past.state is None or past.status != "interrupted":
        raise ValueError(f"a run that is {past.status} has no state to go on from")
    with engine.changed:  # whoever asks twice gets the same run
        known = engine.get(past.id)
        if known is not None and not known.is_held_up:
            return known
        job = past.job(changed=engine.changed, tell=engine.tell)
        job.owner, job.status, job.recovered_from = owner, "starting", past.state.step
        engine.admit(job, state=past.state)
    job.resume()
    return job


def known() -> list[tuple[Job, State | None]]:
    """Every run that the server knows, and of those that go on the last state that a worker has sent."""
    return _engine.known()


def get(job_id: str) -> Job | None:
    """The run with this id; None if there is none, or if it was over and has been forgotten."""
    return _engine.get(job_id)


def jobs_of(owner: str) -> list[Job]:
    """All runs of one owner, oldest first."""
    return _engine.jobs_of(owner)


def warm_up() -> None:
    """Have the workers ready before they are needed; returns at once, and does nothing if there are any."""
    _engine.warm_up()


def are_warm() -> bool:
    """Whether every worker is ready, so that no run waits for libraries to load."""
    return _engine.is_warm


def shutdown() -> None:
    """Stop all runs, end all workers, forget everything. Done by itself when the server ends."""
    _engine.shutdown()
