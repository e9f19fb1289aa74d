"""The network: its shapes, its start, its forward pass by hand and against torch's own modules."""

import math

import pytest
import torch
import torch.nn.functional as F
from torch import nn

from nnlab.activations import ACTIVATIONS
from nnlab.config import INITIALIZATION_NAMES, INPUT_NORMALIZATION, PIXELS, ModelConfig
from nnlab.model import INITIALIZATIONS, MLP


@pytest.fixture
def images():
    return torch.rand(6, 28, 28, generator=torch.Generator().manual_seed(0))


def test_the_registry_holds_the_menu_in_its_order():
    assert tuple(INITIALIZATIONS) == INITIALIZATION_NAMES


@pytest.mark.parametrize("hidden_sizes", [(), (1,), (128, 64), (5, 4, 3, 2, 1, 2, 3, 4)])
def test_shapes_and_the_number_of_parameters(hidden_sizes, images):
    model = MLP(ModelConfig(hidden_sizes))
    assert model(images).shape == (6, 10)
    assert torch.equal(model(images), model(images.flatten(1)))
    assert sum(parameter.numel() for parameter in model.parameters()) == model.parameter_count


def test_the_notes_network_has_109386_parameters():
    """(784 + 1) 128 + (128 + 1) 64 + (64 + 1) 10 = 100,480 + 8,256 + 650 = 109,386."""
    assert MLP(ModelConfig((128, 64))).parameter_count == 109_386


def test_without_a_seed_no_start_is_drawn_and_weights_can_be_read_into_it(images, monkeypatch):
    whole, config = MLP(ModelConfig((8,)), seed=3), ModelConfig((8,))
    monkeypatch.setattr(MLP, "reset_parameters", None)  # nobody calls it
    empty = MLP(config, seed=None)
    empty.load_state_dict(whole.state_dict())
    assert torch.equal(empty(images), whole(images))


def test_one_neuron_by_hand():
    """784 pixels of 1, no normalisation, one ReLU unit of weights 1/784 and bias -0.25: z = 0.75, f(z) = 0.75.

    Logit k has weight k and bias 1: 1 + 0.75 k. With bias -2, z = -1, f(z) = 0 and every logit is 1.
    """
    model = MLP(ModelConfig((1,), "relu", input_normalization="none"))
    with torch.no_grad():
        model.linears[0].weight.fill_(1 / PIXELS)
        model.linears[0].bias.fill_(-0.25)
        model.linears[1].weight.copy_(torch.arange(10.0)[:, None])
        model.linears[1].bias.fill_(1)
        assert torch.allclose(model(torch.ones(1, 28, 28)), 1 + 0.75 * torch.arange(10.0), atol=1e-5)
        model.linears[0].bias.fill_(-2)
        assert torch.equal(model(torch.ones(1, 28, 28)), torch.ones(1, 10))


@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_the_forward_pass_and_its_gradient_equal_nn_sequential(activation, images):
    model = MLP(ModelConfig((7, 5), activation, input_normalization="standard"))
    layers = [nn.Linear(784, 7), nn.Linear(7, 5), nn.Linear(5, 10)]
    for ours, theirs in zip(model.linears, layers, strict=True):
        theirs.load_state_dict(ours.state_dict())
    f = ACTIVATIONS[activation].function
    outputs = (images.flatten(1) - 0.1307) / 0.3081
    expected = layers[2](f(layers[1](f(layers[0](outputs)))))
    logits = model(images)
    assert torch.allclose(logits, expected, atol=1e-6)
    labels = torch.arange(6)
    F.cross_entropy(logits, labels).backward()
    F.cross_entropy(expected, labels).backward()
    for ours, theirs in zip(model.linears, layers, strict=True):
        assert torch.allclose(ours.weight.grad, theirs.weight.grad, atol=1e-6)
        assert torch.allclose(ours.bias.grad, theirs.bias.grad, atol=1e-6)


def test_the_gradient_equals_central_differences_in_float64(images):
    model = MLP(ModelConfig((4,), "tanh")).double()
    labels, weight, h = torch.arange(6), model.linears[0].weight, 1e-6

    def loss() -> torch.Tensor:
        return F.cross_entropy(model(images.double()), labels)

    loss().backward()
    for position in [(0, 300), (1, 400), (3, 783)]:
        with torch.no_grad():
            weight[position] += h
            above = loss()
            weight[position] -= 2 * h
            below = loss()
            weight[position] += h
        assert weight.grad[position].item() == pytest.approx(((above - below) / (2 * h)).item(), rel=1e-5)


