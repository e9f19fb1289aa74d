"""The confusion matrix as a figure, a pure function."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from nnlab.ui.charts import SEQUENTIAL, Figure, figure_of, hold_still, lay_out, update_axes
from nnlab.ui.numbers import percent

HEIGHT = 430  # pixels


def confusion_figure(
    confusion: np.ndarray, x_title: str, y_title: str, sentence: Callable[..., str], names: Sequence[str] = ()
) -> Figure:
    """How many images of each true class (rows) were read as each class (columns).

    The colour shows only the mistakes, since the right answers would drown them; the numbers show both.

    Args:
        confusion: (10, 10) counts, rows the true classes.
        names: of the classes, where they are no digits.
        sentence: makes the hover text of a cell from ``truth``, ``predicted``, ``count`` and ``share`` (of its row).
    """
    mistakes = confusion.astype(float)
    np.fill_diagonal(mistakes, 0)
    shares = confusion / np.maximum(confusion.sum(axis=1, keepdims=True), 1)
    classes = range(len(confusion))
    digits = list(names) or [str(digit) for digit in classes]
    words = [
        [
            sentence(truth=truth, predicted=predicted, count=f"{confusion[truth, predicted]:,}", share=percent(share))
            for predicted, share in enumerate(shares[truth])
        ]
        for truth in classes
    ]
    table = {
        "type": "heatmap",
        "z": mistakes,
        "x": digits,
        "y": digits,
        "text": confusion,
        "hovertext": words,
        "texttemplate": "%{text}",
        "colorscale": SEQUENTIAL,
        "showscale": False,
        "xgap": 1,
        "ygap": 1,
        "hovertemplate": "%{hovertext}<extra></extra>",
    }
    figure = lay_out(figure_of([table]), x_title, y_title, height=HEIGHT, legend="none")
    update_axes(figure, "x", type="category", showgrid=False, constrain="domain")
    update_axes(figure, "y", type="category", showgrid=False, autorange="reversed")
    hold_still(figure)
    return figure
