"""A map of images, each drawn as its digit: whatever the pointer or the arrow keys are at shows its image.

Plotly shows no pictures where it is pointed at, so this is an element of its own. The pictures come once, as one sheet
of all of them, over HTTP (``sheet_of``). The script is ``static/point_map.js``.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from functools import lru_cache
from io import BytesIO

import numpy as np
from PIL import Image
from streamlit.components import v2

from nnlab.ui import files
from nnlab.ui.charts import PALETTE

# Two more than the palette has. Each digit is drawn as itself, so nothing is told by colour alone.
COLORS = (*PALETTE, "#AA4499", "#8B5A2B")
DECIMALS = 3  # of a place that is sent, with the map's width at about 1

_map = v2.component(
    "nnlab_point_map",
    html='<div class="nnlab-map"></div>',
    css=files.style(__file__),
    js=files.loader("point_map.js", "draw"),
    isolate_styles=False,
)


@dataclass(frozen=True, eq=False)
class Points:
    """What a map shows: N images.

    Attributes:
        places: (N, 2) float, to the right and up, in any unit.
        labels, predicted: (N,) true classes and answers, 0 to 9.
        numbers: (N,) the images' numbers in the test set, from 1 on.
        sheet: the address of their pictures, from ``sheet_of``.
    """

    places: np.ndarray
    labels: Sequence[int]
    predicted: Sequence[int]
    numbers: Sequence[int]
    sheet: str


@dataclass(frozen=True)
class Feed:
    """Where the browser asks how a map goes on that is still being made: ``routes``, by the map's id.

    Attributes:
        share: how much of it is done, 0 to 1.
    """

    id: str
    language: str
    share: float


def scaled(places: np.ndarray) -> tuple[list[float], float]:
    """(N, 2) places as they are sent, x, y, x, y, ..., the wider side 1; and how wide that was."""
    span = float(np.ptp(places, axis=0).max()) or 1.0
    return (places / span).round(DECIMALS).flatten().tolist(), span


def sheet_of(images: np.ndarray) -> str:
    """The address, below ``files.ROOT``, of one picture of all images: (N, 28, 28) uint8, row after row."""
    return files.keep_made(_sheet(images.tobytes(), images.shape), "image/png")


@lru_cache(4)
def _sheet(content: bytes, shape: tuple[int, int, int]) -> bytes:
    count, height, width = shape
    columns = columns_of(count)
    tiles = np.zeros((columns * columns, height, width), np.uint8)
    tiles[:count] = np.frombuffer(content, np.uint8).reshape(shape)
    rows = tiles.reshape(columns, columns, height, width).transpose(0, 2, 1, 3)
    file = BytesIO()
    Image.fromarray(rows.reshape(columns * height, columns * width)).save(file, "PNG")
    return file.getvalue()


def columns_of(count: int) -> int:
    """How many pictures stand in a row of the sheet."""
    return max(1, math.ceil(math.sqrt(count)))


def show(
    key: str,
    points: Points,
    mark: Sequence[float] | None,
    height: int,
    words: dict[str, str | list[str]],
    feed: Feed | None = None,
) -> None:
    """Show a map; of one that is being made the page is drawn anew when that is over.

    Args:
        mark: (2,) where another image lies in it, which gets a cross; None without one.
        height: in pixels.
        words: "title", what the picture says of itself, "label" for those who cannot see it, "point" with "{number}",
            "{truth}" and "{predicted}" for the browser to fill in, "mark", "all" and "save" for the buttons, "class"
            with "{digit}", "names", what the ten classes are called there, and "file", the name of the saved picture.
        feed: of a map that is being made; None of one that is finished.
    """
    places, span = scaled(points.places)
    _map(
        key=key,
        data={
            "places": places,
            "labels": "".join(map(str, points.labels)),
            "predicted": "".join(map(str, points.predicted)),
            "numbers": list(points.numbers),
            "sheet": points.sheet,
            "columns": columns_of(len(points.labels)),
            "mark": None if mark is None else [round(float(value) / span, DECIMALS) for value in mark],
            "colors": list(COLORS),
            "height": height,
            "words": words,
            "feed": feed and asdict(feed),
        },
        on_over_change=_nothing,
    )


def _nothing() -> None:
    """That the page is drawn anew is all that is wanted."""
