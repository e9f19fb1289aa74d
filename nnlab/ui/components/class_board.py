"""The board of a class: a chart and a table of everybody's runs, which ask the server themselves what is new.

The script, ``static/class_board.js``, asks ``routes`` while the board is on the screen; what it tells is made by
``ui.classroom.board``.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from streamlit.components import v2

from nnlab.config import ACTIVATION_NAMES
from nnlab.ui import files
from nnlab.ui.chart_config import chart_config
from nnlab.ui.charts import AXIS_NUMBERS, GRID_COLOR, NOTES_COLOR, PALETTE
from nnlab.ui.components import live_run
from nnlab.ui.text import t

VIEWS = ("parameters", "seconds", "rate", "epochs")  # what the accuracy is drawn over; the last one as curves
WORDS = (
    "alt", "place", "who", "network", "accuracy", "remove_run", "watch_run", "none", "none_yet", "data", "you", "table",
    "gone",
    *(f"axis_{view}" for view in VIEWS),
)  # fmt: skip
BLANKS = {name: f"{{{name}}}" for name in ("name", "number", "count", "who", "network", "accuracy")}

_board = v2.component(
    "nnlab_class_board",
    html='<div class="nnlab-class"></div>',
    css=files.style(__file__),
    js=files.loader("class_board.js", "show"),
    isolate_styles=False,
)


class Pressed(NamedTuple):
    """What was pressed beside a run: "watch" or "remove", and the run's id."""

    what: str
    run: str


def show(
    key: str, code: str, language: str, view: str, member: int | None, is_teacher: bool, height: int, font_size: float
) -> Pressed | None:
    """Show a board; returns what was pressed on it, once.

    Args:
        key: of the element.
        code: of the class.
        view: one of ``VIEWS``.
        member: the number of who looks, whose runs are marked, and may be removed by them; None of a guest.
        is_teacher: whether all runs may be removed.
        height: of the chart, in pixels.
        font_size: of its letters, in pixels.
    """
    looks = {
        name: {"color": PALETTE[place % len(PALETTE)], "place": place, "name": t(f"train.activation_{name}")}
        for place, name in enumerate(ACTIVATION_NAMES)
    }
    looks[""] = {"color": NOTES_COLOR, "place": len(looks), "name": t("compare.no_hidden")}
    look = {"activations": looks, "grid": GRID_COLOR, "numbers": AXIS_NUMBERS, "height": height, "font": font_size}
    look |= {"plotly": live_run.PLOTLY.address(live_run.PLOTLY_FILE), "config": chart_config("class-board")}
    sent = {"code": code, "language": language, "view": view, "member": member, "isTeacher": is_teacher, "look": look}
    words = {name: t(f"classroom.{name}", **BLANKS) for name in WORDS}
    result = _board(key=key, data={**sent, "words": words}, on_pressed_change=_nothing)
    return _read(result.get("pressed"))


def _read(said: object) -> Pressed | None:
    """What the browser says was pressed; nonsense is nothing."""
    if isinstance(said, Mapping) and said.get("what") in ("watch", "remove") and isinstance(said.get("run"), str):
        return Pressed(said["what"], said["run"])
    return None


def _nothing() -> None:
    """That the page runs is all that is wanted."""
