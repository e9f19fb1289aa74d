"""The step in which trials are run: what will be trained, its curves while it trains, and what came of the answers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl

import streamlit as st

from nnlab.config import Setup, to_query
from nnlab.runs import jobs
from nnlab.teaching.results import Result
from nnlab.teaching.steps import SERIES, Experiment, Run
from nnlab.ui import digits, numbers, problem, shell
from nnlab.ui.learn.experiments import chart, explaining, progress, running
from nnlab.ui.learn.experiments.wording import own
from nnlab.ui.text import t

if TYPE_CHECKING:
    from nnlab.runs.run import Job


def show(experiment: Experiment, run: Run, results: Mapping[str, Result]) -> dict[str, Result]:
    """Show the step; returns the results, those among them that it has just taken over."""
    job = None
    if is_begun(experiment, run) and not is_done(run, results):
        job = running.go_on(experiment, run)
        results = running.results_of(experiment)
    series = st.session_state.get(_series_key(experiment, run))
    if is_done(run, results):
        words, curves = chart.places(experiment, run)
        with words:
            _show_outcome(experiment, run, results)
        with curves:
            chart.show(experiment, run, results, series=series)
        return dict(results)
    st.markdown(own(experiment, f"{run.name}_text"))
    chart.show(experiment, run, results, job, series)
    if is_begun(experiment, run):
        _show_hindrance(job)
    return dict(results)


def _show_outcome(experiment: Experiment, run: Run, results: Mapping[str, Result]) -> None:
    """What came out of the answers; where a step answers no question, what was done."""
    if asks := explaining.answered_by(experiment, run):
        explaining.show_verdicts(experiment, asks, results)
    else:
        st.markdown(own(experiment, f"{run.name}_text"))


def is_begun(experiment: Experiment, run: Run) -> bool:
    """Whether the visitor has started the trials of a step, with the present seed."""
    return run.name in progress.of(experiment.name).begun


def is_done(run: Run, results: Mapping[str, Result]) -> bool:
    """Whether all trials of a step are measured."""
    return all(name in results for name in run.trials)


def offer(experiment: Experiment, run: Run, results: Mapping[str, Result]) -> None:
    """The button of a step that is not done: start its trials, stop the one that goes on, or train it again."""
    if not is_begun(experiment, run):
        _offer_to_run(experiment, run)
        return
    known = progress.of(experiment.name)
    trial = next(name for name in run.trials if name not in results)
    job = jobs.get(known.runs.get(trial, ""))
    if job is not None and not job.is_over:
        st.button(t("experiments.stop"), key="learn.stop", icon=":material/stop:", on_click=running.stop, args=[job])
        number = sum(name in results for name in run.trials) + 1
        st.caption(t("experiments.trial_of", number=number, count=len(run.trials)))
    else:
        st.button(
            t("experiments.again"), key="learn.run_again", type="primary", icon=":material/replay:",
            on_click=progress.forget_run, args=(experiment.name, trial),
        )  # fmt: skip


def _offer_to_run(experiment: Experiment, run: Run) -> None:
    """The button that starts the trials; from then on the answers stand."""
    trained = sum(experiment.trial(name).setup is not None for name in run.trials)
    label = "experiments.compute" if not trained else "experiments.run_one" if trained == 1 else "experiments.run_many"
    st.button(
        t(label, count=trained), key="learn.run", type="primary", icon=":material/play_arrow:",
        on_click=running.begin, args=(experiment, run),
    )  # fmt: skip
    st.caption(t("experiments.run_note", seed=progress.of(experiment.name).seed))


def _show_hindrance(job: Job | None) -> None:
    """What kept a run from its end; while it goes on, the chart says how."""
    if job is None:
        st.info(t("experiments.lost"))
    elif job.status == "stopped":
        st.info(t("experiments.stopped"))
    elif job.is_over:
        problem.show(t(f"train.failed_{job.reason.code}"), job.reason.text)


def show_details(experiment: Experiment, run: Run, results: Mapping[str, Result]) -> None:
    """Other curves for the chart, and what exactly is trained, each with a link that opens it on the Train page."""
    seed = progress.of(experiment.name).seed
    trained = [trial for name in run.trials if (trial := experiment.trial(name)).setup]
    if not trained:
        return
    st.segmented_control(
        t("experiments.series"), SERIES, default=chart.usual_series(experiment, run), required=True,
        key=_series_key(experiment, run), format_func=lambda series: t(f"experiments.short_{series}"), wrap=True,
    )  # fmt: skip
    with st.expander(t("experiments.set_ups"), key="learn.set_ups"):
        for trial in trained:
            setup = trial.seeded(seed)
            source = results[trial.name].source if trial.name in results else digits.source_here()
            st.markdown(f"**{own(experiment, f'trial_{trial.name}')}** · {words_on(setup, source)}")
            query = dict(parse_qsl(to_query(setup)))
            st.page_link(
                shell.PAGES["train"].path, label=t("experiments.open_on_train"), icon=shell.PAGES["train"].icon,
                query_params=query,
            )  # fmt: skip


def _series_key(experiment: Experiment, run: Run) -> str:
    return f"learn.series_{experiment.name}_{run.name}"


def words_on(setup: Setup, source: str) -> str:
    """A set-up in a sentence."""
    model, train = setup.model, setup.train
    return t(
        "experiments.set_up",
        data=digits.name_of(source),
        sizes=numbers.sizes(model.layer_sizes),
        activation=t(f"train.activation_{model.activation}"),
        start=t(f"train.initialization_{model.initialization}"),
        optimizer=t(f"train.optimizer_{train.optimizer}"),
        rate=numbers.in_full(train.learning_rate),
        batch=f"{train.batch_size:,}",
        images=f"{train.training_images:,}",
        epochs=f"{train.epochs:,}",
        seed=train.seed,
    )
