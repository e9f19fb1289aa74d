"""The list of experiments: what each is about, how long it takes, how far the visitor is."""

from __future__ import annotations

import streamlit as st

from nnlab.teaching.experiments import EXPERIMENTS
from nnlab.teaching.steps import Experiment
from nnlab.ui.learn.experiments import place, progress
from nnlab.ui.learn.experiments.wording import own
from nnlab.ui.text import t

SIDE_BY_SIDE = 2


def show() -> None:
    """Show it."""
    place.write()
    known = progress.of_all()
    done = sum(known[name].is_done for name in EXPERIMENTS if name in known)
    st.markdown(t("experiments.about", count=len(EXPERIMENTS), done=done))
    names = list(EXPERIMENTS)
    for start in range(0, len(names), SIDE_BY_SIDE):
        for name, column in zip(names[start : start + SIDE_BY_SIDE], st.columns(SIDE_BY_SIDE), strict=False):
            with column:
                _show_card(names.index(name) + 1, EXPERIMENTS[name], known.get(name, progress.NEW))


def _show_card(number: int, experiment: Experiment, known: progress.Progress) -> None:
    name, is_begun = experiment.name, progress.is_begun(experiment.name)
    with st.container(border=True, height="stretch", key=f"learn.card-{name}"):
        st.markdown(f"**{number}. {own(experiment, 'title')}**  \n{own(experiment, 'idea')}")
        with st.container(horizontal=True, vertical_alignment="center"):
            label = "look_again" if known.is_done else "continue" if is_begun else "start"
            st.button(
                t(f"experiments.{label}"), key=f"learn.open_{name}", on_click=place.go_to, args=[name],
                type="secondary" if known.is_done else "primary",
            )  # fmt: skip
            if is_begun:
                st.button(
                    t("experiments.forget"), key=f"learn.forget_{name}", type="tertiary", on_click=progress.reset,
                    args=[name], help=t("experiments.reset_help"),
                )  # fmt: skip
            st.caption(_state(experiment, known, is_begun))


def _state(experiment: Experiment, known: progress.Progress, is_begun: bool) -> str:
    minutes = t("experiments.minutes", minutes=experiment.minutes)
    if known.is_done:
        return f":material/check_circle: {t('experiments.done')} · {minutes}"
    if is_begun:
        count = len(experiment.steps)
        step = t("experiments.step", number=min(known.step + 1, count), count=count)
        return f":material/timelapse: {step} · {minutes}"
    return minutes
