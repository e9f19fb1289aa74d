"""Images as pages show them: grey values with 255 = ink, drawn with hard pixels."""

from __future__ import annotations

from functools import lru_cache
from io import BytesIO
from typing import TYPE_CHECKING

import numpy as np
import streamlit as st
from PIL import Image

from nnlab.config import INPUT_NORMALIZATION
from nnlab.ui.numbers import significant

if TYPE_CHECKING:
    from torch import Tensor

KEPT_PICTURES = 128  # of all visitors together, each a few kB


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


def paper_and_ink(normalization: str) -> dict[str, str]:
    """What an input normalization makes of a pixel of paper, 0, and of one full of ink, 1, in words' placeholders.

    Example:
        >>> paper_and_ink("symmetric")
        {'paper': '−1', 'ink': '1'}
    """
    mean, deviation = INPUT_NORMALIZATION[normalization]
    return {"paper": significant((0 - mean) / deviation), "ink": significant((1 - mean) / deviation)}
