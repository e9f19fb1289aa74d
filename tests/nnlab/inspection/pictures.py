"""The simplest picture there is."""

import torch


def dot(row: int, column: int) -> torch.Tensor:
    """(28, 28), one pixel full of ink and all others paper."""
    blank = torch.zeros(28, 28)
    blank[row, column] = 1
    return blank
