"""The fold with the inside of a run's network: neuron by neuron, or layer by layer."""

import pytest

from nnlab.config import ModelConfig, Setup
from nnlab.ui import keys
from nnlab.ui.components import live_pulse
from nnlab.ui.text import strings
from tests.ui.drawing import sent_to
from tests.ui.train.fake_runs import SETUP
from tests.ui.train.reading import words

FOLD = "train.inside"


@pytest.fixture
def open_fold(open_run):
    """A function that opens the page on a run, and in it the fold."""

    def open_fold(language: str = "en", setup: Setup = SETUP, view: str = "neurons"):
        page, job = open_run("running", language, setup)
        assert not sent_to(page, "nnlab_living_run")  # nothing is made for a fold that is closed
        page.session_state[FOLD] = True
        page.session_state[keys.Train.INSIDE_VIEW] = view
        page.run()
        assert not page.exception
        return page, job

    return open_fold


def test_the_network_that_is_shown_first_tells_what_became_of_its_neurons(open_fold):
    page, job = open_fold()
    told = sent_to(page, "nnlab_living_run")
    assert (told["run"], told["knowsHealth"]) == (job.id, True)
    assert told["words"]["is_dead"] == strings("en")["living.is_dead"]  # the browser fills in how many images
    assert not sent_to(page, "nnlab_pulse")


@pytest.mark.parametrize("language", ["en", "ko"])
def test_layer_by_layer_a_run_of_any_size_is_shown(open_fold, language):
    setup = Setup(ModelConfig((512, 256)), SETUP.train)
    page, job = open_fold(language, setup, "layers")
    told = sent_to(page, "nnlab_pulse")
    assert (told["run"], told["sizes"], told["epochs"]) == (job.id, [512, 256, 10], 2)
    assert told["words"] == {name: strings(language)[f"pulse.{name}"] for name in live_pulse.WORDS}
    assert strings(language)["pulse.note_expected"] in words(page)
    assert not sent_to(page, "nnlab_living_run")


def test_of_weights_that_had_learned_before_nothing_was_expected(open_fold):
    page, job = open_fold(view="layers")
    job.is_fine_tuning = True
    page.run()
    assert strings("en")["pulse.note_not_expected"] in words(page)
    assert strings("en")["pulse.note_expected"] not in words(page)


def test_every_layer_has_a_line_of_its_own():
    """Eight hidden layers and the outputs, at most."""
    assert len(set(live_pulse.COLORS)) == 9
