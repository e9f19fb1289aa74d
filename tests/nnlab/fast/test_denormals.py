"""Denormal numbers: rounded to 0 during training, and only then."""

import pytest
import torch

from nnlab.fast.denormals import without_denormals


def tiny() -> torch.Tensor:
    """1e-39 is below the smallest normal float32, 1.2e-38; halved it is still a number, unless denormals are off."""
    return torch.full((8,), 1e-39)


def test_denormals_are_rounded_to_0_meanwhile_and_only_then():
    with without_denormals():
        assert not (tiny() * 0.5).any()
    assert (tiny() * 0.5).all()


def test_an_error_puts_the_setting_back():
    with pytest.raises(RuntimeError), without_denormals():
        raise RuntimeError
    assert (tiny() * 0.5).all()
