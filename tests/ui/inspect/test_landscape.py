"""The landscape around a run's way, among the views of the gradients."""

import base64
import json

import numpy as np
import pytest
import safetensors.torch

from nnlab.config import Setup
from nnlab.model import MLP
from nnlab.runs.snapshot import Snapshot
from nnlab.ui import readers
from nnlab.ui.inspect import landscape, landscape_chart
from nnlab.ui.numbers import significant
from nnlab.ui.text import strings
from tests.ui.drawing import words
from tests.ui.inspect.stand_ins import CONFIGS, stand_in
from tests.ui.train.fake_runs import SETUP, FakeJob

CONFIG = CONFIGS["relu"]
EN = strings("en")


def numbers(sent: dict) -> np.ndarray:
    """What plotly.js is sent of an array."""
    return np.frombuffer(base64.b64decode(sent["bdata"]), sent["dtype"])


class Walked(FakeJob):
    """A run whose weights were kept: after each of some steps those of another seed."""

    def __init__(self, seeds):
        super().__init__(Setup(CONFIG, SETUP.train))
        weights = [safetensors.torch.save(MLP(CONFIG, seed=seed).state_dict()) for seed in seeds]
        self.kept = [Snapshot(10 * number, CONFIG, each) for number, each in enumerate(weights)]

    def states(self):
        return tuple(self.kept)


@pytest.fixture
def opened(open_page, monkeypatch, mnist_folder):
    """Opens the view; of a run with the weights of these seeds, or of the bundled network."""

    def open_view(seeds=None, language="en"):
        stand_in(monkeypatch, MLP(CONFIG, seed=1))
        if seeds is not None:
            monkeypatch.setattr(readers, "job_of", lambda network: job)
            job = Walked(seeds)
            job.id = f"walked {seeds}"
        page = open_page("inspect", language, section="gradients")
        page.segmented_control(key="inspect.gradients_view").set_value("landscape").run()
        assert not page.exception
        return page

    return open_view


@pytest.mark.parametrize("language", ["en", "ko"])
def test_the_way_lies_in_a_landscape(opened, language):
    page = opened([5, 6, 7, 8], language)
    hills, way = json.loads(page.get("plotly_chart")[0].proto.spec)["data"]
    assert (len(numbers(hills["x"])), len(numbers(hills["y"])), len(numbers(hills["z"]))) == (25, 25, 625)
    assert numbers(way["x"])[-1] == pytest.approx(0, abs=1e-5)  # the last state
    assert numbers(way["x"])[0] < 0
    assert len(numbers(way["x"])) == len(numbers(way["y"])) == 4
    steps = [strings(language)["landscape.state"].split("{step}")[0] + str(10 * number) for number in range(4)]
    assert all(said.startswith(step) for said, step in zip(way["hovertext"], steps, strict=True))
    said = words(page)
    assert strings(language)["landscape.look"].split(":")[0] in said
    assert way["hovertext"][0].split()[-1] in said
    assert "inspect.landscape.table" in [button.proto.id.rpartition("-")[2] for button in page.get("download_button")]


@pytest.mark.parametrize(
    ("seeds", "sentence"),
    [(None, "of_bundled"), ([5], "too_short"), ([5, 6], "too_short"), ([5, 5, 5], "straight"), ([5, 6, 6], "straight")],
)
def test_without_a_way_a_sentence_says_so(opened, seeds, sentence):
    page = opened(seeds)
    assert EN[f"landscape.{sentence}"] in words(page)
    assert not page.get("plotly_chart")


def test_of_a_wide_network_some_states_are_seen_the_first_and_the_last_among_them(opened, monkeypatch):
    monkeypatch.setattr(landscape, "MOST_NUMBERS", 4 * CONFIG.parameter_count)
    page = opened(range(20, 29))
    way = json.loads(page.get("plotly_chart")[0].proto.spec)["data"][1]
    assert [said.split(":")[0] for said in way["hovertext"]] == ["step 0", "step 30", "step 50", "step 80"]
    monkeypatch.setattr(landscape, "MOST_NUMBERS", 1)
    assert landscape._some_of(range(9), 10) == [0, 4, 8]


@pytest.mark.parametrize(
    ("losses", "numbers_at"),
    [
        ([0.2, 1.5, 3], ["0.2", "0.5", "1", "2"]),
        ([1e-7, 1e9, np.nan], ["0.0001", "0.001", "0.01", "0.1", "1", "10", "100", "1,000", "10,000"]),
    ],
)
def test_the_colours_have_round_numbers_few_enough_to_be_read(losses, numbers_at):
    places, titles = np.linspace(-1, 1, 3), dict.fromkeys(("across", "up", "loss", "loss_here", "way_name"), "")
    figure = landscape_chart.landscape(
        places, places, np.array([losses] * 3), np.zeros((3, 2)), ["a", "b", "c"], titles, 400
    )
    hills = figure["data"][0]
    assert hills["colorbar"]["ticktext"] == numbers_at
    assert np.isfinite(hills["z"]).all()
    assert hills["text"][0][0] == significant(losses[0])  # in the table of values the loss, not its logarithm
