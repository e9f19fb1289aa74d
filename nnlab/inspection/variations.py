"""The same image changed: moved, turned, scaled, made thicker; and the images that look most like it."""

from __future__ import annotations

import math

import torch
from torch import Tensor
from torch.nn import functional

from nnlab.augment import change_thickness
from nnlab.config import IMAGE_SIDE


def nearest(images: Tensor, labels: Tensor, image: Tensor, target: int, count: int) -> Tensor:
    """The indices of the ``count`` images of class ``target`` with the least Euclidean distance to ``image``.

    Args:
        images: (N, 28, 28) uint8.
        labels: (N,) int64.
        image: (28, 28) float32 in [0, 1].

    Returns:
        (count,) int64, the nearest first; fewer if the class has fewer.
    """
    members = (labels == target).nonzero().flatten()
    distances = torch.cdist(image.reshape(1, -1), images[members].flatten(1).float() / 255)[0]
    return members[distances.argsort(stable=True)[:count]]


def transform(
    image: Tensor, degrees: float = 0, right: float = 0, down: float = 0, scale: float = 1, thickness: float = 0
) -> Tensor:
    """Turn (counter-clockwise), enlarge, shift (in pixels) and thicken (thin, below 0) an image, in this order.

    Args:
        image: (28, 28) float32 in [0, 1]. Not changed.

    Returns:
        (28, 28) float32 in [0, 1]; ink that leaves the field is lost.
    """
    moved = move(image[None], degrees, right, down, scale)
    return change_thickness(moved, torch.tensor([float(thickness)]))[0].clamp(0, 1)


def move(images: Tensor, degrees: float = 0, right: float = 0, down: float = 0, scale: float = 1) -> Tensor:
    """Turn (counter-clockwise), enlarge and shift (in pixels) images, all in the same way.

    Args:
        images: (N, 28, 28) float32 in [0, 1]. Not changed.

    Returns:
        (N, 28, 28) float32 in [0, 1]; ink that leaves the field is lost, and what comes in from outside is paper, 0.
    """
    cosine, sine = math.cos(math.radians(degrees)) / scale, math.sin(math.radians(degrees)) / scale
    dx, dy = 2 * right / IMAGE_SIDE, 2 * down / IMAGE_SIDE  # affine_grid's field is 2 wide
    # Where each new pixel comes from: the inverse turn of its place less the shift; y points down.
    matrix = torch.tensor(
        [[cosine, -sine, -cosine * dx + sine * dy], [sine, cosine, -sine * dx - cosine * dy]], dtype=torch.float32
    )
    size = [len(images), 1, IMAGE_SIDE, IMAGE_SIDE]
    grid = functional.affine_grid(matrix.expand(len(images), 2, 3), size, align_corners=False)
    return functional.grid_sample(images[:, None], grid, align_corners=False)[:, 0]
