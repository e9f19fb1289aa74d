"""A wider network answers as the one that it was made of, and its copies do not stay copies."""

from dataclasses import replace

import pytest
import torch

from nnlab.config import ModelConfig, TrainConfig
from nnlab.model import MLP
from nnlab.training import TrainingRun
from nnlab.workshop.widening import widened


def network_of(*sizes: int, activation: str = "relu") -> MLP:
    model = MLP(ModelConfig(sizes, activation, dropout=0.1, input_normalization="standard"), seed=4).eval()
    with torch.no_grad():
        for linear in model.linears:
            linear.bias.normal_(generator=torch.Generator().manual_seed(len(linear.bias)))
    return model


@pytest.mark.parametrize("activation", ["relu", "tanh", "sigmoid"])
@pytest.mark.parametrize("sizes", [(24, 16), (12, 16), (12, 8), (13, 11), (37, 25)])
def test_the_wider_network_has_the_same_outputs(tiny_digits, activation, sizes):
    narrow = network_of(12, 8, activation=activation)
    before = {name: value.clone() for name, value in narrow.state_dict().items()}
    wide = widened(narrow, sizes)
    assert wide.config == replace(narrow.config, hidden_sizes=sizes, dropout=0.0)
    images = tiny_digits.test_images[:50].float() / 255
    torch.testing.assert_close(wide(images), narrow(images), rtol=1e-4, atol=1e-5)
    assert all(torch.equal(value, narrow.state_dict()[name]) for name, value in before.items())


def test_without_hidden_layers_it_is_a_copy(tiny_digits):
    narrow = network_of()
    images = tiny_digits.test_images[:5].float() / 255
    assert torch.equal(widened(narrow, ())(images), narrow(images))


def test_the_shares_are_the_seeds():
    narrow = network_of(12)
    weights = [widened(narrow, (24,), seed).linears[1].weight for seed in (0, 0, 1)]
    assert torch.equal(weights[0], weights[1])
    assert not torch.equal(weights[0], weights[2])


def test_copies_part_when_they_learn(tiny_digits, one_thread):
    wide = widened(network_of(12), (24,))
    assert torch.equal(wide.linears[0].weight[:12], wide.linears[0].weight[12:])
    run = TrainingRun(wide.config, TrainConfig(batch_size=50, training_images=400, epochs=1), tiny_digits)
    run.model.take_weights(wide)
    run.advance(5)
    first, second = run.model.linears[0].weight.detach().view(2, 12, -1)
    assert (first != second).any(1).sum() >= 10  # of twelve; one that no image reaches learns nothing


@pytest.mark.parametrize("sizes", [(11, 8), (24,), (24, 16, 8), ()])
def test_a_network_does_not_become_narrower_or_deeper(sizes):
    with pytest.raises(ValueError, match="cannot be widened"):
        widened(network_of(12, 8), sizes)
