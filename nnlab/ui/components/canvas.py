"""The canvas to draw on, with undo and clear; the only importer of streamlit_drawable_canvas.

The canvas sends the whole drawing when the pen is lifted: the strokes as vectors and the picture as pixels. Its own
toolbar speaks English only and, while invisible, takes the touches in the canvas's upper corner, and two pointers at
once confuse it. ``static/canvas.js`` hides the toolbar, whose place ``undo`` and ``clear`` take as ordinary buttons,
and lets one pointer draw at a time.

That leans on the markup of streamlit-drawable-canvas 0.13 (a ``.dc-root`` in an open shadow root). Where the markup
is another, the toolbar stays, and all works as before, but for its own button to wipe: what that wipes comes back.
"""

from __future__ import annotations

import base64
import io
import json
from contextlib import suppress
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Any

import numpy as np
import streamlit as st

from nnlab.ui import files, keys, state
from nnlab.ui.components import keyboard_pen

INK, PAPER = "#111111", "#ffffff"
PICTURE_BEGINS = "data:image/png;base64,"
MOST_PIXELS = 800  # of a picture's longer side: twice the largest canvas, for a screen with two pixels in place of one
MOST_LETTERS = 4 * MOST_PIXELS**2 * 4 // 3 + 10_000  # of a picture in base64: no drawing is larger than its pixels
MOST_NESTED = 8  # lists within lists of what a canvas says: a stroke has four

# In the dark theme its style inverts it: there ink is light and paper dark, as MNIST shows its digits. The canvas
# itself never changes, because it wipes the drawing when it is told of another colour.
_dress = st.components.v2.component(
    "nnlab_canvas", css=files.style(__file__), js=files.loader("canvas.js", "dress"), isolate_styles=False
)


@dataclass(frozen=True)
class _Start:
    """What the browser is told to start from.

    Attributes:
        objects: the strokes.
        revision: counts up, because the canvas only loads what differs from the last time.
        before: the strokes that the browser had when it was told, if they were others; none once it has followed.
    """

    objects: list[dict[str, Any]] = field(default_factory=list)
    revision: int = 0
    before: list[dict[str, Any]] = field(default_factory=list)


@dataclass(frozen=True)
class Canvas:
    """A canvas of one page; its name begins its session keys.

    The browser's word is kept under ``"<name>.canvas"``: {"drawing": {"raw": strokes, "data": picture}}; the strokes
    that it has to show when it is not the pen that changed them under ``"<name>.start"``. The browser's last word on
    the page's latest canvas outlives page and session as ``"<page>.drawing"``: a drawing that was left is there again.
    """

    name: str

    @property
    def key(self) -> str:
        return f"{self.name}.canvas"

    @property
    def _start(self) -> str:
        return keys.start_of(self.name)

    @property
    def _kept(self) -> str:
        return keys.drawing_of(self.name.partition(".")[0])

    @property
    def css_class(self) -> str:
        """The class of the element that holds it."""
        return keys.class_of(self.key)

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

        is_new = self._start not in st.session_state
        self._catch_up()
        with st.container(gap=None, key=f"{self.name}.room"):
            # Once it has shown the canvas it looks at what the browser says, and believes that it is a drawing.
            with suppress(AttributeError, KeyError, TypeError):
                st_canvas(
                    stroke_width=pen_width,
                    stroke_color=INK,
                    background_color=PAPER,
                    width=size,
                    height=size,
                    initial_drawing={"objects": self._told().objects, "revision": self._told().revision},
                    return_image_data=True,
                    key=self.key,
                )
            dressed = {"label": label, "place": self.css_class, "revision": self._told().revision}
            dressed["pen"] = keyboard_pen.words()
            _dress(key=f"{self.name}.dress", data=dressed, height=1)
        if is_new and self._sent():
            # The browser had a drawing before this session began, and this session has just told it to start from none.
            self._start_from(self.strokes())
            st.rerun()
        return pixels_of(self._drawing().get("data", "")) if self.strokes() else None

    def strokes(self) -> list[dict[str, Any]]:
        """The strokes on the canvas as vectors, in the order they were drawn; what was taken back is not among them."""
        told, said = self._told(), self._said()
        return told.objects + said[len(told.before) :] if self._is_behind() else said

    def _said(self) -> list[dict[str, Any]]:
        """The strokes in the browser's last word."""
        return (self._drawing().get("raw") or {}).get("objects", [])

    def _told(self) -> _Start:
        """What the browser is told to start from."""
        return st.session_state.get(self._start) or _Start()

    def _is_behind(self) -> bool:
        """Whether the browser's last word is older than what it is told to start from.

        On a slow connection a stroke may end after Undo was pressed and before the browser hears of it. Then its word
        still holds what was taken back, followed by that stroke.
        """
        told, said = self._told(), self._said()
        return bool(told.before) and (said[: len(told.before)] == told.before or len(said) < len(told.objects))

    def undo(self) -> None:
        """Take the last stroke back; before the canvas is shown, so as a button's callback."""
        self._go_back_to(self.strokes()[:-1])

    def clear(self) -> None:
        """Take all strokes back; before the canvas is shown, so as a button's callback."""
        self._go_back_to([])

    def _drawing(self) -> dict[str, Any]:
        """What the browser said last, in this session or an earlier one: {"raw": strokes, "data": picture}."""
        return self._sent() or self._left() or {}

    def _sent(self) -> dict[str, Any] | None:
        """What the browser has said to this session; None before that, when there is a default without a picture.

        What is no drawing counts as little as silence: what was drawn before stays. Nor does a bare canvas count where
        there was a drawing. Undo and Clear leave none behind; so it was wiped by a session that did not know of the
        drawing yet, or because the canvas was made anew.
        """
        drawing, left = (st.session_state.get(self.key) or {}).get("drawing"), self._left()
        if not _is_same(drawing, left) and not _is_drawing(drawing):
            return None
        has_strokes = bool((drawing.get("raw") or {}).get("objects"))
        return drawing if has_strokes or not left else None

    def _left(self) -> dict[str, Any] | None:
        """What was on it when it was shown last; None if there was nothing."""
        left = st.session_state.get(self._kept) or {}
        return left if left.get("canvas") == self.name else None

    def _catch_up(self) -> None:
        """Keep what the browser has said; tell it to start from what it should have and, so far as we know, has not."""
        sent, left = self._sent(), self._left()
        if self._is_behind():
            if len(self._said()) > len(self._told().before):
                self._start_from(self.strokes())  # which keeps the stroke that it is about to wipe
        elif sent and self._said() and not _is_same(sent, left):
            size = len(sent["data"]) + len(json.dumps(sent["raw"]))
            state.keep(self._kept, {**sent, "canvas": self.name}, size)
        told = st.session_state.setdefault(self._start, _Start())
        if not self._is_behind():
            told = st.session_state[self._start] = replace(told, before=[])  # the same strokes may be drawn once more
        if not sent and left and told.objects != self.strokes():
            self._start_from(self.strokes())

    def _go_back_to(self, objects: list[dict[str, Any]]) -> None:
        state.drop(self._kept)  # until the browser's answer is kept in its place
        self._start_from(objects)

    def _start_from(self, objects: list[dict[str, Any]]) -> None:
        said = self._said()
        before = said if said != objects else []
        st.session_state[self._start] = _Start(objects, self._told().revision + 1, before)


