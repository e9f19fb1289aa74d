"""The chart of an experiment: the measured curves of its trials, over the sketch of what the visitor expected.

All curves of one chart are of one kind, as a sketch is: the training loss, the test loss or the test accuracy.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from nnlab.teaching.results import Result
from nnlab.teaching.steps import SERIES, Experiment, Run, Sketch
from nnlab.ui import shell, state
from nnlab.ui.charts import TEST_COLOR, TRAIN_COLOR
from nnlab.ui.components import sketch
from nnlab.ui.components.sketch import Axis, Drawing, Line
from nnlab.ui.layout import columns
from nnlab.ui.learn.experiments import progress
from nnlab.ui.learn.experiments.wording import own
from nnlab.ui.text import t

if TYPE_CHECKING:
    from nnlab.runs.run import Job

HEIGHT = 310  # pixels: with question and buttons it fits a projector's 768
LOW_HEIGHT = 270
HIGHEST_LOSS = 2.5  # nats, of a chart that no sketch sets: guessing among ten costs 2.3
# Of several trials: each has its colour and its dashes throughout the experiment. The sketch's own colour is not here.
LOOKS = (
    ("#009E73", ""), ("#E69F00", "9 5"), ("#56B4E9", "2 6"), ("#7F7F7F", "14 5 2 5"), ("#B8A800", "5 5"),
    ("#AA4499", "16 6"),
)  # fmt: skip


def height() -> int:
    """Of a chart, in pixels: in projector size, question and buttons take more of the screen, and leave less to it."""
    return LOW_HEIGHT if state.has_large_text() else HEIGHT


def axes_of(ask: Sketch) -> tuple[Axis, Axis]:
    """The axes of a question's chart."""
    return _axes(ask.series, ask.epochs, ask.low, ask.high)


def _axes(series: str, epochs: float, low: float, high: float) -> tuple[Axis, Axis]:
    style = "percent" if series == "test_accuracy" else "number"
    return Axis((0, epochs), t("experiments.epochs")), Axis(
        (low, high), t(f"experiments.series_{series}"), format=style
    )


def sketch_of(experiment: Experiment, run: Run) -> Sketch | None:
    """The sketch that a step's trials are compared with: the last one asked for before it."""
    earlier = experiment.steps[: experiment.steps.index(run)]
    found = [step for step in earlier if isinstance(step, Sketch) and step.trial in run.trials]
    return found[-1] if found else None


def places(experiment: Experiment, run: Run) -> tuple[DeltaGenerator, DeltaGenerator]:
    """Where the words about a step stand, and beside them its chart, if it has one; on a phone the chart is first."""
    if has_curves(experiment, run):
        return columns(0.5)
    return st.container(), st.container()


def has_curves(experiment: Experiment, run: Run) -> bool:
    """Whether anything is trained in a step."""
    return any(experiment.trial(name).setup for name in run.trials)


def show(
    experiment: Experiment,
    run: Run,
    results: Mapping[str, Result],
    job: Job | None = None,
    series: str | None = None,
    on_over: Callable[[], None] = lambda: None,
) -> None:
    """The curves of a step and of what was tried before it; nothing where nothing is trained.

    Args:
        job: the run that goes on.
        series: one of ``SERIES``; default: that of the sketch, or else the training loss.
        on_over: called when it has ended.
    """
    if not has_curves(experiment, run):
        return
    ask = sketch_of(experiment, run)
    series = series or usual_series(experiment, run)
    is_compared = ask is not None and ask.series == series
    if not is_compared:
        setups = [setup for trial in experiment.trials if (setup := trial.setup)]
        high = 1.0 if series == "test_accuracy" else HIGHEST_LOSS
        axes, drawing = _axes(series, max(setup.train.epochs for setup in setups), 0, high), sketch.nothing_drawn()
    else:
        axes = axes_of(ask)
        drawing = drawing_of(experiment, ask)
    lines = _lines(experiment, results, job, series, ask.trial if is_compared else None)
    names = ", ".join(line.name for line in lines) or t("experiments.nothing_yet")
    sketch.show(
        f"learn.chart_{experiment.name}_{run.name}", axes, drawing, hash((drawing, series)) % 2**31, lines,
        height(), shell.chart_font_size(),
        t("experiments.chart_alt", series=t(f"experiments.series_{series}"), names=names),
        is_fixed=True, on_over=on_over,
    )  # fmt: skip


def usual_series(experiment: Experiment, run: Run) -> str:
    ask = sketch_of(experiment, run)
    return ask.series if ask else SERIES[0]


def drawing_of(experiment: Experiment, ask: Sketch) -> Drawing:
    """What the visitor has committed to, as it was drawn: with its gaps closed."""
    answer = progress.of(experiment.name).answers.get(ask.name)
    return tuple(value for _, value in answer) if answer else sketch.nothing_drawn()


def _lines(
    experiment: Experiment, results: Mapping[str, Result], job: Job | None, series: str, sketched: str | None
) -> list[Line]:
    """The curves that are known, or are becoming so.

    Args:
        sketched: the trial whose curve the visitor has sketched.
    """
    known = progress.of(experiment.name)
    trained = [trial.name for trial in experiment.trials if trial.setup]
    lines = []
    for index, name in enumerate(trained):
        color, dash = LOOKS[index % len(LOOKS)]
        if len(trained) == 1:
            color, dash = (TRAIN_COLOR if series == "train_loss" else TEST_COLOR), ""
        title = own(experiment, f"trial_{name}")
        if name in results:
            x, y = sketch.thinned(*getattr(results[name], series))
            lines.append(Line(title, color, dash, x=x, y=y, is_sketched=name == sketched))
        elif job is not None and known.runs.get(name) == job.id:
            lines.append(Line(title, color, dash, run=job.id, series=series, is_sketched=name == sketched))
    return lines
