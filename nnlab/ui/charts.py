"""Figures: pure functions from records and arrays to what plotly.js draws, without a Streamlit call.

A figure is a plain dict. Plotly's classes would check each property when it is set, which takes 30 ms for a figure;
``checked`` does it once for all of them together, and keeps what it has made.

Training is always the same blue, test the same orange, the notes' run grey and dashed. Series take the Okabe-Ito
palette; signed quantities a diverging scale centred at zero, counts a sequential one. Background and text follow the
page's theme.
"""

from __future__ import annotations

import pickle
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

import numpy as np
import pandas  # noqa: F401 - Plotly asks sys.modules for it, and fails where another thread is importing it
import plotly.graph_objects as go

from nnlab.ui.answers import digit_of
from nnlab.ui.numbers import probability_percent

Figure = dict[str, Any]  # {"data": [trace, ...], "layout": {...}}, as plotly.js takes it
Trace = dict[str, Any]
TRAIN_COLOR = "#0072B2"  # Okabe-Ito blue
TEST_COLOR = "#D55E00"  # Okabe-Ito vermilion
NOTES_COLOR = "#8C8C8C"
RIVAL_COLOR = "rgba(52, 140, 198, 0.46)"  # the training blue, pale on white paper and on black
# Okabe & Ito 2008, "Color Universal Design"; black left out (invisible on dark), yellow darkened for white paper.
PALETTE = (TRAIN_COLOR, TEST_COLOR, "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#B8A800", "#7F7F7F")
GRID_COLOR = "rgba(128, 128, 128, 0.22)"
ZERO_COLOR = "rgba(128, 128, 128, 0.6)"
POSITIVE_COLOR, NEGATIVE_COLOR = TRAIN_COLOR, TEST_COLOR  # what adds and what takes away, on every page
DIVERGING = [[0, NEGATIVE_COLOR], [0.5, "#FFFFFF"], [1, POSITIVE_COLOR]]  # for signed quantities, with zmid=0
SEQUENTIAL = "Blues"  # for counts
# How an axis writes numbers: as ``numbers`` does. Plotly by itself writes 0.0002 as 200µ and 20,000 as 20k.
AXIS_NUMBERS = {"exponentformat": "power", "minexponent": 4, "separatethousands": True}


LEAST_SPAN = 1e-6  # of a signed scale: where all values are nothing, all are white
KEPT_FIGURES = 64  # of all visitors together: most of them look at the same ones


def figure_of(data: Sequence[Trace], **layout: object) -> Figure:
    """A figure of these traces."""
    return {"data": list(data), "layout": layout}


def lay_out(figure: Figure, x_title: str, y_title: str, height: int, legend: str = "top") -> Figure:
    """Give a figure its axes' titles (with their units), the house's margins and grid; returns the same figure.

    Args:
        legend: "top" (a row above the plot), "right" or "none".
    """
    figure["layout"] |= {
        "height": height,
        "margin": {"l": 8, "r": 8, "t": 42 if legend == "top" else 24, "b": 8},
        "paper_bgcolor": "rgba(0, 0, 0, 0)",
        "plot_bgcolor": "rgba(0, 0, 0, 0)",
        "colorway": PALETTE,
        "showlegend": legend != "none",
        "hoverlabel": {"namelength": -1},
    }
    if legend == "top":
        figure["layout"]["legend"] = {"orientation": "h", "yanchor": "bottom", "y": 1.0, "x": 0}
    axis = {"gridcolor": GRID_COLOR, "zerolinecolor": ZERO_COLOR, "automargin": True} | AXIS_NUMBERS
    update_axes(figure, "x", title={"text": x_title}, **axis)
    update_axes(figure, "y", title={"text": y_title}, **axis)
    return figure


def axes_of(figure: Figure, letter: str) -> Iterable[dict[str, Any]]:
    """The "x" or the "y" axes of a figure, which has one of each at least."""
    figure["layout"].setdefault(f"{letter}axis", {})
    return [axis for name, axis in figure["layout"].items() if name.startswith(f"{letter}axis")]


def update_axes(figure: Figure, letter: str, **properties: object) -> None:
    """Set properties of all "x" or all "y" axes."""
    for axis in axes_of(figure, letter):
        axis |= properties


def vertical_line(x: float, line: dict[str, object], panel: str = "") -> dict[str, object]:
    """A shape: a line from the bottom to the top of a panel, which is named by the number of its axes."""
    place = {"xref": f"x{panel}", "yref": f"y{panel} domain"}
    return {"type": "line", "x0": x, "x1": x, "y0": 0, "y1": 1, "line": line} | place


