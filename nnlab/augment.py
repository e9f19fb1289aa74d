"""How one digit becomes many: turned, moved, scaled, slanted, bent, drawn with another pen.

A label survives small changes of the writing. Showing the network such changes, anew each time, teaches it what does
not matter, and brings it nearer to digits drawn by hand on a screen, whose strokes are thinner or thicker than MNIST's.
All images of a batch are changed at once: first the pen, then one resampling along bent and slanted coordinates.

Read next: ``backprop``. Source: Simard, Steinkraus & Platt 2003 (affine and elastic distortions); Cireşan et al. 2010
(the strengths that took an MLP to 99.65 % on MNIST).
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Generator, Tensor

from nnlab.config import IMAGE_SIDE

ELASTIC_SIGMA = 4.0  # pixels; how smooth the bending is (Simard et al. 2003: between 4 and 8)
ELASTIC_KNOTS = 8  # random vectors per side; the smoothing leaves no finer detail than their distance of 4 pixels
# A pen that is broader by one pixel on each side makes a digit 22 pixels high instead of 20, a tenth more. It is zoomed
# back, since MNIST's digits are 20 pixels high with any pen.
GROWTH = 0.1


@dataclass(frozen=True)
class Augmentation:
    """How strong each change may be. 0 everywhere changes nothing.

    Attributes:
        rotation: largest turn in degrees, either way. A 6 turned much further becomes a 9.
        shift: largest shift in pixels, each axis. Small, since MNIST and ``drawing`` both centre the ink.
        scale: largest change of size, as a fraction, either way.
        stretch: largest change of width against height, as a fraction, either way. Screens invite wide digits.
        shear: largest slant: horizontal pixels per vertical pixel. Handwriting leans.
        elastic: typical displacement in pixels (root mean square, per axis) of the most bent image. Simard's
            alpha = 34 at sigma = 4 is 1.4.
        thinner: how much of a pen stroke's outer pixel may go, 0 to 1. It is less than 1, so that a thin stroke
            turns pale and does not vanish.
        thicker: pixels by which a stroke may grow on each side, 0 to 2. A broad pen on a small drawing gives 6 pixels.
        thickness_share: fraction of the images whose pen is changed; the rest keeps MNIST's own.
    """

    rotation: float = 15.0
    shift: float = 1.5
    scale: float = 0.15
    stretch: float = 0.12
    shear: float = 0.25
    elastic: float = 1.2
    thinner: float = 0.7
    thicker: float = 2.0
    thickness_share: float = 0.5


def augment(images: Tensor, generator: Generator, strengths: Augmentation = Augmentation()) -> Tensor:
    """Change each image in its own random way.

    Args:
        images: (N, 28, 28) float32 in [0, 1]; not changed.
        generator: the only source of randomness: the same state and images give the same result.
        strengths: how far each change may go.

    Returns:
        (N, 28, 28) float32 in [0, 1]. What is moved in from outside is paper, 0. No gradient flows.

    Raises:
        ValueError: if the images are not (N, 28, 28); the message gives the shape.
    """
    if images.dim() != 3 or images.shape[1:] != (IMAGE_SIDE, IMAGE_SIDE):
        raise ValueError(f"images have shape {tuple(images.shape)}; expected (N, {IMAGE_SIDE}, {IMAGE_SIDE})")
    if not len(images):
        return images.clone()
    with torch.no_grad():
        thickness = _draw_thickness(len(images), generator, strengths)  # (N,)
        images = change_thickness(images, thickness)
        zoom = 1 + GROWTH * thickness.clamp(min=0)
        coordinates = _affine_coordinates(len(images), generator, strengths, zoom)  # (N, H, W, 2)
        if strengths.elastic:
            coordinates += _elastic_displacement(len(images), generator, strengths.elastic)
        # grid_sample counts from -1 to 1 between the outer edges of the image.
        grid = coordinates.mul_(2 / IMAGE_SIDE)
        changed = F.grid_sample(images[:, None], grid, padding_mode="zeros", align_corners=False)
        return changed[:, 0].clamp_(0, 1)  # bilinear weights sum to 1 only up to rounding


def _uniform(count: int, limit: float, generator: Generator) -> Tensor:
    """(count,) float32, even between -limit and limit."""
    return torch.empty(count).uniform_(-1, 1, generator=generator).mul_(limit)


def _affine_coordinates(count: int, generator: Generator, strengths: Augmentation, zoom: Tensor) -> Tensor:
    """Where each output pixel is read from: (N, H, W, 2) x and y in pixels from the image's centre.

    The map goes from output to input, so a factor above 1 makes the digit smaller; all ranges are even both ways.
    """
    angle = _uniform(count, math.radians(strengths.rotation), generator)
    size = zoom * torch.exp(_uniform(count, math.log1p(strengths.scale), generator))
    stretch = torch.exp(_uniform(count, math.log1p(strengths.stretch) / 2, generator))
    shear = _uniform(count, strengths.shear, generator)
    shift_x, shift_y = _uniform(count, strengths.shift, generator), _uniform(count, strengths.shift, generator)
    cosine, sine = size * angle.cos(), size * angle.sin()
    # rotation x size, times [[stretch, shear], [0, 1 / stretch]]
    to_x = torch.stack([cosine * stretch, cosine * shear - sine / stretch, shift_x], 1)  # (N, 3)
    to_y = torch.stack([sine * stretch, sine * shear + cosine / stretch, shift_y], 1)  # (N, 3)
    matrices = torch.stack([to_x, to_y], 2)  # (N, 3, 2)
    pixels = torch.arange(IMAGE_SIDE) - (IMAGE_SIDE - 1) / 2
    y, x = torch.meshgrid(pixels, pixels, indexing="ij")
    positions = torch.stack([x, y, torch.ones_like(x)], 2).reshape(-1, 3)  # (P, 3)
    return (positions @ matrices).view(count, IMAGE_SIDE, IMAGE_SIDE, 2)


def _elastic_displacement(count: int, generator: Generator, elastic: float) -> Tensor:
    """A smooth random vector field per image: (N, H, W, 2) in pixels.

    Simard smooths one random vector per pixel by a Gaussian. The Gaussian keeps no fine detail, so one vector for every
    4 pixels gives fields that look the same for a twelfth of the random numbers; smoothing is then one product by a
    (28, knots) matrix from each side.
    """
    pixels = torch.arange(IMAGE_SIDE, dtype=torch.float32)
    knots = torch.linspace(-1, IMAGE_SIDE, ELASTIC_KNOTS)
    smoothing = torch.exp(-((pixels[:, None] - knots) ** 2) / (2 * ELASTIC_SIGMA**2))  # (H, knots)
    smoothing /= smoothing.square().sum(1, keepdim=True).sqrt()  # so that each pixel's displacement has variance 1
    vectors = torch.randn(count, 2, ELASTIC_KNOTS, ELASTIC_KNOTS, generator=generator)
    vectors *= torch.rand(count, 1, 1, 1, generator=generator) * elastic  # each image is bent to its own degree
    field = smoothing @ vectors @ smoothing.T  # (N, 2, H, W)
    return field.permute(0, 2, 3, 1)


def _draw_thickness(count: int, generator: Generator, strengths: Augmentation) -> Tensor:
    """(N,) from -thinner to thicker, 0 for the images that keep their pen; thinner and thicker are equally frequent."""
    amount = _uniform(count, 1.0, generator)
    amount = torch.where(amount < 0, amount * strengths.thinner, amount * strengths.thicker)
    keeps = torch.rand(count, generator=generator) >= strengths.thickness_share
    return amount.masked_fill_(keeps, 0)


def change_thickness(images: Tensor, thickness: Tensor) -> Tensor:
    """Draw the strokes with a broader or a finer pen.

    Args:
        images: (N, 28, 28) float32 in [0, 1]; not changed.
        thickness: (N,) pixels added on each side of a stroke, -1 to 2. A fraction blends the two nearest whole steps.

    Returns:
        (N, 28, 28) float32 in [0, 1]. The brightest pixel of an image is as bright as before.
    """
    result = images.clone()
    thin, thick = (thickness < 0).nonzero()[:, 0], (thickness > 0).nonzero()[:, 0]
    if len(thin):
        inside = 1 - _dilate(1 - images[thin])  # erosion is dilation of the paper
        finer = torch.lerp(images[thin], inside, -thickness[thin, None, None])
        peaks = images[thin].amax((1, 2), keepdim=True) / finer.amax((1, 2), keepdim=True).clamp(min=1e-6)
        result[thin] = finer * peaks
    if len(thick):
        amount = thickness[thick, None, None]
        once = _dilate(images[thick])
        broader = torch.lerp(images[thick], once, amount.clamp(max=1))
        result[thick] = torch.lerp(broader, _dilate(once), (amount - 1).clamp(min=0))
    return result


def _dilate(images: Tensor) -> Tensor:
    """(N, H, W) -> each pixel the largest of itself and its four neighbours."""
    result = images.clone()
    for target, source in ((slice(1, None), slice(None, -1)), (slice(None, -1), slice(1, None))):
        result[:, target] = torch.maximum(result[:, target], images[:, source])
        result[:, :, target] = torch.maximum(result[:, :, target], images[:, :, source])
    return result
