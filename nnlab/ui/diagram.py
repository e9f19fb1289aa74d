"""The network as a picture: a column of circles per layer, a line per weight, as far as there is room for them.

A layer too large to draw shows its first and last units around an ellipsis, and its true number of units above it.
A pure function, like those of ``charts``: the words come from the caller.
"""

from __future__ import annotations

from collections.abc import Sequence

from nnlab.ui.charts import PALETTE, Figure, Trace, figure_of, update_axes

SHOWN_UNITS = 9  # circles per layer at most, with the ellipsis in the place of one
INPUT_COLOR, HIDDEN_COLOR, OUTPUT_COLOR = PALETTE[7], PALETTE[0], PALETTE[2]
EDGE_COLOR = "rgba(128, 128, 128, 0.28)"
PIXELS_PER_UNIT = 19  # largest diameter of a circle; smaller where a layer is crowded


def shown_units(size: int, limit: int = SHOWN_UNITS) -> list[int | None]:
    """The units of a layer to draw, from the top; None stands for the ellipsis.

    Example:
        >>> shown_units(784, limit=5)
        [0, 1, None, 782, 783]
    """
    if size <= limit:
        return list(range(size))
    half = (limit - 1) // 2
    return [*range(half), None, *range(size - half, size)]


def network_diagram(
    layer_sizes: Sequence[int],
    layer_names: Sequence[str] | None = None,
    unit_noun: str = "",
    output_labels: Sequence[str] | None = None,
    height: int = 340,
    limit: int = SHOWN_UNITS,
) -> Figure:
    """Draw a fully connected network from left to right.

    Args:
        layer_sizes: units of every layer, input and output included, as ``ModelConfig.layer_sizes``.
        layer_names: a caption per layer, drawn below it; may hold ``<br>``.
        unit_noun: the hover text of a layer, such as "{count} neurons".
        output_labels: a label right of each unit of the last layer, such as the digits.
        height: of the figure, in pixels.
        limit: circles per layer at most; odd, so that the ellipsis is in the middle.

    Returns:
        The figure; it holds no colour of paper or text, so it suits the light and the dark theme.
    """
    columns = [_column(size, limit) for size in layer_sizes]  # per layer: [(unit or None, y)]
    traces, words = [], []
    for layer in range(1, len(columns)):
        traces.append(_edges(columns[layer - 1], columns[layer], layer))
    for layer, column in enumerate(columns):
        traces.append(_units(column, layer, layer_sizes, unit_noun, height))
        traces.append(_ellipsis(column, layer, height))
        words.append(_words(layer, 0.56, f"<b>{layer_sizes[layer]:,}</b>", "bottom"))
        if layer_names:
            words.append(_words(layer, -0.56, layer_names[layer], "top"))
    last = len(columns) - 1
    if output_labels:
        for unit, y in columns[-1]:
            if unit is not None:
                words.append(_words(last, y, output_labels[unit], "middle", "left", PIXELS_PER_UNIT * 0.7))
    figure = figure_of(
        traces,
        annotations=words,
        height=height,
        margin={"l": 4, "r": 4, "t": 8, "b": 8},
        showlegend=False,
        paper_bgcolor="rgba(0, 0, 0, 0)",
        plot_bgcolor="rgba(0, 0, 0, 0)",
    )
    update_axes(figure, "x", visible=False, range=[-0.38, last + 0.38], fixedrange=True)
    update_axes(figure, "y", visible=False, range=[-0.75 if layer_names else -0.58, 0.68], fixedrange=True)
    return figure


def _column(size: int, limit: int) -> list[tuple[int | None, float]]:
    """Each drawn unit with its height, centred on 0; a full column spans -0.5 to 0.5."""
    units = shown_units(size, limit)
    spacing = 1 / (limit - 1)
    top = spacing * (len(units) - 1) / 2
    return [(unit, top - spacing * row) for row, unit in enumerate(units)]


def _edges(left: list, right: list, layer: int) -> Trace:
    x: list[float | None] = []
    y: list[float | None] = []
    for unit, start in left:
        for other, end in right:
            if unit is not None and other is not None:
                x += [layer - 1, layer, None]
                y += [start, end, None]
    line = {"color": EDGE_COLOR, "width": 1}
    return {"type": "scatter", "x": x, "y": y, "mode": "lines", "line": line, "hoverinfo": "skip"}


def _units(column: list, layer: int, layer_sizes: Sequence[int], noun: str, height: int) -> Trace:
    is_input, is_output = layer == 0, layer == len(layer_sizes) - 1
    color = INPUT_COLOR if is_input else OUTPUT_COLOR if is_output else HIDDEN_COLOR
    heights = [y for unit, y in column if unit is not None]
    return {
        "type": "scatter",
        "x": [layer] * len(heights),
        "y": heights,
        "mode": "markers",
        "marker": {"size": min(PIXELS_PER_UNIT, height / 18), "color": color},
        "hovertemplate": f"{noun.format(count=f'{layer_sizes[layer]:,}')}<extra></extra>",
    }


def _ellipsis(column: list, layer: int, height: int) -> Trace:
    heights = [y + offset for unit, y in column if unit is None for offset in (-0.03, 0, 0.03)]
    dots = {"size": min(4, height / 60), "color": PALETTE[7]}  # three of them, also where the picture is small
    return {
        "type": "scatter",
        "x": [layer] * len(heights),
        "y": heights,
        "mode": "markers",
        "marker": dots,
        "hoverinfo": "skip",
    }


def _words(x: float, y: float, text: str, anchor: str, side: str = "center", shift: float = 0) -> dict[str, object]:
    """An annotation."""
    place = {"x": x, "y": y, "yanchor": anchor, "xanchor": side, "xshift": shift}
    return {"text": text, "showarrow": False} | place
