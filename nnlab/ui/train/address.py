"""The Train page's address: the set-up that it names, and the addresses to hand on.

The address follows the controls, and the controls follow an address that somebody opens. Whatever has its default is
left out.
"""

from __future__ import annotations

from dataclasses import fields
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, urlencode

import streamlit as st

from nnlab.config import DataConfig, IgnoredValue, ModelConfig, Setup, TrainConfig, from_query, to_query
from nnlab.ui import address, ignored, keys, state, terms
from nnlab.ui.components import link
from nnlab.ui.parameters import SETTINGS
from nnlab.ui.train import controls

if TYPE_CHECKING:
    from nnlab.runs.run import Job

OURS = {*SETTINGS, *SETTINGS.values()} - {"source"}  # a word that many append
RULES = {
    setting.metadata["query"]: setting.metadata["rule"]
    for config_type in (ModelConfig, TrainConfig, DataConfig)
    for setting in fields(config_type)
}


def fill_controls(query: str, otherwise: Setup) -> None:
    """Set the controls to what the page's address says of a set-up, or to ``otherwise`` if it says nothing of one.

    Args:
        query: the page's, without the parameters that mean something else.
    """
    setup, unused = from_query(query)
    is_about_setup = any(key in SETTINGS for key, _ in parse_qsl(query, keep_blank_values=True))
    controls.fill(setup if is_about_setup else otherwise)
    told = [item for item in unused[: ignored.MOST_NAMES] if _resembles_ours(item.key)]
    st.session_state[keys.Train.IGNORED] = told, controls.current()


def show_ignored() -> None:
    """Say what could not be used of the address, until the settings are changed."""
    told, setup = st.session_state.get(keys.Train.IGNORED, ([], None))
    if told and setup == controls.current():
        st.warning(explain(told))


def _resembles_ours(name: str) -> bool:
    return ignored.resembles(name, OURS)


def write(setup: Setup) -> None:
    """Let a reload or a bookmark find this set-up: the page's address holds whatever is not the default."""
    short = address.of_setup(setup)
    address.write(**short)
    st.session_state[keys.GIVEN_SETUP] = urlencode({key: text for key, text in short.items() if text is not None})


def explain(items: list[IgnoredValue]) -> str:
    """What could not be used of an address, in one sentence each."""
    return ignored.explain(items, RULES)


def show_links(job: Job | None, setup: Setup) -> None:
    """The addresses to hand on: of the settings, and of the visitor's own run, to watch it or to steer it."""
    _link("link_note", to_query(setup))
    if job is not None and state.is_own(job):
        _link("link_watch_note", state.watching_query(job))
        _link("link_steer_note", state.steering_query(job))


def _link(note: str, query: str) -> None:
    terms.note(f"train.{note}")
    link.show(f"train.{note}", f"{(st.context.url or '').split('?')[0]}?{query}")
