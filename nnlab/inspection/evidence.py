"""Why a network reads an image as it does: what each pixel speaks for, and which pixel would change the answer most.

The functions take the network's gradient or ask it again; they do not know how it was trained.

Read next: ``layers``, for what happens in the layers between.
"""

from __future__ import annotations

from typing import NamedTuple

import torch
from torch import Tensor

from nnlab.config import IMAGE_SIDE
from nnlab.model import MLP
from nnlab.reader import Reader


class PixelChange(NamedTuple):
    """One pixel set to a new value, and the probability of the class to be lost that is left after it."""

    row: int
    column: int
    value: float
    probability: float


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
