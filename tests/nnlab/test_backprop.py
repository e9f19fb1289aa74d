"""Backpropagation written out: against autograd for everything that can be chosen, and once by hand."""

import math

import pytest
import torch

from nnlab.activations import ACTIVATIONS
from nnlab.backprop import Backpropagation
from nnlab.config import INPUT_NORMALIZATION, ModelConfig
from nnlab.model import MLP
from nnlab.optim import Parameters
from tests.nnlab.plain_training import gradient_by_autograd


@pytest.fixture
def images():
    return torch.randint(0, 256, (9, 28, 28), dtype=torch.uint8, generator=torch.Generator().manual_seed(0))


@pytest.fixture
def labels():
    return torch.tensor([0, 1, 2, 3, 4, 5, 6, 7, 7])


def dice(model: MLP) -> torch.Generator | None:
    return torch.Generator().manual_seed(5) if model.config.dropout else None


def assert_equals_autograd(model: MLP, images: torch.Tensor, labels: torch.Tensor) -> None:
    _, expected = gradient_by_autograd(model, images, labels, dropout_generator=dice(model))
    passes = Backpropagation(model, len(labels))
    passes.forward(images, dice(model))
    passes.loss_gradient(labels)
    passes.backward()
    for parameter, gradient in zip(model.parameters(), expected, strict=True):
        assert torch.allclose(parameter.grad, gradient, rtol=1e-4, atol=1e-6)


@pytest.mark.parametrize("dropout", [0.0, 0.4])
@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_the_gradient_equals_autograd_s(activation, dropout, images, labels):
    assert_equals_autograd(MLP(ModelConfig((12, 11, 10), activation, "xavier", dropout)), images, labels)


@pytest.mark.parametrize("hidden_sizes", [(), (1,), (20,) * 8])
def test_at_any_depth(hidden_sizes, images, labels):
    assert_equals_autograd(MLP(ModelConfig(hidden_sizes)), images, labels)


@pytest.mark.parametrize("normalization", INPUT_NORMALIZATION)
@pytest.mark.parametrize("is_float", [False, True], ids=["uint8", "float32"])
def test_with_any_pixels(normalization, is_float, images, labels):
    images = images / 255 if is_float else images
    assert_equals_autograd(MLP(ModelConfig((12,), input_normalization=normalization)), images, labels)


def test_a_second_batch_leaves_nothing_of_the_first(images, labels):
    model = MLP(ModelConfig((12,), "softsign", dropout=0.3))
    passes = Backpropagation(model, 9)
    for batch in (images, images.flip(0)):
        passes.forward(batch, dice(model))
        passes.loss_gradient(labels)
        passes.backward()
    _, expected = gradient_by_autograd(model, images.flip(0), labels, dropout_generator=dice(model))
    for parameter, gradient in zip(model.parameters(), expected, strict=True):
        assert torch.allclose(parameter.grad, gradient, rtol=1e-4, atol=1e-6)


def test_the_forward_pass_is_the_model_s(images):
    model = MLP(ModelConfig((12, 11)))
    passes = Backpropagation(model, 9)
    logits = passes.forward(images)
    assert torch.allclose(logits, model(images), atol=1e-5)
    assert passes.logits is logits


def test_a_step_makes_no_new_buffers(images, labels):
    """Results land where they landed before."""
    passes = Backpropagation(MLP(ModelConfig((12,))), 9)

    def places():
        return [room.data_ptr() for layer in passes.layers for room in (layer.sums, layer.outputs, layer.errors)]

    before, first = places(), passes.forward(images)
    passes.loss_gradient(labels)
    passes.backward()
    assert passes.forward(images).data_ptr() == first.data_ptr()
    assert places() == before


def test_one_neuron_by_hand():
    """A white image of a 3, one ReLU unit with weights 1/784 and bias 0: z = a = 1.

    Its weight to class 3 is 0.5, to the others 0: p_3 = e^0.5 / (e^0.5 + 9), p = 1 / (e^0.5 + 9) for the others. The
    errors of the output layer are p_3 - 1 and p: its biases' gradient and, times a = 1, its
    weights'. Back through the weight 0.5, with f' = 1, the hidden unit's error is 0.5 (p_3 - 1): its bias's gradient
    and, times each pixel's 1, each of its weights'.
    """
    model = MLP(ModelConfig((1,), "relu", "zeros", input_normalization="none"))
    with torch.no_grad():
        model.linears[0].weight.fill_(1 / 784)
        model.linears[1].weight[3] = 0.5
    white, three = torch.full((1, 28, 28), 255, dtype=torch.uint8), torch.tensor([3])
    passes = Backpropagation(model, 1)
    passes.forward(white)
    passes.loss_gradient(three)
    passes.backward()
    p = math.exp(0.5) / (math.exp(0.5) + 9)
    others = 1 / (math.exp(0.5) + 9)
    hidden, output = model.linears
    assert output.bias.grad.tolist() == pytest.approx([p - 1 if k == 3 else others for k in range(10)], rel=1e-5)
    assert output.weight.grad[:, 0].tolist() == pytest.approx(output.bias.grad.tolist(), rel=1e-5)
    assert hidden.bias.grad.item() == pytest.approx(0.5 * (p - 1), rel=1e-5)
    assert hidden.weight.grad.unique().tolist() == pytest.approx([0.5 * (p - 1)], rel=1e-5)


@pytest.mark.parametrize(("l1", "l2"), [(0.01, 0.0), (0.0, 0.3), (0.01, 0.3)])
def test_the_penalties_gradient_equals_autograd_s(l1, l2, images, labels):
    model = MLP(ModelConfig((12, 11), initialization="torch"))
    _, expected = gradient_by_autograd(model, images, labels, l1, l2)
    parameters = Parameters(model)
    passes = Backpropagation(model, 9)
    passes.forward(images)
    passes.loss_gradient(labels)
    passes.backward()
    parameters.add_penalties(l1, l2)
    for parameter, gradient in zip(model.parameters(), expected, strict=True):
        assert torch.allclose(parameter.grad, gradient, rtol=1e-4, atol=1e-6)
