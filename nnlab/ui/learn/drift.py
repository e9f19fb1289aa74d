"""Two losses of one run that drift apart: the figure, and in a word what the loss on the test set did.

Pure functions. Read next: ``training_curves``, which asks for a prediction first.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from nnlab.ui.charts import TEST_COLOR, TRAIN_COLOR, Figure, Trace, figure_of, lay_out, update_axes, vertical_line

MARGIN = 0.02  # a loss has risen, or fallen, if it differs by more than this part of itself
KINDS = ("falls", "turns", "stays")


class Drift(NamedTuple):
    """What a loss did: ``kind`` is one of ``KINDS``, ``best`` the place of its lowest value."""

    kind: str
    best: int


def drift_of(losses: Sequence[float]) -> Drift:
    """Whether a loss falls to the end, falls and then rises again, or has not fallen at all.

    Args:
        losses: before the training and after each epoch; at least one.

    Example:
        >>> drift_of([2.3, 0.6, 0.5, 0.7])
        Drift(kind='turns', best=2)
    """
    best = min(range(len(losses)), key=losses.__getitem__)
    if losses[best] > losses[0] * (1 - MARGIN):
        return Drift("stays", best)
    return Drift("turns" if losses[-1] > losses[best] * (1 + MARGIN) else "falls", best)


def drifting_curves(
    epochs: Sequence[float], train: Sequence[float], test: Sequence[float], words: dict[str, str], height: int
) -> Figure:
    """Both losses over the epochs, and a line where the one on the test set was lowest.

    Args:
        words: "train", "test", "epochs", "loss" and "lowest", for the legend, the axes and the line.
    """
    traces = [
        _curve(epochs, train, words["train"], TRAIN_COLOR, "solid"),
        _curve(epochs, test, words["test"], TEST_COLOR, "dash"),
    ]
    best = drift_of(test).best
    line = vertical_line(epochs[best], {"color": TEST_COLOR, "width": 1, "dash": "dot"})
    note = {"x": epochs[best], "y": 1, "yref": "paper", "text": words["lowest"], "showarrow": False}
    place = {"xanchor": "left", "yanchor": "top", "xshift": 5}
    figure = figure_of(traces, shapes=[line], annotations=[note | place])
    lay_out(figure, words["epochs"], words["loss"], height)
    update_axes(figure, "y", rangemode="tozero")
    return figure


def _curve(x: Sequence[float], y: Sequence[float], name: str, color: str, dash: str) -> Trace:
    return {
        "type": "scatter",
        "x": list(x),
        "y": list(y),
        "name": name,
        "mode": "lines+markers",
        "line": {"color": color, "width": 3, "dash": dash},
        "marker": {"size": 5},
        "hovertemplate": f"%{{x}}: %{{y:.3f}}<extra>{name}</extra>",
    }
