"""What would change an answer, and what a unit likes best: images that are found by following a gradient.

``smallest_change`` starts from an image and looks for the nearest one that is read as another class.
``favourite_images`` start from an even grey and look for what excites a unit most. Neither is a photograph of what the
network "thinks": both are places where a search along the gradient came to rest.

Read before: ``attribution``. Read next: ``games.fooling``, the same with whole pixels.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

import torch
import torch.nn.functional as F
from torch import Tensor

from nnlab.config import CLASSES, IMAGE_SIDE
from nnlab.inspection.layers import Capture
from nnlab.model import MLP

EXAMPLES = 3  # of the target's images, from which the search comes back
HALVINGS = 10  # of the straight way between the image and an example: 1/1000 of it is then left
STEPS = 60  # of ``smallest_change``
STEP = 1.0, 0.01  # length of its first and its last step, as a Euclidean distance
RESIZE = 0.1, 0.001  # share by which a ball shrinks or grows, in the first and in the last step
LEAD = 1e-3  # of the target's logit over the next; one that rounding could turn does not count
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


def smallest_change(model: MLP, image: Tensor, target: int, examples: Tensor | None = None) -> Change:
    """The least change of an image, as far as this search finds it, that makes the network read ``target``.

    min |x - image| with z_target > every other z and 0 <= x <= 1. It is searched for from several starts at once, and
    the nearest image that is found counts. One start is the image. But the way from there may end where the network
    sees no digit at all: all logits are about equal and every slope is 0. So the search also comes from the other
    side, from images that the network reads as the target already. Nothing proves that there is no nearer image.

    Args:
        image: (28, 28) float32 in [0, 1]. Not changed.
        examples: (N, 28, 28) float32 in [0, 1], images of the target, those to be tried first in front.

    Source: Pintor et al. 2021, "Fast minimum-norm adversarial attacks through adaptive norm constraints",
    arXiv:2102.12827; the lead of a logit as what is climbed: Carlini and Wagner 2017, arXiv:1608.04644.
    """
    starts = image[None]
    if examples is not None:
        starts = torch.cat([starts, _where_it_turns(model, image, target, examples)])
    found, distances = _approach(model, image, target, starts)
    for start in distances.argsort().tolist():
        # Rounding: read alone, an image may give other logits than in a batch.
        if distances[start] < torch.inf and _leads(model, found[start, None], target) > 0:
            return Change(found[start], float(distances[start]), is_found=True)
    return Change(image, 0.0, is_found=False)


def _leads(model: MLP, images: Tensor, target: int) -> Tensor:
    """(N,) by how much the target's logit is above the largest of the others. Gradient flows."""
    logits = model(images)  # (N, C)
    others = [digit for digit in range(CLASSES) if digit != target]
    return logits[:, target] - logits[:, others].amax(dim=1)


@torch.no_grad()
def _where_it_turns(model: MLP, image: Tensor, target: int, examples: Tensor) -> Tensor:
    """(E, 28, 28): on the straight way from the image to each example, a place where the answer becomes the target."""
    ends = examples[_leads(model, examples, target) > LEAD][:EXAMPLES]  # (E, 28, 28)
    low, high = torch.zeros(len(ends), 1, 1), torch.ones(len(ends), 1, 1)
    for _ in range(HALVINGS):
        middle = (low + high) / 2
        is_read = (_leads(model, torch.lerp(image, ends, middle), target) > LEAD)[:, None, None]
        low, high = torch.where(is_read, low, middle), torch.where(is_read, middle, high)
    return torch.lerp(image, ends, high)


def _approach(model: MLP, image: Tensor, target: int, starts: Tensor) -> tuple[Tensor, Tensor]:
    """From each of (S, 28, 28) starts, the nearest image on the way that is read as the target, and its distance.

    Each step climbs the lead and stays within a ball around the image. The ball shrinks while the target is read, and
    grows while it is not: so the search goes along the border between the answers. Infinity where none was found.
    """
    here = nearest = starts
    radius = _lengths(starts - image)
    least = torch.full((len(starts), 1, 1), torch.inf)
    for step in range(STEPS):
        fading = (1 + math.cos(math.pi * step / STEPS)) / 2  # from 1 to 0
        length, resize = (last + (first - last) * fading for first, last in (STEP, RESIZE))
        here = here.detach().requires_grad_()
        lead = _leads(model, here, target)  # (S,)
        (slope,) = torch.autograd.grad(lead.sum(), here)
        with torch.no_grad():
            is_stuck = torch.where(slope > 0, here == 1, here == 0)  # at the end of the range, and pushed outwards
            slope = slope.masked_fill(is_stuck, 0)
            distance, steepness = _lengths(here - image), _lengths(slope) + TINY  # (S, 1, 1)
            is_read = lead[:, None, None] > LEAD
            nearest = torch.where(is_read & (distance < least), here, nearest)
            least = torch.where(is_read, torch.minimum(least, distance), least)
            smaller, larger = torch.minimum(radius * (1 - resize), least), radius * (1 + resize)
            # Before the target was read for the first time: as far as it takes if the tangent is right.
            promised = distance + (2 * LEAD - lead[:, None, None]) / steepness
            radius = torch.where(is_read, smaller, torch.where(least < torch.inf, larger, promised))
            off = here + length * slope / steepness - image
            # Into the ball, then into the range: the second moves no pixel away from the image, so both hold.
            here = (image + off * (radius / (_lengths(off) + TINY)).clamp(max=1)).clamp(0, 1)
    return nearest, least.flatten()


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
