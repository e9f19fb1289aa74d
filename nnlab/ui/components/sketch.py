"""A chart on which a visitor draws the curve that they expect; the measured curves then appear on the same axes.

What is drawn is a function: one value for each of some evenly spread places along the x axis, its columns. The browser
keeps it and sends all of it after each stroke, so a message that is lost does no harm: the next one says it again. The
page sends a revision, as to ``pixel_grid``; where it changes what is drawn itself, it counts the revision up.

Measured curves are sent whole, or are those of a run that goes on: the browser asks how (``static/run_feed.js``), draws
what is new, and says when the run is over. The script is ``static/sketch.js``.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass

import streamlit as st
from streamlit.components import v2

from nnlab.ui import files, state
from nnlab.ui.text import t

COLUMNS = 41  # an odd number: one is in the middle
DIGITS = 4  # significant ones of a point that is sent
MOST_POINTS = 300  # of a curve that is sent: a chart is a few hundred pixels wide
WORDS = ("invite", "undo", "clear", "own", "empty", "values")

Drawing = tuple[float | None, ...]  # a value for each column; None where nothing is drawn

_sketch = v2.component(
    "nnlab_sketch",
    html='<div class="nnlab-sketch"></div>',
    css=files.style(__file__),
    js=files.loader("sketch.js", "draw"),
    isolate_styles=False,
)


@dataclass(frozen=True)
class Axis:
    """One axis of the chart.

    Attributes:
        range: its two ends.
        title: with the unit.
        scale: "linear" or "log".
        format: how values are written, "number" or "percent".
        whole: whether its ticks are whole numbers, as those of layers.
    """

    range: tuple[float, float]
    title: str
    scale: str = "linear"
    format: str = "number"
    whole: bool = False


@dataclass(frozen=True)
class Line:
    """A measured curve: its points, or the run that it is asked of.

    Attributes:
        dash: the lengths of its dashes and gaps, as SVG takes them; "" for none.
        x, y: its points, if they are all known; None is a gap.
        run: else the id of the run, and ``series`` which of its curves: "train_loss", "train_accuracy", "test_loss" or
            "test_accuracy".
        is_sketched: whether it is the curve that the visitor has sketched: what lies between the two is tinted.
    """

    name: str
    color: str
    dash: str = ""
    x: Sequence[float] | None = None
    y: Sequence[float | None] | None = None
    run: str = ""
    series: str = ""
    is_sketched: bool = False


def nothing_drawn(columns: int = COLUMNS) -> Drawing:
    """An empty sketch."""
    return (None,) * columns


def show(
    key: str,
    axes: tuple[Axis, Axis],
    drawing: Drawing,
    revision: int,
    lines: Sequence[Line],
    height: int,
    font_size: float,
    label: str,
    is_fixed: bool = False,
    on_over: Callable[[], None] = lambda: None,
) -> None:
    """Show the chart.

    Args:
        axes: x and y.
        drawing: what is drawn, as the page knows it.
        revision: another number whenever ``drawing`` is not what the browser sent last.
        lines: the measured curves; none while they are not to be seen.
        height, font_size: in pixels.
        label: what this is, and how to draw by keyboard, for those who cannot see it.
        is_fixed: only to be looked at.
        on_over: called when a run of ``lines`` has ended; what stands around it is run again.
    """
    words = {name: t(f"sketch.{name}") for name in WORDS} | {"label": label}
    _sketch(
        key=key,
        data={
            "axes": {"x": asdict(axes[0]), "y": asdict(axes[1])},
            "values": list(drawing),
            "revision": revision,
            "lines": [asdict(line) for line in lines],
            "height": height,
            "font": font_size,
            "fixed": is_fixed,
            "language": state.language(),
            "words": words,
        },
        on_drawn_change=_nothing,
        on_over_change=on_over,
    )


def sent(key: str, revision: int, axis: Axis, columns: int = COLUMNS) -> Drawing | None:
    """What the browser has drawn since this revision; None if it sent nothing since then, or nonsense.

    Args:
        axis: the y axis; what lies beyond its ends is moved to them.
    """
    message = (st.session_state.get(key) or {}).get("drawn")
    if not isinstance(message, dict) or message.get("revision") != revision:
        return None
    values = message.get("values")
    if not isinstance(values, list) or len(values) != columns:
        return None
    return tuple(_within(value, axis) for value in values)


def _within(value: object, axis: Axis) -> float | None:
    if isinstance(value, bool) or not isinstance(value, (int, float)) or value != value:
        return None
    return float(min(max(value, axis.range[0]), axis.range[1]))


def is_enough(drawing: Drawing, share: float = 0.8) -> bool:
    """Whether so much is drawn that the rest goes without saying: from about the left edge to about the right one."""
    return sum(value is not None for value in drawing) >= share * len(drawing)


def completed(drawing: Drawing) -> tuple[float, ...]:
    """The same without gaps: within, a straight line closes them; at the ends the curve goes on as high as it is.

    Raises:
        ValueError: if nothing is drawn.
    """
    known = [(column, value) for column, value in enumerate(drawing) if value is not None]
    if not known:
        raise ValueError("nothing is drawn")
    import numpy as np

    return tuple(np.interp(range(len(drawing)), *zip(*known, strict=True)).tolist())


def places(axis: Axis, columns: int = COLUMNS) -> list[float]:
    """Where the columns of a sketch are on its x axis."""
    low, high = axis.range
    if axis.scale == "log":
        return [low * (high / low) ** (column / (columns - 1)) for column in range(columns)]
    return [low + (high - low) * column / (columns - 1) for column in range(columns)]


def thinned(x: Sequence[float], y: Sequence[float]) -> tuple[list[float], list[float | None]]:
    """A curve with as many of its points as are seen, its first and its last among them; what is no number is a gap."""
    step = max(1, math.ceil((len(x) - 1) / (MOST_POINTS - 1)))
    chosen = [*range(0, len(x) - 1, step), len(x) - 1] if len(x) else []
    short = [float(f"{y[index]:.{DIGITS}g}") if math.isfinite(y[index]) else None for index in chosen]
    return [float(f"{x[index]:.{DIGITS + 1}g}") for index in chosen], short


def _nothing() -> None:
    """The page asks for what was sent when it is drawn."""
