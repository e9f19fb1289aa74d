"""What an answer rests on, pixel by pixel: two more methods beside ``evidence.saliency``, and what they promise.

All of them explain one number: the logit of a class, or by how much it leads over a rival's. ``saliency`` follows the
tangent at the image. ``integrated_gradients`` follows the slopes all the way from a baseline to the image, so its sum
is known in advance. ``occlusion`` takes no gradient: it covers a patch and asks the network again.

Read next: ``preferences``, which change an image instead of explaining it.
"""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor

from nnlab.config import IMAGE_SIDE
from nnlab.model import MLP

PAPER, GREY = 0.0, 0.5  # baselines: an image of one value
STEPS = 512  # along the way of integrated gradients: for the bundled network the sum is then off by 0.4 % at most


def evidence_of(model: MLP, images: Tensor, target: int, rival: int | None = None) -> Tensor:
    """(N,) the logit of ``target`` in (N, 28, 28) images; with a rival, less the rival's logit. Gradient flows."""
    logits = model(images)  # (N, C)
    return logits[:, target] if rival is None else logits[:, target] - logits[:, rival]


@torch.no_grad()
def difference(model: MLP, image: Tensor, target: int, rival: int | None = None, baseline: float = PAPER) -> float:
    """By how much the evidence in the image differs from that in a baseline of one value: what is to be shared out."""
    of_image, of_baseline = evidence_of(model, torch.stack([image, torch.full_like(image, baseline)]), target, rival)
    return float(of_image - of_baseline)


def integrated_gradients(
    model: MLP, image: Tensor, target: int, rival: int | None = None, baseline: float = PAPER, steps: int = STEPS
) -> Tensor:
    """(x - b) times the mean of dz/dx along the straight way from the baseline b to the image x.

    Completeness: the pixels' shares add up to z(x) - z(b), see ``difference``. The mean is taken at the middles of
    ``steps`` equal stretches, so the sum is a little off where a ReLU has its corner within a stretch.

    Args:
        image: (28, 28) float32 in [0, 1]. Not changed.
        baseline: the one value of all pixels of b, in [0, 1]. A pixel of just this value always gets 0.

    Returns:
        (28, 28) float32, in units of the logit.

    Source: Sundararajan, Taly and Yan 2017, arXiv:1703.01365.
    """
    start = torch.full_like(image, baseline)
    shares = (torch.arange(steps, dtype=image.dtype) + 0.5) / steps  # (steps,)
    way = torch.lerp(start, image.detach(), shares[:, None, None]).requires_grad_()  # (steps, 28, 28)
    (slopes,) = torch.autograd.grad(evidence_of(model, way, target, rival).sum(), way)
    return (image - start) * slopes.mean(dim=0)


@torch.no_grad()
def occlusion(
    model: MLP, image: Tensor, target: int, rival: int | None = None, patch: int = 4, baseline: float = PAPER
) -> Tensor:
    """What the evidence loses when a square around a pixel is covered, averaged over all squares that hold the pixel.

    Each square of ``patch`` x ``patch`` pixels within the image is covered once. What the squares take away overlaps,
    so their sum means nothing.

    Args:
        image: (28, 28) float32 in [0, 1]. Not changed.
        patch: the side of the square in pixels, 1 to 28.
        baseline: what a covered pixel becomes, in [0, 1].

    Returns:
        (28, 28) float32, in units of the logit; above 0 where covering takes away from the target.

    Raises:
        ValueError: for a patch that does not fit into the image.

    Source: Zeiler and Fergus 2014, arXiv:1311.2901.
    """
    if not 1 <= patch <= IMAGE_SIDE:
        raise ValueError(f"patch is {patch}; expected 1 to {IMAGE_SIDE} pixels")
    places = IMAGE_SIDE - patch + 1  # of a square, along each side
    squares = torch.eye(places**2).view(-1, 1, places, places)
    covers = F.conv_transpose2d(squares, torch.ones(1, 1, patch, patch))[:, 0].to(image.dtype)  # 1 where covered
    covered = image * (1 - covers) + baseline * covers  # (places², 28, 28)
    losses = evidence_of(model, image[None], target, rival) - evidence_of(model, covered, target, rival)  # (places²,)
    return torch.einsum("n,nhw->hw", losses, covers) / covers.sum(dim=0)
