"""The gradient's length in each layer of a deep untrained network."""

import pytest

from nnlab.activations import ACTIVATIONS
from nnlab.inspection import depth
from nnlab.model import INITIALIZATIONS


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
