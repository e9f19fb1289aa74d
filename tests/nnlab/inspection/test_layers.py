"""Looking inside: hooks that are always removed, gradients equal to autograd's, fractions and profiles as defined."""

import pytest
import torch
import torch.nn.functional as F

from nnlab.activations import ACTIVATIONS
from nnlab.config import ModelConfig
from nnlab.inspection import depth, health
from nnlab.inspection import layers as inspection
from nnlab.model import INITIALIZATIONS, MLP

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


def test_dead_and_saturated_by_hand():
    """Three units, two inputs. Slopes: (0, 0) dead; (0.001, 0) saturated; (0, 1) alive, one of its pairs saturated."""
    slopes = torch.tensor([[0.0, 0.001, 0.0], [0.0, 0.0, 1.0]])
    assert health.health(slopes, 0.01) == pytest.approx((1 / 3, 2 / 3, 5 / 6))


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_dead_units_are_saturated_and_saturated_units_are_saturated_pairs(name):
    slopes = ACTIVATIONS[name].derivative(3 * health.random_layer(health.random_inputs(20), 30) - 4)
    dead, units, share = health.health(slopes)
    assert 0 <= dead <= units <= share <= 1


def test_a_random_layer_keeps_the_size_of_standard_normal_inputs():
    pre_activations = health.random_layer(health.random_inputs(200), 100)
    assert pre_activations.std().item() == pytest.approx(1, rel=0.05)
    assert torch.equal(pre_activations, health.random_layer(health.random_inputs(200), 100))


@pytest.mark.parametrize("name", ACTIVATIONS)
@pytest.mark.parametrize("initialization", [name for name in INITIALIZATIONS if name != "zeros"])
def test_one_layer_s_gradient_is_its_slope(name, initialization):
    """With one layer the gradient is f'(z) times a random direction of length 1: about the slopes' mean square."""
    profile = depth.gradient_profile(name, 1, width=64, initialization=initialization)
    assert profile.gradient_norms[0] == pytest.approx(profile.slopes[0], rel=0.1)
    assert profile.slope_products == profile.slopes


def test_sigmoid_s_gradient_shrinks_by_a_quarter_or_more_per_layer_and_relu_s_stays():
    sigmoid = depth.gradient_profile("sigmoid", 20)
    assert len(sigmoid.gradient_norms) == 20
    assert sigmoid.gradient_norms[0] < 1.2 * 0.25**20
    assert sigmoid.slope_products[0] <= 0.25**20
    relu = depth.gradient_profile("relu", 20, initialization="kaiming")
    assert 0.1 < relu.gradient_norms[0] < 10


def test_the_weight_scale_multiplies_a_linear_network_s_gradient_once_per_matrix_passed():
    """identity, 4 layers: 3 matrices lie between layer 1 and the end, so doubling them multiplies by 2^3 = 8."""
    single = depth.gradient_profile("identity", 4, width=32)
    double = depth.gradient_profile("identity", 4, width=32, weight_scale=2.0)
    ratios = [two / one for one, two in zip(single.gradient_norms, double.gradient_norms, strict=True)]
    assert ratios == pytest.approx([8, 4, 2, 1])


def test_a_profile_is_reproducible_and_not_limited_by_float32():
    tiny = depth.gradient_profile("sigmoid", 30, width=16, weight_scale=0.05)
    assert 0 < tiny.gradient_norms[0] < 1e-45
    assert tiny == depth.gradient_profile("sigmoid", 30, width=16, weight_scale=0.05)
