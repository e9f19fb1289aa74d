"""Experiments that take a moment: the real ones, their runs made short, on digits made up for the tests."""

from __future__ import annotations

from dataclasses import replace

import pytest

from nnlab.runs import jobs
from nnlab.runs.messages import OVER
from nnlab.teaching.experiments import EXPERIMENTS
from nnlab.teaching.steps import Experiment
from tests.nnlab.short_runs import TIMEOUT


def shortened(experiment: Experiment) -> Experiment:
    """The same experiment, each run of 25 steps."""
    trials = [
        replace(trial, setup=replace(trial.setup, train=replace(trial.setup.train, training_images=400, batch_size=16)))
        for trial in experiment.trials
        if trial.setup
    ]
    return replace(experiment, trials=tuple(trials))


@pytest.fixture
def zeros(monkeypatch) -> Experiment:
    """The experiment on weights of zero."""
    experiment = shortened(EXPERIMENTS["zeros"])
    monkeypatch.setitem(EXPERIMENTS, "zeros", experiment)
    return experiment


@pytest.fixture(scope="module")
def one_worker():
    """The worker of all the tests of a module, since it imports torch for seconds; it is made by the first run."""
    yield
    jobs.shutdown()


@pytest.fixture
def open_experiment(open_page, monkeypatch, tiny_folder, one_worker):
    """A function that opens the Learn page at a place in its address; the runs that are begun end with the test."""
    monkeypatch.setenv("NNLAB_DATA_DIR", str(tiny_folder))
    monkeypatch.setenv("NNLAB_WORKERS", "1")
    yield lambda language="en", **place: open_page("learn", language, **place)
    begun = [job for job, _ in jobs.known()]
    for job in begun:
        job.stop()
    assert all(job.wait_for(*OVER, timeout=TIMEOUT) for job in begun)
