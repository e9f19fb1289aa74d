"""Ten digits drawn by code, for where MNIST is not at hand: pen strokes in a unit square, put onto a canvas.

They pass through ``nnlab.drawing`` like a visitor's own drawing, so a network sees them as it sees any digit. They are
not MNIST, and the page says so.
"""

from __future__ import annotations

from functools import cache

import numpy as np
from torch import Tensor

from nnlab.drawing import to_mnist

CANVAS_SIDE = 200  # pixels
PEN_RADIUS = 9  # pixels; a line about 2 pixels wide once it is 28 x 28

Stroke = list[tuple[float, float]]  # points (x, y) of a line, x to the right, y downwards, both in [0, 1]


def _arc(x: float, y: float, width: float, height: float, first: float, last: float) -> Stroke:
    """Part of an ellipse around (x, y); angles in degrees, 0 to the right, 90 downwards."""
    angles = np.radians(np.linspace(first, last, 24))
    return list(zip(x + width * np.cos(angles), y + height * np.sin(angles), strict=True))


STROKES: dict[int, list[Stroke]] = {
    0: [_arc(0.5, 0.5, 0.24, 0.36, 0, 360)],
    1: [[(0.56, 0.14), (0.46, 0.86)]],
    2: [_arc(0.49, 0.34, 0.22, 0.2, 190, 385) + [(0.28, 0.85), (0.76, 0.83)]],
    3: [_arc(0.46, 0.32, 0.22, 0.18, 200, 440) + _arc(0.46, 0.67, 0.25, 0.18, 280, 510)],
    4: [[(0.36, 0.14), (0.27, 0.55), (0.76, 0.53)], [(0.66, 0.22), (0.6, 0.88)]],
    5: [[(0.73, 0.15), (0.38, 0.16), (0.34, 0.46)] + _arc(0.46, 0.64, 0.24, 0.2, 240, 500)],
    6: [[(0.62, 0.13), (0.4, 0.36)] + _arc(0.49, 0.66, 0.21, 0.2, 190, 550)],
    7: [[(0.25, 0.17), (0.74, 0.17), (0.46, 0.87)]],
    8: [_arc(0.5, 0.31, 0.18, 0.17, 90, 450) + _arc(0.5, 0.68, 0.22, 0.2, 270, 630)],
    9: [_arc(0.47, 0.34, 0.2, 0.19, 0, 360) + [(0.67, 0.34), (0.6, 0.87)]],
}


@cache
def draw(digit: int) -> Tensor:
    """The digit as a network sees it: (28, 28) float32 in [0, 1]. Do not change it."""
    rows, columns = np.mgrid[:CANVAS_SIDE, :CANVAS_SIDE]
    pixels = np.stack([columns, rows], axis=-1).astype(float)  # (H, W, 2), x before y
    distance = np.full((CANVAS_SIDE, CANVAS_SIDE), np.inf)
    for stroke in STROKES[digit]:
        points = CANVAS_SIDE * np.array(stroke)
        for start, end in zip(points[:-1], points[1:], strict=True):
            distance = np.minimum(distance, _distance_to_line(pixels, start, end))
    ink = np.clip(PEN_RADIUS + 0.5 - distance, 0, 1)  # a soft edge, one pixel wide
    return to_mnist(np.round(255 * ink).astype(np.uint8))


def _distance_to_line(pixels: np.ndarray, start: np.ndarray, end: np.ndarray) -> np.ndarray:
    """(H, W) how far each pixel is from the line between two points."""
    along = end - start
    position = np.clip((pixels - start) @ along / max(along @ along, 1e-12), 0, 1)
    return np.linalg.norm(pixels - start - position[..., None] * along, axis=-1)
