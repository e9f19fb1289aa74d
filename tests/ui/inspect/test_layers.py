"""The section on activations: the units' outputs, histograms over the test set, and weights against their start."""

import numpy as np
import pytest
import torch

from nnlab import reader
from nnlab.config import ModelConfig, Setup, TrainConfig
from nnlab.inspection.layers import layer_outputs
from nnlab.model import MLP
from nnlab.runs.run import Job
from nnlab.ui import readers
from nnlab.ui.inspect import layer_charts, layers, network
from nnlab.ui.inspect.subject import Subject
from nnlab.ui.readers import NamedReader
from tests.ui.drawing import words
from tests.ui.inspect.stand_ins import CONFIGS, stand_in


@pytest.fixture
def panels(monkeypatch):
    """The panels of every figure of bars, in their order."""
    drawn, draw = [], layer_charts.unit_bars

    def spy(values, hover):
        drawn.append(values)
        return draw(values, hover)

    monkeypatch.setattr(layer_charts, "unit_bars", spy)
    return drawn


def test_the_bars_are_the_outputs_for_the_image_on_the_left(open_page, monkeypatch, mnist_folder, panels):
    model = stand_in(monkeypatch, MLP(CONFIGS["relu"], seed=1))
    page = open_page("inspect", section="layers")
    page.session_state["inspect.test_number"] = 3
    page.run()
    assert not page.exception
    image = torch.from_numpy(mnist_folder["t10k-images-idx3-ubyte"][2].copy()) / 255
    expected = layer_outputs(model, image[None])
    for panel, layer in zip(panels[-1], expected, strict=True):
        assert panel.numbers.tolist() == layer.output[0].tolist()
    assert [panel.first for panel in panels[-1]] == [1, 1, 0]


def test_the_histograms_count_all_pairs_of_a_layer(open_page, monkeypatch, mnist_folder):
    stand_in(monkeypatch, MLP(CONFIGS["relu"], seed=1))
    page = open_page("inspect", section="layers")
    page.segmented_control(key="inspect.layers_view").set_value("test_set").run()
    count = len(mnist_folder["t10k-images-idx3-ubyte"])
    assert f"the first {count:,} test images (MNIST): {12 * count:,} pairs" in words(page)
    page.selectbox(key="inspect.shown_layer").set_value(1).run()
    assert f"{8 * count:,} pairs" in words(page)


def subject_of(model, network):
    named = NamedReader(model, "")
    return Subject(named, named, torch.zeros(28, 28), None, "", "mnist", network)


def test_a_run_s_start_is_made_anew_from_its_seed(monkeypatch):
    config = ModelConfig((5,))
    job = Job(Setup(config, TrainConfig(seed=7)))
    monkeypatch.setattr(readers, "own_jobs", lambda: [job])
    found = layers.starting_weights(subject_of(MLP(config, seed=1), job.id), 0)
    assert np.array_equal(found, MLP(config, seed=7).linears[0].weight.detach())
    tuned = Job(Setup(config), start_from=b"weights")
    monkeypatch.setattr(readers, "own_jobs", lambda: [tuned])
    assert layers.starting_weights(subject_of(MLP(config), tuned.id), 0) is None


def test_the_bundled_network_s_start_is_near_what_it_became():
    """After 808 passes the weights are still correlated with their start: 0.07; with another seed's they are not."""
    model = reader.bundled().model
    now = model.linears[0].weight.detach().numpy().ravel()
    start = layers.starting_weights(subject_of(model, readers.BUNDLED), 0).ravel()
    other = MLP(model.config, seed=1).linears[0].weight.detach().numpy().ravel()
    assert np.corrcoef(now, start)[0, 1] > 0.06
    assert abs(np.corrcoef(now, other)[0, 1]) < 0.01


def test_a_name_is_another_for_other_weights_functions_and_images():
    model = MLP(ModelConfig((5,)))
    name = network.fingerprint(model)
    assert name == network.fingerprint(MLP(ModelConfig((5,))))
    assert name != network.fingerprint(MLP(ModelConfig((5,), "tanh", "kaiming")))
    with torch.no_grad():
        model.linears[1].bias[3] += 1e-3
    assert name != network.fingerprint(model)
    shown = network.fingerprint(model, torch.zeros(2, 28, 28))
    assert shown not in (network.fingerprint(model), network.fingerprint(model, torch.ones(2, 28, 28)))


def test_a_layer_chosen_in_a_deeper_network_becomes_the_last(open_page, monkeypatch):
    stand_in(monkeypatch, MLP(CONFIGS["deep"]))
    page = open_page("inspect", section="layers")
    page.segmented_control(key="inspect.layers_view").set_value("weights").run()
    page.selectbox(key="inspect.shown_layer").set_value(5).run()
    stand_in(monkeypatch, MLP(CONFIGS["relu"]))
    page.run()
    assert not page.exception
    assert page.selectbox(key="inspect.shown_layer").value == 2
