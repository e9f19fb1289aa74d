"""A map of many images in two dimensions, as their pixels or the outputs of a layer place them: principal components.

Each image is a point with as many coordinates as there are pixels, or units of a layer. Of all planes through the
middle of these points, the one of the first two principal components keeps most of their variance; the map is their
shadow on it. What the plane loses is lost to the eye alone: ``same_class_neighbours`` measures how far the classes have
come apart, in the map and in all coordinates.

Read before: ``layers``. Source: Pearson 1901, On lines and planes of closest fit to systems of points in space;
Golub & Van Loan, Matrix Computations, section 8.2 (orthogonal iteration).
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Generator, Tensor

from nnlab.inspection.layers import layer_outputs
from nnlab.model import MLP

DIMENSIONS = 2
NEIGHBOURS = 5
BLOCK, ROUNDS = 16, 20  # of the search for eigenvectors


@dataclass(frozen=True, eq=False)
class Plane:
    """The plane of the two principal components.

    Attributes:
        mean: (D,) float32, the middle of the points.
        axes: (2, D) float32, two directions of length 1 at right angles; in each, the largest number is positive, so
            that a map is not mirrored by chance. 0 where the points have fewer than two coordinates.
        shares: (2,) float32, the fraction of the points' variance that each axis keeps; 0 if all points are one.
    """

    mean: Tensor
    axes: Tensor
    shares: Tensor

    def place(self, points: Tensor) -> Tensor:
        """Where points lie in the map: (N, D) -> (N, 2)."""
        return (points - self.mean) @ self.axes.T

    def shares_of(self, points: Tensor) -> Tensor:
        """(2,) the fraction of these points' own variance that each axis keeps; 0 if all points are one.

        Of the points that the plane was made of, these are its ``shares``; of any others it keeps less than theirs.
        """
        total = points.var(0, correction=0).sum()
        return (self.place(points).var(0, correction=0) / total).nan_to_num(0.0)


def principal_plane(points: Tensor) -> Plane:
    """The two eigenvectors of the points' covariance with the largest eigenvalues.

    Args:
        points: (N, D) float32, finite, N >= 1.
    """
    mean = points.mean(0)
    centred = points - mean
    variances, directions = _leading(centred.T @ centred)  # descending (B,), columns of (D, B)
    kept = min(DIMENSIONS, points.shape[1])
    axes, shares = torch.zeros(DIMENSIONS, points.shape[1]), torch.zeros(DIMENSIONS)
    axes[:kept] = directions.T[:kept]
    axes *= axes.gather(1, axes.abs().argmax(1, keepdim=True)).sign()
    total = centred.square().sum()
    if total > 0:
        shares[:kept] = variances[:kept].clamp(min=0) / total
    return Plane(mean, axes, shares)


def _leading(scatter: Tensor) -> tuple[Tensor, Tensor]:
    """The largest eigenvalues of a symmetric (D, D) matrix without negative ones, and their eigenvectors as columns.

    All eigenvectors of 1,024 units take half a second. So a block of B random directions is multiplied by the matrix
    again and again, which turns it towards the eigenvectors of the largest eigenvalues, and the problem is solved
    within the block. The first eigenvectors are exact to (eigenvalue B + 1 / their own) to the power of ``ROUNDS``.
    """
    size = len(scatter)
    block = torch.randn(size, min(size, BLOCK), generator=Generator().manual_seed(0))
    for _ in range(ROUNDS):
        block = torch.linalg.qr(scatter @ block).Q
    values, within = torch.linalg.eigh(block.T @ scatter @ block)  # ascending
    return values.flip(0), (block @ within).flip(1)


def representations(model: MLP, images: Tensor) -> list[Tensor]:
    """The images as the network has them: their pixels, each hidden layer's outputs, and the logits.

    Args:
        images: (N, 28, 28) float32 in [0, 1].

    Returns:
        (N, 784), then (N, D) for each layer, the last one (N, 10). Pixels are those of the images, not normalised.
    """
    return [images.flatten(1), *(layer.output for layer in layer_outputs(model, images))]


def same_class_neighbours(points: Tensor, labels: Tensor, count: int = NEIGHBOURS) -> float:
    """Of the ``count`` nearest other points of each point, the fraction that has its class: the mean over all points.

    Points of K equally frequent classes that lie mixed have about 1 / K; where the classes lie apart it is nearly 1.

    Args:
        points: (N, D) float32.
        labels: (N,) int64.
        count: all others where there are fewer; one point alone has none, which gives 0.
    """
    count = min(count, len(points) - 1)
    if count < 1:
        return 0.0
    distances = torch.cdist(points, points)  # (N, N), Euclidean
    distances.fill_diagonal_(torch.inf)
    nearest = distances.topk(count, largest=False).indices  # (N, count)
    return (labels[nearest] == labels[:, None]).float().mean().item()
