"""The Learn page's figures: a neuron, a layer, curves with a ball on them, gradients, contours.

Pure functions, like those of ``charts``. A positive number is blue and a negative one vermilion, in every picture.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go
from plotly.colors import sample_colorscale

from nnlab.ui.charts import DIVERGING, NOTES_COLOR, PALETTE, TEST_COLOR, TRAIN_COLOR, lay_out
from nnlab.ui.numbers import fixed

POSITIVE_COLOR, NEGATIVE_COLOR = PALETTE[0], PALETTE[1]
POINT_COLOR = PALETTE[1]
OUTPUT_COLOR = PALETTE[2]
SILENT_GREY = 206  # of 255: tells exactly 0 from the pale colours of small values
WHITE = "#FFFFFF"  # letters in a dark circle, in both themes


def sign_color(value: float) -> str:
    """Blue for what is positive or 0, vermilion for what is negative."""
    return POSITIVE_COLOR if value >= 0 else NEGATIVE_COLOR


def _bare(figure: go.Figure, height: int, x_range: tuple[float, float], y_range: tuple[float, float]) -> go.Figure:
    """A drawing without axes."""
    lay_out(figure, "", "", height=height, legend="none")
    figure.update_layout(margin={"l": 0, "r": 0, "t": 0, "b": 0})
    figure.update_xaxes(visible=False, range=x_range, fixedrange=True)
    figure.update_yaxes(visible=False, range=y_range, fixedrange=True)
    return figure


def _edge(figure: go.Figure, start: tuple[float, float], end: tuple[float, float], weight: float, text: str) -> None:
    """A line as thick as the weight is large, in the colour of its sign, its text beside its middle."""
    figure.add_trace(
        go.Scatter(
            x=[start[0], end[0]],
            y=[start[1], end[1]],
            mode="lines",
            line={"color": sign_color(weight), "width": 1 + 2.5 * abs(weight)},
            hoverinfo="skip",
        )
    )
    if text:
        x, y = (start[i] + 0.45 * (end[i] - start[i]) for i in (0, 1))
        is_rising = end[1] > start[1]  # then the free side is below the line
        figure.add_annotation(
            x=x,
            y=y,
            text=text,
            showarrow=False,
            xanchor="center" if end[1] == start[1] else "left",
            yanchor="top" if is_rising else "bottom",
            yshift=-4 if is_rising else 4,
        )


def _circle(figure: go.Figure, place: tuple[float, float], text: str, color: str, size: int = 54) -> None:
    figure.add_trace(
        go.Scatter(
            x=[place[0]],
            y=[place[1]],
            mode="markers+text",
            marker={"size": size, "color": color},
            text=[text],
            textfont={"color": WHITE},
            hoverinfo="skip",
        )
    )


def neuron_diagram(
    inputs: Sequence[float], weights: Sequence[float], bias: float, total: float, output: float, function: str
) -> go.Figure:
    """One neuron: its inputs, a line per weight, the sum z, and what f makes of it.

    Args:
        total: z, the weighted sum with the bias.
        output: f(z).
        function: name of f, drawn in the last circle.
    """
    figure = go.Figure()
    heights = np.linspace(0.5, -0.5, len(inputs))
    for index, (value, weight, y) in enumerate(zip(inputs, weights, heights, strict=True), start=1):
        _edge(figure, (0, y), (1, 0), weight, f"w<sub>{index}</sub> = {fixed(weight, 1)}")
        _circle(figure, (0, y), fixed(value, 1), NOTES_COLOR)
        figure.add_annotation(x=0, y=y, text=f"x<sub>{index}</sub>", showarrow=False, xshift=-42)
    _edge(figure, (1, 0.5), (1, 0), bias, "")
    figure.add_annotation(x=1, y=0.5, text=f"b = {fixed(bias, 1)}", showarrow=False, yanchor="bottom")
    _edge(figure, (1, 0), (1.8, 0), 0, "")
    _circle(figure, (1, 0), fixed(total, 2), sign_color(total), 66)
    _circle(figure, (1.8, 0), fixed(output, 2), OUTPUT_COLOR, 66)
    for x, text in ((1, "<i>z</i>"), (1.8, f"<i>f</i>(<i>z</i>)<br>{function}")):
        figure.add_annotation(x=x, y=0, text=text, showarrow=False, yanchor="top", yshift=-36)
    return _bare(figure, 250, (-0.42, 2.12), (-0.68, 0.72))


def layer_diagram(
    inputs: Sequence[float], weights: Sequence[Sequence[float]], outputs: Sequence[float], names: tuple[str, str]
) -> go.Figure:
    """A layer: every input joined to every neuron, with the values in the circles.

    Args:
        weights: one row per neuron, one column per input.
        outputs: one number per neuron.
        names: letters for the inputs and the outputs, such as ("a", "z").
    """
    figure = go.Figure()
    left = np.linspace(0.3, -0.3, len(inputs))
    right = np.linspace(0.5, -0.5, len(outputs))
    for row, end in zip(weights, right, strict=True):
        for weight, start in zip(row, left, strict=True):
            _edge(figure, (0, start), (1, end), weight, "")
    for side, (values, heights) in enumerate(((inputs, left), (outputs, right))):
        for index, (value, y) in enumerate(zip(values, heights, strict=True), start=1):
            color = sign_color(value) if side else NOTES_COLOR
            _circle(figure, (side, y), fixed(value, 2 if side else 1), color)
            label = f"{names[side]}<sub>{index}</sub>"
            figure.add_annotation(x=side, y=y, text=label, showarrow=False, xshift=46 if side else -42)
    return _bare(figure, 205, (-0.4, 1.4), (-0.72, 0.72))


def curve_with_point(
    x: Sequence[float],
    y: Sequence[float],
    point: tuple[float, float],
    x_title: str,
    y_title: str,
    height: int = 250,
    mark: tuple[float, float, str] | None = None,
    y_range: tuple[float, float] | None = None,
) -> go.Figure:
    """A curve, the point the visitor moves on it with lines to both axes, and a fixed grey mark with its text."""
    figure = go.Figure(
        go.Scatter(x=list(x), y=list(y), mode="lines", line={"color": TRAIN_COLOR, "width": 3, "simplify": False})
    )
    figure.update_traces(hovertemplate="%{x:.3f}, %{y:.3f}<extra></extra>")
    if mark:
        dot = {"color": NOTES_COLOR, "size": 9}
        figure.add_trace(go.Scatter(x=[mark[0]], y=[mark[1]], mode="markers", marker=dot, hoverinfo="skip"))
        figure.add_annotation(
            x=mark[0], y=mark[1], text=mark[2], showarrow=False, xanchor="left", yanchor="bottom", xshift=8, yshift=4
        )
    guide = {"color": POINT_COLOR, "width": 1, "dash": "dot"}
    figure.add_shape(type="line", x0=point[0], x1=point[0], y0=0, y1=point[1], line=guide)
    figure.add_shape(type="line", x0=min(x), x1=point[0], y0=point[1], y1=point[1], line=guide)
    dot = {"color": POINT_COLOR, "size": 15}
    figure.add_trace(go.Scatter(x=[point[0]], y=[point[1]], mode="markers", marker=dot, hoverinfo="skip"))
    lay_out(figure, x_title, y_title, height=height, legend="none")
    figure.update_xaxes(range=[min(x), max(x)])
    if y_range:
        figure.update_yaxes(range=list(y_range))
    return figure


def signed_bars(values: Sequence[float], labels: Sequence[str], x_title: str, y_title: str, height: int) -> go.Figure:
    """Horizontal bars from zero, the first on top, in the colour of their sign, with their numbers."""
    figure = go.Figure(
        go.Bar(
            x=list(values),
            y=list(labels),
            orientation="h",
            marker={"color": [sign_color(value) for value in values]},
            text=[fixed(value, 2) for value in values],
            textposition="outside",
            constraintext="none",  # as large as all letters, however thin the bars
            cliponaxis=False,
            hovertemplate="%{y}: %{x:.4f}<extra></extra>",
        )
    )
    lay_out(figure, x_title, y_title, height=height, legend="none")
    largest = max(abs(value) for value in values) or 1
    low = -1.5 * largest if min(values) < 0 else -0.05 * largest
    figure.update_xaxes(range=[low, 1.5 * largest])
    figure.update_yaxes(autorange="reversed", type="category", showgrid=False, dtick=1)
    return figure


def log_bars(values: Sequence[float], labels: Sequence[str], x_title: str, height: int) -> go.Figure:
    """A dot per label on a logarithmic axis, the first on top; what is exactly 0 has no dot, but says so."""
    positive = [value for value in values if value > 0]
    lowest = min(positive, default=1e-3)
    figure = go.Figure(
        go.Scatter(
            x=[value if value > 0 else lowest for value in values],
            y=list(labels),
            mode="markers+text",
            marker={"color": TRAIN_COLOR, "size": 14, "opacity": [1 if value > 0 else 0 for value in values]},
            text=[f"{value:.2g}" for value in values],
            textposition="top center",
            cliponaxis=False,
            hovertemplate="%{y}: %{text}<extra></extra>",
        )
    )
    lay_out(figure, x_title, "", height=height, legend="none")
    exponents = np.log10([lowest, max(positive, default=1e-3)])
    figure.update_xaxes(type="log", range=[np.floor(exponents[0] - 0.3), np.ceil(exponents[1] + 0.3)], dtick=1)
    figure.update_xaxes(exponentformat="power")
    figure.update_yaxes(type="category", range=[len(labels) - 0.5, -0.9])
    return figure


def signed_image(values: np.ndarray, height: int = 300) -> go.Figure:
    """Numbers as hard pixels on the diverging scale, zero in its middle, the scale beside them.

    Args:
        values: (H, W) floats.
    """
    limit = float(np.abs(values).max()) or 1.0
    figure = go.Figure(
        go.Heatmap(
            z=values,
            colorscale=DIVERGING,
            zmin=-limit,
            zmax=limit,
            colorbar={
                "thickness": 12,
                "tickvals": [-limit, 0, limit],
                "ticktext": [f"{-limit:.2g}", "0", f"{limit:.2g}"],
            },
            hovertemplate="%{x}, %{y}: %{z:.3g}<extra></extra>",
        )
    )
    lay_out(figure, "", "", height=height, legend="none")
    figure.update_layout(margin={"l": 0, "r": 0, "t": 4, "b": 4})
    figure.update_xaxes(visible=False, constrain="domain")
    figure.update_yaxes(visible=False, autorange="reversed", scaleanchor="x", constrain="domain")
    return figure


def unit_picture(outputs: np.ndarray) -> np.ndarray:
    """A layer's outputs as a picture, a pixel per unit, row by row: positive blue, negative red, exactly 0 grey.

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


