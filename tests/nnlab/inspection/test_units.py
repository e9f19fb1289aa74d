"""A unit's arithmetic against the network's own forward pass, explicit sums, and autograd."""

import pytest
import torch
import torch.nn.functional as F

from nnlab.activations import ACTIVATIONS
from nnlab.config import ModelConfig
from nnlab.inspection.layers import layer_outputs
from nnlab.inspection.units import arithmetic, excitement, layer_now, part_in_logits, parts_in_logit
from nnlab.model import MLP

SIZES = (6, 5)


def network(activation: str = "tanh") -> MLP:
    return MLP(ModelConfig(SIZES, activation), seed=3).eval()


@pytest.mark.parametrize("activation", ACTIVATIONS)
@pytest.mark.parametrize("layer", [0, 1, 2])
def test_the_arithmetic_is_that_of_the_network(image, activation, layer):
    model = network(activation)
    own = layer_outputs(model, image[None])[layer]
    for unit in range(len(model.linears[layer].bias)):
        found = arithmetic(model, image, layer, unit)
        by_hand = sum(w * x for w, x in zip(found.weights.tolist(), found.inputs.tolist(), strict=True)) + found.bias
        assert found.total == pytest.approx(by_hand, abs=1e-9)
        assert found.total == pytest.approx(own.pre_activation[0, unit].item(), abs=1e-5)
        assert found.output == pytest.approx(own.output[0, unit].item(), abs=1e-5)


@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_the_slope_is_autograds(image, activation):
    model = network(activation)
    for unit in range(SIZES[1]):
        found = arithmetic(model, image, 1, unit)
        total = torch.tensor(found.total, dtype=torch.float64, requires_grad=True)
        (slope,) = torch.autograd.grad(model.activation.function(total), total)
        assert found.slope == pytest.approx(slope.item(), abs=1e-12)


def test_a_logit_has_no_activation(image):
    found = arithmetic(network(), image, 2, 4)
    assert (found.output, found.slope) == (found.total, 1)


def test_pixels_are_seen_as_the_network_normalises_them():
    """Paper is 0; at mean 0.5 and deviation 0.5 the network sees (0 - 0.5) / 0.5 = -1 in its place."""
    model = MLP(ModelConfig((2,), input_normalization="symmetric")).eval()
    found = arithmetic(model, torch.zeros(28, 28), 0, 1)
    assert set(found.inputs.tolist()) == {-1.0}
    assert found.total == pytest.approx(-model.linears[0].weight[1].sum().item() + found.bias, abs=1e-5)


def test_the_largest_products_come_first(image):
    model = network()
    found = arithmetic(model, image, 1, 0)
    sizes = found.products.abs().tolist()
    assert found.largest(6) == sorted(range(6), key=lambda place: -sizes[place])
    assert len(found.largest(4)) == 4


def test_a_part_in_the_logits_is_w_times_a_behind_the_last_hidden_layer(image):
    model = network()
    outputs = layer_outputs(model, image[None])[1].output[0]
    for unit in range(SIZES[1]):
        expected = model.linears[2].weight[:, unit] * outputs[unit]
        torch.testing.assert_close(part_in_logits(model, image, 1, unit), expected, atol=1e-6, rtol=0)


def test_a_part_in_the_logits_is_what_is_missing_without_the_unit(image):
    """The network with the unit's outgoing weights set to 0 by hand."""
    model, without = network("gelu"), network("gelu")
    with torch.no_grad():
        without.linears[1].weight[:, 2] = 0
    expected = (model(image[None]) - without(image[None]))[0]
    assert expected.abs().max() > 1e-3
    torch.testing.assert_close(part_in_logits(model, image, 0, 2), expected, atol=1e-6, rtol=0)


@pytest.mark.parametrize("layer", [0, 1, 2])
def test_the_parts_of_all_units_are_those_of_each(image, layer):
    model = network("gelu")
    each = [part_in_logits(model, image, layer, unit)[4] for unit in range(len(model.linears[layer].bias))]
    torch.testing.assert_close(parts_in_logit(model, image, layer, 4), torch.stack(each), atol=1e-5, rtol=0)


def test_a_logit_is_its_own_part(image):
    model = network()
    expected = F.one_hot(torch.tensor(7), 10) * model(image[None])[0, 7]
    torch.testing.assert_close(part_in_logits(model, image, 2, 7), expected)


@pytest.mark.parametrize("layer", [0, 1, 2])
def test_what_excites_a_unit(layer):
    model = network("relu")
    images = torch.randint(0, 256, (2300, 28, 28), generator=torch.Generator().manual_seed(1)).to(torch.uint8)
    totals = layer_outputs(model, images / 255)[layer].pre_activation
    found = excitement(model, images, layer, count=4)
    assert found.samples == 2300
    torch.testing.assert_close(totals.gather(0, found.most), found.totals, atol=1e-5, rtol=0)
    torch.testing.assert_close(found.totals, totals.sort(dim=0, descending=True).values[:4], atol=1e-5, rtol=0)
    torch.testing.assert_close(found.mean, totals.mean(dim=0), atol=1e-5, rtol=0)
    torch.testing.assert_close(found.positive, (totals > 0).float().mean(dim=0))


def test_fewer_images_than_are_asked_for_are_all_named():
    assert excitement(network(), torch.zeros(3, 28, 28, dtype=torch.uint8), 0, count=16).most.shape == (3, SIZES[0])


def test_a_layer_now(image):
    model = network()
    found, own = layer_now(model, image, 1), layer_outputs(model, image[None])[1]
    assert torch.equal(found.pre_activation, own.pre_activation[0])
    assert torch.equal(found.output, own.output[0])


@pytest.mark.parametrize(
    ("layer", "unit", "words"),
    [(3, 0, "layer is 3; the network has 0 to 2"), (-1, 0, "layer is -1"), (1, 5, "unit is 5; layer 1 has 0 to 4")],
)
def test_a_unit_that_is_not_there_is_refused(image, layer, unit, words):
    for ask in (arithmetic, part_in_logits):
        with pytest.raises(ValueError, match=words):
            ask(network(), image, layer, unit)