def probability_bars(
    probabilities: Sequence[float], x_title: str, y_title: str, truth: int | None, height: int,
    names: Sequence[str] = (),
) -> Figure:  # fmt: skip
    """Ten horizontal bars, class 0 on top; the largest in the accent colour, its rivals pale, the true class outlined.

    Args:
        probabilities: (10,) in [0, 1].
        truth: the true class, outlined in the test colour, or None if nobody knows.
        names: of the classes, where they are no digits.
    """
    digits = range(len(probabilities))
    largest = digit_of(probabilities)
    bars = {
        "type": "bar",
        "x": list(probabilities),
        "y": list(names) or [str(digit) for digit in digits],
        "orientation": "h",
        "marker": {
            "color": [TRAIN_COLOR if digit == largest else RIVAL_COLOR for digit in digits],
            "line": {"color": TEST_COLOR, "width": [3 if digit == truth else 0 for digit in digits]},
        },
        "text": [probability_percent(probability) for probability in probabilities],
        "textposition": "outside",
        "constraintext": "none",  # as large as all letters, however thin the bars
        "cliponaxis": False,
        "hovertemplate": "%{y}: %{x:.4f}<extra></extra>",
    }
    figure = lay_out(figure_of([bars]), x_title, y_title, height=height, legend="none")
    update_axes(figure, "x", range=[0, 1.2], tickvals=[0, 0.5, 1], tickformat=".0%")
    update_axes(figure, "y", autorange="reversed", type="category", showgrid=False, dtick=1)
    return figure


def pixel_map(
    values: np.ndarray, scale_title: str, hover: str, customdata: np.ndarray | None = None, height: int = 330
) -> Figure:
    """A signed number for each pixel, blue above 0 and orange below, with the scale beside it; one square per pixel.

    Args:
        values: (H, W).
        scale_title: what the colours measure, with its unit.
        hover: template of a pixel's hover text, with plotly's %{x}, %{y}, %{z} and %{customdata}.
        customdata: (H, W), more for the hover.
    """
    span = max(float(np.abs(values).max()), LEAST_SPAN)
    pixels = {
        "type": "heatmap",
        "z": values,
        "zmid": 0,
        "zmin": -span,
        "zmax": span,
        "colorscale": DIVERGING,
        "zsmooth": False,
        "colorbar": {"title": {"text": scale_title, "side": "right"}, "thickness": 14, "tickformat": "+.2~g"},
        "hovertemplate": f"{hover}<extra></extra>",
    }
    if customdata is not None:
        pixels["customdata"] = customdata
    figure = lay_out(figure_of([pixels]), "", "", height=height, legend="none")
    figure["layout"]["margin"] = {"l": 0, "r": 0, "t": 8, "b": 8}
    update_axes(figure, "x", visible=False, constrain="domain")
    update_axes(figure, "y", visible=False, autorange="reversed", scaleanchor="x", constrain="domain")
    hold_still(figure)
    return figure


def hold_still(figure: Figure) -> None:
    """Take zooming and its tools from a figure that shows everything already: a finger on it scrolls the page."""
    for letter in "xy":
        update_axes(figure, letter, fixedrange=True)
    tools = ["toImage", "zoom", "pan", "zoomIn", "zoomOut", "autoScale", "resetScale"]
    figure["layout"] |= {"dragmode": False, "modebar": {"remove": tools}}


def set_letters(figure: Figure, size: float) -> None:
    """The size of a figure's letters, in pixels."""
    figure["layout"]["font"] = {"size": size}
    for letter in "xy":
        for axis in axes_of(figure, letter):
            axis["tickfont"] = {"size": size - 1}
            axis["title"] = axis.get("title", {}) | {"font": {"size": size}}


class _Checked(go.Figure):
    """A figure that is only drawn, again and again: what of it goes to the browser is made once."""

    def __init__(self, figure: Figure) -> None:
        super().__init__(figure)
        self._sent = super().to_dict()

    def to_dict(self) -> Figure:
        return self._sent


@dataclass(frozen=True)
class _Content:
    """A figure, equal to another one if all that is in them is equal."""

    figure: Figure = field(compare=False)
    pickled: bytes


def checked(figure: Figure) -> go.Figure:
    """The same figure as Plotly's class, which has found nothing wrong with it.

    One that was made before is kept, and may be another visitor's as well: it is there to be drawn, not to be changed.

    Raises:
        ValueError: for a property that plotly.js does not know, or a value that it does not take.
    """
    return _checked(_Content(figure, pickle.dumps(figure)))


@lru_cache(KEPT_FIGURES)
def _checked(content: _Content) -> go.Figure:
    return _Checked(content.figure)
