"""The learning curve of a run that is over, as a figure: what the Train page draws of one that trains."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from nnlab.ui import charts
from nnlab.ui.charts import NOTES_COLOR, TEST_COLOR, TRAIN_COLOR, Figure
from nnlab.ui.text import t

if TYPE_CHECKING:
    from nnlab.runs.curve import Stretch

HEIGHT = 360  # pixels
LOSS_FROM, ACCURACY_TO = 0.42, 0.32  # of the height, from below: the loss has the upper part
EPOCH, TRAIN_LOSS, TEST_LOSS, TRAIN_ACCURACY, TEST_ACCURACY, TRAIN_IMAGES, TEST_IMAGES, IS_SAMPLE = range(8)


def figure(points: Stretch) -> Figure:
    """The loss above, the share of right answers below, by the epoch.

    Args:
        points: all of a run's curve, ``Curve.since(is_still=True)``.
    """
    steps, evaluations = points["steps"], points["evaluations"]
    drawn = [
        _line("batch", steps["epoch"], steps["loss"], TRAIN_COLOR, width=1, opacity=0.45),
        _line("smooth", steps["epoch"], steps["smooth"], TRAIN_COLOR, width=2.5),
        _measured("train", evaluations, TRAIN_LOSS, TRAIN_IMAGES),
        _measured("test", evaluations, TEST_LOSS, TEST_IMAGES),
        _line("smooth_accuracy", steps["epoch"], steps["accuracy"], TRAIN_COLOR, width=2.5),
        _measured("train_accuracy", evaluations, TRAIN_ACCURACY, TRAIN_IMAGES),
        _measured("test_accuracy", evaluations, TEST_ACCURACY, TEST_IMAGES),
    ]
    for trace in drawn[4:]:
        trace |= {"yaxis": "y2", "showlegend": False}
    made = charts.figure_of(drawn, yaxis2={}, shapes=[_mark(mark[0]) for mark in points["marks"]])
    charts.lay_out(made, t("train.curve_epochs"), t("train.curve_loss"), HEIGHT)
    made["layout"]["yaxis"] |= {"domain": [LOSS_FROM, 1], "rangemode": "tozero"}
    made["layout"]["yaxis2"] |= {
        "domain": [0, ACCURACY_TO],
        "range": [0, 1.02],
        "tickformat": ".0%",
        "title": {"text": t("train.curve_accuracy")},
    }
    made["layout"]["xaxis"]["anchor"] = "y2"
    return made


def _line(name: str, x: list[Any], y: list[Any], color: str, width: float, opacity: float = 1.0) -> charts.Trace:
    is_share = name.endswith("accuracy")
    return {
        "type": "scatter",
        "mode": "lines",
        "name": t(f"train.curve_{name}"),
        "x": x,
        "y": y,
        "line": {"color": color, "width": width},
        "opacity": opacity,
        "connectgaps": False,
        "hovertemplate": "%{y:.2%}" if is_share else "%{y:.4f}",
    }


def _measured(name: str, evaluations: list[list[Any]], value: int, images: int) -> charts.Trace:
    """What was measured on so many images: a dot on the whole set, a ring on a sample of it."""
    column = [evaluation[value] for evaluation in evaluations]
    color = TRAIN_COLOR if name.startswith("train") else TEST_COLOR
    trace = _line(name, [evaluation[EPOCH] for evaluation in evaluations], column, color, width=2)
    trace["mode"] = "lines+markers"
    if name.startswith("train"):
        trace["line"] |= {"width": 1, "dash": "dot"}
    symbols = ["circle-open" if evaluation[IS_SAMPLE] else "circle" for evaluation in evaluations]
    trace["marker"] = {"size": 6, "symbol": symbols}
    trace["customdata"] = [evaluation[images] for evaluation in evaluations]
    trace["hovertemplate"] += " " + t("train.curve_images").replace("{count}", "%{customdata:,}")
    return trace


def _mark(epoch: float) -> dict[str, Any]:
    """Where the learning rate was changed."""
    line = {"color": NOTES_COLOR, "dash": "dot", "width": 1}
    return {"type": "line", "x0": epoch, "x1": epoch, "xref": "x", "y0": 0, "y1": 1, "yref": "paper", "line": line}
