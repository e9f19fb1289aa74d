"""Dead and saturated units, counted by hand and over all activations."""

import pytest
import torch

from nnlab.activations import ACTIVATIONS
from nnlab.inspection import health


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
