"""Looking inside: hooks that are always removed, gradients equal to autograd's, fractions and profiles as defined."""

import threading

import pytest
import torch
import torch.nn.functional as F

from nnlab.activations import ACTIVATIONS
from nnlab.config import ModelConfig
from nnlab.inspection import layers as inspection
from nnlab.model import MLP

LABELS = torch.tensor([3, 1, 4, 1, 5])


@pytest.fixture
def images():
    return torch.rand(5, 28, 28, generator=torch.Generator().manual_seed(1))


@pytest.fixture
def model():
    return MLP(ModelConfig((12, 8), "tanh", dropout=0.5))


def hooks_of(model):
    return [hook for linear in model.linears for hook in linear._forward_hooks]


def test_a_layer_s_output_is_f_of_its_pre_activation_and_the_last_one_s_are_the_logits(model, images):
    layers = inspection.layer_outputs(model, images)
    assert [tuple(layer.output.shape) for layer in layers] == [(5, 12), (5, 8), (5, 10)]
    for layer in layers[:-1]:
        assert torch.equal(layer.output, torch.tanh(layer.pre_activation))
    assert torch.equal(layers[-1].output, model.eval()(images))


def test_inspecting_leaves_no_hook_no_grad_and_the_training_mode(model, images):
    model.train()
    inspection.layer_outputs(model, images)
    inspection.gradients(model, images, LABELS)
    assert hooks_of(model) == []
    assert model.training
    assert all(parameter.grad is None for parameter in model.parameters())


def test_hooks_are_removed_also_after_an_error(model):
    with pytest.raises(ValueError, match="expected"):
        inspection.layer_outputs(model, torch.zeros(2, 3))
    assert hooks_of(model) == []
    assert model.training


def test_a_second_pass_replaces_the_first(model, images):
    with inspection.Capture(model.eval()) as capture:
        assert capture.layers == []
        model(images)
        model(images[:2])
    assert [len(layer.output) for layer in capture.layers] == [2, 2, 2]


def test_a_pass_of_another_thread_is_not_captured(model, images):
    """Thirty visitors look into the bundled network at once: one would have been shown another's image."""
    with inspection.Capture(model.eval()) as capture:
        model(images)
        other = threading.Thread(target=model, args=[images[:2]])
        other.start()
        other.join()
    assert [len(layer.output) for layer in capture.layers] == [5, 5, 5]


def test_a_network_without_hidden_layers_has_one_layer(images):
    (layer,) = inspection.layer_outputs(MLP(ModelConfig(())), images)
    assert torch.equal(layer.output, layer.pre_activation)


def test_gradients_equal_those_of_backward(model, images):
    found = inspection.gradients(model, images, LABELS)
    F.cross_entropy(model.eval()(images), LABELS).backward()
    for linear, gradient in zip(model.linears, found, strict=True):
        assert torch.allclose(gradient.weight, linear.weight.grad)
        assert torch.allclose(gradient.bias, linear.bias.grad)


def test_gradients_obey_the_chain_rule(model, images):
    """By z: f'(z) times that by f(z). By b: the sum over the images. By W: that by z, times the layer's input."""
    layers = inspection.layer_outputs(model, images)
    first, second, last = inspection.gradients(model, images, LABELS)
    slopes = ACTIVATIONS["tanh"].derivative(layers[0].pre_activation)
    assert torch.allclose(first.pre_activation, slopes * first.output)
    assert torch.allclose(first.bias, first.pre_activation.sum(0))
    assert torch.allclose(second.weight, second.pre_activation.T @ layers[0].output)
    probabilities = layers[-1].output.softmax(1)
    assert torch.allclose(last.output, (probabilities - F.one_hot(LABELS, 10)) / 5, atol=1e-7)
