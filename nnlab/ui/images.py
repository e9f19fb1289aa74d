"""Images as pages show them: grey values with 255 = ink, drawn with hard pixels."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import streamlit as st

if TYPE_CHECKING:
    from torch import Tensor


def to_grey(image: Tensor) -> np.ndarray:
    """(H, W) float in [0, 1] -> (H, W) uint8, 255 = ink."""
    return (image * 255).round().byte().numpy()


def show_image(pixels: np.ndarray, alt: str, width: int, caption: str | None = None) -> None:
    """Draw a small grey or colour image, (H, W) or (H, W, 3) uint8, with hard pixels, ``width`` screen pixels wide."""
    factor = max(1, round(width / pixels.shape[1]))
    enlarged = np.repeat(np.repeat(pixels, factor, axis=0), factor, axis=1)
    st.image(enlarged, caption=caption, width=width, alt=alt, output_format="PNG")
