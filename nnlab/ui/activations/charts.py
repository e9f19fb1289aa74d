"""Figures of the activations page: curves with tangents, gradients through depth, the state of a random layer.

Every activation keeps one colour and one dash on all of them, whichever others are shown. Pure functions: the caller
gives the words and the measured numbers; only the curves themselves are computed here, from the registry.
"""

from __future__ import annotations

import copy
import math
from collections.abc import Mapping, Sequence
from functools import lru_cache

import numpy as np
import torch
from plotly.subplots import make_subplots

from nnlab.activations import ACTIVATIONS
from nnlab.config import ACTIVATION_NAMES
from nnlab.inspection.health import LayerHealth
from nnlab.ui.charts import PALETTE, ZERO_COLOR, Figure, axes_of, figure_of, lay_out, update_axes, vertical_line
from nnlab.ui.numbers import significant

LAYOUTS = ("beside", "above", "each")
EACH_COLUMNS = 3
CURVE_POINTS = 400
SMOOTH = {"width": 2.5, "simplify": False}  # plotly thins a line out by default, which makes a curve a polygon
CORNERS = (-1.0, 0.0, 1.0)  # where some activation bends: a point on either side keeps the corner sharp
TANGENT_REACH = 0.2  # of the range of x, on either side of the point
PANEL_HEIGHT, EACH_HEIGHT = 400, 240  # pixels
HEADING_HEIGHT, LEGEND_HEIGHT = 34, 26  # pixels
TOOLS_LEFT_OUT = ["zoom", "pan", "zoomIn", "zoomOut", "autoScale", "resetScale"]
HISTOGRAM_BINS = 60
LOG_FLOOR, LOG_CEILING = 1e-40, 1e40  # what a log axis shows at most: beyond, the labels say nothing
MEASURE_STYLES = ((PALETTE[1], "solid"), (PALETTE[3], "dash"), (PALETTE[0], "solid"))  # dead, units, pairs


def line_of(name: str) -> dict[str, str]:
    """The colour and the dash that belong to an activation: eight colours solid, then the same ones dashed."""
    index = ACTIVATION_NAMES.index(name)
    dash = "solid" if index < len(PALETTE) else "dash"
    return {"color": PALETTE[index % len(PALETTE)], "dash": dash}


def values_at(name: str, x: float) -> tuple[float, float]:
    """f(x) and f'(x) of an activation."""
    point = torch.tensor(x, dtype=torch.float64)
    activation = ACTIVATIONS[name]
    return activation.function(point).item(), activation.derivative(point).item()


def curves(
    names: Sequence[str], labels: Mapping[str, str], x: float, x_range: tuple[float, float], layout: str,
    axis_titles: tuple[str, str, str],
) -> Figure:  # fmt: skip
    """f and f' of the chosen activations, with the tangents at x.

    Args:
        names: keys of ``ACTIVATIONS``.
        labels: what each is called on the chart.
        x: where the tangents touch.
        x_range: the smallest and the largest x shown.
        layout: "beside" and "above" put all f into one panel and all f' into another; "each" gives every activation
            a panel with its f (solid) and f' (dashed).
        axis_titles: of x, of f, of f'.
    """
    if layout == "each":
        return _curve_each(names, labels, x, x_range, axis_titles[0])
    rows, columns = (1, 2) if layout == "beside" else (2, 1)
    figure = _panels(rows, columns, axis_titles[1:], horizontal_spacing=0.1, vertical_spacing=0.15)
    for name in names:
        grid, values, slopes = sample(name, x_range)
        line = line_of(name) | SMOOTH
        kind = {"mode": "lines", "name": labels[name], "legendgroup": name, "line": line}
        _add_scatter(figure, 1, x=grid, y=values, **kind)
        _add_scatter(figure, 2, x=grid, y=slopes, showlegend=False, **kind)
        value, slope = values_at(name, x)
        _add_tangent(figure, 1, x, value, slope, x_range, line["color"])
        _add_point(figure, 2, x, slope, line["color"])
    here = {"color": ZERO_COLOR, "dash": "dot", "width": 1.5}
    figure["layout"]["shapes"] = [vertical_line(x, here, panel) for panel in ("", "2")]
    _lay_out_panels(figure, axis_titles[0], PANEL_HEIGHT if layout == "beside" else round(1.4 * PANEL_HEIGHT))
    update_axes(figure, "x", range=x_range)
    return figure


def _panels(rows: int, columns: int, titles: Sequence[str], **spacing: float) -> Figure:
    """Panels in rows and columns, numbered from 1 row by row, each with its heading."""
    return figure_of([], **copy.deepcopy(_layout_of_panels(rows, columns, tuple(titles), tuple(spacing.items()))))


