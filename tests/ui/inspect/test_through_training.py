"""A run's gradient as it learned, among the views of the gradients."""

import pytest

from nnlab.config import Setup
from nnlab.model import MLP
from nnlab.records import Pulse
from nnlab.runs import jobs
from nnlab.runs.pulses import to_rows
from nnlab.ui.inspect import through_training
from nnlab.ui.text import strings
from tests.ui.drawing import sent_to, words
from tests.ui.inspect.stand_ins import CONFIGS, stand_in
from tests.ui.train.fake_runs import SETUP, FakeJob


@pytest.fixture
def job(monkeypatch):
    """A run in the place of whatever is looked at."""
    job = FakeJob(Setup(CONFIGS["relu"], SETUP.train))
    job.pulses.add(to_rows([Pulse(step, (0.1, 0.2, step), (0.01, 0.02, 0.03)) for step in (1, 5)]))
    job.pulses.expected = [0.5, 0.25, 0.125]
    monkeypatch.setattr(jobs, "get", lambda name: job)
    return job


def opened(open_page, monkeypatch, language="en"):
    stand_in(monkeypatch, MLP(CONFIGS["relu"], seed=1))
    page = open_page("inspect", language, section="gradients")
    page.segmented_control(key="inspect.gradients_view").set_value("training").run()
    assert not page.exception
    return page


@pytest.mark.parametrize("language", ["en", "ko"])
def test_the_lines_of_the_run_are_those_of_train(open_page, monkeypatch, mnist_folder, job, language):
    page = opened(open_page, monkeypatch, language)
    told = sent_to(page, "nnlab_pulse")
    assert (told["run"], told["sizes"]) == (job.id, [12, 8, 10])
    assert strings(language)["pulse.look"] in words(page)


def test_the_bundled_network_has_none_and_says_so(open_page, monkeypatch, mnist_folder):
    page = opened(open_page, monkeypatch)
    assert not sent_to(page, "nnlab_pulse")
    assert strings("en")["pulse.of_bundled"] in words(page)


def test_the_numbers_can_be_taken_along(job):
    table = through_training._table(job)
    assert table["layer"] == ["hidden 1", "hidden 2", "output"] * 2
    assert table["epoch"] == [1 / job.setup.train.steps_per_epoch] * 3 + [5 / job.setup.train.steps_per_epoch] * 3
    assert table["gradient_per_weight"] == [0.1, 0.2, 1, 0.1, 0.2, 5]
    assert table["step_per_weight"] == [0.01, 0.02, 0.03] * 2
    assert table["expected_before_first_step"] == [0.5, 0.25, 0.125] * 2
