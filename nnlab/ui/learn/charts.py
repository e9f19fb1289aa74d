"""The Learn page's figures with axes: curves with a point on them, bars, gradients, losses, a way downhill.

Pure functions, like those of ``charts``. A positive number is blue and a negative one vermilion, in every picture.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from plotly.colors import sample_colorscale

from nnlab.ui.charts import (
    DIVERGING,
    NEGATIVE_COLOR,
    NOTES_COLOR,
    PALETTE,
    POSITIVE_COLOR,
    TEST_COLOR,
    TRAIN_COLOR,
    Figure,
    Trace,
    figure_of,
    lay_out,
    update_axes,
)
from nnlab.ui.numbers import fixed, significant

POINT_COLOR = PALETTE[1]
TANGENT_COLOR = PALETTE[2]
SILENT_GREY = 206  # of 255: tells exactly 0 from the pale colours of small values


def sign_color(value: float) -> str:
    """Blue for what is positive or 0, vermilion for what is negative."""
    return POSITIVE_COLOR if value >= 0 else NEGATIVE_COLOR


def curve_with_point(
    x: Sequence[float],
    y: Sequence[float],
    point: tuple[float, float],
    x_title: str,
    y_title: str,
    height: int = 250,
    mark: tuple[float, float, str] | None = None,
    y_range: tuple[float, float] | None = None,
) -> Figure:
    """A curve, the point the visitor moves on it with lines to both axes, and a fixed grey mark with its text."""
    curve = _line(x, y, {"color": TRAIN_COLOR, "width": 3, "simplify": False})
    traces, words = [curve | {"hovertemplate": "%{x:.3f}, %{y:.3f}<extra></extra>"}], []
    if mark:
        traces.append(_dot(mark[:2], NOTES_COLOR, 9))
        place = {"x": mark[0], "y": mark[1], "xanchor": "left", "yanchor": "bottom", "xshift": 8, "yshift": 4}
        words.append({"text": mark[2], "showarrow": False} | place)
    traces.append(_dot(point, POINT_COLOR, 15))
    guide = {"type": "line", "line": {"color": POINT_COLOR, "width": 1, "dash": "dot"}}
    down = {"x0": point[0], "x1": point[0], "y0": 0, "y1": point[1]}
    left = {"x0": min(x), "x1": point[0], "y0": point[1], "y1": point[1]}
    figure = figure_of(traces, annotations=words, shapes=[guide | down, guide | left])
    lay_out(figure, x_title, y_title, height=height, legend="none")
    update_axes(figure, "x", range=[min(x), max(x)])
    if y_range:
        update_axes(figure, "y", range=list(y_range))
    return figure


def _line(x: Sequence[float], y: Sequence[float], line: dict[str, object]) -> Trace:
    return {"type": "scatter", "x": list(x), "y": list(y), "mode": "lines", "line": line}


def _dot(place: tuple[float, float], color: str, size: int) -> Trace:
    """One point, which says nothing when it is pointed at."""
    trace = {"type": "scatter", "x": [place[0]], "y": [place[1]], "mode": "markers", "hoverinfo": "skip"}
    return trace | {"marker": {"color": color, "size": size}}


def signed_bars(values: Sequence[float], labels: Sequence[str], x_title: str, y_title: str, height: int) -> Figure:
    """Horizontal bars from zero, the first on top, in the colour of their sign, with their numbers."""
    bars = {
        "type": "bar",
        "x": list(values),
        "y": list(labels),
        "orientation": "h",
        "marker": {"color": [sign_color(value) for value in values]},
        "text": [fixed(value, 2) for value in values],
        "textposition": "outside",
        "constraintext": "none",  # as large as all letters, however thin the bars
        "cliponaxis": False,
        "hovertemplate": "%{y}: %{x:.4f}<extra></extra>",
    }
    figure = lay_out(figure_of([bars]), x_title, y_title, height=height, legend="none")
    largest = max(abs(value) for value in values) or 1
    low = -1.5 * largest if min(values) < 0 else -0.05 * largest
    update_axes(figure, "x", range=[low, 1.5 * largest])
    update_axes(figure, "y", autorange="reversed", type="category", showgrid=False, dtick=1)
    return figure


def log_bars(values: Sequence[float], labels: Sequence[str], x_title: str, height: int) -> Figure:
    """A dot per label on a logarithmic axis, the first on top; what is exactly 0 has no dot, but says so."""
    positive = [value for value in values if value > 0]
    lowest = min(positive, default=1e-3)
    dots = {
        "type": "scatter",
        "x": [value if value > 0 else lowest for value in values],
        "y": list(labels),
        "mode": "markers+text",
        "marker": {"color": TRAIN_COLOR, "size": 14, "opacity": [1 if value > 0 else 0 for value in values]},
        "text": [significant(value) for value in values],
        "textposition": "top center",
        "cliponaxis": False,
        "hovertemplate": "%{y}: %{text}<extra></extra>",
    }
    figure = lay_out(figure_of([dots]), x_title, "", height=height, legend="none")
    exponents = np.log10([lowest, max(positive, default=1e-3)])
    ends = [float(np.floor(exponents[0] - 0.3)), float(np.ceil(exponents[1] + 0.3))]
    update_axes(figure, "x", type="log", range=ends, dtick=1)
    update_axes(figure, "y", type="category", range=[len(labels) - 0.5, -0.9])
    return figure


def signed_image(values: np.ndarray, height: int) -> Figure:
    """Numbers as hard pixels on the diverging scale, zero in its middle, the scale beside them.

    Args:
        values: (H, W) floats.
    """
    limit = float(np.abs(values).max()) or 1.0
    image = {
        "type": "heatmap",
        "z": values,
        "colorscale": DIVERGING,
        "zmin": -limit,
        "zmax": limit,
        "colorbar": {
            "thickness": 12,
            "tickvals": [-limit, 0, limit],
            "ticktext": [significant(-limit), "0", significant(limit)],
        },
        "text": [[significant(value) for value in row] for row in values],
        "hovertemplate": "%{x}, %{y}: %{text}<extra></extra>",
    }
    figure = lay_out(figure_of([image]), "", "", height=height, legend="none")
    figure["layout"]["margin"] = {"l": 0, "r": 0, "t": 4, "b": 4}
    update_axes(figure, "x", visible=False, constrain="domain")
    update_axes(figure, "y", visible=False, autorange="reversed", scaleanchor="x", constrain="domain")
    return figure


def unit_picture(outputs: np.ndarray) -> np.ndarray:
    """A layer's outputs as a picture, a pixel per unit, row by row: positive blue, negative orange, exactly 0 grey.

    Args:
        outputs: (D,) floats.

    Returns:
        (rows, columns, 3) uint8, as wide as high or twice as wide; where D does not fill it, the rest is white.
    """
    columns = 2 ** math.ceil(math.log2(math.sqrt(len(outputs))))
    rows = -(-len(outputs) // columns)
    limit = float(np.abs(outputs).max()) or 1.0
    shades = np.full((rows * columns, 3), 255, np.uint8)
    colors = sample_colorscale(DIVERGING, list(0.5 + 0.5 * outputs / limit), colortype="tuple")
    shades[: len(outputs)] = np.round(255 * np.array(colors))
    shades[: len(outputs)][outputs == 0] = SILENT_GREY
    return shades.reshape(rows, columns, 3)


def loss_history(losses: Sequence[float], x_title: str, y_title: str, height: int) -> Figure:
    """The loss before the first step and after each one."""
    line = {
        "type": "scatter",
        "x": list(range(len(losses))),
        "y": list(losses),
        "mode": "lines+markers",
        "line": {"color": TRAIN_COLOR, "width": 3},
        "marker": {"size": 9},
        "hovertemplate": "%{x}: %{y:.4f}<extra></extra>",
    }
    figure = lay_out(figure_of([line]), x_title, y_title, height=height, legend="none")
    update_axes(figure, "x", range=[-0.3, max(5, len(losses)) + 0.3], rangemode="tozero")
    update_axes(figure, "y", range=[0, 1.1 * max(loss for loss in losses if math.isfinite(loss))])
    return figure


def descent_curve(
    x: Sequence[float], y: Sequence[float], path: np.ndarray, slope: float, x_title: str, y_title: str
) -> Figure:
    """A loss curve of one weight, the ball's path over it and the tangent where the ball is.

    Args:
        path: (steps + 1, 2) weight and loss at the start and after each step.
        slope: the derivative at the ball.
    """
    curve = _line(x, y, {"color": NOTES_COLOR, "width": 3, "simplify": False})
    here = path[-1]
    reach = 0.12 * (max(x) - min(x))
    ends = [here[0] - reach, here[0] + reach], [here[1] - slope * reach, here[1] + slope * reach]
    tangent = _line(*ends, {"color": TANGENT_COLOR, "width": 3}) | {"hoverinfo": "skip"}
    figure = figure_of([curve, tangent, *_path(path)])
    lay_out(figure, x_title, y_title, height=330, legend="none")
    update_axes(figure, "x", range=[min(x), max(x)])
    update_axes(figure, "y", range=[min(0, min(y)) - 0.04 * max(y), max(y)])
    return figure


def descent_map(x: np.ndarray, y: np.ndarray, z: np.ndarray, path: np.ndarray, titles: tuple[str, str, str]) -> Figure:
    """A loss of two weights as contour lines from above, with the ball's path.

    Args:
        z: (len(y), len(x)) the loss.
        path: (steps + 1, 2) the two weights at the start and after each step.
        titles: of both axes and of the colour bar.
    """
    lines = {
        "type": "contour",
        "x": x,
        "y": y,
        "z": np.sqrt(z),  # evenly spaced lines near the bottom too
        "customdata": z,
        "colorscale": [[0, NOTES_COLOR], [1, NOTES_COLOR]],
        "contours": {"coloring": "lines"},
        "ncontours": 14,
        "line": {"width": 1.5},
        "showscale": False,
        "hovertemplate": f"%{{x:.2f}}, %{{y:.2f}}: {titles[2]} %{{customdata:.3f}}<extra></extra>",
    }
    figure = figure_of([lines, *_path(path)])
    lay_out(figure, titles[0], titles[1], height=330, legend="none")
    update_axes(figure, "x", range=[x[0], x[-1]])
    update_axes(figure, "y", range=[y[0], y[-1]])
    return figure


def _path(path: np.ndarray) -> list[Trace]:
    """The way so far, and the ball at its end."""
    hover = {"type": "scatter", "hovertemplate": "%{x:.3f}, %{y:.3f}<extra></extra>"}
    way = {"mode": "lines+markers", "line": {"color": TRAIN_COLOR, "width": 1.5}}
    dots, ball = ({"marker": {"size": size, "color": color}} for size, color in ((7, TRAIN_COLOR), (18, TEST_COLOR)))
    return [
        hover | way | dots | {"x": path[:, 0], "y": path[:, 1]},
        hover | {"mode": "markers"} | ball | {"x": path[-1:, 0], "y": path[-1:, 1]},
    ]
