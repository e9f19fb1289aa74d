"""Pictures for a page that must open anywhere: curves as SVG, digits as PNG within the address itself."""

from __future__ import annotations

import base64
import io
from collections.abc import Sequence
from html import escape
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    import numpy as np

WIDTH, HEIGHT = 640, 260
LEFT, RIGHT, TOP, BOTTOM = 48, 12, 12, 34  # the margins around a chart
MOST_POINTS = 400  # of a curve; a page has not many more pixels
TICKS = 5


class Line(NamedTuple):
    """One curve: its name, its colour, and its points (x, y), sorted by x."""

    name: str
    colour: str
    points: Sequence[tuple[float, float]]


def chart(lines: Sequence[Line], x_title: str, title: str) -> str:
    """Curves over a common pair of axes, as an ``<svg>``; y begins at 0."""
    lines = [line._replace(points=thinned(line.points)) for line in lines if line.points]
    right = max((x for line in lines for x, _ in line.points), default=1.0) or 1.0
    top = max((y for line in lines for _, y in line.points), default=1.0) * 1.05 or 1.0

    def place(x: float, y: float) -> tuple[float, float]:
        return (
            LEFT + (WIDTH - LEFT - RIGHT) * x / right,
            HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * y / top,
        )

    parts = [f'<svg viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="{escape(title)}">']
    for value in ticks(top):
        _, y = place(0, value)
        parts.append(f'<line class="grid" x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{y:.1f}" y2="{y:.1f}"/>')
        parts.append(f'<text class="tick" x="{LEFT - 6}" y="{y + 4:.1f}" text-anchor="end">{value:g}</text>')
    for value in ticks(right):
        x, _ = place(value, 0)
        parts.append(f'<text class="tick" x="{x:.1f}" y="{HEIGHT - 18}" text-anchor="middle">{value:g}</text>')
    parts.append(f'<text class="tick" x="{WIDTH - RIGHT}" y="{HEIGHT - 4}" text-anchor="end">{escape(x_title)}</text>')
    for line in lines:
        places = " ".join(f"{x:.1f},{y:.1f}" for x, y in (place(*point) for point in line.points))
        parts.append(f'<polyline fill="none" stroke="{line.colour}" stroke-width="2" points="{places}"/>')
        if len(line.points) == 1:
            x, y = place(*line.points[0])
            parts.append(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3" fill="{line.colour}"/>')
    legend = " ".join(
        f'<span class="key"><i style="background:{line.colour}"></i>{escape(line.name)}</span>' for line in lines
    )
    return f"<figure><figcaption>{escape(title)} {legend}</figcaption>{''.join(parts)}</svg></figure>"


def ticks(end: float) -> list[float]:
    """Round numbers from 0 to ``end``, about five.

    Example:
        >>> ticks(2.4)
        [0.0, 0.5, 1.0, 1.5, 2.0]
    """
    rough = end / TICKS
    power = 10.0 ** (len(f"{int(rough)}") - 1) if rough >= 1 else 1.0
    while power > rough:
        power /= 10
    step = next(power * factor for factor in (1, 2, 5, 10) if power * factor >= rough)
    return [round(step * number, 10) for number in range(int(end / step + 1e-9) + 1)]


def thinned(points: Sequence[tuple[float, float]]) -> list[tuple[float, float]]:
    """At most ``MOST_POINTS`` points: where there are more, the means of neighbours."""
    width = -(-len(points) // MOST_POINTS)
    if width <= 1:
        return list(points)
    groups = [points[first : first + width] for first in range(0, len(points), width)]
    return [(group[-1][0], sum(y for _, y in group) / len(group)) for group in groups]


def picture(image: np.ndarray, alt: str) -> str:
    """A digit, (28, 28) uint8, 255 = ink, as an ``<img>`` that holds its own content."""
    from PIL import Image

    file = io.BytesIO()
    Image.fromarray(255 - image).save(file, "png")  # on paper, ink is dark
    content = base64.b64encode(file.getvalue()).decode()
    return f'<img src="data:image/png;base64,{content}" alt="{escape(alt)}" width="84" height="84">'
