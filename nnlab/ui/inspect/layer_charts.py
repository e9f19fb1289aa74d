"""Figures of whole layers: the value of each unit as bars or as squares, histograms, and sizes layer by layer.

Pure functions, like those of ``charts``.
"""

from __future__ import annotations

import math
import sys
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from nnlab.config import CLASSES
from nnlab.ui.charts import (
    DIVERGING,
    GRID_COLOR,
    NEGATIVE_COLOR,
    NOTES_COLOR,
    POSITIVE_COLOR,
    TEST_COLOR,
    TRAIN_COLOR,
    Figure,
    Trace,
    axes_of,
    figure_of,
    hold_still,
    lay_out,
    update_axes,
)
from nnlab.ui.numbers import significant

PANEL_HEIGHT, HEADING_HEIGHT, AXIS_HEIGHT = 92, 30, 22  # pixels
NUMBERS_WIDTH = 64  # pixels left of a panel with an axis; its title begins above the numbers, so that a phone has room
PANEL_SHAPE = 7  # width of a panel of squares by its height, about
HISTOGRAM_HEIGHT, SIZES_HEIGHT = 300, 300
BINS = 60


class Values(NamedTuple):
    """One panel: what it is called, a number for each unit, (D,), and what the first unit is called: 1, a class 0."""

    title: str
    numbers: np.ndarray
    first: int = 1

    @property
    def units(self) -> list[int]:
        """What the units are called."""
        return list(range(self.first, self.first + len(self.numbers)))


def unit_bars(layers: Sequence[Values], hover: str) -> Figure:
    """A bar for each unit, one layer below the other; above 0 blue, below orange. Each panel has a scale of its own.

    Args:
        hover: template of a unit's hover text, with plotly's %{x} (what it is called) and %{y}.
    """
    traces = [
        {
            "type": "bar",
            "x": values.units,
            "y": values.numbers,
            "marker": {
                "color": np.where(values.numbers < 0, NEGATIVE_COLOR, POSITIVE_COLOR).tolist(),
                "line": {"width": 0},
            },
            "hovertemplate": f"{hover}<extra></extra>",
        }
        for values in layers
    ]
    figure = _stacked(traces, [values.title for values in layers], AXIS_HEIGHT)
    figure["layout"]["bargap"] = 0.15
    update_axes(figure, "y", nticks=4, zeroline=True)
    for axis, values in zip(axes_of(figure, "x"), layers, strict=True):
        axis |= {"showgrid": False, "nticks": 10} | ({"dtick": 1} if len(values.numbers) <= CLASSES else {})
    return figure


def unit_squares(layers: Sequence[Values], hover: str, scale: str) -> Figure:
    """A square for each unit, row by row, one layer below the other; above 0 blue, below orange, 0 white.

    Args:
        hover: template, with plotly's %{customdata} (what the unit is called) and %{z}.
        scale: what stands behind a panel's title, with {span}: the number of the darkest colour.
    """
    traces, titles = [], []
    for values in layers:
        span = max(float(np.abs(values.numbers).max()), sys.float_info.min)
        traces.append(_squares(values, -span, span, DIVERGING, hover))
        titles.append(values.title + scale.format(span=significant(span)))
    return _stacked_squares(traces, titles)


def share_squares(layers: Sequence[Values], hover: str) -> Figure:
    """A square for each unit: from pale (a share just above 0) to dark blue (1), and in another colour for exactly 0.

    Args:
        hover: as for ``unit_squares``.
    """
    colors = [[0, TEST_COLOR], [1e-9, "#DEEBF7"], [1, "#08306B"]]
    traces = [_squares(values, 0, 1, colors, hover) for values in layers]
    return _stacked_squares(traces, [values.title for values in layers])


def _squares(values: Values, low: float, high: float, colors: object, hover: str) -> Trace:
    count = len(values.numbers)
    rows = max(1, round(math.sqrt(count / PANEL_SHAPE)))
    columns = math.ceil(count / rows)
    grid, names = np.full(rows * columns, np.nan), values.first + np.arange(rows * columns)
    grid[:count] = values.numbers
    return {
        "type": "heatmap",
        "z": grid.reshape(rows, columns),
        "customdata": names.reshape(rows, columns),
        "zmin": low,
        "zmax": high,
        "colorscale": colors,
        "showscale": False,
        "hoverongaps": False,
        "xgap": 1,
        "ygap": 1,
        "hovertemplate": f"{hover}<extra></extra>",
    }


def _stacked_squares(traces: Sequence[Trace], titles: Sequence[str]) -> Figure:
    figure = _stacked(traces, titles)
    update_axes(figure, "x", visible=False)
    update_axes(figure, "y", visible=False, autorange="reversed")
    return figure


