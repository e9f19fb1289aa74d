"""A run's loss as a small curve: a picture of a few hundred bytes, since a page has twenty of them."""

from __future__ import annotations

import base64
import math
from collections.abc import Sequence

from nnlab.ui.charts import TRAIN_COLOR

WIDTH, HEIGHT, MARGIN = 96, 32, 2  # of the picture's own units, which are pixels at the usual text size
LEAST_RATIO = 1.001  # between the highest and the lowest loss that are told apart


def svg(losses: Sequence[float]) -> str:
    """The losses in their order, on a logarithmic scale from the lowest to the highest; what is no number is left out.

    Returns:
        an SVG file; one without a line where there are fewer than two numbers.
    """
    points = [(index, math.log(loss)) for index, loss in enumerate(losses) if math.isfinite(loss) and loss > 0]
    line = ""
    if len(points) > 1:
        low, high = min(y for _, y in points), max(y for _, y in points)
        span = max(high - low, math.log(LEAST_RATIO))
        across, down = (WIDTH - 2 * MARGIN) / (len(losses) - 1), (HEIGHT - 2 * MARGIN) / span
        places = " ".join(f"{MARGIN + index * across:.1f},{MARGIN + (high - y) * down:.1f}" for index, y in points)
        line = f'<polyline points="{places}" fill="none" stroke="{TRAIN_COLOR}" stroke-width="2"/>'
    return f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}">{line}</svg>'


def address(losses: Sequence[float]) -> str:
    """The same as an address for an image."""
    return f"data:image/svg+xml;base64,{base64.b64encode(svg(losses).encode()).decode()}"
