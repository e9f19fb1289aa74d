"""The figures of a comparison, pure functions: curves of many runs, differences by seed, two matrices subtracted."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np

from nnlab.ui.charts import (
    DIVERGING,
    NOTES_COLOR,
    PALETTE,
    TEST_COLOR,
    TRAIN_COLOR,
    Figure,
    figure_of,
    hold_still,
    lay_out,
    update_axes,
    vertical_line,
)
from nnlab.ui.numbers import change

DASHES = ("solid", "dash", "dot", "dashdot", "longdash", "longdashdot", "solid", "dash")
INTERVAL_COLOR = "rgba(140, 140, 140, 0.25)"
MATRIX_HEIGHT = 430  # pixels, as that of one network's matrix


class Curve(NamedTuple):
    """One run's curve: its name in the legend, its place among the colours, and whether the legend says it."""

    name: str
    look: int
    x: np.ndarray
    y: np.ndarray
    is_named: bool = True
    is_thin: bool = False


def curves(shown: Sequence[Curve], x_title: str, y_title: str, is_share: bool, height: int) -> Figure:
    """Curves over one another. Those of one look belong together: the legend hides and shows them together.

    Args:
        is_share: y is a fraction, written in per cent.
    """
    written = "%{y:.2%}" if is_share else "%{y:.4f}"
    traces = [
        {
            "type": "scatter",
            "mode": "lines" if len(curve.x) > 1 else "markers",
            "x": curve.x.round(4).tolist(),
            "y": [value if np.isfinite(value) else None for value in curve.y.round(6).tolist()],
            "name": curve.name,
            "legendgroup": str(curve.look),
            "showlegend": curve.is_named,
            "opacity": 0.6 if curve.is_thin else 1.0,
            "line": {
                "color": PALETTE[curve.look % len(PALETTE)],
                "width": 1.5 if curve.is_thin else 2.5,
                "dash": DASHES[curve.look % len(DASHES)],
            },
            "hovertemplate": f"{curve.name}<br>%{{x:.2f}}: {written}<extra></extra>",
        }
        for curve in shown
    ]
    figure = lay_out(figure_of(traces), x_title, y_title, height=height)
    if is_share:
        update_axes(figure, "y", tickformat=".4~p")  # 90%, but 90.5% where that is one of the marks
    if not any(len(curve.x) for curve in shown):  # plotly.js would show accuracies from -100 % to 400 %
        update_axes(figure, "x", range=[0, 1])
        update_axes(figure, "y", range=[0, 1])
    return figure


def differences(
    names: Sequence[str], values: Sequence[float], interval: tuple[float, float] | None, titles: tuple[str, str],
    hover: Sequence[str], height: int,
) -> Figure:  # fmt: skip
    """A dot for the difference in each pair, a line at 0, their mean, and the interval of the mean as a band.

    Args:
        names: of the pairs, from the top down.
        values: one for each.
        titles: of the axis of the differences and of that of the pairs.
        hover: of each dot.
    """
    colors = [TRAIN_COLOR if value > 0 else TEST_COLOR if value < 0 else NOTES_COLOR for value in values]
    dots = {
        "type": "scatter",
        "mode": "markers",
        "x": list(values),
        "y": list(names),
        "marker": {"color": colors, "size": 13},
        "hovertext": list(hover),
        "hovertemplate": "%{hovertext}<extra></extra>",
        "cliponaxis": False,
    }
    shapes = [vertical_line(0, {"color": NOTES_COLOR, "width": 2})]
    if values:
        shapes.append(vertical_line(float(np.mean(values)), {"color": NOTES_COLOR, "width": 2, "dash": "dash"}))
    if interval:
        place = {"xref": "x", "yref": "paper", "x0": interval[0], "x1": interval[1], "y0": 0, "y1": 1}
        shapes.append({"type": "rect", "fillcolor": INTERVAL_COLOR, "line": {"width": 0}, "layer": "below"} | place)
    figure = lay_out(figure_of([dots], shapes=shapes), *titles, height=height, legend="none")
    span = max([abs(value) for value in [*values, *(interval or ())]], default=0) * 1.15 or 1.0
    update_axes(figure, "x", range=[-span, span])
    update_axes(figure, "y", type="category", autorange="reversed", dtick=1)
    hold_still(figure)
    return figure


def matrix_difference(
    matrix: np.ndarray, titles: tuple[str, str], scale_title: str, sentence: Callable[[int, int], str], height: int,
    names: Sequence[str] = (),
) -> Figure:  # fmt: skip
    """How many more images of each true class (rows) the first network read as each class (columns) than the second.

    Args:
        matrix: (10, 10) counts; above 0 blue, below orange.
        titles: of the columns and of the rows.
        sentence: makes the hover text of a cell from the true class and the answer.
        names: of the classes, where they are no digits.
    """
    classes = list(names) or [str(place) for place in range(len(matrix))]
    # The right answers differ by more than the mistakes; a scale for both would drown these.
    wrong = matrix[~np.eye(len(matrix), dtype=bool)]
    span = max(1, int(np.abs(wrong).max(initial=0)))
    table = {
        "type": "heatmap",
        "z": matrix,
        "zmin": -span,
        "zmid": 0,
        "zmax": span,
        "x": classes,
        "y": classes,
        "text": [[change(int(value)) if value else "" for value in row] for row in matrix],
        "texttemplate": "%{text}",
        "hovertext": [[sentence(row, column) for column in range(len(matrix))] for row in range(len(matrix))],
        "hovertemplate": "%{hovertext}<extra></extra>",
        "colorscale": DIVERGING,
        "showscale": False,
        "xgap": 1,
        "ygap": 1,
    }
    figure = lay_out(figure_of([table]), *titles, height=height, legend="none")
    figure["layout"]["title"] = {"text": scale_title, "font": {"size": 14}}
    update_axes(figure, "x", type="category", showgrid=False, constrain="domain")
    update_axes(figure, "y", type="category", showgrid=False, autorange="reversed")
    hold_still(figure)
    return figure
