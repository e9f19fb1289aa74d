"""The figures that explain one answer: pixels for and against, and an answer along a slider's way.

Pure functions, like those of ``charts``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from nnlab.ui.charts import (
    DIVERGING,
    NOTES_COLOR,
    TEST_COLOR,
    TRAIN_COLOR,
    Figure,
    figure_of,
    hold_still,
    lay_out,
    update_axes,
    vertical_line,
)

LEAST_SPAN = 1e-6  # of the colours' scale: where no pixel says anything, all are white


def evidence_map(evidence: np.ndarray, ink: np.ndarray, scale_title: str, hover: str, height: int = 330) -> Figure:
    """How much each pixel adds, blue for and red against, with the scale beside it; one square per pixel.

    Args:
        evidence: (28, 28) signed.
        ink: (28, 28) in [0, 1], for the hover.
        scale_title: what the colours measure, with its unit.
        hover: template of a pixel's hover text, with plotly's %{x}, %{y}, %{z} and %{customdata}.
    """
    span = max(float(np.abs(evidence).max()), LEAST_SPAN)
    pixels = {
        "type": "heatmap",
        "z": evidence,
        "customdata": ink,
        "zmid": 0,
        "zmin": -span,
        "zmax": span,
        "colorscale": DIVERGING,
        "zsmooth": False,
        "colorbar": {"title": {"text": scale_title, "side": "right"}, "thickness": 14, "tickformat": "+.2~g"},
        "hovertemplate": f"{hover}<extra></extra>",
    }
    figure = lay_out(figure_of([pixels]), "", "", height=height, legend="none")
    figure["layout"]["margin"] = {"l": 0, "r": 0, "t": 8, "b": 8}
    update_axes(figure, "x", visible=False, constrain="domain")
    update_axes(figure, "y", visible=False, autorange="reversed", scaleanchor="x", constrain="domain")
    hold_still(figure)
    return figure


def answer_along(
    values: Sequence[float],
    answers: Mapping[str, Sequence[float]],
    present: float,
    present_words: str,
    x_title: str,
    y_title: str,
    height: int = 300,
) -> Figure:
    """The probabilities of one or two digits along the way of a slider, its present position marked.

    Args:
        values: the positions, ascending.
        answers: name of a line -> its probabilities at ``values``; the first is the answer, the second its rival.
        present: the slider's position now, one of ``values`` up to rounding.
    """
    line = {"type": "scatter", "hovertemplate": "%{x}: %{y:.1%}"}
    traces = []
    colors, dashes = (TRAIN_COLOR, TEST_COLOR), ("solid", "dash")
    for (name, probabilities), color, dash in zip(answers.items(), colors, dashes, strict=False):
        style = {"mode": "lines", "line": {"color": color, "width": 3, "dash": dash}}
        traces.append(line | style | {"x": list(values), "y": list(probabilities), "name": name})
    place = int(np.abs(np.asarray(values) - present).argmin())
    height_now = next(iter(answers.values()))[place]
    point = {
        "x": [present],
        "y": [height_now],
        "mode": "markers",
        "marker": {"color": TRAIN_COLOR, "size": 13},
        "cliponaxis": False,
        "name": present_words,
        "showlegend": False,
    }
    mark = vertical_line(present, {"color": NOTES_COLOR, "width": 2, "dash": "dot"})
    figure = lay_out(figure_of([*traces, line | point], shapes=[mark]), x_title, y_title, height=height)
    update_axes(figure, "x", range=[min(values), max(values)])
    update_axes(figure, "y", range=[-0.03, 1.05], tickvals=[0, 0.5, 1], tickformat=".0%")
    hold_still(figure)
    return figure
