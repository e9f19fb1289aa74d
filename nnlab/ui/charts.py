"""Figures: pure functions from records and arrays to plotly figures, without a Streamlit call.

Training is always the same blue, test the same orange, the notes' run grey and dashed. Series take the Okabe-Ito
palette; signed quantities a diverging scale centred at zero, counts a sequential one. Background and text follow the
page's theme.
"""

from __future__ import annotations

from collections.abc import Sequence

import pandas  # noqa: F401 - Plotly asks sys.modules for it, and fails where another thread is importing it
import plotly.graph_objects as go

from nnlab.ui.answers import digit_of
from nnlab.ui.numbers import percent

TRAIN_COLOR = "#0072B2"  # Okabe-Ito blue
TEST_COLOR = "#D55E00"  # Okabe-Ito vermilion
NOTES_COLOR = "#8C8C8C"
RIVAL_COLOR = "rgba(0, 114, 178, 0.35)"  # the training blue, pale
# Okabe & Ito 2008, "Color Universal Design"; black left out (invisible on dark), yellow darkened for white paper.
PALETTE = (TRAIN_COLOR, TEST_COLOR, "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#B8A800", "#7F7F7F")
GRID_COLOR = "rgba(128, 128, 128, 0.22)"
ZERO_COLOR = "rgba(128, 128, 128, 0.6)"
DIVERGING = "RdBu"  # for signed quantities, with zmid=0; blue is positive
SEQUENTIAL = "Blues"  # for counts
# How an axis writes numbers: as ``numbers`` does. Plotly by itself writes 0.0002 as 200µ and 20,000 as 20k.
AXIS_NUMBERS = {"exponentformat": "power", "minexponent": 4, "separatethousands": True}


def lay_out(figure: go.Figure, x_title: str, y_title: str, height: int, legend: str = "top") -> go.Figure:
    """Give a figure its axes' titles (with their units), the house's margins and grid; returns the same figure.

    Args:
        legend: "top" (a row above the plot), "right" or "none".
    """
    top = 42 if legend == "top" else 24
    figure.update_layout(
        height=height,
        margin={"l": 8, "r": 8, "t": top, "b": 8},
        paper_bgcolor="rgba(0, 0, 0, 0)",
        plot_bgcolor="rgba(0, 0, 0, 0)",
        colorway=PALETTE,
        showlegend=legend != "none",
        hoverlabel={"namelength": -1},
    )
    if legend == "top":
        figure.update_layout(legend={"orientation": "h", "yanchor": "bottom", "y": 1.0, "x": 0, "title": None})
    axis = {"gridcolor": GRID_COLOR, "zerolinecolor": ZERO_COLOR, "automargin": True} | AXIS_NUMBERS
    figure.update_xaxes(title={"text": x_title}, **axis)
    figure.update_yaxes(title={"text": y_title}, **axis)
    return figure


def probability_bars(
    probabilities: Sequence[float], x_title: str, y_title: str, truth: int | None, height: int
) -> go.Figure:
    """Ten horizontal bars, digit 0 on top; the largest in the accent colour, its rivals pale, the true class outlined.

    Args:
        probabilities: (10,) in [0, 1].
        truth: the true class, outlined in the test colour, or None if nobody knows.
    """
    digits = range(len(probabilities))
    largest = digit_of(probabilities)
    figure = go.Figure(
        go.Bar(
            x=list(probabilities),
            y=[str(digit) for digit in digits],
            orientation="h",
            marker={
                "color": [TRAIN_COLOR if digit == largest else RIVAL_COLOR for digit in digits],
                "line": {"color": TEST_COLOR, "width": [3 if digit == truth else 0 for digit in digits]},
            },
            text=[percent(probability) for probability in probabilities],
            textposition="outside",
            constraintext="none",  # as large as all letters, however thin the bars
            cliponaxis=False,
            hovertemplate="%{y}: %{x:.4f}<extra></extra>",
        )
    )
    lay_out(figure, x_title, y_title, height=height, legend="none")
    figure.update_xaxes(range=[0, 1.2], tickvals=[0, 0.5, 1], tickformat=".0%")
    figure.update_yaxes(autorange="reversed", type="category", showgrid=False, dtick=1)
    return figure


def hold_still(figure: go.Figure) -> None:
    """Take zooming and its tools from a figure that shows everything already: a finger on it scrolls the page."""
    figure.update_xaxes(fixedrange=True)
    figure.update_yaxes(fixedrange=True)
    tools = ["toImage", "zoom", "pan", "zoomIn", "zoomOut", "autoScale", "resetScale"]
    figure.update_layout(dragmode=False, modebar_remove=tools)
