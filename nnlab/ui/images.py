"""Images as pages show them: grey values with 255 = ink, drawn with hard pixels."""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import lru_cache
from io import BytesIO
from typing import TYPE_CHECKING

import numpy as np
import streamlit as st
from PIL import Image, ImageDraw, ImageOps

from nnlab.config import INPUT_NORMALIZATION
from nnlab.replay import fonts
from nnlab.ui.numbers import significant

if TYPE_CHECKING:
    from torch import Tensor

KEPT_PICTURES = 128  # of all visitors together, each a few kB
# Of a sheet to be saved, in pixels: how wide a picture is at least, its frame, the letters below it, what is between.
SHEET_SIDE, SHEET_FRAME, SHEET_LETTERS, SHEET_GAP = 140, 1, 15, 12
SHEET_COLUMNS = 8  # at most
SHEET_FRAME_COLOR = "#a0a0a0"


def to_grey(image: Tensor) -> np.ndarray:
    """(H, W) float in [0, 1] -> (H, W) uint8, 255 = ink."""
    return (image * 255).round().byte().numpy()


def show_image(pixels: np.ndarray, alt: str, width: int, caption: str | None = None) -> None:
    """Draw a small grey or colour image, (H, W) or (H, W, 3) uint8, with hard pixels, ``width`` screen pixels wide."""
    st.image(to_png(pixels, width), caption=caption, width=width, alt=alt, output_format="PNG")


def to_png(pixels: np.ndarray, width: int) -> bytes:
    """A small image, (H, W) grey or (H, W, 3) coloured uint8, as a PNG file of about this width, with hard pixels."""
    return _to_png(pixels.tobytes(), pixels.shape, width)


@lru_cache(KEPT_PICTURES)
def _to_png(content: bytes, shape: tuple[int, ...], width: int) -> bytes:
    pixels = np.frombuffer(content, np.uint8).reshape(shape)
    factor = max(1, round(width / shape[1]))
    picture = Image.fromarray(pixels.repeat(factor, axis=0).repeat(factor, axis=1))
    if picture.width > width:  # Streamlit would make it fit, whenever the page runs
        picture = picture.resize((width, picture.height * width // picture.width), Image.Resampling.BILINEAR)
    file = BytesIO()
    picture.save(file, "PNG")
    return file.getvalue()


def sheet_png(pictures: Sequence[np.ndarray], captions: Sequence[str] = ()) -> bytes:
    """Pictures side by side on white paper, row by row, as a PNG file to be saved.

    Args:
        pictures: each (H, W) grey or (H, W, 3) coloured uint8, drawn with hard pixels, about as wide as the others.
        captions: what stands below each. One that cannot be written here, for want of a Korean font, is left out.
    """
    spelled = [_spelled(caption) for caption in captions or [""] * len(pictures)]
    written = [text if fonts.can_write(text) else "" for text in spelled]
    letters = [fonts.font(SHEET_LETTERS, not fonts.is_latin(text)) for text in written]
    tiles = [_enlarged(picture) for picture in pictures]
    across = max(
        *(tile.width for tile in tiles), *(math.ceil(f.getlength(s)) for f, s in zip(letters, written, strict=True))
    )
    down = max(tile.height for tile in tiles) + any(written) * 2 * SHEET_LETTERS
    columns = min(SHEET_COLUMNS, len(tiles))
    rows = math.ceil(len(tiles) / columns)
    size = (count * (side + SHEET_GAP) + SHEET_GAP for count, side in ((columns, across), (rows, down)))
    sheet = Image.new("RGB", tuple(size), "white")
    draw = ImageDraw.Draw(sheet)
    for number, (tile, text, font) in enumerate(zip(tiles, written, letters, strict=True)):
        row, column = divmod(number, columns)
        left, top = SHEET_GAP + column * (across + SHEET_GAP), SHEET_GAP + row * (down + SHEET_GAP)
        sheet.paste(tile, (left, top))
        draw.text((left, top + tile.height + SHEET_LETTERS / 3), text, fill="black", font=font)
    file = BytesIO()
    sheet.save(file, "PNG")
    return file.getvalue()


def _enlarged(picture: np.ndarray) -> Image.Image:
    """A picture as a sheet has it: large enough to be looked at, with a frame, since paper is white on white."""
    factor = max(2, math.ceil(SHEET_SIDE / picture.shape[1]))
    large = Image.fromarray(picture.repeat(factor, axis=0).repeat(factor, axis=1)).convert("RGB")
    return ImageOps.expand(large, SHEET_FRAME, SHEET_FRAME_COLOR)


def _spelled(caption: str) -> str:
    """With the few letters that there are: Pillow's own have no arrow and no minus sign of print."""
    return caption.replace("→", ">").replace("−", "-")


def paper_and_ink(normalization: str) -> dict[str, str]:
    """What an input normalization makes of a pixel of paper, 0, and of one full of ink, 1, in words' placeholders.

    Example:
        >>> paper_and_ink("symmetric")
        {'paper': '−1', 'ink': '1'}
    """
    mean, deviation = INPUT_NORMALIZATION[normalization]
    return {"paper": significant((0 - mean) / deviation), "ink": significant((1 - mean) / deviation)}
