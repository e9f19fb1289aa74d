"""The roles of the last hidden layer's neurons are what silencing them one by one, and counting, gives."""

import pytest
import torch

from nnlab.config import ModelConfig
from nnlab.evaluation import score
from nnlab.inspection.changes import SilenceUnit
from nnlab.inspection.roles import roles
from nnlab.inspection.surgery import operate
from nnlab.model import MLP


@pytest.fixture(scope="module")
def model():
    return MLP(ModelConfig((12, 70), "tanh"), seed=3).eval()


def test_without_a_neuron_is_the_same_as_after_surgery(model, tiny_digits):
    images, labels = tiny_digits.test_images, tiny_digits.test_labels
    found = roles(model, images, labels)
    assert found.accuracy == pytest.approx(score(model, images, labels)[1])
    for unit in (0, 63, 64, 69):  # at both ends of what is silenced at once
        changed = operate(model, [SilenceUnit(1, unit)])
        assert float(found.accuracy_without[unit]) == pytest.approx(score(changed, images, labels)[1])
        for digit in range(10):
            some = labels == digit
            expected = score(changed, images[some], labels[some])[1]
            assert float(found.by_digit_without[unit, digit]) == pytest.approx(expected)
    assert found.accuracy_without.unique().numel() > 1  # or nothing was told apart
    assert float(found.by_digit.mean()) == pytest.approx(found.accuracy)  # as many images of each digit


def test_a_neuron_likes_what_excites_it_most():
    """One hidden neuron sums the pixels of the top row: only the images of digit 7 have ink there."""
    images = torch.zeros(40, 28, 28, dtype=torch.uint8)
    labels = torch.arange(40) % 10
    images[labels == 7, 0] = 200
    images[3, 0] = 250  # a 3 with even more
    model = MLP(ModelConfig((1,), "relu", "zeros", input_normalization="none")).eval()
    model.linears[0].weight.data[0, :28] = 1.0
    found = roles(model, images, labels, exciting=4)
    assert found.favourites[0, 0] == 3
    assert (int(found.liked[0]), float(found.shares[0])) == (7, 0.75)


def test_the_neuron_most_needed_has_rank_1_and_those_that_cost_nothing_share_the_last():
    """The logit of 1 listens to neuron 0 alone; nobody listens to neurons 1 and 2."""
    images = torch.zeros(20, 28, 28, dtype=torch.uint8)
    labels = torch.arange(20) % 2
    images[labels == 1, 0] = 255
    model = MLP(ModelConfig((3,), "relu", "zeros", input_normalization="none")).eval()
    model.linears[0].weight.data[0, :28] = 1.0
    model.linears[1].weight.data[1, 0] = 1.0
    found = roles(model, images, labels)
    assert found.accuracy == 1
    assert found.accuracy_without.tolist() == [0.5, 1, 1]
    assert [found.rank_of(unit) for unit in range(3)] == [1, 2, 2]
    assert found.by_digit_without[0, :2].tolist() == [1, 0]


def test_a_network_without_hidden_layers_is_refused(tiny_digits):
    with pytest.raises(ValueError, match="no hidden layer"):
        roles(MLP(ModelConfig(())), tiny_digits.test_images, tiny_digits.test_labels)
