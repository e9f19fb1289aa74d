"""Ink: what a drawing's strokes leave on the canvas, or at once in an image like MNIST's.

How much ink a pixel holds follows from its distance to the nearest stroke.

Read next: ``drawing``, the way from a canvas to 28 x 28, which ``to_images`` here takes without the canvas.
"""

from __future__ import annotations

import torch
from torch import Tensor

from nnlab.config import IMAGE_SIDE
from nnlab.drawing import BOX_SIDE, CENTRE
from nnlab.workshop.handwriting import CANVAS_SIDE, Drawings

RENDERED_AT_ONCE = 256  # drawings; (256, 400, 71) float32 is 29 MB


def draw(drawings: Drawings, index: int, side: int = CANVAS_SIDE) -> Tensor:
    """One drawing on a canvas with a round pen: (side, side) uint8 ink, what ``drawing.to_mnist`` reads."""
    path, pen = drawings.paths[index], float(drawings.pens[index])
    low = (path.amin(0) - pen / 2 - 1).floor().clamp(min=0).long()
    high = (path.amax(0) + pen / 2 + 1).ceil().clamp(max=side).long()
    starts, ends = (points[drawings.is_down[index]] for points in (path[:-1], path[1:]))
    window = int((ends - starts).abs().max() + pen) + 3  # holds the ink of any one piece
    corners = (torch.minimum(starts, ends) - pen / 2 - 1).floor()  # (S, 2)
    steps = torch.arange(window)
    x, y = corners[:, 0, None, None] + steps, corners[:, 1, None, None] + steps[:, None]  # (S, 1, W), (S, W, 1)
    distance = _distance(x + 0.5, y + 0.5, starts[:, :, None, None], (ends - starts)[:, :, None, None])
    ink = (pen / 2 + 0.5 - distance.sqrt()).clamp_(0, 1)  # (S, W, W)
    place = (y * side + x).long()
    inside = (x >= low[0]) & (x < high[0]) & (y >= low[1]) & (y < high[1])
    canvas = torch.zeros(side * side)
    canvas.scatter_reduce_(0, place[inside], ink[inside], "amax")
    return (canvas * 255).round().to(torch.uint8).view(side, side)


def _distance(x: Tensor, y: Tensor, start: Tensor, way: Tensor) -> Tensor:
    """The squared distance of pixels x, y to the pieces of (S, 2, 1, 1) starts and ways, broadcast."""
    x, y = x - start[:, 0], y - start[:, 1]
    length = way.square().sum(1).clamp(min=1e-6)
    along = ((x * way[:, 0] + y * way[:, 1]) / length).clamp(0, 1)
    return (x - along * way[:, 0]).square() + (y - along * way[:, 1]).square()


def to_images(drawings: Drawings) -> Tensor:
    """What ``drawing.to_mnist`` makes of the drawings, straight from the strokes: (N, 28, 28) float32 in [0, 1].

    The canvas is skipped: ink is laid down in the 20-pixel box itself. A test holds the two against each other.
    """
    parts = [
        range(first, min(first + RENDERED_AT_ONCE, len(drawings)))
        for first in range(0, len(drawings), RENDERED_AT_ONCE)
    ]
    return torch.cat([_to_images(drawings, slice(part.start, part.stop)) for part in parts])


def _to_images(drawings: Drawings, rows: slice) -> Tensor:
    paths, pens, is_down = drawings.paths[rows], drawings.pens[rows], drawings.is_down[rows]
    low = (paths.amin(1) - pens[:, None] / 2).floor()  # (N, 2), the crop's corner
    extent = (paths.amax(1) + pens[:, None] / 2).ceil() - low
    new_extent = (extent * (BOX_SIDE / extent.amax(1, keepdim=True)) + 0.5).floor().clamp(min=1)
    scale = new_extent / extent  # (N, 2), of x and of y
    paths = (paths - low[:, None]) * scale[:, None]
    width = pens * scale.prod(1).sqrt()
    starts, ways = paths[:, :-1], paths.diff(dim=1)  # (N, S, 2)
    pixels = torch.arange(BOX_SIDE) + 0.5
    y, x = (axis.reshape(-1, 1) for axis in torch.meshgrid(pixels, pixels, indexing="ij"))  # (400, 1)
    x, y = x - starts[:, None, :, 0], y - starts[:, None, :, 1]  # (N, 400, S)
    way_x, way_y = ways[:, None, :, 0], ways[:, None, :, 1]
    along = (x * way_x).addcmul_(y, way_y).div_((way_x.square() + way_y.square()).clamp(min=1e-9)).clamp_(0, 1)
    distance = x.sub_(along * way_x).square_().add_(y.sub_(along.mul_(way_y)).square_())
    distance = distance.masked_fill_(~is_down[:, None], torch.inf).amin(2).sqrt_()  # (N, 400)
    # The part of a pixel's width, from distance - 1/2 to distance + 1/2, that the pen covers.
    half = width[:, None] / 2
    ink = (torch.minimum(distance + 0.5, half) - torch.maximum(distance - 0.5, -half)).clamp_(0, 1)
    ink = ink.view(-1, BOX_SIDE, BOX_SIDE)
    inside = torch.arange(BOX_SIDE) < new_extent[:, :, None]  # (N, 2, 20)
    return _place_by_mass(ink * (inside[:, 1, :, None] & inside[:, 0, None, :]), new_extent)


def _place_by_mass(ink: Tensor, extent: Tensor) -> Tensor:
    """Put (N, 20, 20) ink into 28 x 28 with its centre of mass in the middle, as ``drawing.recentre_by_mass``."""
    positions = torch.arange(BOX_SIDE, dtype=torch.float32)
    total = ink.sum((1, 2)).clamp(min=1e-6)
    centres = torch.stack([ink.sum(1) @ positions, ink.sum(2) @ positions], 1) / total[:, None]  # (N, 2), x and y
    # The box stands in the middle first; from there the ink is shifted by floor(14 - centre + 1/2).
    margin = ((IMAGE_SIDE - extent) / 2).floor()
    corner = margin + (CENTRE - margin - centres + 0.5).floor()
    corner = torch.minimum(corner.clamp(min=0), IMAGE_SIDE - extent).long()
    columns, rows = (torch.arange(IMAGE_SIDE) - corner[:, axis, None] for axis in (0, 1))  # (N, 28)
    fits = ((rows >= 0) & (rows < BOX_SIDE))[:, :, None] & ((columns >= 0) & (columns < BOX_SIDE))[:, None]
    place = rows.clamp(0, BOX_SIDE - 1)[:, :, None] * BOX_SIDE + columns.clamp(0, BOX_SIDE - 1)[:, None]
    images = ink.flatten(1).gather(1, place.flatten(1)).view(-1, IMAGE_SIDE, IMAGE_SIDE)
    return images * fits
