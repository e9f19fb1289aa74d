"""What a page waits for while it is made beside it: a bar with the time left, Cancel, and a button to begin again.

The page's strings begin as its widgets' keys do: ``PLACEbar``, ``PLACEcancel``, ``PLACEfailed``, ``PLACEagain``.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import streamlit as st

from nnlab.ui import beside, state
from nnlab.ui.components import making
from nnlab.ui.text import t

SOON = 0.5  # seconds: what is made within that time needs no bar


def made(place: str, remembered: str, name: str, make: Callable[[beside.Hear], Any]) -> Any | None:
    """What ``make`` makes, once it is there; until then None, and a bar or what can be done.

    Args:
        place: how the strings and keys begin, "inspect.reading_".
        remembered: the session key of the task; a visitor has one for each place, and another one ends it.
        name: stands for all that the result depends on.
    """
    task = st.session_state.get(remembered)
    if task is None or task.name != name:
        task = _begin(remembered, name, make)
        task.wait(SOON)
    if task.status == "finished":
        return task.result
    if task.status == "running":
        feed = making.Feed(task.id, state.language(), task.share or 0.0, "beside")
        making.show(f"{place}bar", feed, beside.words_of(task))
        st.button(t(f"{place}cancel"), key=f"{place}cancel", icon=":material/cancel:", on_click=task.cancel)
        return None
    if task.status == "failed":
        st.error(t(f"{place}failed"), icon=":material/error:")
    st.button(t(f"{place}again"), key=f"{place}again", icon=":material/play_arrow:", on_click=_begin,
              args=[remembered, name, make])  # fmt: skip
    return None


def _begin(remembered: str, name: str, make: Callable[[beside.Hear], Any]) -> beside.Task:
    """Have it made; what this visitor had in the making there is given up."""
    if before := st.session_state.get(remembered):
        before.cancel()
    task = st.session_state[remembered] = beside.Task(name, make)
    return task
