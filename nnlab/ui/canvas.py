"""The canvas to draw on, with undo and clear; the only importer of streamlit_drawable_canvas.

The canvas sends the whole drawing when the pen is lifted: the strokes as vectors and the picture as pixels. Its own
toolbar speaks English only and, while invisible, takes the touches in the canvas's upper corner: ``_DRESS`` hides it,
and ``undo`` and ``clear`` take its place as ordinary buttons.

That leans on the markup of streamlit-drawable-canvas 0.13 (a ``.dc-root`` in an open shadow root). Where the markup
is another, the toolbar stays, and everything works as before.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import streamlit as st

# Ink on paper as the page has it: whoever draws in the dark theme draws the way MNIST shows its digits.
COLORS = {"light": ("#111111", "#ffffff"), "dark": ("#f5f5f5", "#101010")}

# Runs at each rerun of the page; the canvas may come into the page later than this does, hence the waiting.
_DRESS = """export default function ({ data }) {
  let tries = 0
  const dress = () => {
    const places = document.querySelectorAll(`.${data.place}, .${data.place} *`)
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


_dress = st.components.v2.component("nnlab_canvas_dress", js=_DRESS)


@dataclass(frozen=True)
class Canvas:
    """A canvas of one page; its name begins its session keys.

    The browser's word is kept under ``"<name>.canvas"``: {"drawing": {"raw": strokes, "data": picture}}; the strokes
    that it has to show when it is not the pen that changed them under ``"<name>.start"``.
    """

    name: str

    @property
    def key(self) -> str:
        return f"{self.name}.canvas"

    @property
    def _start(self) -> str:
        return f"{self.name}.start"

    @property
    def css_class(self) -> str:
        """The class of the element that holds it."""
        return "st-key-" + self.key.replace(".", "-")

    def show(self, size: int, pen_width: int, label: str) -> np.ndarray | None:
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
                initial_drawing=st.session_state.get(self._start),
                return_image_data=True,
                key=self.key,
            )
            _dress(key=f"{self.name}.dress", data={"label": label, "place": self.css_class}, height=1)
        return result.image_data if self.strokes() else None

    def strokes(self) -> list[dict[str, Any]]:
        """The strokes on the canvas as vectors, in the order they were drawn."""
        sent = st.session_state.get(self.key) or {}
        drawing = sent.get("drawing") or {}
        return (drawing.get("raw") or {}).get("objects", [])

    def undo(self) -> None:
        """Take the last stroke back; before the canvas is shown, so as a button's callback."""
        self._start_from(self.strokes()[:-1])

    def clear(self) -> None:
        """Take all strokes back; before the canvas is shown, so as a button's callback."""
        self._start_from([])

    def _start_from(self, objects: list[dict[str, Any]]) -> None:
        # The canvas loads what it is told to start from when that differs from the last time: hence the count.
        revision = st.session_state.get(self._start, {}).get("revision", 0) + 1
        st.session_state[self._start] = {"objects": objects, "revision": revision}
