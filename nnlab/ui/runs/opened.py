"""Which run the page's sections are about: the one in the address (``run=ID``), chosen in the list or in a menu."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from nnlab.ui import address, kept, keys, run_words, shell
from nnlab.ui.kept import OwnRun
from nnlab.ui.text import t


def current() -> OwnRun | None:
    """The run that is open; None if none is, or if it is gone."""
    asked = address.asked("run")
    if asked is not None:
        st.session_state[keys.Runs.RUN] = asked
    run_id = st.session_state.get(keys.Runs.RUN, "")
    run = kept.find(run_id) if run_id else None
    address.write(run=run_id or None)
    return run


def is_gone() -> bool:
    """Whether a run is asked for that is not there any more."""
    run_id = st.session_state.get(keys.Runs.RUN, "")
    return bool(run_id) and kept.find(run_id) is None


def open_run(run_id: str) -> None:
    """Open a run, "" for none, with the next run of the page."""
    st.session_state[keys.Runs.RUN] = run_id


def choose(runs: Sequence[OwnRun] | None = None) -> OwnRun | None:
    """A menu of this visitor's runs, for a section that works on one; None, with what to do, if there are none.

    Args:
        runs: those to choose from; default: all of them.
    """
    runs = kept.own_runs() if runs is None else runs
    found = {run.id: run for run in runs}
    run = current()
    if run is not None:
        found.setdefault(run.id, run)
    if not found:
        show_none()
        return None
    labels = {each.id: run_words.label(each) for each in found.values()}
    if st.session_state.get(keys.Runs.RUN) not in labels:
        st.session_state[keys.Runs.RUN] = next(iter(labels))
    chosen = shell.menu(t("runs.run"), labels, "runs.choose", index=[*labels].index(st.session_state[keys.Runs.RUN]))
    st.session_state[keys.Runs.RUN] = chosen
    address.write(run=chosen)
    return found[chosen]


def show_none() -> None:
    """What to do where there are no runs yet."""
    st.info(t("runs.none"), icon=":material/model_training:")
    shell.link("train")
