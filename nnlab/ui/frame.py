"""What every page does in the browser: says which language it speaks, and remembers who the visitor is.

A component without anything to see, whose script is ``static/frame.js``. A reloaded tab, or one that was without
connection for longer than the server keeps a session, is a new session to Streamlit; the browser knows better, and
says who it is: ``state.visit`` and ``state.owner``.
"""

from __future__ import annotations

import streamlit as st
from streamlit.components import v2

from nnlab.ui import scripts, state

KEY = "frame"
MODULES = ("frame.js", "identity.js")

_frame = v2.component("nnlab_frame", js=scripts.loader(MODULES, "begin"))


def show() -> None:
    """Mount it, once per page."""
    data = {"language": state.language(), "identity": state.identity()}
    _frame(key=KEY, data=data, height=1, on_identity_change=_adopt)


def _adopt() -> None:
    state.adopt(st.session_state[KEY].get("identity"))
