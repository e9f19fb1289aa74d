"""The figure of a landscape of the loss from above, with a run's way in it: a pure function."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import isfinite

import numpy as np

from nnlab.ui.charts import SEQUENTIAL, TEST_COLOR, Figure, Trace, figure_of, lay_out, update_axes
from nnlab.ui.numbers import significant

LEAST_LOSS, MOST_LOSS = 1e-4, 1e4  # of the colours
STEPS = (1, 2, 5)  # numbers at the colours, times powers of ten
MOST_NUMBERS = 9  # then the powers of ten alone


def landscape(
    across: np.ndarray,
    up: np.ndarray,
    heights: np.ndarray,
    way: np.ndarray,
    hover: Sequence[str],
    titles: Mapping[str, str],
    height: int,
) -> Figure:
    """Contours of the loss, even in its logarithm, so that the valley is seen as well as the heights; and the way.

    Args:
        across, up: (W,), (H,) the places along both axes; ``heights``: (H, W) the loss there.
        way: (T, 2), the first place is the start, the last one the end; ``hover``: what is said of each.
        titles: of the axes "across" and "up", of the colours "loss", of a loss "loss_here", and of the way "way_name".
    """
    clear = np.nan_to_num(heights, nan=MOST_LOSS, posinf=MOST_LOSS).clip(LEAST_LOSS, MOST_LOSS)
    shades = np.log10(clear)
    marks = [digit * 10.0**power for power in range(-4, 5) for digit in STEPS]
    marks = [mark for mark in marks if shades.min() <= np.log10(mark) <= shades.max()]
    if len(marks) > MOST_NUMBERS:
        marks = [mark for mark in marks if np.log10(mark).round(6).is_integer()]
    hills: Trace = {
        "type": "contour",
        "x": across,
        "y": up,
        "z": shades,
        "customdata": heights,
        "text": [[significant(loss) if isfinite(loss) else "NaN" for loss in row] for row in heights.tolist()],
        "colorscale": SEQUENTIAL,
        "reversescale": True,
        "ncontours": 22,
        "line": {"width": 0.6, "color": "rgba(255, 255, 255, 0.7)"},
        "colorbar": {
            "title": {"text": titles["loss"], "side": "right"},
            "tickvals": np.log10(marks),
            "ticktext": [f"{mark:,g}" for mark in marks],
            "thickness": 14,
        },
        "hovertemplate": f"{titles['loss_here']} %{{customdata:.3f}}<extra></extra>",
    }
    line: Trace = {
        "type": "scatter",
        "mode": "lines+markers",
        "x": way[:, 0],
        "y": way[:, 1],
        "name": titles["way_name"],
        "line": {"color": TEST_COLOR, "width": 3},
        "marker": {
            "color": TEST_COLOR,
            "size": [13, *(8 for _ in way[1:-1]), 16],
            "symbol": ["square", *("circle" for _ in way[1:-1]), "star"],
            "line": {"color": "#FFFFFF", "width": 1.5},
        },
        "hovertext": list(hover),
        "hovertemplate": "%{hovertext}<extra></extra>",
    }
    figure = lay_out(figure_of([hills, line]), titles["across"], titles["up"], height, legend="none")
    update_axes(figure, "x", range=[across[0], across[-1]], showgrid=False, zeroline=False)
    update_axes(figure, "y", range=[up[0], up[-1]], showgrid=False, zeroline=False)
    return figure
