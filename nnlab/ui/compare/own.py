"""The visitor's own runs, to be picked from; and their networks."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import streamlit as st

from nnlab.compare.entry import Entry, entry_of
from nnlab.ui import address, keys, readers, shell
from nnlab.ui.text import t

if TYPE_CHECKING:
    from nnlab.model import MLP

MOST_PICKED = 8


class Network(NamedTuple):
    """A run's network, and the step after which its weights were taken."""

    model: MLP
    step: int


def pick() -> list[Entry]:
    """The menu; returns the runs that are picked, in the order in which they were."""
    labels = {job.id: readers.describe(job) for job in readers.own_jobs() if job.history.evaluations}
    asked = address.asked("runs")
    if asked is not None:
        st.session_state[keys.Compare.PICKED] = [run for run in asked if run in labels]
    elif keys.Compare.PICKED in st.session_state:
        st.session_state[keys.Compare.PICKED] = [run for run in st.session_state[keys.Compare.PICKED] if run in labels]
    if not labels:
        st.info(t("compare.no_runs"), icon=":material/model_training:")
        shell.link("train")
    picked = st.multiselect(
        t("compare.pick"), list(labels), format_func=lambda run: labels.get(run, run), max_selections=MOST_PICKED,
        key=keys.Compare.PICKED, persist_state="session", placeholder=t("compare.pick_nothing"),
        help=t("compare.pick_help", most=MOST_PICKED), disabled=not labels,
    )  # fmt: skip
    address.write(runs=",".join(picked) or None)
    return entries(picked)


def entries(ids: list[str] | None = None) -> list[Entry]:
    """These runs of the visitor's, in this order; without ids, all."""
    found = {job.id: job for job in readers.own_jobs()}
    return [entry_of(found[run]) for run in (list(found) if ids is None else ids) if run in found]


def network(entry: Entry) -> Network | None:
    """The newest weights that there are of a run; None where there are none any more."""
    from nnlab.runs import jobs

    job = jobs.get(entry.id)
    snapshot = job.snapshot() if job else None
    return Network(snapshot.model, snapshot.step) if snapshot else None
