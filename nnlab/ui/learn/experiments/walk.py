"""One experiment, one step on the screen: how far it is, the step itself, the ways back and on."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import parse_qsl

import streamlit as st

from nnlab.runs import jobs
from nnlab.sources.errors import DataError
from nnlab.teaching.plane import PLANE_TEXT
from nnlab.teaching.results import Result
from nnlab.teaching.steps import Ask, Experiment, Explain, Look, Run, Step
from nnlab.ui import keys, problem, restrictions, shell, state
from nnlab.ui.learn.experiments import asking, chart, ending, explaining, place, progress, running, trying
from nnlab.ui.learn.experiments.progress import Answer
from nnlab.ui.learn.experiments.wording import own
from nnlab.ui.text import t


def show(experiment: Experiment) -> None:
    """The open step; of those that are not to be seen yet, the one that has to be done first."""
    results = _results(experiment)
    reach = reach_of(experiment, results)
    known = progress.of(experiment.name)
    if known.step > reach:
        progress.change(experiment.name, step=reach)
    number = min(known.step, reach)
    place.write()
    _show_head(experiment, number)
    if number == len(experiment.steps):
        ending.show(experiment, results)
        _show_ways(experiment, number, results)
        return
    step = experiment.steps[number]
    answer = None
    with st.container(key="learn.experiment-step"):
        if number == 0 and not state.has_large_text():
            st.markdown(own(experiment, "idea"))
        if is_asked(experiment, step):
            answer = asking.ask(experiment, step)
        else:
            results = _show_step(experiment, step, results)
    _show_ways(experiment, number, results, answer)
    if isinstance(step, Run):
        trying.show_details(experiment, step, results)


def is_asked(experiment: Experiment, step: Step) -> bool:
    """Whether a step is a question that is still to be answered."""
    return isinstance(step, Ask) and step.name not in progress.of(experiment.name).answers


def reach_of(experiment: Experiment, results: Mapping[str, Result]) -> int:
    """The last step that may be seen: the first one that has something left to be done; behind them all, the end."""
    for number, step in enumerate(experiment.steps):
        if is_asked(experiment, step) or (isinstance(step, Run) and not trying.is_done(step, results)):
            return number
    return len(experiment.steps)


def _results(experiment: Experiment) -> dict[str, Result]:
    try:
        return running.results_of(experiment)
    except DataError as error:
        problem.show(problem.data_words(error), error)
        shell.link("home")
        st.stop()


def _show_head(experiment: Experiment, number: int) -> None:
    """The experiment's title, the step's number, and how far that is."""
    count = len(experiment.steps)
    words = t("experiments.end" if number == count else "experiments.step", number=number + 1, count=count)
    with st.container(gap=None, key="learn.experiment-head"):
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            st.button(
                t("experiments.all"), key="learn.all", icon=":material/list:", on_click=place.go_to, args=[place.LIST]
            )
            st.markdown(f"#### {own(experiment, 'title')}")
            st.markdown(f":gray[{words}]")
        st.progress(number / count)


def _show_step(experiment: Experiment, step: Step, results: dict[str, Result]) -> dict[str, Result]:
    try:
        if isinstance(step, Run):
            return trying.show(experiment, step, results)
    except DataError as error:
        problem.show(problem.data_words(error), error)
        shell.link("home")
        return results
    if isinstance(step, Ask):
        asking.show_answer(experiment, step)
    elif isinstance(step, Look):
        _show_look(experiment, step)
    else:
        _show_explanation(experiment, step, results)
    return results


def _show_explanation(experiment: Experiment, step: Explain, results: Mapping[str, Result]) -> None:
    """The explanation, beside the curves that it is about."""
    earlier = experiment.steps[: experiment.steps.index(step)]
    run = [other for other in earlier if isinstance(other, Run)][-1]
    words, curves = chart.places(experiment, run)
    with words:
        explaining.show(experiment, step, results)
    with curves:
        chart.show(experiment, run, results)


def _show_look(experiment: Experiment, step: Look) -> None:
    """What to look at, and the link there, with the run that it is about."""
    st.markdown(own(experiment, f"{step.name}_text"))
    label, page = own(experiment, f"{step.name}_link"), shell.PAGES[step.page]
    query = dict(parse_qsl(step.query))
    if "lesson" in query:  # on this very page
        if restrictions.leads_to("learn", query["lesson"]):
            st.button(label, key="learn.look", icon=page.icon, on_click=_open_lesson, args=[query])
            st.caption(t("experiments.come_back_lesson"))
        return
    if restrictions.leads_to(step.page, query.get("section", "")):
        if st.button(label, key="learn.look", icon=page.icon):
            _leave_for(experiment, step, query)
        st.caption(t("experiments.come_back"))


def _open_lesson(query: dict[str, str]) -> None:
    """Open a lesson, that of the plane set up as the step wants it."""
    if "plane" in query:
        from nnlab.ui.learn import plane

        plane.set_up(PLANE_TEXT.parse(query["plane"]))
    place.open_lesson(query["lesson"])


def _leave_for(experiment: Experiment, step: Look, query: dict[str, str]) -> None:
    """Open the page at the section and with the network that the step is about, however the visitor left it."""
    if "section" in query:
        st.session_state[keys.section_of(step.page)] = query["section"]
    job = jobs.get(progress.of(experiment.name).runs.get(step.trial or "", ""))
    if job is not None:
        st.session_state[keys.Inspect.NETWORK] = query["run"] = job.id
    st.switch_page(shell.PAGES[step.page].path, query_params=query)


def _show_ways(
    experiment: Experiment, number: int, results: Mapping[str, Result], answer: Answer | None = None
) -> None:
    """The way back, and the one button that leads on: commit, train, or go to the next step."""
    is_end = number == len(experiment.steps)
    with st.container(horizontal=True, vertical_alignment="center", key="learn.experiment-ways"):
        if number:
            st.button(
                t("experiments.back"), key="learn.back", icon=":material/arrow_back:",
                on_click=place.go_to, args=(experiment.name, number - 1),
            )  # fmt: skip
        if is_end:
            ending.offer_more(experiment)
            return
        step = experiment.steps[number]
        if is_asked(experiment, step):
            asking.offer_to_commit(experiment, step, answer)
        elif isinstance(step, Run) and not trying.is_done(step, results):
            trying.offer(experiment, step, results)
        else:
            st.button(
                t("experiments.on"), key="learn.on", icon=":material/arrow_forward:", icon_position="right",
                type="primary", on_click=place.go_to, args=(experiment.name, number + 1),
            )  # fmt: skip
