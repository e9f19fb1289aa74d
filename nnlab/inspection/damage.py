"""Damage on purpose: images turned, shifted, covered with noise, drawn with another pen or half hidden, ever more.

A network that is right in 98 of 100 cases may fail as soon as a digit is turned a little, since nobody has shown it
turned digits. How its accuracy falls along a damage says what it has learned to overlook.

Each damage takes images (N, 28, 28) float32 in [0, 1] and a strength, and gives changed ones of the same shape and
range; the same images and strength always give the same result. ``DAMAGES`` has them by name.

Read before: ``augment``, ``variations``. Read next: ``map``.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

import torch
from torch import Generator, Tensor

from nnlab.augment import change_thickness
from nnlab.config import IMAGE_SIDE
from nnlab.inspection.variations import move

NOISE_SEED = 0


def turn(images: Tensor, degrees: float) -> Tensor:
    """Turned clockwise about the middle of the image; pixels in between are blended from four."""
    return move(images, degrees=-degrees)


def shift(images: Tensor, pixels: float) -> Tensor:
    """Moved to the right, or to the left below 0; what leaves the image is lost."""
    return move(images, right=pixels)


def add_noise(images: Tensor, deviation: float) -> Tensor:
    """A normal random number of mean 0 is added to each pixel; what leaves [0, 1] is cut off.

    Every call draws the same numbers, and a stronger noise is the same noise, larger.
    """
    noise = torch.randn(images.shape, generator=Generator().manual_seed(NOISE_SEED))
    return (images + deviation * noise).clamp(0, 1)


def change_pen(images: Tensor, pixels: float) -> Tensor:
    """Strokes grow by this many pixels on each side (up to 2), or lose as many (down to -1): grey morphology.

    A pixel becomes the largest, or the smallest, of itself and its four neighbours; see ``augment.change_thickness``.
    """
    return change_thickness(images, torch.full((len(images),), float(pixels)))


def cover(images: Tensor, side: float) -> Tensor:
    """A square of ``side`` times ``side`` whole pixels in the middle becomes paper, 0; an odd one lies up and left."""
    covered = images.clone()
    start = (IMAGE_SIDE - int(side)) // 2
    covered[:, start : start + int(side), start : start + int(side)] = 0
    return covered


class Damage(NamedTuple):
    """One way to damage images.

    Attributes:
        apply: the function.
        strengths: ascending, as a slider has them; accuracy is measured at each of them.
        none: the strength that changes nothing, one of them.
    """

    apply: Callable[[Tensor, float], Tensor]
    strengths: Sequence[float]
    none: float = 0


DAMAGES = {
    "turn": Damage(turn, tuple(range(-90, 91, 15))),
    "shift": Damage(shift, tuple(range(-10, 11, 2))),
    "noise": Damage(add_noise, tuple(step / 10 for step in range(11))),
    "thickness": Damage(change_pen, tuple(step / 4 for step in range(-4, 9))),
    "occlusion": Damage(cover, tuple(range(0, 21, 2))),
}


def accuracy_along(
    predict: Callable[[Tensor], Tensor],
    images: Tensor,
    labels: Tensor,
    damage: Damage,
    hear: Callable[[float], None] = lambda share: None,
) -> list[float]:
    """The accuracy, a fraction, on images damaged with each of the damage's strengths.

    Args:
        predict: from (N, 28, 28) float32 in [0, 1] to (N, 10) probabilities, or logits.
        images: (N, 28, 28) float32 in [0, 1], with labels (N,) int64.
        hear: called with the share of the strengths that are done.
    """
    accuracies = []
    for done, strength in enumerate(damage.strengths, start=1):
        answers = predict(damage.apply(images, strength)).argmax(1)
        accuracies.append((answers == labels).float().mean().item())
        hear(done / len(damage.strengths))
    return accuracies
