"""The end of an experiment: all answers beside what came out, and what to do next."""

from __future__ import annotations

from collections.abc import Mapping

import streamlit as st

from nnlab.teaching.experiments import EXPERIMENTS
from nnlab.teaching.results import Result
from nnlab.teaching.steps import Experiment, Run
from nnlab.ui.learn.experiments import explaining, place, progress
from nnlab.ui.learn.experiments.wording import own
from nnlab.ui.text import t


def show(experiment: Experiment, results: Mapping[str, Result]) -> None:
    """Show it; the experiment is done from now on."""
    known = progress.of(experiment.name)
    if not known.is_done:
        progress.change(experiment.name, is_done=True)
    right = sum(ask.judge(known.answers[ask.name], results).right for ask in experiment.asks)
    st.markdown(t("experiments.count", right=right, count=len(experiment.asks)))
    explaining.show_verdicts(experiment, list(experiment.asks), results)


def offer_more(experiment: Experiment) -> None:
    """The buttons: on to the next experiment, this one with another seed, this one from its start."""
    following = next_after(experiment.name)
    if following:
        st.button(
            t("experiments.next", title=own(EXPERIMENTS[following], "title")), key="learn.next_experiment",
            type="primary", icon=":material/arrow_forward:", on_click=place.go_to, args=[following],
        )  # fmt: skip
    first_run = next(index for index, step in enumerate(experiment.steps) if isinstance(step, Run))
    st.button(
        t("experiments.another_seed"), key="learn.another_seed", icon=":material/casino:",
        on_click=_try_again, args=(experiment, first_run), help=t("experiments.another_seed_help"),
    )  # fmt: skip
    st.button(
        t("experiments.reset"), key="learn.reset", icon=":material/restart_alt:", on_click=_reset,
        args=[experiment.name], help=t("experiments.reset_help"),
    )  # fmt: skip


def next_after(name: str) -> str | None:
    """The next experiment that is not done, of those behind this one; None behind the last."""
    names = list(EXPERIMENTS)
    following = names[names.index(name) + 1 :]
    return next((other for other in following if not progress.of_all().get(other, progress.NEW).is_done), None)


def _try_again(experiment: Experiment, step: int) -> None:
    progress.try_another_seed(experiment.name, step)
    place.go_to(experiment.name)


def _reset(name: str) -> None:
    progress.reset(name)
    place.go_to(name)
