"""Fixtures for the Train page."""

from types import SimpleNamespace

import pytest

from nnlab.config import Setup
from nnlab.runs import jobs
from nnlab.sources import mnist
from tests.ui.train.fake_runs import SETUP, FakeJob


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


@pytest.fixture
def open_run(office, open_page):
    """A function that opens the page on the visitor's run of a given status, found by its id in the address."""

    def open_run(status: str, language: str = "en", setup: Setup = SETUP, is_own: bool = True):
        job = office.jobs["made-up"] = FakeJob(setup, status)
        page = open_page("train", language)
        job.owner = page.session_state["owner"] if is_own else "somebody else"
        page.query_params["run"] = job.id
        return page.run(), job

    return open_run
