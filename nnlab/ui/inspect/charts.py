"""The figures of the Inspect page: pure functions, like those of ``nnlab.ui.charts``."""

from __future__ import annotations

from collections.abc import Sequence

from nnlab.ui.charts import (
    RIVAL_COLOR,
    TEST_COLOR,
    TRAIN_COLOR,
    Figure,
    figure_of,
    hold_still,
    lay_out,
    update_axes,
)


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
