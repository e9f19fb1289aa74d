"""The questions of an experiment: a choice, a number, or a curve to be drawn. What is committed to stands.

Until the trials that answer it have been started it can be taken back.
"""

from __future__ import annotations

import streamlit as st

from nnlab.teaching.steps import Ask, Choice, Experiment, Guess, Sketch
from nnlab.ui import numbers, shell
from nnlab.ui.components import sketch
from nnlab.ui.learn.experiments import chart, place, progress
from nnlab.ui.learn.experiments.progress import Answer
from nnlab.ui.learn.experiments.wording import kind_of, measure, own, said
from nnlab.ui.text import t


def ask(experiment: Experiment, question: Ask) -> Answer | None:
    """Ask; returns what would be committed to, or None while there is no answer."""
    _show_question(experiment, question)
    return {Choice: _choose, Guess: _guess, Sketch: _sketch}[type(question)](experiment, question)


def _show_question(experiment: Experiment, question: Ask) -> None:
    st.markdown(f"##### {own(experiment, f'{question.name}_question')}")


def offer_to_commit(experiment: Experiment, question: Ask, answer: Answer | None) -> None:
    """The button that commits to an answer and goes on, and what is missing for it."""
    st.button(
        t("experiments.commit"), key="learn.commit", type="primary", icon=":material/lock:",
        disabled=answer is None, on_click=_commit, args=(experiment, question, answer),
    )  # fmt: skip
    st.caption(t("experiments.commit_note" if answer is not None else f"experiments.wanted_{kind_of(question)}"))


def _commit(experiment: Experiment, ask: Ask, answer: Answer) -> None:
    progress.change(experiment.name, answers={ask.name: answer})
    place.go_to(experiment.name, experiment.steps.index(ask) + 1)


def show_answer(experiment: Experiment, ask: Ask) -> None:
    """The question with what was said."""
    _show_question(experiment, ask)
    known = progress.of(experiment.name)
    answer = known.answers[ask.name]
    if isinstance(ask, Sketch):
        drawing = chart.drawing_of(experiment, ask)
        sketch.show(
            f"learn.answer_{experiment.name}_{ask.name}", chart.axes_of(ask), drawing, hash(drawing) % 2**31, [],
            chart.height(), shell.chart_font_size(), t("experiments.your_curve"), is_fixed=True,
        )  # fmt: skip
    else:
        st.info(t("experiments.you_said", answer=said(experiment, ask, answer)), icon=":material/lock:")
    if ask.name in known.fixed:
        st.caption(t("experiments.fixed"))
    else:
        st.button(
            t("experiments.take_back"), key="learn.take_back", icon=":material/undo:",
            on_click=progress.take_back, args=(experiment.name, ask.name),
        )  # fmt: skip


def _choose(experiment: Experiment, ask: Choice) -> str | None:
    return st.radio(
        t("experiments.your_answer"), ask.options, index=None, label_visibility="collapsed",
        key=f"learn.choice_{experiment.name}_{ask.name}",
        format_func=lambda option: own(experiment, f"{ask.name}_{option}"),
    )  # fmt: skip


def _guess(experiment: Experiment, ask: Guess) -> float | None:
    """A slider that stands in the middle; only what somebody has moved, or says to mean, is an answer."""
    decimals = len(numbers.in_full(ask.step).partition(".")[2])
    middle = round(ask.low + ask.step * round((ask.high - ask.low) / 2 / ask.step), decimals)
    value = st.slider(
        t("experiments.your_answer"), float(ask.low), float(ask.high), float(middle), float(ask.step),
        key=f"learn.guess_{experiment.name}_{ask.name}", label_visibility="collapsed", format=f"%.{decimals}f",
    )  # fmt: skip
    st.markdown(f"### {measure(value, ask)}")
    return value


def _sketch(experiment: Experiment, ask: Sketch) -> tuple[tuple[float, float], ...] | None:
    key = f"learn.sketch_{experiment.name}_{ask.name}"
    known, axes = progress.of(experiment.name), chart.axes_of(ask)
    drawing = sketch.sent(key, known.round, axes[1])
    if drawing is None:
        drawing = known.drafts.get(ask.name) or sketch.nothing_drawn()
    elif drawing != known.drafts.get(ask.name):
        progress.change(experiment.name, drafts={ask.name: drawing})
    sketch.show(
        key, axes, drawing, known.round, [], chart.height(), shell.chart_font_size(),
        t("experiments.sketch_label", series=axes[1].title),
    )  # fmt: skip
    if not sketch.is_enough(drawing):
        return None
    return tuple(zip(sketch.places(axes[0]), sketch.completed(drawing), strict=True))
