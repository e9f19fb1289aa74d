"""Fixtures for the Train page."""

from types import SimpleNamespace

import pytest

from nnlab.runs import jobs
from nnlab.sources import mnist
from tests.ui.train.fake_runs import FakeJob


@pytest.fixture
def office(monkeypatch):
    """The registry of runs, filled by hand; ``started`` lists what the page started."""
    office = SimpleNamespace(jobs={}, started=[])

    def start(setup, *, paused=False, owner="", data_root=None, start_from=b"", own_digits=None):
        job = FakeJob(setup, "paused" if paused else "running")
        job.is_fine_tuning, job.start_from, job.own_digits = bool(start_from), start_from, own_digits
        job.owner = owner
        office.started.append(job)
        office.jobs[job.id] = job
        return job

    monkeypatch.setattr(jobs, "start", start)
    monkeypatch.setattr(jobs, "get", office.jobs.get)
    monkeypatch.setattr(mnist, "has_mnist", lambda root=None: True)
    return office
