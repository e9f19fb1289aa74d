"""The figures of the Inspect page: pure functions, like those of ``nnlab.ui.charts``."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from nnlab.ui.charts import (
    DIVERGING,
    LEAST_SPAN,
    RIVAL_COLOR,
    TEST_COLOR,
    TRAIN_COLOR,
    Figure,
    figure_of,
    hold_still,
    lay_out,
    update_axes,
)

ONE_ROW = 12  # so many units or fewer stand in one row
WIDE = 2.4  # columns of a layer's picture for each of its rows
LAYER_PIXELS = 330  # the width of that picture, about, for the size of a square
LARGEST_SQUARE = 22  # pixels


def columns_of(count: int) -> int:
    """How many units of a layer stand in a row of its picture."""
    return count if count <= ONE_ROW else math.ceil(math.sqrt(count * WIDE))


def layer_picture(
    outputs: np.ndarray, totals: np.ndarray, names: Sequence[str], chosen: int, hover: str, height: int = 170
) -> Figure:
    """All units of a layer, row by row, each a square with the colour of its output; the chosen one is outlined.

    Args:
        outputs: (D,) f(z).
        totals: (D,) z, for the hover.
        names: what each unit is called.
        hover: template with plotly's %{text}, %{marker.color} and %{customdata}.
    """
    count = len(outputs)
    columns = columns_of(count)
    span = max(float(np.abs(outputs).max()), LEAST_SPAN)
    places = np.arange(count)
    squares = {
        "type": "scatter",
        "mode": "markers",
        "x": places % columns,
        "y": places // columns,
        "text": list(names),
        "customdata": totals,
        "marker": {
            "symbol": "square",
            "size": min(LARGEST_SQUARE, LAYER_PIXELS / columns * 0.86),
            "color": outputs,
            "cmin": -span,
            "cmax": span,
            "colorscale": DIVERGING,
            "line": {
                "color": [TEST_COLOR if unit == chosen else "rgba(128, 128, 128, 0.5)" for unit in range(count)],
                "width": [3 if unit == chosen else 0.5 for unit in range(count)],
            },
            "colorbar": {"thickness": 12, "tickformat": ".2~g", "title": {"text": "a", "side": "top"}},
        },
        "selected": {"marker": {"opacity": 1}},
        "unselected": {"marker": {"opacity": 1}},
        "cliponaxis": False,
        "hovertemplate": f"{hover}<extra></extra>",
    }
    figure = lay_out(figure_of([squares]), "", "", height=height, legend="none")
    figure["layout"]["margin"] = {"l": 4, "r": 4, "t": 8, "b": 8}
    update_axes(figure, "x", visible=False, range=[-0.7, columns - 0.3])
    update_axes(figure, "y", visible=False, autorange="reversed")
    hold_still(figure)
    return figure


def signed_bars(values: Sequence[float], x_title: str, y_title: str, marked: int | None, height: int) -> Figure:
    """A signed number for each digit, as horizontal bars from 0; the marked digit in full colour, the others pale.

    Args:
        values: (10,).
        marked: a digit, or None to have all in full colour.
    """
    bars = {
        "type": "bar",
        "orientation": "h",
        "x": list(values),
        "y": [str(digit) for digit in range(len(values))],
        "marker": {
            "color": [TRAIN_COLOR if marked in (None, digit) else RIVAL_COLOR for digit in range(len(values))],
        },
        "hovertemplate": "%{y}: %{x:+.3f}<extra></extra>",
    }
    figure = lay_out(figure_of([bars]), x_title, y_title, height=height, legend="none")
    figure["layout"]["margin"]["t"] = 8
    update_axes(figure, "x", zeroline=True, nticks=6)
    update_axes(figure, "y", autorange="reversed", type="category", showgrid=False, dtick=1)
    hold_still(figure)
    return figure


def before_and_after(
    before: Sequence[float], after: Sequence[float], names: tuple[str, str], x_title: str, y_title: str, height: int
) -> Figure:
    """The probabilities of the ten digits in two states of a network, one bar of each beside the other.

    Args:
        before, after: (10,) in [0, 1].
        names: what the two are called.
    """
    traces = [
        {
            "type": "bar",
            "orientation": "h",
            "name": name,
            "x": list(values),
            "y": [str(digit) for digit in range(len(values))],
            "marker": {"color": color},
            "hovertemplate": "%{y}: %{x:.2%}",
        }
        for name, values, color in zip(names, (before, after), (RIVAL_COLOR, TEST_COLOR), strict=True)
    ]
    figure = lay_out(figure_of(traces, barmode="group"), x_title, y_title, height=height)
    update_axes(figure, "x", range=[0, 1.08], tickvals=[0, 0.5, 1], tickformat=".0%")
    update_axes(figure, "y", autorange="reversed", type="category", showgrid=False, dtick=1)
    hold_still(figure)
    return figure
