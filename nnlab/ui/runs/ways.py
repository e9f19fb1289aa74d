"""Between the sections of this page: buttons, since it stays open, and a link to the Train page and from there."""

from __future__ import annotations

import streamlit as st

from nnlab.runs import jobs
from nnlab.ui import brought_networks, keys, restrictions, shell, ways
from nnlab.ui.kept import OwnRun
from nnlab.ui.runs import opened
from nnlab.ui.text import t


def to_replay(run: OwnRun) -> None:
    """The way to where a run is played back, if it can be."""
    if ways.can_replay(run.job()):
        _button("to_replay", t("runs.replay"), ":material/slow_motion_video:", "replay", run.id)


def from_replay(run_id: str) -> None:
    """The ways from a run's replay to what it is made of, and to the Train page if it is still in memory."""
    with st.container(horizontal=True, vertical_alignment="center"):
        if not restrictions.is_hidden("runs.list"):
            _button("to_run", t("replay.to_run"), ":material/arrow_back:", "list", run_id)
        if jobs.get(run_id) is not None:
            shell.link("train", t("replay.to_train"), run=run_id)


def to_networks() -> None:
    """The way to the networks of this visit that are no runs, if there are any: from files, or changed and kept."""
    count = len(brought_networks.all_of_them())
    if count and not restrictions.is_hidden("runs.bring"):
        _button("to_networks", t("bring.to_networks", count=count), ":material/arrow_forward:", "bring", "")


def _button(name: str, label: str, icon: str, section: str, run_id: str) -> None:
    st.button(label, key=f"runs.{name}", icon=icon, on_click=_go, args=[section, run_id])


def _go(section: str, run_id: str) -> None:
    st.session_state[keys.section_of("runs")] = section
    opened.open_run(run_id)
