"""The confusion matrix as a figure, and cells of such a table that can be clicked; pure functions."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from nnlab.config import CLASSES
from nnlab.ui.charts import SEQUENTIAL, Figure, figure_of, hold_still, lay_out, update_axes
from nnlab.ui.numbers import percent

HEIGHT = 430  # pixels
CELL_COLOR = "#E69F00"  # Okabe-Ito orange: the frame of the open cell
CELL_PIXELS = 34


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


def let_cells_be_clicked(matrix: Figure, words: Sequence[Sequence[str]], truth: int, predicted: int) -> None:
    """Lay a point that nobody sees on each cell of a confusion matrix, since a heatmap's own cells cannot be chosen.

    Args:
        words: the hover text of each cell.
        truth, predicted: the open cell, which gets a frame.
    """
    classes, names = range(len(words)), matrix["data"][0]["x"]
    unseen = {"marker": {"opacity": 0}}
    matrix["data"].append(
        {
            "type": "scatter",
            "mode": "markers",
            "x": [names[column] for _ in classes for column in classes],
            "y": [names[row] for row in classes for _ in classes],
            "hovertext": [sentence for row in words for sentence in row],
            "hovertemplate": "%{hovertext}<extra></extra>",
            "marker": {"symbol": "square", "size": CELL_PIXELS, "opacity": 0},
            "selected": unseen,
            "unselected": unseen,
        }
    )
    corner = {"x0": predicted - 0.5, "x1": predicted + 0.5, "y0": truth - 0.5, "y1": truth + 0.5}
    frame = {"type": "rect", "line": {"color": CELL_COLOR, "width": 4}}
    matrix["layout"]["shapes"] = [frame | corner]
    # Of its own accord plotly.js leaves room for whole markers around the table, and its cells become small.
    update_axes(matrix, "x", range=[-0.5, CLASSES - 0.5])
    update_axes(matrix, "y", range=[CLASSES - 0.5, -0.5], autorange=False)


def clicked_cell(points: Sequence[dict]) -> tuple[int, int] | None:
    """The true class and the answer of the cell that the browser says was clicked; None for anything else."""
    for point in points:
        number = point.get("point_number", point.get("point_index"))
        if isinstance(number, int) and 0 <= number < CLASSES**2:
            return divmod(number, CLASSES)
    return None
