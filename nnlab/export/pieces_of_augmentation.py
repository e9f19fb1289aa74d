"""Augmentation as a piece of a program: ``nnlab.augment`` with its usual strengths, in few lines."""

from __future__ import annotations

from nnlab.augment import ELASTIC_KNOTS, ELASTIC_SIGMA, GROWTH, Augmentation
from nnlab.config import IMAGE_SIDE
from nnlab.export.pieces import Piece

_USUAL = Augmentation()
AUGMENTATION = Piece(
    "augmentation",
    f'''\
def dilate(images):
    """Each pixel becomes the largest of itself and its four neighbours, as if drawn with a broader pen."""
    wide = F.pad(images, (1, 1, 1, 1))
    neighbours = wide[:, 2:, 1:-1], wide[:, :-2, 1:-1], wide[:, 1:-1, 2:], wide[:, 1:-1, :-2]
    return torch.stack([images, *neighbours]).amax(0)


def with_pen(images, pixels):
    """The strokes broader by so many pixels on each side, or where that is below 0, finer."""
    finer = torch.lerp(images, 1 - dilate(1 - images), (-pixels).clamp(min=0))
    finer = finer * (images.amax((1, 2), keepdim=True) / finer.amax((1, 2), keepdim=True).clamp(min=1e-6))
    once = dilate(images)
    broader = torch.lerp(torch.lerp(images, once, pixels.clamp(0, 1)), dilate(once), (pixels - 1).clamp(min=0))
    return torch.where(pixels < 0, finer, broader)


def augment(images, random):
    """Each image, 0 to 1, drawn with another pen, turned, moved, scaled, slanted and bent in its own way."""

    def uniform(limit):
        return torch.empty(len(images)).uniform_(-1, 1, generator=random).mul_(limit)  # (N,)

    pen = uniform(1.0)
    pen = torch.where(pen < 0, pen * {_USUAL.thinner}, pen * {_USUAL.thicker})
    pen[torch.rand(len(images), generator=random) >= {_USUAL.thickness_share}] = 0  # the others keep their pen
    angle = uniform(math.radians({_USUAL.rotation}))
    size = (1 + {GROWTH} * pen.clamp(min=0)) * torch.exp(uniform(math.log1p({_USUAL.scale})))
    stretch = torch.exp(uniform(math.log1p({_USUAL.stretch}) / 2))
    slant, shift_x, shift_y = uniform({_USUAL.shear}), uniform({_USUAL.shift}), uniform({_USUAL.shift})
    cosine, sine = size * angle.cos(), size * angle.sin()
    to_x = torch.stack([cosine * stretch, cosine * slant - sine / stretch, shift_x], 1)  # (N, 3)
    to_y = torch.stack([sine * stretch, sine * slant + cosine / stretch, shift_y], 1)
    pixels = torch.arange({IMAGE_SIDE}) - {(IMAGE_SIDE - 1) / 2}
    y, x = torch.meshgrid(pixels, pixels, indexing="ij")
    positions = torch.stack([x, y, torch.ones_like(x)], 2).reshape(-1, 3) @ torch.stack([to_x, to_y], 2)
    smooth = torch.arange({IMAGE_SIDE}.0)[:, None] - torch.linspace(-1, {IMAGE_SIDE}, {ELASTIC_KNOTS})
    smooth = torch.exp(-(smooth**2) / (2 * {ELASTIC_SIGMA}**2))  # little is bent far from a knot
    smooth /= smooth.square().sum(1, keepdim=True).sqrt()
    bends = torch.randn(len(images), 2, {ELASTIC_KNOTS}, {ELASTIC_KNOTS}, generator=random)
    bends *= torch.rand(len(images), 1, 1, 1, generator=random) * {_USUAL.elastic}
    grid = positions.view(-1, {IMAGE_SIDE}, {IMAGE_SIDE}, 2) + (smooth @ bends @ smooth.T).permute(0, 2, 3, 1)
    images = with_pen(images, pen[:, None, None])[:, None]
    changed = F.grid_sample(images, grid * (2 / {IMAGE_SIDE}), padding_mode="zeros", align_corners=False)
    return changed[:, 0].clamp(0, 1)''',
)