def _stacked(traces: Sequence[Trace], titles: Sequence[str], axis_height: int = 0) -> Figure:
    """Panels of equal height, the first on top, each with its title above it and ``axis_height`` pixels below it."""
    each = HEADING_HEIGHT + PANEL_HEIGHT + axis_height
    plot = each * len(traces)
    axes, notes, data = {}, [], []
    for index, (trace, title) in enumerate(zip(traces, titles, strict=True)):
        number = str(index + 1) if index else ""
        top = 1 - (index * each + HEADING_HEIGHT) / plot
        axes[f"xaxis{number}"] = {"anchor": f"y{number}", "domain": [0, 1]}
        axes[f"yaxis{number}"] = {"anchor": f"x{number}", "domain": [max(top - PANEL_HEIGHT / plot, 0), top]}
        data.append(trace | {"xaxis": f"x{number}", "yaxis": f"y{number}"})
        place = {"x": 0, "y": top, "xref": "paper", "yref": "paper", "xanchor": "left", "yanchor": "bottom"}
        place |= {"xshift": 8 - NUMBERS_WIDTH} if axis_height else {}
        notes.append({"text": title, "showarrow": False, "align": "left", **place})
    figure = lay_out(figure_of(data, annotations=notes, **axes), "", "", height=plot + 8, legend="none")
    figure["layout"]["margin"] = {"l": NUMBERS_WIDTH if axis_height else 8, "r": 8, "t": 4, "b": 4}
    hold_still(figure)
    return figure


class Histogram(NamedTuple):
    """How often a value lies in each bin.

    Attributes:
        name: what is counted.
        counts: (B,).
        edges: (B + 1,).
    """

    name: str
    counts: np.ndarray
    edges: np.ndarray

    @property
    def centres(self) -> np.ndarray:
        """(B,) the middles of the bins."""
        return (self.edges[:-1] + self.edges[1:]) / 2


def count_values(name: str, values: np.ndarray, span: tuple[float, float] | None = None) -> Histogram:
    """A histogram of some numbers, over all of them or over a span."""
    return Histogram(name, *np.histogram(values, BINS, span))


def histogram_bars(panels: Sequence[Histogram], y_title: str) -> Figure:
    """One or two histograms side by side, each with an axis of its own."""
    gap, width = 0.14, (1 - 0.14) / 2 if len(panels) == 2 else 1.0
    axes, data = {}, []
    for index, panel in enumerate(panels):
        number, left = (str(index + 1) if index else ""), index * (width + gap)
        axes[f"xaxis{number}"] = {"anchor": f"y{number}", "domain": [left, min(left + width, 1)]}
        axes[f"yaxis{number}"] = {"anchor": f"x{number}"}
        bars = {"type": "bar", "x": panel.centres, "y": panel.counts, "width": np.diff(panel.edges)}
        style = {"marker": {"color": TRAIN_COLOR, "line": {"width": 0}}}
        written = {"hovertext": [significant(float(centre)) for centre in panel.centres]}
        hover = {"hovertemplate": "%{hovertext}: %{y:,}<extra></extra>"}
        data.append(bars | style | written | hover | {"xaxis": f"x{number}", "yaxis": f"y{number}"})
    figure = lay_out(figure_of(data, **axes), "", "", height=HISTOGRAM_HEIGHT, legend="none")
    for index, panel in enumerate(panels):
        figure["layout"][f"xaxis{index + 1 if index else ''}"]["title"] = {"text": panel.name}
    figure["layout"]["yaxis"]["title"] = {"text": y_title}
    update_axes(figure, "y", tickformat=",", nticks=6)
    hold_still(figure)
    return figure


def histogram_lines(now: Histogram, start: Histogram | None, x_title: str, y_title: str) -> Figure:
    """A histogram in blue before an earlier one in grey and dashed, over the same bins; the earlier one may be unknown.

    A logarithmic scale: a few weights far out matter as much as the many near 0.
    """
    lines = [] if start is None else [(start, {"color": NOTES_COLOR, "dash": "dash", "width": 2})]
    lines.append((now, {"color": TRAIN_COLOR, "width": 2.5}))
    traces = [
        {
            "type": "scatter",
            "mode": "lines",
            "x": histogram.centres,
            "y": [int(count) or None for count in histogram.counts],
            "line": line | {"shape": "hvh"},
            "name": histogram.name,
            "hovertemplate": "%{x:.3g}: %{y:,}",
        }
        for histogram, line in lines
    ]
    figure = lay_out(figure_of(traces), x_title, y_title, height=HISTOGRAM_HEIGHT)
    update_axes(figure, "y", type="log", dtick=1)
    hold_still(figure)
    return figure


def sizes(names: Sequence[str], means: Sequence[float], norms: Sequence[float], labels: tuple[str, str, str]) -> Figure:
    """The root mean square of the gradient per weight beside its norm, layer by layer on a logarithmic scale.

    Args:
        labels: of the mean, of the norm, of the y axis. A size of 0 cannot be drawn and is left out.
    """
    styles = [
        (means, labels[0], {"color": TRAIN_COLOR, "width": 3}, "circle"),
        (norms, labels[1], {"color": NOTES_COLOR, "width": 2, "dash": "dash"}, "diamond"),
    ]
    traces = [
        {
            "type": "scatter",
            "mode": "lines+markers",
            "x": list(names),
            "y": [size if size > 0 else None for size in values],
            "name": label,
            "line": line,
            "marker": {"size": 10, "symbol": symbol},
            "text": [significant(size) for size in values],
            "hovertemplate": "%{x}: %{text}",
        }
        for values, label, line, symbol in styles
    ]
    figure = lay_out(figure_of(traces), "", labels[2], height=SIZES_HEIGHT)
    update_axes(figure, "x", type="category")
    update_axes(figure, "y", type="log", dtick=1, gridcolor=GRID_COLOR)
    hold_still(figure)
    return figure