def loss_history(losses: Sequence[float], x_title: str, y_title: str, height: int = 300) -> go.Figure:
    """The loss before the first step and after each one."""
    figure = go.Figure(
        go.Scatter(
            x=list(range(len(losses))),
            y=list(losses),
            mode="lines+markers",
            line={"color": TRAIN_COLOR, "width": 3},
            marker={"size": 9},
            hovertemplate="%{x}: %{y:.4f}<extra></extra>",
        )
    )
    lay_out(figure, x_title, y_title, height=height, legend="none")
    figure.update_xaxes(range=[-0.3, max(5, len(losses)) + 0.3], rangemode="tozero")
    figure.update_yaxes(range=[0, 1.1 * max(loss for loss in losses if math.isfinite(loss))])
    return figure


def descent_curve(
    x: Sequence[float], y: Sequence[float], path: np.ndarray, slope: float, x_title: str, y_title: str
) -> go.Figure:
    """A loss curve of one weight, the ball's path over it and the tangent where the ball is.

    Args:
        path: (steps + 1, 2) weight and loss at the start and after each step.
        slope: the derivative at the ball.
    """
    figure = go.Figure(
        go.Scatter(x=list(x), y=list(y), mode="lines", line={"color": NOTES_COLOR, "width": 3, "simplify": False})
    )
    here = path[-1]
    reach = 0.12 * (max(x) - min(x))
    tangent = {"x": [here[0] - reach, here[0] + reach], "y": [here[1] - slope * reach, here[1] + slope * reach]}
    figure.add_trace(go.Scatter(**tangent, mode="lines", line={"color": OUTPUT_COLOR, "width": 3}, hoverinfo="skip"))
    _add_path(figure, path)
    lay_out(figure, x_title, y_title, height=330, legend="none")
    figure.update_xaxes(range=[min(x), max(x)])
    figure.update_yaxes(range=[min(0, min(y)) - 0.04 * max(y), max(y)])
    return figure


