"""One network, one truth: the same image gets the same probabilities from the bundled network on every page."""

import numpy as np
import pytest
import torch

from nnlab import reader
from nnlab.evaluation import to_float
from nnlab.sources.builtin.generator import load_generator
from nnlab.ui import charts, digits
from nnlab.ui.learn.writing import DEFAULT_DIGIT, follow, write
from tests.ui.drawing import probabilities


@pytest.fixture(autouse=True)
def without_mnist(monkeypatch):
    monkeypatch.delenv("NNLAB_DATA_DIR", raising=False)


@pytest.fixture
def bars(monkeypatch):
    """The probabilities of each chart of them that is drawn, in this order."""
    drawn, draw = [], charts.probability_bars

    def note(values, *words, **options):
        drawn.append(list(values))
        return draw(values, *words, **options)

    monkeypatch.setattr(charts, "probability_bars", note)
    return drawn


def test_a_test_digit_is_read_alike_on_draw_and_play(open_page, bars, monkeypatch):
    images, labels = digits.load_test_set("builtin")
    index = int(np.flatnonzero(labels == 3)[0])
    expected = reader.bundled().read(to_float(torch.from_numpy(images[index]))).probabilities

    draw = open_page("draw")
    draw.session_state["draw.source"], draw.session_state["draw.digit"] = "test", index
    draw.run()
    assert not draw.exception
    assert probabilities(draw) == pytest.approx(expected, abs=1e-6)

    monkeypatch.setattr("nnlab.games.fooling.find_readable", lambda *given: index)
    play = open_page("play", section="fool")
    assert not play.exception
    assert bars[-1] == pytest.approx(expected, abs=1e-6)

    image = to_float(torch.from_numpy(images[index]))
    raw = reader.bundled().model.predict_proba(image[None])[0].tolist()
    assert raw != pytest.approx(expected, abs=1e-6)


def test_what_the_network_writes_is_read_by_the_same_reader(open_page, bars):
    page = open_page("learn", lesson="writing")
    assert not page.exception
    generator = load_generator()
    latents = follow(generator, DEFAULT_DIGIT, 0)[-1].clone()
    for slider in page.slider:
        if slider.key.startswith("learn.writing_4_0_"):
            latents[int(slider.key.rpartition("_")[2])] = slider.value
    image = to_float(torch.from_numpy(write(generator, latents, [DEFAULT_DIGIT])))[0]
    assert bars[-1] == pytest.approx(reader.bundled().read(image).probabilities, abs=1e-6)


def test_what_is_computed_by_hand_is_what_the_lesson_shows():
    """The lesson shows softmax of the logits, and the loss of the same: its networks divide by no temperature."""
    assert [network.calibration.temperature for network in reader.twins()] == [1, 1]
