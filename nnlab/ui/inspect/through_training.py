"""A run's gradient as it learned: the same lines as on Train, and their numbers to take along."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from nnlab.runs import jobs
from nnlab.ui import pulse, shell
from nnlab.ui.saving import offer_table
from nnlab.ui.text import t

if TYPE_CHECKING:
    from nnlab.runs.run import Job
    from nnlab.ui.inspect.subject import Subject


def show(subject: Subject) -> None:
    """The pulses of the run that is looked at; where it is no run, a sentence that says so."""
    job = jobs.get(subject.network)
    if job is None:
        st.info(t("pulse.of_bundled"), icon=":material/model_training:")
        shell.link("train")
        return
    pulse.show(job, "inspect.pulse")
    offer_table(_table(job), "gradients-through-training", "inspect.pulse.table")


def _table(job: Job) -> dict[str, list]:
    """One row for each watched step and layer, as far as the run is by now."""
    told = job.pulses.since()
    names = [*(f"hidden {layer + 1}" for layer in range(len(told["gradients"]) - 1)), "output"]
    expected = told["expected"] or [None] * len(names)
    rows = [(place, layer) for place in range(len(told["epochs"])) for layer in range(len(names))]
    return {
        "epoch": [told["epochs"][place] for place, _ in rows],
        "layer": [names[layer] for _, layer in rows],
        "gradient_per_weight": [told["gradients"][layer][place] for place, layer in rows],
        "step_per_weight": [told["updates"][layer][place] for place, layer in rows],
        "expected_before_first_step": [expected[layer] for _, layer in rows],
    }
