"""What a paper says to those who draw on it by the keyboard; the pen itself is ``static/keyboard_pen.js``."""

from __future__ import annotations

from nnlab.ui.text import t


def words() -> dict[str, str]:
    """How it is done, and where the pen is, whose blanks the browser fills in."""
    blanks = {"row": "{row}", "column": "{column}"}
    return {"hint": t("common.pen_hint"), "up": t("common.pen_up", **blanks), "down": t("common.pen_down", **blanks)}
