"""The Train page's address: the set-up that it names, and the addresses to hand on.

The address follows the controls, and the controls follow an address that somebody opens. Whatever has its default is
left out.
"""

from __future__ import annotations

from dataclasses import fields
from difflib import get_close_matches
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl

import streamlit as st

from nnlab.config import (
    GIVEN_ONCE,
    Choice,
    DataConfig,
    IgnoredValue,
    ModelConfig,
    Number,
    Rule,
    Setup,
    Sizes,
    TrainConfig,
    from_query,
    to_query,
)
from nnlab.ui import keys, state
from nnlab.ui.components import link
from nnlab.ui.numbers import in_full
from nnlab.ui.text import t
from nnlab.ui.train import controls

if TYPE_CHECKING:
    from nnlab.runs.run import Job

NAMES = {  # what the address calls a field -> the field's own name, which people write too
    setting.metadata["query"]: setting.name
    for config_type in (ModelConfig, TrainConfig, DataConfig)
    for setting in fields(config_type)
}
MOST_NAMES = 100  # of an address are looked at for slips
MOST_NOTES = 8  # are shown: more help nobody
CLOSE = 0.75  # difflib's ratio of a slip in a name of four letters: sead for seed


def fill_controls(query: str, otherwise: Setup) -> None:
    """Set the controls to what the page's address says of a set-up, or to ``otherwise`` if it says nothing of one.

    Messengers, mail programs and advertisers append names of their own to a link (fbclid, utm_source, igsh, ...), new
    ones every year, so no list of them is complete. A name means something here if it is one of ours, or so like one
    that it must be a slip (hiden); all others are passed over without a word.

    Args:
        query: the page's, without the parameters that mean something else.
    """
    setup, ignored = from_query(query)
    is_about_setup = any(key in NAMES for key, _ in parse_qsl(query, keep_blank_values=True))
    controls.fill(setup if is_about_setup else otherwise)
    told = [item for item in ignored[:MOST_NAMES] if _resembles_ours(item.key)]
    st.session_state[keys.Train.IGNORED] = told, controls.current()


def show_ignored() -> None:
    """Say what could not be used of the address, until the settings are changed."""
    ignored, setup = st.session_state.get(keys.Train.IGNORED, ([], None))
    if ignored and setup == controls.current():
        st.warning(explain(ignored))


def _resembles_ours(name: str) -> bool:
    names = {*NAMES, *NAMES.values()} - {"source"}  # a word that many append
    name = name.lower()
    return name in names or (2 < len(name) <= 25 and bool(get_close_matches(name, names, n=1, cutoff=CLOSE)))


def write(setup: Setup) -> None:
    """Let a reload or a bookmark find this set-up: the page's address holds whatever is not the default."""
    usual = dict(_pairs(Setup()))
    for key, value in _pairs(setup):
        if value != usual[key]:
            st.query_params[key] = value
        else:
            st.query_params.pop(key, None)


def _pairs(setup: Setup) -> list[tuple[str, str]]:
    return parse_qsl(to_query(setup), keep_blank_values=True)


def explain(ignored: list[IgnoredValue]) -> str:
    """What could not be used of an address, in one sentence each."""
    rules = {
        setting.metadata["query"]: setting.metadata["rule"]
        for config_type in (ModelConfig, TrainConfig, DataConfig)
        for setting in fields(config_type)
    }
    notes = []
    for item in ignored[:MOST_NOTES]:
        key, value = item.key.replace("`", ""), item.value.replace("`", "")
        if item.allowed == GIVEN_ONCE:
            notes.append(t("train.ignored_repeated", name=key, value=value))
        elif item.key in rules:
            notes.append(t("train.ignored_value", name=key, value=value, allowed=_allowed(rules[item.key])))
        else:
            notes.append(t("train.ignored_unknown", name=key))
    return t("train.ignored", notes=" ".join(notes))


def _allowed(rule: Rule) -> str:
    if isinstance(rule, Number):
        low, high = (in_full(end, is_grouped=True) for end in (rule.low, rule.high))
        return t("train.allowed_number", low=low, high=high)
    if isinstance(rule, Sizes):
        return t("train.allowed_sizes")
    return ", ".join(rule.options if isinstance(rule, Choice) else ("0", "1"))


def show_links(job: Job | None, setup: Setup) -> None:
    """The addresses to hand on: of the settings, and of the visitor's own run, to watch it or to steer it."""
    _link("link_note", to_query(setup))
    if job is not None and state.is_own(job):
        _link("link_watch_note", state.watching_query(job))
        _link("link_steer_note", state.steering_query(job))


def _link(note: str, query: str) -> None:
    st.caption(t(f"train.{note}"))
    link.show(f"train.{note}", f"{(st.context.url or '').split('?')[0]}?{query}")
