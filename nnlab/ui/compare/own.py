"""The visitor's own runs, in memory or kept, to be picked from; and their weights."""

from __future__ import annotations

import zlib
from collections.abc import Collection
from dataclasses import replace
from functools import lru_cache
from typing import TYPE_CHECKING

import streamlit as st

from nnlab.compare.entry import Entry, entry_of
from nnlab.compare.grid import MOST_VARIANTS
from nnlab.config import Setup
from nnlab.sources.published import DATA_SETS
from nnlab.ui import address, digits, kept, keys, run_words, shell, state
from nnlab.ui.compare import naming
from nnlab.ui.kept import OwnRun
from nnlab.ui.numbers import percent
from nnlab.ui.text import t

if TYPE_CHECKING:
    from nnlab.runs.snapshot import Snapshot

KEPT_ENTRIES = 200  # of kept runs, whose curves take a moment to be read; some 20 kB each


def pick() -> list[Entry]:
    """The menu; returns the runs that are picked, in the order in which they were."""
    runs = {run.id: run for run in kept.own_runs() if run.step}
    asked = address.asked("runs") or ()
    for run_id in [*asked, *st.session_state.get(keys.Compare.PICKED, [])]:  # somebody else's, whose id is known
        if run_id not in runs and (run := kept.find(run_id)):
            runs[run_id] = run
    if asked:
        st.session_state[keys.Compare.PICKED] = [run for run in asked if run in runs]
    elif keys.Compare.PICKED in st.session_state:
        st.session_state[keys.Compare.PICKED] = [run for run in st.session_state[keys.Compare.PICKED] if run in runs]
    if not runs:
        st.info(t("compare.no_runs"), icon=":material/model_training:")
        shell.link("train")
    labels = {run_id: _label(run) for run_id, run in runs.items()}
    # The browser names options by their words: where these change, with the language or a run's progress, the menu is
    # another one.
    picked = st.session_state.setdefault(keys.Compare.PICKED, [])
    name = f"{keys.switch_of(keys.Compare.PICKED)}.{zlib.crc32(repr(labels).encode())}"
    menu = state.widget_showing(name, list(picked))
    st.multiselect(
        t("compare.pick"), list(labels), format_func=lambda run: labels.get(run, run), max_selections=MOST_VARIANTS,
        key=menu, placeholder=t("compare.pick_nothing"), help=t("compare.pick_help"),
        disabled=not labels, on_change=_take_picked, args=[name, menu],
    )  # fmt: skip
    if len(picked) >= MOST_VARIANTS:
        shell.tell_full(menu, t("compare.full", most=MOST_VARIANTS))
    address.write(runs=",".join(picked) or None)
    return [entry for run in picked if (entry := entry_for(runs[run])) is not None]


def _label(run: OwnRun) -> str:
    """What tells it from the others comes first: a narrow menu shows no more than the beginning."""
    model, train = run.setup.model, run.setup.train
    layers = naming.value_name("hidden_sizes", model.hidden_sizes)
    made_of = [naming.value_name("activation", model.activation), layers, run_words.trained(train)[0]]
    words = [run.name] if run.name else made_of
    if run.data_source in DATA_SETS:
        words.append(digits.name_of(run.data_source))
    if run.evaluation is not None:
        words.append(percent(run.evaluation.test_accuracy))
    if run.status != "finished":
        words.append(run_words.doing(run))
    epochs = t("runs.epochs", epochs=f"{train.epochs:,}")
    rest = made_of if run.name else []
    return " · ".join([*words, *rest, epochs, run_words.date(run.created), naming.told("seed", train.seed)])


def _take_picked(name: str, menu: str) -> None:
    if state.is_heard(name, menu):
        st.session_state[keys.Compare.PICKED] = list(st.session_state[menu])


def trained(setups: Collection[Setup]) -> list[Entry]:
    """The visitor's runs with one of these set-ups."""
    found = (entry_for(run) for run in kept.own_runs() if run.setup in setups)
    return [entry for entry in found if entry is not None]


def entry_for(run: OwnRun) -> Entry | None:
    """A run as a comparison knows it; None if it has been deleted meanwhile."""
    try:
        entry = entry_of(run.live) if run.live else _kept_entry(run.id, run.status, run.step)
    except LookupError:
        return None
    if run.kept is None:
        return entry
    dead = run.kept.dead if entry.dead is None else entry.dead
    has_diverged = entry.has_diverged or run.kept.failure == "diverged"
    return replace(entry, name=run.name, dead=dead, has_diverged=has_diverged)


@lru_cache(KEPT_ENTRIES)
def _kept_entry(run_id: str, status: str, step: int) -> Entry:
    run = kept.find(run_id)
    if run is None:
        raise LookupError(run_id)
    return entry_of(run.job())


def weights(entry: Entry) -> Snapshot | None:
    """The newest weights that there are of a run; None where there are none any more."""
    run = kept.find(entry.id)
    try:
        return run.snapshot() if run else None
    except LookupError:
        return None
