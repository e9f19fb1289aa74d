"""The Learn page's drawings of a neuron and of a layer, with the numbers in their circles and on their lines.

Pure functions, like those of ``charts``, which draws what has axes.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from nnlab.ui.charts import NOTES_COLOR, PALETTE, Figure, figure_of, lay_out, update_axes
from nnlab.ui.learn.charts import sign_color
from nnlab.ui.numbers import fixed

OUTPUT_COLOR = PALETTE[2]
WHITE = "#FFFFFF"  # letters in a dark circle, in both themes


def _bare(height: int, x_range: tuple[float, float], y_range: tuple[float, float]) -> Figure:
    """An empty drawing without axes."""
    figure = lay_out(figure_of([], annotations=[]), "", "", height=height, legend="none")
    figure["layout"]["margin"] = {"l": 0, "r": 0, "t": 0, "b": 0}
    update_axes(figure, "x", visible=False, range=x_range, fixedrange=True)
    update_axes(figure, "y", visible=False, range=y_range, fixedrange=True)
    return figure


def _write(figure: Figure, x: float, y: float, text: str, **place: object) -> None:
    figure["layout"]["annotations"].append({"x": x, "y": y, "text": text, "showarrow": False} | place)


def _edge(figure: Figure, start: tuple[float, float], end: tuple[float, float], weight: float, text: str) -> None:
    """A line as thick as the weight is large, in the colour of its sign, its text beside its middle."""
    figure["data"].append(
        {
            "type": "scatter",
            "x": [start[0], end[0]],
            "y": [start[1], end[1]],
            "mode": "lines",
            "line": {"color": sign_color(weight), "width": 1 + 2.5 * abs(weight)},
            "hoverinfo": "skip",
        }
    )
    if text:
        x, y = (start[i] + 0.45 * (end[i] - start[i]) for i in (0, 1))
        is_rising = end[1] > start[1]  # then the free side is below the line
        _write(
            figure,
            x,
            y,
            text,
            xanchor="center" if end[1] == start[1] else "left",
            yanchor="top" if is_rising else "bottom",
            yshift=-4 if is_rising else 4,
        )


def _circle(figure: Figure, place: tuple[float, float], text: str, color: str, size: int = 54) -> None:
    figure["data"].append(
        {
            "type": "scatter",
            "x": [place[0]],
            "y": [place[1]],
            "mode": "markers+text",
            "marker": {"size": size, "color": color},
            "text": [text],
            "textfont": {"color": WHITE},
            "hoverinfo": "skip",
        }
    )


def neuron_diagram(
    inputs: Sequence[float], weights: Sequence[float], bias: float, total: float, output: float, function: str
) -> Figure:
    """One neuron: its inputs, a line per weight, the sum z, and what f makes of it.

    Args:
        total: z, the weighted sum with the bias.
        output: f(z).
        function: name of f, drawn in the last circle.
    """
    figure = _bare(250, (-0.42, 2.12), (-0.68, 0.72))
    heights = np.linspace(0.5, -0.5, len(inputs))
    for index, (value, weight, y) in enumerate(zip(inputs, weights, heights, strict=True), start=1):
        _edge(figure, (0, y), (1, 0), weight, f"w<sub>{index}</sub> = {fixed(weight, 1)}")
        _circle(figure, (0, y), fixed(value, 1), NOTES_COLOR)
        _write(figure, 0, y, f"x<sub>{index}</sub>", xshift=-42)
    _edge(figure, (1, 0.5), (1, 0), bias, "")
    _write(figure, 1, 0.5, f"b = {fixed(bias, 1)}", yanchor="bottom")
    _edge(figure, (1, 0), (1.8, 0), 0, "")
    _circle(figure, (1, 0), fixed(total, 2), sign_color(total), 66)
    _circle(figure, (1.8, 0), fixed(output, 2), OUTPUT_COLOR, 66)
    for x, text in ((1, "<i>z</i>"), (1.8, f"<i>f</i>(<i>z</i>)<br>{function}")):
        _write(figure, x, 0, text, yanchor="top", yshift=-36)
    return figure


def layer_diagram(
    inputs: Sequence[float], weights: Sequence[Sequence[float]], outputs: Sequence[float], names: tuple[str, str]
) -> Figure:
    """A layer: every input joined to every neuron, with the values in the circles.

    Args:
        weights: one row per neuron, one column per input.
        outputs: one number per neuron.
        names: letters for the inputs and the outputs, such as ("a", "z").
    """
    figure = _bare(205, (-0.4, 1.4), (-0.72, 0.72))
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
            _write(figure, side, y, label, xshift=46 if side else -42)
    return figure
