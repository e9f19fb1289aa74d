"""What came out: each answer beside the run's, and the explanation with the visitor's own numbers."""

from __future__ import annotations

from collections.abc import Mapping

import streamlit as st

from nnlab.teaching import shares
from nnlab.teaching.results import Result
from nnlab.teaching.steps import Ask, Experiment, Explain, Run, Sketch
from nnlab.ui import numbers
from nnlab.ui.learn.experiments import progress
from nnlab.ui.learn.experiments.comparing import remarks
from nnlab.ui.learn.experiments.wording import kind_of, own, said
from nnlab.ui.text import t


def answered_by(experiment: Experiment, run: Run) -> list[Ask]:
    """The questions that a step's trials answer: those between it and the step with trials before it."""
    steps = experiment.steps
    before = steps[: steps.index(run)]
    start = max((index + 1 for index, step in enumerate(before) if isinstance(step, Run)), default=0)
    return [step for step in before[start:] if isinstance(step, Ask)]


def show_verdicts(experiment: Experiment, asks: list[Ask], results: Mapping[str, Result]) -> None:
    """Each question, what was said, and what came out."""
    answers = progress.of(experiment.name).answers
    for ask in (ask for ask in asks if ask.name in answers):
        is_right = ask.judge(answers[ask.name], results).right
        words = (_of_sketch if isinstance(ask, Sketch) else _of_answer)(experiment, ask, results)
        icon = ":green[:material/check_circle:]" if is_right else ":blue[:material/compare_arrows:]"
        st.markdown(f":gray[{own(experiment, f'{ask.name}_question')}]  \n{icon} {words}")


def _of_answer(experiment: Experiment, ask: Ask, results: Mapping[str, Result]) -> str:
    answer = progress.of(experiment.name).answers[ask.name]
    is_right = ask.judge(answer, results).right
    key = f"as_said_{kind_of(ask)}" if is_right else "other_than_said"
    outcome = said(experiment, ask, ask.outcome(results))
    return t(f"experiments.{key}", answer=said(experiment, ask, answer), outcome=outcome)


def _of_sketch(experiment: Experiment, ask: Sketch, results: Mapping[str, Result]) -> str:
    """Whether the shapes are alike, and how the curves differ, in what a person would point at."""
    points = progress.of(experiment.name).answers[ask.name]
    judgement = ask.judge(points, results)
    shape = t("experiments.shape_alike" if judgement.right else f"experiments.shape_{judgement.differs}")
    found = remarks(tuple(zip(*points, strict=True)), ask.outcome(results), ask.low, ask.high)
    return " ".join([shape, *(_remark(remark, ask) for remark in found)])


def _remark(remark: tuple[str, dict[str, float | str]], ask: Sketch) -> str:
    key, values = remark
    written = {name: _written(key, value, ask) for name, value in values.items()}
    return t(f"experiments.remark_{key}", **written)


def _written(key: str, value: float | str, ask: Sketch) -> str:
    if isinstance(value, str):
        return t(f"experiments.way_{value}")
    if key.startswith("ends_"):
        return numbers.percent(value) if ask.series == "test_accuracy" else numbers.fixed(value, 2)
    return numbers.fixed(value, 2 if ask.epochs < 10 else 1)


def show(experiment: Experiment, step: Explain, results: Mapping[str, Result]) -> None:
    """The explanation of a claim, whether it came out or not, and how often it does."""
    known = progress.of(experiment.name)
    verdict = step.claim.judge(results)
    if known.held.get(step.name, {}).get(known.seed) != verdict.holds:
        seen = {**known.held.get(step.name, {}), known.seed: verdict.holds}
        progress.change(experiment.name, held={step.name: seen})
    st.markdown(own(experiment, f"{step.name}_{'holds' if verdict.holds else 'fails'}", **verdict.numbers))
    st.caption(how_often(experiment, step, results))


def how_often(experiment: Experiment, step: Explain, results: Mapping[str, Result] | None = None) -> str:
    """In how many seeds it came out so, here and when it was tried; "" if nobody has tried."""
    words = []
    if share := shares.share_of(experiment.name, step.name):
        tried = "share_points" if all(trial.is_of_points for trial in experiment.trials) else "share"
        words.append(t(f"experiments.{tried}", held=share.held, seeds=share.seeds))
        if any(result.source == "builtin" for result in (results or {}).values()):
            words.append(t("experiments.share_builtin"))
    seen = progress.of(experiment.name).held.get(step.name, {}) if results else {}
    if len(seen) > 1:
        words.append(t("experiments.own_share", held=sum(seen.values()), seeds=len(seen)))
    return " ".join(words)