@lru_cache(64)
def _layout_of_panels(
    rows: int, columns: int, titles: tuple[str, ...], spacing: tuple[tuple[str, float], ...]
) -> dict[str, object]:
    layout = make_subplots(rows, columns, subplot_titles=titles, **dict(spacing)).to_dict()["layout"]
    del layout["template"]  # a large one, which every figure is given anyway
    for heading in layout["annotations"]:
        del heading["font"]  # as large as all letters
    return layout


def _add_scatter(figure: Figure, panel: int, **properties: object) -> None:
    _add_trace(figure, panel, type="scatter", **properties)


def _add_trace(figure: Figure, panel: int, **properties: object) -> None:
    number = panel if panel > 1 else ""
    figure["data"].append(properties | {"xaxis": f"x{number}", "yaxis": f"y{number}"})


def _lay_out_panels(figure: Figure, x_title: str, height: int, has_legend: bool = True) -> None:
    """The house's layout, with a heading over each panel and the legend above the headings.

    A touch screen scrolls by dragging and shows the tool bar all the time: no zoom by dragging, and no tool but
    those that save it and fill the screen.
    """
    lay_out(figure, x_title, "", height=height, legend="top" if has_legend else "none")
    layout = figure["layout"]
    layout["margin"]["t"] = HEADING_HEIGHT + (LEGEND_HEIGHT if has_legend else 0)
    # 110: what the axes and their titles take, about
    layout["legend"] = layout.get("legend", {}) | {"y": 1 + HEADING_HEIGHT / (height - 110)}
    layout |= {"dragmode": False, "modebar": {"remove": TOOLS_LEFT_OUT}}


def _curve_each(
    names: Sequence[str], labels: Mapping[str, str], x: float, x_range: tuple[float, float], x_title: str
) -> Figure:
    columns = min(EACH_COLUMNS, len(names))
    rows = math.ceil(len(names) / columns)
    height = PANEL_HEIGHT if rows == 1 else rows * EACH_HEIGHT + 60
    figure = _panels(
        rows, columns, [labels[name] for name in names],
        horizontal_spacing=0.08, vertical_spacing=64 / height if rows > 1 else 0,
    )  # fmt: skip
    for panel, name in enumerate(names, start=1):
        grid, values, slopes = sample(name, x_range)
        color = line_of(name)["color"]
        dashed = {"color": color, "dash": "dash"} | SMOOTH
        _add_scatter(figure, panel, x=grid, y=values, mode="lines", line={"color": color} | SMOOTH, name="f")
        _add_scatter(figure, panel, x=grid, y=slopes, mode="lines", line=dashed, name="f′")
        value, slope = values_at(name, x)
        _add_tangent(figure, panel, x, value, slope, x_range, color)
        _add_point(figure, panel, x, slope, color)
    _lay_out_panels(figure, "", height, has_legend=False)
    update_axes(figure, "x", range=x_range)
    for axis in list(axes_of(figure, "x"))[len(names) - columns : len(names)]:  # of the lowest panel in each column
        axis["title"] = {"text": x_title}
    return figure


