"""A sheet that a film's frame is drawn on, measured in points, whatever its size in pixels.

It is drawn twice as large as it is shown and then made smaller, since Pillow's lines have hard edges.
"""

from __future__ import annotations

import math

import numpy as np
from PIL import Image, ImageDraw

from nnlab.replay.fonts import font, is_latin

WIDTH, HEIGHT = 960, 640  # points
FINENESS = 2  # pixels that are drawn for one that is shown, each way
Color = tuple[int, int, int]
INK, GREY, FAINT, WHITE = (30, 30, 30), (110, 110, 110), (222, 222, 222), (255, 255, 255)
UP, DOWN = (0, 114, 178), (213, 94, 0)  # what adds, and what takes away: blue and orange, as on the pages


class Paper:
    """A white sheet. Lengths and places are in points from its upper left corner.

    Args:
        pixels: how wide it will be shown.
        picture: what is on it already, of that width.
    """

    def __init__(self, pixels: int, picture: Image.Image | None = None):
        self.scale = (pixels if picture else pixels * FINENESS) / WIDTH
        size = (round(WIDTH * self.scale), round(HEIGHT * self.scale))
        self.image = picture.copy() if picture else Image.new("RGB", size, WHITE)
        self._draw = ImageDraw.Draw(self.image)

    def line(self, points: list[tuple[float, float]], color: Color, width: float = 1) -> None:
        scaled = [(x * self.scale, y * self.scale) for x, y in points]
        self._draw.line(scaled, color, max(1, round(width * self.scale)), "curve")

    def box(
        self, x: float, y: float, width: float, height: float, fill: Color | None, edge: Color | None = None
    ) -> None:
        corners = [x * self.scale, y * self.scale, (x + width) * self.scale, (y + height) * self.scale]
        self._draw.rectangle(corners, fill, edge, max(1, round(self.scale)))

    def disc(self, x: float, y: float, radius: float, fill: Color, edge: Color | None = None) -> None:
        around = [
            (x - radius) * self.scale,
            (y - radius) * self.scale,
            (x + radius) * self.scale,
            (y + radius) * self.scale,
        ]
        self._draw.ellipse(around, fill, edge, max(1, round(self.scale)))

    def text(self, x: float, y: float, text: str, size: float = 14, color: Color = INK, anchor: str = "lm") -> None:
        """Write; ``anchor`` is Pillow's: "lm" means that (x, y) is the left end of the line's middle."""
        letters = font(max(6, round(size * self.scale)), not is_latin(text))
        self._draw.text((x * self.scale, y * self.scale), text, color, letters, anchor)

    def upright(self, x: float, y: float, text: str, size: float = 14, color: Color = INK) -> None:
        """Write from (x, y) upwards, where there is no room across; x is the middle of the line."""
        letters = font(max(6, round(size * self.scale)), not is_latin(text))
        left, top, right, bottom = letters.getbbox(text)
        mask = Image.new("L", (math.ceil(right - left), math.ceil(bottom - top)))
        ImageDraw.Draw(mask).text((-left, -top), text, 255, letters)
        mask = mask.rotate(90, expand=True)
        place = (round(x * self.scale - mask.width / 2), round(y * self.scale - mask.height))
        self._draw.bitmap(place, mask, color)

    def picture(self, x: float, y: float, side: float, pixels: np.ndarray) -> None:
        """Put (H, W, 3) uint8 there with hard pixels, ``side`` wide."""
        wide = round(side * self.scale)
        made = Image.fromarray(pixels).resize((wide, wide), Image.Resampling.NEAREST)
        self.image.paste(made, (round(x * self.scale), round(y * self.scale)))

    def shown(self) -> Image.Image:
        """The sheet as it is shown: each of its pixels the mean of those that were drawn for it."""
        width, height = self.image.size
        return self.image.resize((width // FINENESS, height // FINENESS), Image.Resampling.BOX)


def mixed(color: Color, share: float, paper: Color = WHITE) -> Color:
    """A colour on paper: 0 is the paper, 1 the colour."""
    share = min(1.0, max(0.0, share))
    red, green, blue = (round(share * ours + (1 - share) * theirs) for ours, theirs in zip(color, paper, strict=True))
    return red, green, blue


def signed_picture(values: np.ndarray, most: float) -> np.ndarray:
    """Numbers as colours: (H, W) -> (H, W, 3) uint8; blue for ``most``, white for 0, orange for minus ``most``."""
    shares = np.clip(np.asarray(values, float) / (most or 1.0), -1, 1)[..., None]  # (H, W, 1)
    color = np.where(shares < 0, np.array(DOWN), np.array(UP))
    return np.round(255 + np.abs(shares) * (color - 255.0)).astype(np.uint8)
