"""The runs of an experiment: its trials are trained one after another, and what they measured is taken over.

One at a time, so that a class of thirty asks the server no more often than thirty visitors of the Train page do.
Between two of them the page runs once: the browser says when a run is over.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from nnlab.runs import jobs
from nnlab.sources.mnist import resolve_source
from nnlab.teaching.results import Result
from nnlab.teaching.steps import Experiment, Run, Trial
from nnlab.ui import keys, state
from nnlab.ui.learn.experiments import progress
from nnlab.ui.text import t

if TYPE_CHECKING:
    from nnlab.data import DigitData
    from nnlab.runs.run import Job


def results_of(experiment: Experiment) -> dict[str, Result]:
    """What has been measured so far of an experiment's trials, with the visitor's present seed.

    Results of finished runs are taken over here. They are kept for the open experiment only.
    """
    known = progress.of(experiment.name)
    mark = (experiment.name, known.seed, known.round)
    kept_mark, kept = st.session_state.get(keys.Learn.RESULTS, (None, {}))
    results = kept if kept_mark == mark else {}
    st.session_state[keys.Learn.RESULTS] = mark, results
    for trial, run in known.runs.items():
        job = jobs.get(run)
        if trial not in results and job is not None and _has_measured(job):
            results[trial] = _result_of(job, experiment.trial(trial), known.seed)
    return {trial.name: results[trial.name] for trial in experiment.trials if trial.name in results}


def has_diverged(job: Job) -> bool:
    """Whether its loss became no number any more, which is a result as well."""
    return job.status == "failed" and job.reason is not None and job.reason.code == "diverged"


def _has_measured(job: Job) -> bool:
    return job.status == "finished" or has_diverged(job)


def _result_of(job: Job, trial: Trial, seed: int) -> Result:
    numbers, snapshot = None, job.snapshot()
    if trial.probes and snapshot is not None and not has_diverged(job):
        from nnlab.teaching import trials

        with st.spinner(t("experiments.measuring")):
            numbers = trials.probe(trial, snapshot.model, _data(job.data_source), seed)
    return Result.of(job.history, has_diverged(job), numbers, job.data_source)


@st.cache_resource(show_spinner=False, max_entries=1)
def _data(source: str) -> DigitData:
    from nnlab.data import load_digits

    return load_digits(source)


def begin(experiment: Experiment, run: Run) -> None:
    """Start the trials of a step; ``go_on`` does the rest."""
    known = progress.of(experiment.name)
    asked = {ask.name for ask in experiment.asks if ask in experiment.steps[: experiment.steps.index(run)]}
    progress.change(experiment.name, begun=known.begun | {run.name}, fixed=known.fixed | asked)
    go_on(experiment, run)


def go_on(experiment: Experiment, run: Run) -> Job | None:
    """Start the next trial of a step that has been begun, if none is under way.

    Returns:
        The run that goes on, or has come to nothing; None if everything is measured, or if a run has been forgotten.
    """
    known = progress.of(experiment.name)
    results = results_of(experiment)
    for trial in map(experiment.trial, run.trials):
        if trial.name in results:
            continue
        if trial.setup is None:
            _compute(trial, known.seed)
            continue
        if trial.name not in known.runs:
            job = jobs.start(trial.seeded(known.seed), owner=state.owner())
            progress.change(experiment.name, runs={trial.name: job.id})
            return job
        return jobs.get(known.runs[trial.name])
    return None


def _compute(trial: Trial, seed: int) -> None:
    """Measure a trial for which nothing is trained in a worker."""
    from nnlab.teaching import trials

    with st.spinner(t("experiments.measuring")):
        result = trials.compute(trial, _data(resolve_source("auto")), seed)
    st.session_state[keys.Learn.RESULTS][1][trial.name] = result


def stop(job: Job) -> None:
    """End a run; whoever wants its result starts it again."""
    job.stop()
    job.wait_until(lambda: job.is_over, timeout=0.5)