def descent_map(
    x: np.ndarray, y: np.ndarray, z: np.ndarray, path: np.ndarray, titles: tuple[str, str, str]
) -> go.Figure:
    """A loss of two weights as contour lines from above, with the ball's path.

    Args:
        z: (len(y), len(x)) the loss.
        path: (steps + 1, 2) the two weights at the start and after each step.
        titles: of both axes and of the colour bar.
    """
    figure = go.Figure(
        go.Contour(
            x=x,
            y=y,
            z=np.sqrt(z),  # evenly spaced lines near the bottom too
            customdata=z,
            colorscale=[[0, NOTES_COLOR], [1, NOTES_COLOR]],
            contours={"coloring": "lines"},
            ncontours=14,
            line={"width": 1.5},
            showscale=False,
            hovertemplate=f"%{{x:.2f}}, %{{y:.2f}}: {titles[2]} %{{customdata:.3f}}<extra></extra>",
        )
    )
    _add_path(figure, path)
    lay_out(figure, titles[0], titles[1], height=330, legend="none")
    figure.update_xaxes(range=[x[0], x[-1]])
    figure.update_yaxes(range=[y[0], y[-1]])
    return figure


def _add_path(figure: go.Figure, path: np.ndarray) -> None:
    line = {"color": TRAIN_COLOR, "width": 1.5}
    dots = {"size": 7, "color": TRAIN_COLOR}
    hover = "%{x:.3f}, %{y:.3f}<extra></extra>"
    figure.add_trace(
        go.Scatter(x=path[:, 0], y=path[:, 1], mode="lines+markers", line=line, marker=dots, hovertemplate=hover)
    )
    ball = {"size": 18, "color": TEST_COLOR}
    figure.add_trace(go.Scatter(x=path[-1:, 0], y=path[-1:, 1], mode="markers", marker=ball, hovertemplate=hover))
