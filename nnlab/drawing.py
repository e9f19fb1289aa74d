"""From a drawing on a canvas to an image like MNIST's, every stage kept so that it can be shown.

A network knows only images made the way its training images were made. MNIST's digits were scaled to fit a 20 x 20
box with their aspect kept, grey by anti-aliasing, and shifted in a 28 x 28 field until the centre of mass was in its
middle. The same is done here to a drawing of any size, with nothing but sums, products and comparisons.

Read next: ``checkpoint``.
Source: LeCun, Cortes and Burges, The MNIST database of handwritten digits, http://yann.lecun.com/exdb/mnist/.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from nnlab.config import IMAGE_SIDE

BOX_SIDE = 20  # pixels of the ink's longest side; LeCun's page
CENTRE = 14  # row and column whose middle is "the centre" of MNIST's images: measured, see recentre_by_mass
SAME_COLOR = 4.5 / 255  # colours closer than this are one colour: a browser's rounding, not ink
TIE = 1e-4  # pixels: the centre of a symmetric drawing lies between two pixels, and rounding must not choose one


@dataclass(frozen=True, eq=False)
class Stages:
    """The stages of one drawing, all float32, 0 = paper, 1 = full ink.

    Attributes:
        ink: (H, W) the canvas as ink, whatever its colours were.
        crop: (h, w) the smallest box that holds all ink; (0, 0) of an empty canvas.
        scaled: (h, w) the crop with its longest side 20 pixels; (0, 0) of an empty canvas.
        placed: (28, 28) with the box in the middle.
        result: (28, 28) with the centre of mass in the middle: what the network sees.
        is_empty: whether there was no ink; ``placed`` and ``result`` are 0 then.
    """

    ink: Tensor
    crop: Tensor
    scaled: Tensor
    placed: Tensor
    result: Tensor
    is_empty: bool


def to_mnist(canvas: np.ndarray | Tensor) -> Tensor:
    """The drawing as an image like MNIST's: (28, 28) float32 in [0, 1]; all 0 for an empty canvas. See ``stages``."""
    return stages(canvas).result


