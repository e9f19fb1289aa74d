"""Every activation: its derivative against autograd and central differences, its range, its words."""

import math

import pytest
import torch

from nnlab.activations import ACTIVATIONS
from nnlab.config import ACTIVATION_NAMES

CORNERS = {"relu": [0.0], "leaky_relu": [0.0], "prelu": [0.0], "selu": [0.0], "hardtanh": [-1.0, 1.0]}
# ELU has no corner (alpha = 1), but its second derivative jumps at 0, which central differences do not mind.

every_activation = pytest.mark.parametrize("activation", ACTIVATIONS.values(), ids=ACTIVATIONS)


def points(activation) -> torch.Tensor:
    """A fine grid from -12 to 12 in float64, without the corners' neighbourhoods."""
    x = torch.linspace(-12, 12, 4801, dtype=torch.float64)
    for corner in CORNERS.get(activation.name, []):
        x = x[(x - corner).abs() > 1e-3]
    return x


def slope_by_autograd(activation, x: torch.Tensor) -> torch.Tensor:
    x = x.clone().requires_grad_()
    return torch.autograd.grad(activation.function(x).sum(), x)[0]


def test_the_registry_holds_the_menu_in_its_order():
    assert tuple(ACTIVATIONS) == ACTIVATION_NAMES
    assert all(activation.name == name for name, activation in ACTIVATIONS.items())


@every_activation
def test_the_derivative_equals_autograd(activation):
    x = points(activation)
    assert torch.allclose(activation.derivative(x), slope_by_autograd(activation, x), rtol=1e-9, atol=1e-9)


@every_activation
def test_at_a_corner_the_derivative_is_the_one_autograd_uses(activation):
    corners = torch.tensor([*CORNERS.get(activation.name, []), 0.0], dtype=torch.float64)
    assert torch.allclose(activation.derivative(corners), slope_by_autograd(activation, corners), rtol=1e-9)


@every_activation
def test_the_derivative_equals_central_differences(activation):
    """(f(x + h) - f(x - h)) / 2h with h = 1e-5 in float64: right to about 1e-10."""
    x, h = points(activation), 1e-5
    differences = (activation.function(x + h) - activation.function(x - h)) / (2 * h)
    assert torch.allclose(activation.derivative(x), differences, atol=1e-7)


@every_activation
@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_shape_type_and_input_are_kept(activation, dtype):
    x = torch.randn(3, 4, generator=torch.Generator().manual_seed(0)).to(dtype)
    before = x.clone()
    for result in (activation.function(x), activation.derivative(x)):
        assert result.shape == x.shape
        assert result.dtype == dtype
        assert result.data_ptr() != x.data_ptr()
    assert torch.equal(x, before)


@every_activation
def test_the_range_is_kept_and_reached(activation):
    low, high = activation.output_range
    x = torch.cat([torch.linspace(-10, 10, 200_001, dtype=torch.float64), torch.tensor([-1e6, 1e6]).double()])
    values = activation.function(x)
    assert low - 1e-12 <= values.min()
    assert values.max() <= high + 1e-12
    if math.isfinite(low):
        assert values.min().item() == pytest.approx(low, abs=1e-5)
    if math.isfinite(high):
        assert values.max().item() == pytest.approx(high, abs=1e-5)
    assert math.isfinite(high) or values.max() > 1e5
    assert math.isfinite(low) or values.min() < -1e3


@every_activation
def test_far_out_there_are_numbers(activation):
    x = torch.tensor([-1e4, -100.0, 100.0, 1e4])
    assert activation.function(x).isfinite().all()
    assert activation.derivative(x).isfinite().all()


@every_activation
def test_the_words_are_there(activation):
    assert activation.formula.startswith("f(x) =")
    assert activation.derivative_formula.startswith("f'(x) =")
    for formula in (activation.formula, activation.derivative_formula):
        assert formula.count("{") == formula.count("}")
        assert formula.count(r"\begin") == formula.count(r"\end")


@pytest.mark.parametrize(
    ("name", "published"),
    [("relu", "relu"), ("tanh", "tanh"), ("sigmoid", "sigmoid"), ("identity", "linear"), ("leaky_relu", "leaky_relu")],
)
def test_the_gain_is_the_published_one(name, published):
    assert ACTIVATIONS[name].gain == pytest.approx(torch.nn.init.calculate_gain(published))


def test_selu_keeps_mean_0_and_variance_1():
    """Klambauer et al. 2017: with a standard normal input, SELU's output has mean 0 and variance 1 again.

    The integral over the normal density is a sum over a fine grid.
    """
    x = torch.linspace(-12, 12, 240_001, dtype=torch.float64)
    weight = torch.exp(-x * x / 2) / math.sqrt(2 * math.pi) * (x[1] - x[0])
    y = ACTIVATIONS["selu"].function(x)
    assert (y * weight).sum().item() == pytest.approx(0, abs=1e-6)
    assert (y * y * weight).sum().item() == pytest.approx(1, abs=1e-6)


def test_silu_by_hand():
    """x = ln 3: sigma = 1 / (1 + 1/3) = 3/4. f = 3/4 ln 3; f' = 3/4 (1 + ln 3 / 4)."""
    x = torch.tensor(math.log(3), dtype=torch.float64)
    assert ACTIVATIONS["silu"].function(x).item() == pytest.approx(0.75 * math.log(3))
    assert ACTIVATIONS["silu"].derivative(x).item() == pytest.approx(0.75 * (1 + math.log(3) / 4))
