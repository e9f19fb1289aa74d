"""The figure of an answer along a slider's way: a pure function, like those of ``charts``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from nnlab.ui.charts import (
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
