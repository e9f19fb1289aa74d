"""The predicted gradient against the measured one, and the arithmetic of one layer."""

import math

import pytest
import torch
from torch import Generator

from nnlab.backprop import Backpropagation
from nnlab.config import ModelConfig
from nnlab.inspection.theory import Moments, _through, expected_gradients
from nnlab.model import MLP

BATCH = 64


def measured(config: ModelConfig, images, labels, networks: int = 4, batches: int = 3) -> list[float]:
    """The root mean square of the gradient by one weight of each layer, over some networks and batches."""
    squares = torch.zeros(len(config.hidden_sizes) + 1, dtype=torch.float64)
    for seed in range(networks):
        passes = Backpropagation(MLP(config, seed=seed), BATCH)
        order = torch.randperm(len(labels), generator=Generator().manual_seed(seed))
        for batch in order[: batches * BATCH].split(BATCH):
            passes.forward(images[batch], Generator().manual_seed(seed))
            passes.loss_gradient(labels[batch])
            passes.backward()
            squares += torch.stack([layer.weight_gradient.double().square().mean() for layer in passes.layers])
    return (squares / (networks * batches)).sqrt().tolist()


@pytest.mark.parametrize("initialization", ["torch", "kaiming", "xavier", "small_normal"])
@pytest.mark.parametrize("activation", ["relu", "sigmoid", "tanh", "gelu", "softplus"])
@pytest.mark.parametrize("hidden", [(128, 64), (64,) * 8], ids=["2", "8"])
def test_the_gradient_is_predicted_within_a_factor_of_two(mnist, hidden, activation, initialization):
    """It spans fifteen powers of ten: with eight sigmoid layers and small weights the first has 1e-16 of the last."""
    config = ModelConfig(hidden, activation, initialization)
    found = measured(config, mnist.train_images, mnist.train_labels)
    expected = expected_gradients(MLP(config), mnist.train_images[:500], BATCH)
    ratios = [one / other for one, other in zip(expected, found, strict=True)]
    assert all(0.5 < ratio < 2 for ratio in ratios), ratios


def test_dropout_and_the_size_of_the_batch_are_counted_with(mnist):
    """Half the neurons dropped are twice as large when they are kept; a batch of one averages nothing out."""

    def expected(batch_size: int = BATCH, **fields: float) -> list[float]:
        return expected_gradients(MLP(ModelConfig(**fields)), mnist.train_images[:500], batch_size)

    dropped = measured(ModelConfig(dropout=0.5), mnist.train_images, mnist.train_labels, networks=6)
    assert expected(dropout=0.5) == pytest.approx(dropped, rel=0.3)
    assert all(one > 1.3 * other for one, other in zip(expected(dropout=0.5), expected(), strict=True))
    assert all(one > 2 * other for one, other in zip(expected(1), expected(), strict=True))


def test_one_layer_by_hand():
    """ReLU halves the mean square: of z with mean square 2 it is 1. Its slope is 0 or 1, so that is 1/2; and both
    images' slopes are 1 in 1/4 of the cases where they have nothing to do with each other, in 1/2 where they are alike.
    """
    relu, step = torch.relu, lambda z: (z > 0).double()
    assert _through(relu, Moments(2.0, 2.0), 1.0) == pytest.approx((1, 1), rel=0.02)
    assert _through(step, Moments(2.0, 0.0), 1.0) == pytest.approx((0.5, 0.25))
    assert _through(step, Moments(2.0, 2.0), 1.0) == pytest.approx((0.5, 0.5))
    assert _through(step, Moments(2.0, 0.0), 0.5) == pytest.approx((1, 0.25))  # dropout doubles what it keeps
    # The mean of two ReLUs' product, z of mean square 1 and without correlation: (1 / sqrt(2 pi))^2.
    assert _through(relu, Moments(1.0, 0.0), 1.0).product == pytest.approx(1 / (2 * math.pi), rel=0.02)


def test_where_all_weights_are_zero_no_hidden_gradient_is_expected(tiny_digits):
    network = MLP(ModelConfig((8, 8), "tanh", "zeros"))
    assert expected_gradients(network, tiny_digits.train_images, BATCH) == [0, 0, 0]
    hidden, output = expected_gradients(MLP(ModelConfig((8,), "sigmoid", "zeros")), tiny_digits.train_images, BATCH)
    assert hidden == 0 < output  # sigmoid(0) = 1/2 reaches the last layer's weights
