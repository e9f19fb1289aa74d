"""What no pen leaves: noise, clouds, stripes, filled patches, even grey. None of them is a digit.

A photo of a table, or an image that was never one of a digit, looks rather like this. A network that has seen strokes
alone may be certain of any digit on it. From the first of these kinds it learns to doubt; the others test that.

Read next: ``no_digits``, what pens leave that is no digit; ``course``, which shows both.
"""

from __future__ import annotations

import math
from collections.abc import Callable

import torch
import torch.nn.functional as F
from torch import Generator, Tensor

from nnlab.config import IMAGE_SIDE

SIDE = IMAGE_SIDE
Texture = Callable[[int, Generator], Tensor]  # count, generator: (count, 28, 28) float32 in [0, 1]


def texture_images(count: int, generator: Generator, kinds: tuple[Texture, ...] | None = None) -> Tensor:
    """As many images of each kind, give or take one: (count, 28, 28) float32 in [0, 1].

    Args:
        kinds: of which; None: those to learn from.
    """
    kinds = TEXTURES_TRAINING if kinds is None else kinds
    counts = [count // len(kinds) + (place < count % len(kinds)) for place in range(len(kinds))]
    return torch.cat([kind(each, generator) for kind, each in zip(kinds, counts, strict=True)])


def noise(count: int, generator: Generator) -> Tensor:
    """Every pixel by itself, between a darkest and a lightest grey of the image."""
    ends = _numbers(count, generator, 0, 1), _numbers(count, generator, 0.2, 1)
    return (ends[0] + (ends[1] - ends[0]) * torch.rand(count, SIDE, SIDE, generator=generator)).clamp(0, 1)


def grains(count: int, generator: Generator) -> Tensor:
    """Full pixels on empty paper, few or many."""
    share = _numbers(count, generator, 0.02, 0.9)
    return (torch.rand(count, SIDE, SIDE, generator=generator) < share).float()


def clouds(count: int, generator: Generator) -> Tensor:
    """Noise of 3 to 9 points a side, enlarged: soft spots."""
    coarse = int(torch.randint(3, 10, (), generator=generator))
    points = torch.rand(count, 1, coarse, coarse, generator=generator)
    soft = F.interpolate(points, size=(SIDE, SIDE), mode="bicubic", align_corners=False)[:, 0]
    return ((soft - 0.5) * _numbers(count, generator, 1, 4) + 0.5).clamp(0, 1)


def stripes(count: int, generator: Generator) -> Tensor:
    """Waves of any direction and length, soft or hard."""
    y, x = _pixels()
    angle, length = _numbers(count, generator, 0, math.pi), _numbers(count, generator, 3, 14)
    phase = 2 * math.pi * ((x * angle.cos() + y * angle.sin()) / length + _numbers(count, generator, 0, 1))
    return (phase.sin() * _numbers(count, generator, 0.5, 6) / 2 + 0.5).clamp(0, 1)


def patches(count: int, generator: Generator) -> Tensor:
    """One filled rectangle or oval, upright or turned, at least a third of the image wide and high."""
    y, x = _pixels()
    angle = _numbers(count, generator, 0, math.pi)
    x, y = x - _numbers(count, generator, -5, 5), y - _numbers(count, generator, -5, 5)
    along = (x * angle.cos() + y * angle.sin()) / _numbers(count, generator, 5, 12)
    across = (y * angle.cos() - x * angle.sin()) / _numbers(count, generator, 5, 12)
    is_oval = torch.rand(count, 1, 1, generator=generator) < 0.5
    inside = torch.where(is_oval, along.square() + across.square() < 1, torch.maximum(along.abs(), across.abs()) < 1)
    return inside * _numbers(count, generator, 0.4, 1)


def greys(count: int, generator: Generator) -> Tensor:
    """An even grey, or one that grows from one side to the other."""
    y, x = _pixels()
    angle = _numbers(count, generator, 0, 2 * math.pi)
    slope = _numbers(count, generator, 0, 0.03) * (torch.rand(count, 1, 1, generator=generator) < 0.5)
    return (_numbers(count, generator, 0.1, 1) + slope * (x * angle.cos() + y * angle.sin())).clamp(0, 1)


def tiles(count: int, generator: Generator) -> Tensor:
    """A chessboard of squares 2 to 7 pixels wide."""
    y, x = _pixels()
    width = torch.randint(2, 8, (count, 1, 1), generator=generator)
    return (((x + SIDE) / width).floor() + ((y + SIDE) / width).floor()) % 2


def rings(count: int, generator: Generator) -> Tensor:
    """Waves around a point, four to nine pixels from one to the next."""
    y, x = _pixels()
    distance = (
        (x - _numbers(count, generator, -6, 6)).square() + (y - _numbers(count, generator, -6, 6)).square()
    ).sqrt()
    return (2 * math.pi * distance / _numbers(count, generator, 4, 9)).sin() / 2 + 0.5


def bells(count: int, generator: Generator) -> Tensor:
    """Noise of a normal distribution around a middle grey: what a bad camera adds to paper that is not white."""
    deviation = _numbers(count, generator, 0.1, 0.5)
    return (0.5 + deviation * torch.randn(count, SIDE, SIDE, generator=generator)).clamp(0, 1)


TEXTURES_TRAINING: tuple[Texture, ...] = (noise, grains, clouds, stripes, patches, greys)
TEXTURES_HELD_OUT: tuple[Texture, ...] = (tiles, rings, bells)


def _numbers(count: int, generator: Generator, low: float, high: float) -> Tensor:
    """(count, 1, 1) one number for each image."""
    return low + (high - low) * torch.rand(count, 1, 1, generator=generator)


def _pixels() -> tuple[Tensor, Tensor]:
    """The places of the pixels from the image's middle: (28, 28) rows and columns."""
    places = torch.arange(SIDE) - (SIDE - 1) / 2
    y, x = torch.meshgrid(places, places, indexing="ij")
    return y, x
