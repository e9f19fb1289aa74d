"""What is said to teachers, on paper too: each experiment's aim, questions, answers and stumbling blocks; plans."""

from __future__ import annotations

import re

import streamlit as st

from nnlab.teaching.experiments import EXPERIMENTS
from nnlab.teaching.steps import Choice, Experiment, Guess, Look, Run, Sketch, Step
from nnlab.ui import digits
from nnlab.ui.learn.experiments import explaining, place
from nnlab.ui.learn.experiments.trying import words_on
from nnlab.ui.learn.experiments.wording import measure, own
from nnlab.ui.text import prose, t

VIEWS = ("teacher", "students")
PARTS = ("aim", "ask", "answers", "wrong")
PLANS = ("45", "90")
INDENT = "    "  # of what belongs to an entry of a list, in Markdown


def choose() -> bool:
    """The switch between what teachers and what students see; returns whether it is the former."""
    view = st.segmented_control(
        t("experiments.view"), VIEWS, default=VIEWS[0], required=True, key="learn.teacher_view",
        label_visibility="collapsed", format_func=lambda view: t(f"experiments.view_{view}"), wrap=True,
    )  # fmt: skip
    return view == VIEWS[0]


def show(experiment: Experiment | None) -> None:
    """The page of an experiment; or, without one, the plans and a table of all of them."""
    if experiment is None:
        _show_plans()
    else:
        _show_page(experiment)


def _show_plans() -> None:
    st.markdown(t("experiments.teacher_about"))
    rows = [
        f"| {number} | [{own(experiment, 'title')}](?experiment={name}&teacher=1) | {experiment.minutes} "
        f"| {own(experiment, 'teacher_aim')} |"
        for number, (name, experiment) in enumerate(EXPERIMENTS.items(), 1)
    ]
    st.markdown("\n".join([t("experiments.teacher_table"), "|---|---|---|---|", *rows]))
    for plan in PLANS:
        st.markdown(f"#### {t('experiments.plan', minutes=plan)}")
        st.markdown(prose(f"experiments/plan_{plan}"))


def _show_page(experiment: Experiment) -> None:
    st.button(t("experiments.all"), key="learn.all", icon=":material/list:", on_click=place.go_to, args=[place.LIST])
    st.markdown(f"### {own(experiment, 'title')}")
    st.markdown(t("experiments.minutes", minutes=experiment.minutes))
    st.markdown(own(experiment, "idea"))
    for part in PARTS:
        st.markdown(f"#### {t(f'experiments.teacher_{part}')}\n\n{own(experiment, f'teacher_{part}')}")
    st.markdown(f"#### {t('experiments.teacher_steps')}")
    st.markdown("\n".join(f"{number}. {_line(experiment, step)}" for number, step in enumerate(experiment.steps, 1)))


def _line(experiment: Experiment, step: Step) -> str:
    """A step in a few lines: what students are asked, what is trained, what is explained and how often it comes out."""
    if isinstance(step, Choice):
        options = "".join(f"\n{INDENT}- {own(experiment, f'{step.name}_{option}')}" for option in step.options)
        return f"{own(experiment, f'{step.name}_question')}{options}"
    if isinstance(step, Guess):
        between = t("experiments.between", low=measure(step.low, step), high=measure(step.high, step))
        return f"{own(experiment, f'{step.name}_question')} {between}"
    if isinstance(step, Sketch):
        return own(experiment, f"{step.name}_question")
    if isinstance(step, Run):
        set_ups = [
            f"\n{INDENT}- {own(experiment, f'trial_{name}')}: {words_on(trial.setup, digits.source_here())}"
            for name in step.trials
            if (trial := experiment.trial(name)).setup
        ]
        return own(experiment, f"{step.name}_text") + "".join(set_ups)
    if isinstance(step, Look):
        return own(experiment, f"{step.name}_text")
    words = f"{_without_numbers(own(experiment, f'{step.name}_holds'))}\n\n{explaining.how_often(experiment, step)}"
    return words.strip().replace("\n", f"\n{INDENT}")


def _without_numbers(text: str) -> str:
    """An explanation as it stands before anything was measured: dots in place of the student's own numbers."""
    return re.sub(r"\{[^}]*\}", "…", text)
