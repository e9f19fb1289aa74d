"""What every page does in the browser: language, a server that is silent, the keyboard's focus, who the visitor is.

A component without anything to see, whose script is ``static/frame.js``. A reloaded tab, or one that was without
connection for longer than the server keeps a session, is a new session to Streamlit; the browser knows better, and
says who it is: ``state.visit`` and ``state.owner``.
"""

from __future__ import annotations

import streamlit as st
from streamlit.components import v2

from nnlab.ui import files, state
from nnlab.ui.text import t

KEY = "frame"
# What a chart's table says, see static/values.js, with the blanks that the browser fills in.
VALUES = {
    "open": {},
    "save": {},
    "place": {},
    "value": {},
    "row": {"number": "{number}"},
    "some": {"shown": "{shown}", "count": "{count}"},
}

# What becomes of a connection, each with its help, and the button of the last, see static/connection.js.
CONNECTION = ("lost", "lost_help", "broken", "broken_help", "given_up", "given_up_help", "load_anew")

# What Streamlit calls its parts for those who hear a page; {name} is what a part belongs to.
LABELS = {
    "Help for {name}": "label_help",
    "Shortcut {name}": "label_shortcut",
    "Open": "label_open",
    "Close": "label_close",
    "Dismiss": "label_close",
    "Clear value": "label_clear",
    "Clear all": "label_clear_all",
    "Selected values": "label_selected",
    "Remove {name}": "label_remove",
    "Sidebar": "label_sidebar",
    "Collapse sidebar": "label_sidebar_close",
    "Expand sidebar": "label_sidebar_open",
    "Link to heading": "label_heading",
    "Fullscreen": "chart_fullscreen",
}

# Not fetched like the rest, and no part of the component, which Streamlit's browser side fetches a good deal before it
# runs: they have to be there before React first looks for a text that a translator has wrapped, before a button is
# pressed, and before a page is left. They run again with every page, and only within braces may names be given twice.
AT_ONCE = "".join(
    f"<script>{{\n{files.read(files.SCRIPTS.path / name)}}}</script>" for name in ("translation.js", "sending.js")
)

_frame = v2.component("nnlab_frame", js=files.loader("frame.js", "begin"))


def show() -> None:
    """Mount it, once per page."""
    values = {
        name: t(f"common.values_{name}", **{blank: f"{{{blank}}}" for blank in blanks})
        for name, blanks in VALUES.items()
    }
    data = {
        "language": state.language(),
        "identity": state.identity(),
        "values": values,
        "connection": {name: t(f"common.connection_{name}") for name in CONNECTION},
        "labels": {label: t(f"common.{name}", name="{name}") for label, name in LABELS.items()},
    }
    with st.container(gap=None):  # neither is to be seen
        st.html(AT_ONCE, unsafe_allow_javascript=True)
        _frame(key=KEY, data=data, height=1, on_identity_change=_adopt, on_reconnected_change=_nothing)


def _adopt() -> None:
    if said := state.chosen(KEY):
        state.adopt(said.get("identity"))


def _nothing() -> None:
    """That the page runs is all that is wanted."""