def stages(canvas: np.ndarray | Tensor) -> Stages:
    """Turn a drawing into an image like MNIST's and keep what it was on the way.

    Args:
        canvas: (H, W) uint8, 255 = full ink; or (H, W, 4) uint8 RGBA with any colour of pen and paper, as ``read_ink``
            explains. Not changed.

    Raises:
        ValueError: for anything else; the message gives the shape or type.
    """
    ink = read_ink(canvas)  # (H, W)
    crop = crop_to_ink(ink)  # (h, w)
    if not crop.numel():
        blank = torch.zeros(IMAGE_SIDE, IMAGE_SIDE)
        return Stages(ink, crop, crop, blank, blank.clone(), is_empty=True)
    scaled = scale_to_box(crop)
    margins = [(IMAGE_SIDE - side) // 2 for side in scaled.shape]
    placed = _place(scaled, *margins)
    return Stages(ink, crop, scaled, placed, recentre_by_mass(placed), is_empty=False)


def read_ink(canvas: np.ndarray | Tensor) -> Tensor:
    """How much ink each pixel of a canvas holds.

    Of RGBA, the paper is the commonest colour along the four edges, and ink is the distance from the paper's colour as
    a fraction of the largest such distance. Where a pen covers a fraction c of a pixel, its colour (with red, green and
    blue multiplied by alpha) is (1 - c) paper + c pen, so the distance gives back c itself: dark on light, light on
    dark or on a transparent canvas. A canvas of one colour holds no ink, be it white or black.

    Returns:
        (H, W) float32 in [0, 1].

    Raises:
        ValueError: if the canvas is not (H, W) or (H, W, 4) uint8.
    """
    pixels = _as_pixels(canvas)
    if pixels.dim() == 2:
        return pixels / 255
    ink = torch.zeros(pixels.shape[:2])
    packed = pixels.view(torch.int32)[:, :, 0]  # (H, W), one number for each colour
    edges = torch.cat([packed[0], packed[-1], packed[:, 0], packed[:, -1]])  # (2 H + 2 W,)
    values, counts = edges.unique(return_counts=True)
    paper = values[counts.argmax()]
    painted = _box((packed != paper).view(torch.uint8))  # the rest is paper: no need to look at it
    distance = _color_distance(pixels[painted], paper.view(1).view(torch.uint8))
    if distance.numel() and (furthest := float(distance.max())) > SAME_COLOR:
        ink[painted] = torch.where(distance > SAME_COLOR, distance / furthest, 0.0)
    return ink


def _color_distance(pixels: Tensor, paper: Tensor) -> Tensor:
    # (H, W, 4) and (4,) uint8 RGBA -> (H, W) float32. Changing in place: a new large tensor costs more than the sums.
    colors = pixels.permute(2, 0, 1).contiguous().float().div_(255)  # (4, H, W)
    own = paper.float() / 255
    colors[:3] *= colors[3]
    own[:3] *= own[3]
    return colors.sub_(own[:, None, None]).square_().sum(0).sqrt_()


def crop_to_ink(ink: Tensor) -> Tensor:
    """The smallest box of (H, W) ink that holds every pixel above 0: (h, w), or (0, 0) where there is none."""
    return ink[_box(ink)].clone()


def _box(marks: Tensor) -> tuple[slice, slice]:
    # The rows and columns from the first to the last mark above 0 of (H, W) marks; empty slices where there is none.
    rows, columns = (marks.amax(dim).nonzero().flatten().tolist() for dim in (1, 0))
    if not rows:
        return slice(0, 0), slice(0, 0)
    return slice(rows[0], rows[-1] + 1), slice(columns[0], columns[-1] + 1)


def scale_to_box(crop: Tensor) -> Tensor:
    """Scale (h, w) ink so that its longest side is 20 pixels, by area: rows @ crop @ columns^T.

    The other side keeps the aspect, rounded to the nearest pixel (halves up), at least 1. A crop smaller than the box
    is enlarged the same way.
    """
    scale = BOX_SIDE / max(crop.shape)
    height, width = (max(1, math.floor(side * scale + 0.5)) for side in crop.shape)
    scaled = area_weights(crop.shape[0], height) @ crop @ area_weights(crop.shape[1], width).T
    return scaled.clamp_(0, 1)


def area_weights(size: int, new_size: int) -> Tensor:
    """The matrix that averages ``size`` pixels in a row to ``new_size``.

    New pixel i covers the stretch from i s to (i + 1) s of the old row, s = size / new_size. Weight (i, j) is the share
    of that stretch which lies in old pixel j, so each row sums to 1.

    Returns:
        (new_size, size) float32.

    Example:
        >>> area_weights(3, 2)
        tensor([[0.6667, 0.3333, 0.0000],
                [0.0000, 0.3333, 0.6667]])
    """
    stretch = size / new_size
    start = torch.arange(new_size, dtype=torch.float64)[:, None] * stretch
    pixel = torch.arange(size, dtype=torch.float64)
    overlap = torch.minimum(start + stretch, pixel + 1) - torch.maximum(start, pixel)
    return (overlap.clamp_(min=0) / stretch).float()


def recentre_by_mass(image: Tensor) -> Tensor:
    """Shift an image by whole pixels so that its centre of mass is within half a pixel of the middle of pixel (14, 14).

    The shift is floor(14 - centre + 1/2), the nearest whole number, halves up. Ink is never lost: where the shift would
    push some over the edge, it stops at the edge.

    Args:
        image: (28, 28) float32 ink, not all 0. Not changed.

    Returns:
        (28, 28) float32; vacated pixels are 0.

    Source: LeCun's page says "by computing the center of mass of the pixels, and translating the image so as to
    position this point at the center of the 28x28 field". That this centre is the middle of pixel 14, counted from 0,
    and not 13.5, is measured: in MNIST's 60,000 training images it lies between 13.48 and 14.50, with mean 14.00.
    """
    ink = crop_to_ink(image)
    corner = []
    for dim in (0, 1):
        mass = image.double().sum(1 - dim)  # (28,) ink of each row, or of each column
        position = torch.arange(IMAGE_SIDE, dtype=torch.float64)
        centre = float(mass @ position / mass.sum())
        first = int((mass > 0).nonzero()[0])
        corner.append(min(max(first + math.floor(CENTRE - centre + 0.5 + TIE), 0), IMAGE_SIDE - ink.shape[dim]))
    return _place(ink, *corner)


def _place(ink: Tensor, top: int, left: int) -> Tensor:
    image = torch.zeros(IMAGE_SIDE, IMAGE_SIDE)
    image[top : top + ink.shape[0], left : left + ink.shape[1]] = ink
    return image


def _as_pixels(canvas: np.ndarray | Tensor) -> Tensor:
    if not isinstance(canvas, (np.ndarray, Tensor)):
        raise ValueError(f"canvas is a {type(canvas).__name__}; expected a numpy array or a tensor")
    if canvas.dtype not in (np.uint8, torch.uint8):
        raise ValueError(f"canvas holds {canvas.dtype}; expected uint8, 0 to 255")
    shape = tuple(canvas.shape)
    if len(shape) not in (2, 3) or 0 in shape or (len(shape) == 3 and shape[2] != 4):
        raise ValueError(f"canvas has shape {shape}; expected (H, W) ink or (H, W, 4) RGBA, at least one pixel")
    if isinstance(canvas, Tensor):
        return canvas.cpu().clone(memory_format=torch.contiguous_format)
    return torch.tensor(canvas)
