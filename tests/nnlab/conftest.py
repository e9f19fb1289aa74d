"""Offices for tests of runs in worker processes."""

from __future__ import annotations

import pytest

from nnlab.config import Setup
from nnlab.runs.engine import OVER, Office
from nnlab.runs.jobs import start_in
from nnlab.runs.run import Job
from tests.nnlab.short_runs import LONG, TIMEOUT


@pytest.fixture(scope="session")
def shared_office():
    """One for all modules, since each of its two worker processes imports torch for three seconds."""
    shared = Office(max_active=2)
    yield shared
    shared.shutdown()


@pytest.fixture
def narrow_office():
    """Carries one run at a time."""
    narrow = Office(max_active=1, patience_seconds=0.2)
    yield narrow
    narrow.shutdown()


@pytest.fixture
def start(shared_office, tiny_folder):
    """``jobs.start`` on the tiny digits; what still trains is stopped after the test."""
    started: list[Job] = []

    def start(setup: Setup = LONG, **options) -> Job:
        started.append(start_in(shared_office, setup, **{"data_root": tiny_folder, **options}))
        return started[-1]

    yield start
    for job in started:
        job.stop()
    assert all(job.wait_for(*OVER, timeout=TIMEOUT) for job in started)
