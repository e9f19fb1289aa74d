"""Buttons whose press takes the script a while to answer.

Another run of the page may interrupt that, and ``st.button`` would be pressed no more. Here a press is remembered until
it has been answered. What is done in an instant belongs into a button's ``on_click`` instead.

    if pressing.button(t("train.examine_now"), "train.examine"):
        ...
        pressing.answered("train.examine")
"""

from __future__ import annotations

import streamlit as st

from nnlab.ui import keys


def button(label: str, key: str, **options: object) -> bool:
    """A button; whether it has been pressed and not been answered. ``options`` as for ``st.button``."""
    st.button(label, key=key, on_click=_press, args=[key], **options)
    return st.session_state.get(keys.press_of(key), False)


def answered(key: str) -> None:
    """Note that what the button with this key asked for is done."""
    st.session_state.pop(keys.press_of(key), None)


def _press(key: str) -> None:
    st.session_state[keys.press_of(key)] = True