@pytest.mark.parametrize("normalization", INPUT_NORMALIZATION)
def test_input_normalisation_by_hand(normalization):
    """Black and white pixels, 0 and 1, become (0 - mean) / deviation and (1 - mean) / deviation."""
    ends = {"symmetric": (-1, 1), "standard": (-0.1307 / 0.3081, 0.8693 / 0.3081), "none": (0, 1)}[normalization]
    model = MLP(ModelConfig((), input_normalization=normalization))
    for pixel, expected in zip((0.0, 1.0), ends, strict=True):
        assert model.normalize(torch.full((1, 28, 28), pixel)).unique().item() == pytest.approx(expected)


def test_standard_normalisation_is_that_of_mnist(mnist):
    pixels = mnist.train_images.float() / 255
    assert (pixels.mean().item(), pixels.std().item()) == pytest.approx(INPUT_NORMALIZATION["standard"], abs=1e-4)


@pytest.mark.parametrize(
    ("initialization", "activation", "deviation"),
    [
        ("kaiming", "relu", math.sqrt(2 / 784)),
        ("kaiming", "tanh", 5 / 3 / math.sqrt(784)),
        ("kaiming", "sigmoid", 1 / math.sqrt(784)),
        ("xavier", "relu", math.sqrt(2 / (784 + 400))),
        ("lecun", "relu", 1 / math.sqrt(784)),
        ("small_normal", "relu", 0.01),
        ("zeros", "relu", 0.0),
        ("torch", "relu", 1 / math.sqrt(3 * 784)),  # uniform in +-b has deviation b / sqrt(3)
    ],
)
def test_the_weights_start_with_the_deviation_stated(initialization, activation, deviation):
    """Of 313,600 weights, the deviation is within 0.5 % of the distribution's; the mean is almost 0."""
    first = MLP(ModelConfig((400, 300), activation, initialization)).linears[0]
    assert first.weight.std().item() == pytest.approx(deviation, rel=0.005)
    assert abs(first.weight.mean().item()) <= 0.01 * deviation
    assert initialization == "torch" or not first.bias.any()


@pytest.mark.parametrize("initialization", INITIALIZATIONS)
def test_the_same_seed_gives_the_same_start_whatever_else_was_drawn(initialization):
    config = ModelConfig((5,), initialization=initialization)
    once = MLP(config, seed=3).state_dict()
    torch.rand(10)
    again, other = MLP(config, seed=3).state_dict(), MLP(config, seed=4).state_dict()
    assert all(torch.equal(once[name], again[name]) for name in once)
    assert initialization == "zeros" or not torch.equal(once["linears.0.weight"], other["linears.0.weight"])


def test_torch_s_start_is_that_of_nn_linear():
    """The same bound, 1 / sqrt(784) = 0.0357, for weights and biases."""
    ours, theirs = MLP(ModelConfig((300,), initialization="torch")).linears[0], nn.Linear(784, 300)
    for mine, reference in ((ours.weight, theirs.weight), (ours.bias, theirs.bias)):
        assert mine.abs().max().item() == pytest.approx(1 / 28, rel=0.02)
        assert mine.abs().max().item() == pytest.approx(reference.abs().max().item(), rel=0.02)


def test_the_output_layer_s_gain_is_1():
    output = MLP(ModelConfig((2000,), "relu", "kaiming")).linears[-1]
    assert output.weight.std().item() == pytest.approx(1 / math.sqrt(2000), rel=0.02)


def test_probabilities_sum_to_1_and_leave_the_mode_alone(images):
    model = MLP(ModelConfig((8,), dropout=0.5)).train()
    probabilities = model.predict_proba(images)
    assert torch.allclose(probabilities.sum(1), torch.ones(6))
    assert torch.equal(probabilities, model.predict_proba(images))
    assert torch.equal(probabilities, model.eval()(images).softmax(1))
    assert not model.training
    assert not probabilities.requires_grad


def test_dropout_drops_its_share_and_keeps_the_mean():
    model = MLP(ModelConfig((), dropout=0.3))
    outputs = model._drop(torch.ones(400, 500), torch.Generator().manual_seed(0))
    assert (outputs == 0).float().mean().item() == pytest.approx(0.3, abs=0.01)
    assert outputs.mean().item() == pytest.approx(1, abs=0.01)
    assert outputs.max().item() == pytest.approx(1 / 0.7)


@pytest.mark.parametrize("shape", [(28, 28), (784,), (5, 27, 28), (5, 783), (2, 3, 28, 28)])
def test_images_of_another_size_are_refused_with_their_shape(shape):
    with pytest.raises(ValueError, match=str(shape).replace("(", r"\(").replace(")", r"\)")):
        MLP(ModelConfig(()))(torch.zeros(shape))
