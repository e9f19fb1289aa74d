"""What would change an answer, and what a unit likes best: images that are found by following a gradient.

``smallest_change`` starts from an image and looks for the nearest one that is read as another class.
``favourite_images`` start from an even grey and look for what excites a unit most. Neither is a photograph of what the
network "thinks": both are places where a search along the gradient came to rest.

Read before: ``attribution``. Read next: ``games.fooling``, the same with whole pixels.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import torch
import torch.nn.functional as F
from torch import Tensor

from nnlab.config import CLASSES, IMAGE_SIDE
from nnlab.inspection.layers import Capture
from nnlab.model import MLP

FARTHEST = 12.0  # Euclidean distance; a digit of MNIST is about 9 away from empty paper
RADII = 24  # tried at once, each by one image of a batch
ROUNDS = 2  # the second looks between the best radius of the first and the one below it
STEPS = 40  # of projected gradient ascent in each round
SHARES = 50  # of the straight way to what was found; the first at which the target wins is taken
TINY = 1e-12  # added to a length before something is divided by it
START_GREY = 0.5
OTHER_GREYS = (0.05, 0.0)  # from which a unit is climbed as well: on grey paper every unit of a network may be silent
START_NOISE = 0.01  # standard deviation of what is added to the grey, so that equal pixels can part
CLIMBS = 120  # steps of ``favourite_images``
CLIMB = 0.5  # length of each, as a Euclidean distance


class Change(NamedTuple):
    """The nearest image that was found for a class.

    Attributes:
        image: (28, 28) float32 in [0, 1]; the image as it was, if none was found.
        distance: how far it is from the image: the Euclidean length of the change.
        is_found: whether the network reads the class in it.
    """

    image: Tensor
    distance: float
    is_found: bool


def smallest_change(model: MLP, image: Tensor, target: int) -> Change:
    """The least change of an image, as far as this search finds it, that makes the network read ``target``.

    Projected gradient ascent (Madry et al. 2018, arXiv:1706.06083) on how far the target's logit leads. After each step
    the image is put back into a ball around where it started, and each pixel into [0, 1]. Balls of many radii are
    searched at once; the smallest in which the target wins counts, and of the straight way to what is found there only
    as much as is needed. Nothing proves that there is no nearer image.

    Args:
        image: (28, 28) float32 in [0, 1]. Not changed.
    """
    found, low, high = None, 0.0, FARTHEST
    for _ in range(ROUNDS):
        radii = torch.linspace(low, high, RADII + 1, dtype=image.dtype)[1:]
        changed = _climb_within(model, image, target, radii)
        first = _first_winner(model, changed, target)
        if first is None:
            break
        found = changed[first]
        low, high = (float(radii[first - 1]) if first else low), float(radii[first])
    if found is None:
        return Change(image, 0.0, is_found=False)
    shares = torch.linspace(0, 1, SHARES + 1, dtype=image.dtype)
    way = torch.lerp(image, found, shares[:, None, None])  # (SHARES + 1, 28, 28)
    # Rounding: the last of them is ``found`` itself, in a batch of another size.
    first = _first_winner(model, way, target)
    nearest = found if first is None else way[first]
    return Change(nearest, float((nearest - image).norm()), is_found=True)


@torch.no_grad()
def _first_winner(model: MLP, images: Tensor, target: int) -> int | None:
    """The place of the first image that is read as the target; None if there is none."""
    places = (model(images).argmax(dim=1) == target).nonzero().flatten()
    return int(places[0]) if len(places) else None


def _climb_within(model: MLP, image: Tensor, target: int, radii: Tensor) -> Tensor:
    """One search for each radius: (R,) -> (R, 28, 28)."""
    others = [digit for digit in range(CLASSES) if digit != target]
    reach = radii[:, None, None]
    changed = image.expand(len(radii), -1, -1).clone()
    for _ in range(STEPS):
        changed.requires_grad_()
        logits = model(changed)  # (R, C)
        lead = logits[:, target] - logits[:, others].amax(dim=1)  # (R,)
        (slope,) = torch.autograd.grad(lead.sum(), changed)
        with torch.no_grad():
            moved = changed + 2.5 * reach / STEPS * slope / (_lengths(slope) + TINY)
            off = moved - image
            # Into the ball, then into the range: the second moves no pixel away from the image, so both hold.
            changed = (image + off * (reach / (_lengths(off) + TINY)).clamp(max=1)).clamp(0, 1)
    return changed


def favourite_images(
    model: MLP, layer: int, units: Sequence[int], smoothness: float = 0.3, seed: int = 0
) -> tuple[Tensor, Tensor]:
    """Images that excite units most: gradient ascent on each unit's z, from an even grey.

    Of several greys the one is taken from which the climb ends highest. Each step goes a fixed length along the
    gradient of z, and moves each pixel by ``smoothness`` of the way to the mean of its four neighbours; then each is
    put back into [0, 1]. With smoothness 0 most networks like what looks like noise to us, and that is the truth about
    them: the smoothness is our wish, not theirs.

    Args:
        layer: 0 is the first hidden one, -1 the last: its units are the classes, and z is the logit.
        units: U of them.
        smoothness: 0 to 1.
        seed: of the little noise on the grey.

    Returns:
        (U, 28, 28) float32 in [0, 1], and the (U,) z that they give.

    Source: Erhan et al. 2009, "Visualizing higher-layer features of a deep network".
    """
    tries = [_climb(model, layer, units, smoothness, seed, grey) for grey in (START_GREY, *OTHER_GREYS)]
    images, excitations = (torch.stack(found) for found in zip(*tries, strict=True))  # (G, U, 28, 28) and (G, U)
    best = excitations.argmax(dim=0), torch.arange(len(units))
    return images[best], excitations[best]


def _climb(
    model: MLP, layer: int, units: Sequence[int], smoothness: float, seed: int, grey: float
) -> tuple[Tensor, Tensor]:
    """``favourite_images`` from one grey."""
    weight = model.linears[0].weight
    noise = torch.randn(len(units), IMAGE_SIDE, IMAGE_SIDE, generator=torch.Generator().manual_seed(seed))
    images = (grey + START_NOISE * noise).to(weight.dtype)
    rows = torch.arange(len(units))
    for _ in range(CLIMBS):
        images.requires_grad_()
        (slope,) = torch.autograd.grad(_excitation(model, layer, images)[rows, list(units)].sum(), images)
        with torch.no_grad():
            climbed = images + CLIMB * slope / (_lengths(slope) + TINY)
            images = torch.lerp(climbed, _mean_of_neighbours(climbed), smoothness).clamp(0, 1)
    with torch.no_grad():
        return images, _excitation(model, layer, images)[rows, list(units)]


def _excitation(model: MLP, layer: int, images: Tensor) -> Tensor:
    """(N, D) the z of one layer."""
    with Capture(model) as capture:
        model(images)
    return capture.layers[layer].pre_activation


def _mean_of_neighbours(images: Tensor) -> Tensor:
    """Of the pixels above, below, left and right; beyond the edge lies what is at the edge."""
    padded = F.pad(images[:, None], (1, 1, 1, 1), mode="replicate")[:, 0]
    return (padded[:, :-2, 1:-1] + padded[:, 2:, 1:-1] + padded[:, 1:-1, :-2] + padded[:, 1:-1, 2:]) / 4


def _lengths(images: Tensor) -> Tensor:
    """(N, 1, 1) the Euclidean length of each image."""
    return images.flatten(1).norm(dim=1)[:, None, None]
