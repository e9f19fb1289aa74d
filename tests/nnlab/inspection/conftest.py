"""An image for the tests of the inspection."""

import pytest
import torch


@pytest.fixture
def image():
    """(28, 28), every pixel another."""
    return torch.rand(28, 28, generator=torch.Generator().manual_seed(2))
