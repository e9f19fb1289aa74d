"""The Learn page's drawings of a neuron and of a layer, with the numbers in their circles and on their lines.

Pure functions, like those of ``charts``, which draws what has axes.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go

from nnlab.ui.charts import NOTES_COLOR, PALETTE, lay_out
from nnlab.ui.learn.charts import sign_color
from nnlab.ui.numbers import fixed

OUTPUT_COLOR = PALETTE[2]
WHITE = "#FFFFFF"  # letters in a dark circle, in both themes


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
