"""The canvas to draw on, with undo and clear; the only importer of streamlit_drawable_canvas.

The canvas sends the whole drawing when the pen is lifted: the strokes as vectors and the picture as pixels. Its own
toolbar speaks English only and, while invisible, takes the touches in the canvas's upper corner: ``_DRESS`` hides it,
and ``undo`` and ``clear`` take its place as ordinary buttons.

That leans on the markup of streamlit-drawable-canvas 0.13 (a ``.dc-root`` in an open shadow root). Where the markup
is another, the toolbar stays, and everything works as before.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import streamlit as st

KEY = "draw.canvas"  # what the browser sent: {"drawing": {"raw": strokes, "data": picture}}
START = "draw.start"  # the strokes the canvas has to show when it is not the pen that changed them
# Ink on paper as the page has it: whoever draws in the dark theme draws the way MNIST shows its digits.
COLORS = {"light": ("#111111", "#ffffff"), "dark": ("#f5f5f5", "#101010")}

# Runs at each rerun of the page; the canvas may come into the page later than this does, hence the waiting.
_DRESS = """export default function ({ data }) {
  let tries = 0
  const dress = () => {
    const places = document.querySelectorAll(".st-key-draw-canvas, .st-key-draw-canvas *")
    const root = [...places].map((place) => place.shadowRoot).find((shadow) => shadow?.querySelector(".dc-root"))
    if (!root) return ++tries < 100 && setTimeout(dress, 50)
    if (!root.querySelector("style.nnlab")) {
      const style = document.createElement("style")
      style.className = "nnlab"
      style.textContent = ".dc-toolbar { display: none !important }"
      root.append(style)
    }
    const surface = root.querySelector("canvas.upper-canvas") ?? root.querySelector("canvas")
    surface.setAttribute("role", "img")
    surface.setAttribute("aria-label", data.label)
  }
  dress()
}"""


def show(size: int, pen_width: int, label: str) -> np.ndarray | None:
    """Show the canvas, and say what is drawn on it.

    Args:
        size: width and height in pixels.
        pen_width: in pixels of the canvas.
        label: what the canvas is, for those who cannot see it.

    Returns:
        (size, size, 4) uint8 RGBA, or None while nothing is drawn.
    """
    from streamlit_drawable_canvas import st_canvas  # raises outside a running app

    ink, paper = COLORS["dark" if st.context.theme.type == "dark" else "light"]
    with st.container(gap=None):
        result = st_canvas(
            stroke_width=pen_width,
            stroke_color=ink,
            background_color=paper,
            width=size,
            height=size,
            initial_drawing=st.session_state.get(START),
            return_image_data=True,
            key=KEY,
        )
        st.components.v2.component("nnlab_canvas_dress", js=_DRESS)(key="draw.dress", data={"label": label}, height=1)
    return result.image_data if strokes() else None


def strokes() -> list[dict[str, Any]]:
    """The strokes on the canvas as vectors, in the order they were drawn."""
    sent = st.session_state.get(KEY) or {}
    drawing = sent.get("drawing") or {}
    return (drawing.get("raw") or {}).get("objects", [])


def undo() -> None:
    """Take the last stroke back; before the canvas is shown, so as a button's callback."""
    _start_from(strokes()[:-1])


def clear() -> None:
    """Take all strokes back; before the canvas is shown, so as a button's callback."""
    _start_from([])


def _start_from(objects: list[dict[str, Any]]) -> None:
    # The canvas loads what it is told to start from when that differs from the last time: hence the count.
    revision = st.session_state.get(START, {}).get("revision", 0) + 1
    st.session_state[START] = {"objects": objects, "revision": revision}
