"""A digit whose single pixels can be changed: clicked, drawn over, touched, or reached by the arrow keys and space.

The browser keeps the set of changed pixels and sends all of it after each change, so a message that is lost does no
harm: the next one says it again. The page sends a revision; where it changes pixels itself (undo, another digit) it
counts the revision up, the browser takes over what it is sent, and what it sent before no longer counts.

The script is ``static/pixel_grid.js``, fetched once over HTTP.
"""

from __future__ import annotations

import numpy as np
import streamlit as st
from streamlit.components import v2

from nnlab.config import PIXELS
from nnlab.ui import files
from nnlab.ui.text import t

_grid = v2.component(
    "nnlab_pixel_grid",
    html='<div class="nnlab-grid"></div>',
    css=files.style(__file__),
    js=files.loader("pixel_grid.js", "draw"),
    isolate_styles=False,
)


def show(
    key: str,
    pixels: np.ndarray,
    flipped: frozenset[int],
    revision: int,
    size: int,
    label: str,
    hint: int | None = None,
    is_fixed: bool = False,
) -> None:
    """Show a digit and its changed pixels.

    Args:
        pixels: (28, 28) uint8, 255 = ink: the digit without its changes; of a fixed one, with them.
        flipped: the numbers of the changed pixels, which are marked.
        revision: another number whenever ``flipped`` is not what the browser sent last.
        size: width and height in pixels, where the page has the room.
        label: what this is, for those who cannot see it.
        hint: the number of a pixel to point at.
        is_fixed: only to be looked at.
    """
    words = {name: t(f"play.grid_{name}") for name in ("row", "column", "ink", "paper", "changed", "hint")}
    _grid(
        key=key,
        data={
            "pixels": pixels.flatten().tolist(),
            "side": len(pixels),
            "flipped": sorted(flipped),
            "revision": revision,
            "size": size,
            "hint": hint,
            "fixed": is_fixed,
            "words": words | {"label": label},
        },
        on_flipped_change=_nothing,
    )


def sent(key: str, revision: int) -> frozenset[int] | None:
    """The changed pixels as the browser has them since this revision; None if it sent none since then, or nonsense."""
    message = (st.session_state.get(key) or {}).get("flipped")
    if not isinstance(message, dict) or message.get("revision") != revision:
        return None
    pixels = message.get("pixels")
    if not isinstance(pixels, list):
        return None
    return frozenset(pixel for pixel in pixels if type(pixel) is int and 0 <= pixel < PIXELS)


def _nothing() -> None:
    """The page asks for what was sent when it is drawn."""
