"""The activations in memory that is already there: each equals its definition."""

import pytest
import torch

from nnlab.activations import ACTIVATIONS
from nnlab.fast.kernels import KERNELS, by_definition


@pytest.mark.parametrize("kernel_of", [KERNELS.get, lambda name: by_definition(ACTIVATIONS[name])])
@pytest.mark.parametrize("name", ACTIVATIONS)
def test_a_kernel_is_its_activation(name, kernel_of):
    activation, kernel = ACTIVATIONS[name], kernel_of(name)
    z = torch.cat([torch.linspace(-30, 30, 601, dtype=torch.float64), torch.tensor([-1.0, 0.0, 1.0])])
    outputs, errors = torch.zeros_like(z), torch.linspace(-2, 2, len(z), dtype=torch.float64)
    expected, before = errors * activation.derivative(z), z.clone()
    kernel.forward(z, outputs)
    assert torch.allclose(outputs, activation.function(z), rtol=1e-9, atol=1e-12)
    kernel.backward(errors, z, outputs)
    assert torch.allclose(errors, expected, rtol=1e-6, atol=1e-8)
    assert torch.equal(z, before)


@pytest.mark.parametrize("name", [name for name, kernel in KERNELS.items() if kernel.is_in_place])
def test_a_kernel_in_place_is_the_same(name):
    activation, kernel = ACTIVATIONS[name], KERNELS[name]
    z = torch.cat([torch.linspace(-30, 30, 601, dtype=torch.float64), torch.tensor([-1.0, 0.0, 1.0])])
    errors = torch.linspace(-2, 2, len(z), dtype=torch.float64)
    outputs, expected = activation.function(z), errors * activation.derivative(z)
    kernel.forward(z, z)
    assert torch.allclose(z, outputs, rtol=1e-9, atol=1e-12)
    kernel.backward(errors, z, z)
    assert torch.allclose(errors, expected, rtol=1e-6, atol=1e-8)
