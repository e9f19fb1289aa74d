"""Dead and saturated units, counted by hand and over all activations."""

import pytest
import torch

from nnlab.activations import ACTIVATIONS
from nnlab.config import ModelConfig
from nnlab.inspection import health
from nnlab.inspection.layers import layer_outputs
from nnlab.model import MLP
from nnlab.records import ALIVE, DEAD, SATURATED


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


def images(count):
    return torch.randint(0, 256, (count, 28, 28), generator=torch.Generator().manual_seed(1), dtype=torch.uint8)


def test_units_that_are_dead_or_silent_for_some_images_only():
    """Four ReLUs that see one pixel: dead by its bias; on for ink only; on for paper only; always on."""
    model = MLP(ModelConfig((4,), input_normalization="none"))
    with torch.no_grad():
        model.linears[0].weight.zero_()
        model.linears[0].weight[:, 0] = torch.tensor([1.0, 1.0, -1.0, 0.0])
        model.linears[0].bias.copy_(torch.tensor([-2.0, -0.5, 0.5, 1.0]))
    given = torch.zeros(4, 28, 28, dtype=torch.uint8)
    given[0, 0, 0] = 255
    (found,) = health.unit_health(model, given)
    assert found.passing.tolist() == found.steep.tolist() == [0, 1, 3, 4]
    assert found.dead == found.saturated == [0]
    assert found.silent_share == found.saturated_share == 1 - 8 / 16


@pytest.mark.parametrize("name", ["relu", "sigmoid", "tanh", "hardtanh"])
def test_the_counts_over_many_batches_are_those_of_all_images_at_once(name):
    model = MLP(ModelConfig((30, 20), name), seed=2)
    with torch.no_grad():
        model.linears[0].weight.mul_(6)
    given = images(2300)
    found = health.unit_health(model, given, threshold=0.05)
    for counted, layer in zip(found, layer_outputs(model, given / 255)[:-1], strict=True):
        slopes = ACTIVATIONS[name].derivative(layer.pre_activation)
        assert counted.passing.tolist() == (slopes != 0).sum(0).tolist()
        shares = health.health(slopes, 0.05)
        assert len(counted.dead) / len(counted.passing) == pytest.approx(shares.dead_units)
        assert len(counted.saturated) / len(counted.steep) == pytest.approx(shares.saturated_units)
        assert counted.saturated_share == pytest.approx(shares.saturated_share, abs=1e-6)
    assert 0 < found[0].saturated_share < 1


def test_a_network_without_hidden_layers_has_no_units_to_count():
    assert health.unit_health(MLP(ModelConfig(())), images(3)) == []


@pytest.mark.parametrize("name", ["relu", "sigmoid", "hardtanh"])
def test_the_steepest_slope_tells_the_dead_and_the_saturated_as_counting_does(name):
    model = MLP(ModelConfig((30, 20), name), seed=2)
    with torch.no_grad():
        model.linears[0].weight.mul_(6)
        model.linears[0].bias[:10] = -200.0  # dead
        model.linears[1].weight[:3], model.linears[1].bias[:3] = 0.0, -8.0  # sigmoid's slope there: 0.0003
    given = images(700)
    steepest = health.SteepestSlopes(model)
    for batch in given.split(300):
        steepest.see(layer_outputs(model, batch / 255))
    states = torch.tensor(list(steepest.states())).split([30, 20])
    for found, counted in zip(states, health.unit_health(model, given), strict=True):
        assert (found == DEAD).nonzero().flatten().tolist() == counted.dead
        assert (found != ALIVE).nonzero().flatten().tolist() == counted.saturated
    assert (SATURATED in states[1]) == (name == "sigmoid")
    assert steepest.images == 700
    assert (states[0] != ALIVE).any()
    assert (states[1] == ALIVE).any()


def test_a_network_without_hidden_layers_has_no_neurons_to_lose():
    model = MLP(ModelConfig(()))
    steepest = health.SteepestSlopes(model)
    steepest.see(layer_outputs(model, images(5) / 255))
    assert steepest.states() == b""
