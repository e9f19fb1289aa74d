"""A clock that runs in the browser, counting up, or down to a limit, and says when the time is over.

Thirty visitors would otherwise ask the server for the time every second. What counts is the server's clock; the
browser's only says when the server should look at its own. The script is ``static/clock.js``.
"""

from __future__ import annotations

import streamlit as st

from nnlab.games.guessing import GRACE_SECONDS
from nnlab.ui import files
from nnlab.ui.text import t

_clock = st.components.v2.component(
    "nnlab_clock",
    html='<div class="nnlab-clock" role="timer"><span><b></b> <small></small></span><i></i></div>',
    css=files.style(__file__),
    js=files.loader("clock.js", "run"),
    isolate_styles=False,
)


def show(key: str, token: str, elapsed: float, limit: float | None) -> None:
    """Show the clock; the page is drawn anew when the time is over.

    Args:
        token: names what is timed; with another token the clock starts anew.
        elapsed: seconds that have passed already.
        limit: seconds, counted down; None counts up.
    """
    due = None if limit is None else limit + GRACE_SECONDS + 0.1
    label = t("play.clock_up" if limit is None else "play.clock_down")
    data = {"token": token, "elapsed": elapsed, "limit": limit, "due": due, "unit": t("play.unit"), "label": label}
    _clock(key=key, data=data, on_over_change=_nothing)


def _nothing() -> None:
    """That the page is drawn anew is all that is wanted."""