def _is_same(said: object, left: dict[str, Any] | None) -> bool:
    """Whether it is the drawing that was left, which need not be looked at again."""
    return isinstance(said, dict) and bool(left) and all(said.get(part) == left[part] for part in ("data", "raw"))


def _is_drawing(said: object) -> bool:
    """Whether it is what a canvas says: strokes, or none yet, and a picture of them. A browser may say anything."""
    if not isinstance(said, dict):
        return False
    raw, picture = said.get("raw") or {}, said.get("data")
    objects = raw.get("objects", []) if isinstance(raw, dict) else None
    if not isinstance(objects, list) or not all(isinstance(stroke, dict) for stroke in objects):
        return False
    return isinstance(picture, str) and _is_shallow(objects) and pixels_of(picture) is not None


def _is_shallow(value: object) -> bool:
    """Whether nothing in it is nested more deeply than in a drawing, so that it can be written as JSON again."""
    level = [value]
    for _ in range(MOST_NESTED):
        parts = (part.values() if isinstance(part, dict) else part for part in level)
        level = [inner for part in parts for inner in part if isinstance(inner, (dict, list))]
    return not level


@lru_cache(maxsize=16)  # it is asked for several times in each run of the page
def pixels_of(picture: str) -> np.ndarray | None:
    """A PNG as a data URL -> (H, W, 4) uint8 RGBA, not to be changed; None if it is no picture that a canvas can hold.

    Its size is looked at before its pixels are, since a few bytes can unpack to billions of them.
    """
    from PIL import Image

    if not picture.startswith(PICTURE_BEGINS) or len(picture) > MOST_LETTERS:
        return None
    try:
        png = base64.b64decode(picture[len(PICTURE_BEGINS) :], validate=True)
        with Image.open(io.BytesIO(png), formats=["PNG"]) as image:
            if max(image.size) > MOST_PIXELS:
                return None
            pixels = np.array(image.convert("RGBA"))
    except Exception:  # Pillow has a dozen kinds for what is broken
        return None
    pixels.flags.writeable = False
    return pixels


PEN_WIDTHS = (8, 20, 40)  # least, usual, most, of CANVAS_PIXELS; MNIST's pen is about a tenth of its digits' height
