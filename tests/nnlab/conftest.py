"""Engines for tests of runs in worker processes, and the processes beside them."""

from __future__ import annotations

import subprocess

import pytest

from nnlab.config import Setup
from nnlab.runs.engine import Engine
from nnlab.runs.jobs import start_in
from nnlab.runs.limits import Limits
from nnlab.runs.messages import OVER
from nnlab.runs.run import Job
from tests.nnlab.short_runs import LONG, TIMEOUT


@pytest.fixture(scope="session")
def shared_engine():
    """One worker for all modules, since it imports torch for three seconds; it has all runs of their tests."""
    shared = Engine(Limits(workers=1, runs_per_visitor=100))
    yield shared
    shared.shutdown()


@pytest.fixture
def start(shared_engine, tiny_folder):
    """``jobs.start`` on the tiny digits; what still trains is stopped after the test."""
    started: list[Job] = []

    def start(setup: Setup = LONG, **options) -> Job:
        started.append(start_in(shared_engine, setup, **{"data_root": tiny_folder, **options}))
        return started[-1]

    yield start
    for job in started:
        job.stop()
    assert all(job.wait_for(*OVER, timeout=TIMEOUT) for job in started)


@pytest.fixture
def processes(monkeypatch) -> list[subprocess.Popen]:
    """The processes that are started, in their order."""
    found, popen = [], subprocess.Popen

    def start(*arguments, **options):
        found.append(popen(*arguments, **options))
        return found[-1]

    monkeypatch.setattr(subprocess, "Popen", start)
    return found
