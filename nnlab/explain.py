"""Why a network reads an image as it does: pixels for and against, look-alikes, a changed image, a flipped answer.

Each function asks the network again, or takes its gradient; nothing here knows how the network was trained.

Read next: ``inspection``, for what happens in the layers between.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import torch
from torch import Tensor
from torch.nn import functional

from nnlab.augment import change_thickness
from nnlab.config import IMAGE_SIDE
from nnlab.drawing import Stages, area_weights
from nnlab.model import MLP
from nnlab.reader import Reader


class PixelChange(NamedTuple):
    """One pixel set to a new value, and the probability of the class to be lost that is left after it."""

    row: int
    column: int
    value: float
    probability: float


def stage_inputs(found: Stages) -> dict[str, Tensor]:
    """What the network would be given if the pipeline stopped at each stage: (28, 28) float32 by name of the stage.

    The whole canvas is scaled down, the crop is stretched to the full field, the 20 x 20 box lies in the top left
    corner; the last two are images of the right size already. A stage without ink gives an empty image.
    """
    corner = torch.zeros(IMAGE_SIDE, IMAGE_SIDE)
    height, width = found.scaled.shape
    corner[:height, :width] = found.scaled
    crop = corner if found.is_empty else _stretch(found.crop)
    return {
        "ink": _stretch(found.ink),
        "crop": crop,
        "scaled": corner,
        "placed": found.placed,
        "result": found.result,
    }


def _stretch(image: Tensor) -> Tensor:
    rows, columns = (area_weights(side, IMAGE_SIDE) for side in image.shape)
    return (rows @ image @ columns.T).clamp(0, 1)  # (28, 28)


def saliency(model: MLP, image: Tensor, target: int, rival: int | None = None) -> Tensor:
    """x * dz/dx: how much each pixel's ink adds to the logit of ``target``, to first order.

    With a rival, z is the difference of the two logits: above 0 speaks for the target, below 0 for the rival.
    A simplification: paper (0) always gets 0, although missing ink speaks too.

    Args:
        image: (28, 28) float32 in [0, 1]. Not changed.

    Returns:
        (28, 28) float32, in units of the logit.

    Source: Simonyan, Vedaldi and Zisserman 2014, arXiv:1312.6034; times the input: Shrikumar et al. 2016,
    arXiv:1605.01713.
    """
    pixels = image.detach().clone().requires_grad_()
    logits = model(pixels[None])[0]  # (C,)
    evidence = logits[target] if rival is None else logits[target] - logits[rival]
    (gradient,) = torch.autograd.grad(evidence, pixels)
    return gradient * image


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
    cosine, sine = math.cos(math.radians(degrees)) / scale, math.sin(math.radians(degrees)) / scale
    dx, dy = 2 * right / IMAGE_SIDE, 2 * down / IMAGE_SIDE  # affine_grid's field is 2 wide
    # Where each new pixel comes from: the inverse turn of its place less the shift; y points down.
    matrix = torch.tensor(
        [[cosine, -sine, -cosine * dx + sine * dy], [sine, cosine, -sine * dx - cosine * dy]], dtype=torch.float32
    )
    grid = functional.affine_grid(matrix[None], [1, 1, IMAGE_SIDE, IMAGE_SIDE], align_corners=False)
    moved = functional.grid_sample(image[None, None], grid, align_corners=False)[0]  # (1, 28, 28)
    return change_thickness(moved, torch.tensor([float(thickness)]))[0].clamp(0, 1)


def best_pixel(model: MLP | Reader, image: Tensor, label: int) -> PixelChange:
    """The one pixel whose change, to ink or to paper, lowers the probability of ``label`` most.

    Every pixel is tried, set to the far end of its range: 784 images, one forward pass. Which one it is can depend on
    the temperature, so what shows a ``Reader``'s probabilities asks with the ``Reader``.
    """
    pixels = image.flatten()
    tried = pixels.repeat(len(pixels), 1)  # (P, P), row i differs in pixel i
    tried.diagonal().copy_((pixels < 0.5).float())
    probabilities = model.predict_proba(tried.view(-1, IMAGE_SIDE, IMAGE_SIDE))  # (P, C)
    # What the other classes have: where the label's probability rounds to 1, theirs can still be told apart.
    rest = probabilities.index_fill(1, torch.tensor([label]), 0).sum(dim=1)  # (P,)
    index = int(rest.argmax())
    return PixelChange(
        index // IMAGE_SIDE, index % IMAGE_SIDE, float(tried[index, index]), float(probabilities[index, label])
    )