def sample(name: str, x_range: tuple[float, float]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """(N,) each: x, f(x) and f'(x) of an activation, the same x for all of them."""
    low, high = x_range
    beside_corners = [corner + step for corner in CORNERS for step in (-1e-6, 1e-6) if low < corner < high]
    grid = torch.tensor(sorted({*np.linspace(low, high, CURVE_POINTS).tolist(), *beside_corners}), dtype=torch.float64)
    activation = ACTIVATIONS[name]
    return grid.numpy(), activation.function(grid).numpy(), activation.derivative(grid).numpy()


def _add_tangent(
    figure: Figure, panel: int, x: float, value: float, slope: float, x_range: tuple[float, float], color: str
) -> None:
    reach = TANGENT_REACH * (x_range[1] - x_range[0])
    _add_scatter(
        figure, panel, x=[x - reach, x + reach], y=[value - slope * reach, value + slope * reach], mode="lines",
        line={"color": color, "width": 1.2}, opacity=0.85, showlegend=False, hoverinfo="skip",
    )  # fmt: skip
    _add_point(figure, panel, x, value, color)


def _add_point(figure: Figure, panel: int, x: float, y: float, color: str) -> None:
    marker = {"color": color, "size": 9}
    _add_scatter(figure, panel, x=[x], y=[y], mode="markers", marker=marker, showlegend=False, hoverinfo="skip")


def through_depth(
    products: Mapping[str, Sequence[float]], gradients: Mapping[str, Sequence[float]],
    slope_products: Mapping[str, Sequence[float]], labels: Mapping[str, str], axis_titles: tuple[str, str, str],
) -> Figure:  # fmt: skip
    """The power of one slope, beside the gradient measured in a random network, both over the layers passed.

    Args:
        products: for each activation abs(f'(x))^k for k = 0 ... L layers passed.
        gradients: the measured lengths for the same k, 1 at k = 0 (solid).
        slope_products: the network's own slopes multiplied, without the weights, for the same k (dotted).
        axis_titles: of the layers passed, of the left and of the right chart. Zeros cannot be drawn and are left out.
    """
    figure = _panels(1, 2, axis_titles[1:], horizontal_spacing=0.06)
    for name in products:
        line = line_of(name)
        mode = "lines+markers" if len(products[name]) < 12 else "lines"
        for sizes, panel, style in (
            (products[name], 1, line | {"width": 2.5}),
            (slope_products[name], 2, {"color": line["color"], "dash": "dot", "width": 1.5}),
            (gradients[name], 2, line | {"width": 2.5}),
        ):
            _add_scatter(
                figure, panel, x=list(range(len(sizes))), y=[size if size > 0 else None for size in sizes],
                mode=mode, line=style, name=labels[name], legendgroup=name, showlegend=panel == 1,
                text=[significant(size) for size in sizes], hovertemplate="%{x}: %{text}",
            )  # fmt: skip
    _lay_out_panels(figure, axis_titles[0], PANEL_HEIGHT)
    everything = [size for group in (products, gradients, slope_products) for sizes in group.values() for size in sizes]
    update_axes(figure, "y", type="log", range=_log_range(everything), nticks=9)
    figure["layout"]["yaxis2"]["showticklabels"] = False  # as on the left; a phone has no room for both
    return figure


def _log_range(sizes: Sequence[float]) -> tuple[float, float]:
    """The exponents that show all positive sizes with some room, and never less than a factor of 100 around 1."""
    shown = [math.log10(min(max(size, LOG_FLOOR), LOG_CEILING)) for size in sizes if size > 0]
    low, high = min(shown, default=0.0), max(shown, default=0.0)
    room = 0.04 * (high - low)
    return min(low - room, -1.0), max(high + room, 1.0)


def layer_health(
    scales: Sequence[float], healths: Sequence[LayerHealth], scale: float, labels: LayerHealth,
    axis_titles: tuple[str, str],
) -> Figure:  # fmt: skip
    """How much of a random layer is dead or saturated, over the weight scale; the chosen scale is marked.

    Args:
        labels: the names of the three measures, in the order of ``LayerHealth``.
    """
    chosen = vertical_line(scale, {"color": ZERO_COLOR, "dash": "dot", "width": 2})
    figure = figure_of([], shapes=[chosen], dragmode=False, modebar={"remove": TOOLS_LEFT_OUT})
    for label, shares, (color, dash) in zip(labels, zip(*healths, strict=True), MEASURE_STYLES, strict=True):
        line = {"color": color, "dash": dash, "width": 2.5}
        _add_scatter(figure, 1, x=list(scales), y=list(shares), mode="lines", name=label, line=line)
    lay_out(figure, *axis_titles, height=PANEL_HEIGHT - 30)
    ticks = ["0.1", "0.3", "1", "3", "10", "30"]
    update_axes(figure, "x", type="log", tickvals=[float(tick) for tick in ticks], ticktext=ticks)
    update_axes(figure, "y", range=[-0.03, 1.03], tickformat=".0%")
    return figure


def bars_of(values: np.ndarray) -> tuple[np.ndarray, np.ndarray, float]:
    """How many values each bar counts, where its middle lies, and how wide all of them are."""
    counts, edges = np.histogram(values, HISTOGRAM_BINS)
    return counts, (edges[:-1] + edges[1:]) / 2, edges[1] - edges[0]


def histograms(
    pre_activations: np.ndarray, outputs: np.ndarray, color: str, axis_titles: tuple[str, str, str]
) -> Figure:
    """How often each input z of f occurs, beside how often each output; axis titles of z, of f(z), of the counts."""
    figure = _panels(1, 2, axis_titles[:2], horizontal_spacing=0.16)
    for panel, values in enumerate((pre_activations, outputs), start=1):
        counts, centres, width = bars_of(values)
        _add_trace(
            figure, panel, type="bar", x=centres, y=counts, width=width, marker={"color": color, "line": {"width": 0}},
            hovertext=[significant(centre) for centre in centres], hovertemplate="%{hovertext}: %{y:,}<extra></extra>",
        )  # fmt: skip
    _lay_out_panels(figure, "", PANEL_HEIGHT - 30, has_legend=False)
    update_axes(figure, "y", tickformat=",", nticks=6)
    figure["layout"]["yaxis"]["title"] = {"text": axis_titles[2]}
    return figure
