"""Made-up photos of a page of digits: written by nnlab's own hand, with a thin pen, in the light of a window."""

from __future__ import annotations

from io import BytesIO

import numpy as np
import torch
from PIL import Image

from nnlab.workshop.handwriting import Hand, write
from nnlab.workshop.ink import draw

CELL = 130  # pixels from one digit to the next
PEN = Hand(pen=(5.0, 7.0), size=(70.0, 90.0), gaps=0.0, turn=5.0, slant=0.1)


def page(rows: int, columns: int, seed: int = 0) -> tuple[np.ndarray, list[int]]:
    """(H, W) float ink in [0, 1], and what is written on it, line by line."""
    drawings = write(rows * columns, torch.Generator().manual_seed(seed), hand=PEN, side=280)
    ink = np.zeros((rows * CELL + 60, columns * CELL + 60))
    for index in range(rows * columns):
        pixels = draw(drawings, index).numpy() / 255
        high, wide = np.flatnonzero(pixels.any(1)), np.flatnonzero(pixels.any(0))
        cut = pixels[high[0] : high[-1] + 1, wide[0] : wide[-1] + 1]
        row, column = divmod(index, columns)
        top, left = 40 + row * CELL + (index % 3) * 4, 40 + column * CELL
        ink[top : top + cut.shape[0], left : left + cut.shape[1]] = cut
    return ink, drawings.labels.tolist()


def photograph(ink: np.ndarray, is_dark: bool = True, seed: int = 0) -> np.ndarray:
    """(H, W) uint8 grey: one corner lies in the shadow and has a third of the light; the sensor adds noise."""
    height, width = ink.shape
    y, x = np.mgrid[0:height, 0:width]
    light = 1 - 0.65 * (x / width) * (y / height) - 0.15 * (x > 0.6 * width)
    paper, pen = (220, 60) if is_dark else (50, 230)
    grey = (paper + (pen - paper) * ink) * light + np.random.default_rng(seed).normal(0, 4, ink.shape)
    return grey.clip(0, 255).round().astype(np.uint8)


def file_of(grey: np.ndarray, kind: str = "PNG", **options: object) -> bytes:
    content = BytesIO()
    Image.fromarray(grey).save(content, kind, **options)
    return content.getvalue()
