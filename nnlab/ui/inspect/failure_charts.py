"""The figures of what a network gets wrong, pure functions: bars, reliability, trade-offs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from nnlab.ui.charts import (
    NOTES_COLOR,
    TEST_COLOR,
    TRAIN_COLOR,
    Figure,
    Trace,
    figure_of,
    hold_still,
    lay_out,
    update_axes,
    vertical_line,
)
from nnlab.ui.numbers import percent

if TYPE_CHECKING:
    import numpy as np

COUNTS_SHARE = 0.26  # of the height of a reliability diagram, for the counts
RIGHT_MARGIN = 28  # pixels: half of "100%" at the end of an axis, which plotly.js leaves out where it would be cut off


def class_accuracies(
    accuracies: Sequence[float],
    x_title: str,
    y_title: str,
    hover: Sequence[str],
    height: int,
    names: Sequence[str] = (),
) -> Figure:
    """The accuracy of each true class, (10,) in [0, 1], as points, which can be told apart near 100 %; bars cannot."""
    digits = list(names) or [str(digit) for digit in range(len(accuracies))]
    points = {
        "type": "scatter",
        "mode": "markers+text",
        "x": list(accuracies),
        "y": digits,
        "marker": {"color": TEST_COLOR, "size": 11},
        "text": [percent(accuracy) for accuracy in accuracies],
        "textposition": "middle right",
        "cliponaxis": False,
        "hovertext": list(hover),
        "hovertemplate": "%{hovertext}<extra></extra>",
    }
    figure = lay_out(figure_of([points]), x_title, y_title, height=height, legend="none")
    least, most = min(accuracies), max(accuracies)
    span = max(most - least, 0.01)
    update_axes(figure, "x", range=[least - 0.1 * span, most + 0.35 * span], tickformat=".1%", nticks=4)
    update_axes(figure, "y", type="category", autorange="reversed", dtick=1)
    hold_still(figure)
    return figure


def reliability_diagram(
    counts: np.ndarray, accuracies: np.ndarray, titles: Mapping[str, str], hover: Sequence[str], height: int
) -> Figure:
    """How often answers of a confidence are right, and a diagonal where both are equal; below, how many there are.

    Args:
        counts, accuracies: (B,) of bins of equal width from 0 to 1; empty bins are left out.
        titles: of the axes "confidence", "accuracy" and "count", and of the line "ideal".
        hover: of each bin.
    """
    bins = len(counts)
    filled = [place for place in range(bins) if counts[place]]
    bars: Trace = {
        "type": "bar",
        "x": [(place + 0.5) / bins for place in filled],
        "width": 0.9 / bins,
        "hovertext": [hover[place] for place in filled],
        "hovertemplate": "%{hovertext}<extra></extra>",
        "showlegend": False,
    }
    data = [
        bars | {"y": [float(accuracies[place]) for place in filled], "marker": {"color": TEST_COLOR}},
        bars | {"y": [int(counts[place]) for place in filled], "marker": {"color": NOTES_COLOR}, "yaxis": "y2"},
        {
            "type": "scatter",
            "mode": "lines",
            "x": [0, 1],
            "y": [0, 1],
            "line": {"color": NOTES_COLOR, "width": 2, "dash": "dash"},
            "name": titles["ideal"],
            "hoverinfo": "skip",
        },
    ]
    figure = lay_out(figure_of(data, yaxis2={}), titles["confidence"], titles["accuracy"], height=height)
    update_axes(figure, "x", range=[0, 1.02], tickvals=[0, 0.25, 0.5, 0.75, 1], tickformat=".0%", anchor="y2")
    figure["layout"]["yaxis"] |= {"domain": [COUNTS_SHARE + 0.1, 1], "range": [0, 1.02], "tickformat": ".0%"}
    figure["layout"]["yaxis2"] |= {
        "domain": [0, COUNTS_SHARE],
        "type": "log",
        "title": {"text": titles["count"]},
        "tickvals": [1, 100, 10_000],  # as many as have room for their letters
        "range": [-0.3, 4.2],
    }
    figure["layout"]["margin"]["r"] = RIGHT_MARGIN
    hold_still(figure)
    return figure


def trade_off(
    coverage: Sequence[float], accuracy: Sequence[float], now: tuple[float, float], titles: tuple[str, str, str],
    height: int,
) -> Figure:  # fmt: skip
    """The share of right answers among those that are still given, against how many those are.

    Args:
        coverage, accuracy: fractions, coverage ascending.
        now: the point of the present threshold.
        titles: of the two axes and of the present point.
    """
    line = {
        "type": "scatter", "mode": "lines", "x": list(coverage), "y": list(accuracy),
        "line": {"color": TEST_COLOR, "width": 3}, "hovertemplate": "%{x:.1%}: %{y:.2%}<extra></extra>",
        "showlegend": False,
    }  # fmt: skip
    point = line | {
        "mode": "markers", "x": [now[0]], "y": [now[1]], "marker": {"color": TRAIN_COLOR, "size": 14},
        "cliponaxis": False, "name": titles[2], "showlegend": True,
    }  # fmt: skip
    figure = lay_out(figure_of([line, point]), titles[0], titles[1], height=height)
    least = min([*accuracy, now[1]])
    update_axes(figure, "x", range=[0, 1.02], tickvals=[0, 0.25, 0.5, 0.75, 1], tickformat=".0%")
    figure["layout"]["margin"]["r"] = RIGHT_MARGIN
    update_axes(figure, "y", range=[least - (1.002 - least) * 0.06, 1 + (1.002 - least) * 0.04])
    update_axes(figure, "y", tickformat=".0%" if least < 0.9 else ".1%")
    hold_still(figure)
    return figure


def accuracy_along(
    strengths: Sequence[float], lines: Mapping[str, Sequence[float]], present: float, x_title: str, y_title: str,
    height: int,
) -> Figure:  # fmt: skip
    """Accuracy along a damage, of one network or two; the present strength is marked.

    Args:
        lines: name of a network -> its accuracies at ``strengths``; the second one is dashed and has other marks.
    """
    looks = ((TEST_COLOR, "solid", "circle"), (NOTES_COLOR, "dash", "diamond"))
    traces = [
        {
            "type": "scatter",
            "mode": "lines+markers",
            "x": list(strengths),
            "y": list(accuracies),
            "name": name,
            "line": {"color": color, "width": 3, "dash": dash},
            "marker": {"size": 8, "symbol": symbol},
            "hovertemplate": "%{x}: %{y:.1%}",
            "cliponaxis": False,
        }
        for (name, accuracies), (color, dash, symbol) in zip(lines.items(), looks, strict=False)
    ]
    mark = vertical_line(present, {"color": TRAIN_COLOR, "width": 2, "dash": "dot"})
    figure = lay_out(figure_of(traces, shapes=[mark]), x_title, y_title, height=height)
    update_axes(figure, "y", range=[0, 1.03], tickformat=".0%")
    figure["layout"]["showlegend"] = True
    hold_still(figure)
    return figure


def apartness(
    names: Sequence[str], series: Mapping[str, Sequence[float]], x_title: str, open_place: int, height: int
) -> Figure:
    """How far the classes have come apart, by the pixels and each layer: two bars each, the second one hatched.

    Args:
        names: of the pixels and the layers, from the top down.
        series: name -> its fractions for them.
        open_place: the place of the layer whose map is shown; its name is set bold.
    """
    looks = ({"color": TEST_COLOR}, {"color": NOTES_COLOR, "pattern": {"shape": "/"}})
    shown = [f"<b>{name}</b>" if place == open_place else name for place, name in enumerate(names)]
    bars = [
        {
            "type": "bar",
            "orientation": "h",
            "y": shown,
            "x": list(shares),
            "name": name,
            "marker": look,
            "text": [percent(share) for share in shares],
            "textposition": "outside",
            "constraintext": "none",
            "cliponaxis": False,
            "hovertemplate": "%{y}: %{x:.1%}",
        }
        for (name, shares), look in zip(series.items(), looks, strict=True)
    ]
    figure = lay_out(figure_of(bars, barmode="group"), x_title, "", height=height)
    update_axes(figure, "y", type="category", showgrid=False, autorange="reversed")
    update_axes(figure, "x", range=[0, 1.45], tickvals=[0, 0.5, 1], tickformat=".0%")
    hold_still(figure)
    return figure
