"""The units of a layer as squares in the colour of a number each, one of which is chosen: pressed, or by the keyboard.

A chart of Plotly's would draw five hundred squares as as many elements of the page, and draw all of them again for each
choice, which took most of the time until a choice was on the screen. Here they are painted on a canvas, and the outline
moves at once, before the server has answered. The script is ``static/unit_grid.js``.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

import numpy as np
import streamlit as st
from streamlit.components import v2

from nnlab.ui import files
from nnlab.ui.charts import DIVERGING, LEAST_SPAN
from nnlab.ui.numbers import significant

ONE_ROW = 12  # so many units or fewer stand in one row
WIDE = 1.6  # columns for each row
DIGITS = 6  # significant ones of a number that is sent; three decimals are shown

_grid = v2.component(
    "nnlab_unit_grid",
    html='<div class="nnlab-units nnlab-tabled"></div>',
    css=files.style(__file__),
    js=files.loader("unit_grid.js", "draw"),
    isolate_styles=False,
)


def columns_of(count: int) -> int:
    """How many units stand in a row."""
    return count if count <= ONE_ROW else math.ceil(math.sqrt(count * WIDE))


def show(
    key: str,
    outputs: np.ndarray,
    totals: np.ndarray,
    chosen: int,
    names: Sequence[str],
    height: int,
    words: dict[str, str],
    on_choose: Callable[[int], None],
) -> None:
    """Show the units, row by row, with the scale of their colours.

    Args:
        outputs: (D,) f(z), which colours the squares; 0 is white.
        totals: (D,) z, which is said where a square is pointed at.
        chosen: the number of the unit that is outlined, from 0 on.
        names: what each is called; () for numbers from 1 on.
        height: in pixels.
        words: "label", what this is and how to choose, for those who cannot see it; "unit" with "{unit}", what a unit
            is called; "scale", what the colours measure; "save" for the button; "file", the name of the saved picture;
            "layer" and "neuron", which head the table of its values.
        on_choose: called with the number of another unit, before the page is drawn.
    """
    span = max(float(np.abs(outputs).max()), LEAST_SPAN)
    _grid(
        key=key,
        data={
            "outputs": _rounded(outputs),
            "totals": _rounded(totals),
            "columns": columns_of(len(outputs)),
            "span": span,
            "ends": [significant(-span), significant(span)],
            "colors": [color for _, color in DIVERGING],
            "chosen": chosen,
            "names": list(names),
            "height": height,
            "words": words,
        },
        on_chosen_change=lambda: _choose(key, len(outputs), on_choose),
    )


def _rounded(numbers: np.ndarray) -> Sequence[float]:
    return [float(f"{number:.{DIGITS}g}") for number in numbers.tolist()]


def _choose(key: str, count: int, on_choose: Callable[[int], None]) -> None:
    """Hand on what the browser sends, unless it is nonsense."""
    unit = (st.session_state.get(key) or {}).get("chosen")
    if type(unit) is int and 0 <= unit < count:
        on_choose(unit)
