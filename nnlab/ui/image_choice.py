"""Controls for the image that a page looks at: a test image, a drawing on a small canvas, a digit of the gallery."""

from __future__ import annotations

import numpy as np
import streamlit as st

from nnlab.config import Number
from nnlab.ui import collection, keys, readers, shell
from nnlab.ui.collection import KeptDigit
from nnlab.ui.components.canvas import PEN_WIDTHS, Canvas, pixels_of
from nnlab.ui.components.number_field import number_field
from nnlab.ui.images import to_grey
from nnlab.ui.layout import CANVAS_PIXELS
from nnlab.ui.text import t

KINDS = ("test", "drawing", "gallery")


def choose_kind(key: str) -> str:
    """Which of the three, under this key."""
    st.session_state.setdefault(key, KINDS[0])
    return st.segmented_control(
        t("inspect.image"),
        KINDS,
        required=True,
        format_func=lambda name: t(f"inspect.image_{name}"),
        key=key,
        persist_state="session",
        wrap=True,
    )


def drawn(canvas: Canvas, side: int, prefix: str) -> np.ndarray | None:
    """What is drawn here, or as long as that is nothing, on the Draw page, as the network sees it: (28, 28) uint8.

    Args:
        side: of the canvas, in pixels.
        prefix: of its buttons' keys.
    """
    pen = round(PEN_WIDTHS[1] * side / CANVAS_PIXELS)
    pixels = canvas.show(side, pen, t("common.canvas_alt"))
    with st.container(horizontal=True):
        for name, icon, action in (("undo", "undo", canvas.undo), ("clear", "delete", canvas.clear)):
            st.button(
                t(f"common.{name}"),
                key=f"{prefix}{name}",
                icon=f":material/{icon}:",
                on_click=action,
                disabled=not canvas.strokes(),
            )
    if pixels is None:
        pixels = pixels_of((st.session_state.get(keys.drawing_of("draw")) or {}).get("data", ""))
        st.caption(t("inspect.draw_here" if pixels is None else "inspect.from_draw"))
    if pixels is None:
        return None
    readers.wait_for_torch()
    from nnlab.drawing import stages

    found = stages(pixels)
    return None if found.is_empty else to_grey(found.result)


def from_gallery(key: str) -> KeptDigit | None:
    """One of the digits that the visitor has kept, the newest first; its number has this key."""
    kept = collection.kept_digits()
    if not kept:
        st.info(t("inspect.gallery_empty"), icon=":material/draw:")
        shell.link("draw")
        return None
    st.session_state.setdefault(key, 1)
    number = number_field(t("inspect.gallery_number", count=len(kept)), Number(1, len(kept), integer=True), key)
    return kept[-number]
