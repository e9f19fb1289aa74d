"""Looks: how a network of a committee has its images prepared, each network in its own way.

A committee is better than its members where they err on different images. Networks that differ in nothing but their
seed err on much the same ones. A network whose images have all been made upright, or equally wide, never has to learn
what slant and width do; what it errs on is something else. Both are found for each image from its ink alone.

Read next: ``record``, whose committees mix the looks. Sources: Meier et al. 2011, Better digit recognition with a
committee of simple neural nets; Cireşan et al. 2012, Multi-column deep neural networks (widths).
"""

from __future__ import annotations

from collections.abc import Callable

import torch
import torch.nn.functional as F
from torch import Tensor

from nnlab.config import IMAGE_SIDE
from nnlab.evaluation import to_float

WIDTH = 16  # pixels of the ink of an image that was made equally wide; MNIST's own are 15.5 on average
MOST_STRETCH = 1.6  # a "1" as wide as a "0" would be a block
FAINT = 0.1  # of full ink; a box around the ink leaves out what is fainter
PART = 4096  # images that are prepared at once


def upright(images: Tensor) -> Tensor:
    """Slant each image so that its ink leans neither way: the rows of its ink lie one below the other.

    Each row is shifted by s (y - mean y), where s = cov(x, y) / var(y) of the ink: the slope of the line that says best
    how far to the right the ink of a row lies. A row without ink counts for nothing.

    Args:
        images: (N, 28, 28) uint8.

    Returns:
        (N, 28, 28) uint8; the middle row of the ink stays where it is.
    """
    return _resample(images, _upright_columns)


def equally_wide(images: Tensor) -> Tensor:
    """Stretch or narrow each image until its ink is 16 pixels wide, but by no more than a factor of 1.6; and centre it.

    Args:
        images: (N, 28, 28) uint8.

    Returns:
        (N, 28, 28) uint8; the height stays.
    """
    return _resample(images, _equally_wide_columns)


AS_IT_IS = "as-it-is"
# By the name that a command has for it: what prepares (N, 28, 28) uint8 images.
LOOKS: dict[str, Callable[[Tensor], Tensor]] = {
    AS_IT_IS: lambda images: images, "upright": upright, "equally-wide": equally_wide,
}  # fmt: skip

_POSITIONS = torch.arange(IMAGE_SIDE, dtype=torch.float32) - (IMAGE_SIDE - 1) / 2  # pixels from the image's centre


def _upright_columns(ink: Tensor) -> Tensor:
    mass = ink.sum((1, 2)).clamp_min(1e-6)  # (N,)
    mean_x, mean_y = (ink.sum(dim) @ _POSITIONS / mass for dim in (1, 2))
    x, y = _POSITIONS - mean_x[:, None], _POSITIONS - mean_y[:, None]  # (N, 28) each
    variance = (ink.sum(2) * y.square()).sum(1)
    covariance = ((ink @ x[:, :, None])[:, :, 0] * y).sum(1)
    slope = covariance / variance.clamp_min(1e-3)  # (N,)
    return _POSITIONS + (slope[:, None] * y)[:, :, None]


def _equally_wide_columns(ink: Tensor) -> Tensor:
    has_ink = ink.amax(1) > FAINT  # (N, 28), of each column
    first = has_ink.float().argmax(1)
    last = IMAGE_SIDE - 1 - has_ink.flip(1).float().argmax(1)
    factor = ((last - first + 1) / WIDTH).clamp(1 / MOST_STRETCH, MOST_STRETCH)
    middle = (first + last) / 2 - (IMAGE_SIDE - 1) / 2
    columns = middle[:, None] + factor[:, None] * _POSITIONS  # (N, 28)
    return columns[:, None, :].expand(ink.shape)


def _resample(images: Tensor, columns: Callable[[Tensor], Tensor]) -> Tensor:
    """Read each pixel of (N, 28, 28) uint8 from another column of its row: (N, 28, 28) uint8.

    Args:
        columns: (N, 28, 28) float32 ink in [0, 1] -> (N, 28, 28), which column to read, in pixels from the centre.
    """
    parts = []
    for part in images.split(PART):
        ink = to_float(part)
        x = columns(ink)
        y = _POSITIONS[:, None].expand(x.shape)
        grid = torch.stack([x, y], 3) * (2 / IMAGE_SIDE)  # counts from -1 to 1 between the outer edges
        changed = F.grid_sample(ink[:, None], grid, padding_mode="zeros", align_corners=False)[:, 0]
        parts.append((changed.clamp_(0, 1) * 255).round().to(torch.uint8))
    return torch.cat(parts)
