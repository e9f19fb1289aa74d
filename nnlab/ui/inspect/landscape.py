"""The landscape of the loss around a run's way: a slice through it in which the way is seen."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import streamlit as st

from nnlab.evaluation import evenly_spread
from nnlab.inspection.landscape import CORNERS, LEAST_STATES, heights, loss_at, slice_along, weights_of
from nnlab.ui import beside, digits, readers, saving, shell, terms
from nnlab.ui.inspect import landscape_chart
from nnlab.ui.inspect.subject import Subject, test_tensors
from nnlab.ui.inspect.tested import KEPT, made_beside, name_of_set
from nnlab.ui.numbers import percent
from nnlab.ui.text import t

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from torch import Tensor

    from nnlab.runs.run import Job
    from nnlab.runs.snapshot import Snapshot

SAMPLE = 300  # test images, of which each height is the mean loss
MOST_NUMBERS = 40_000_000  # of all states together: of a wide network some states are left out
CHART_HEIGHT = 400


class Landscape(NamedTuple):
    """What is drawn.

    Attributes:
        across, up: (25,) the places along both directions; ``heights`` (25, 25) the mean losses there, in nats.
        way: (T, 2) the places of the states, ``losses`` (T,) those of the states themselves, ``steps`` (T,) after which
            they were kept.
        share: how much of the way lies in the slice, 0 to 1; 0 where there is no slice to be drawn.
    """

    across: np.ndarray
    up: np.ndarray
    heights: np.ndarray
    way: np.ndarray
    losses: np.ndarray
    steps: list[int]
    share: float


def show(subject: Subject) -> None:
    """The landscape of a run, with its way; where there is none, a sentence that says so."""
    job = readers.job_of(subject.network)
    if job is None:
        _send_away("landscape.of_bundled")
        return
    steps = sorted(job.state_steps())
    found = test_tensors(subject.source)
    if found is None:
        return
    if len(steps) < LEAST_STATES:
        _send_away("landscape.too_short")
        return
    count, parameters = min(SAMPLE, len(found[1])), subject.reader.model.config.parameter_count
    name = " ".join([subject.network, *map(str, steps), name_of_set(found)])
    if beside.takes_long(parameters, count * (CORNERS**2 + len(steps))):
        landscape = made_beside(f"landscape {name}", lambda hear: _made(name, job, found, hear))
    else:
        with st.spinner(t("landscape.measuring")):
            landscape = _made(name, job, found, lambda share, doing: None)
    if landscape is None:
        return
    if landscape.share == 0:
        st.info(t("landscape.straight"), icon=":material/info:")
        return
    _draw(subject, landscape, count)


def _send_away(sentence: str) -> None:
    st.info(t(sentence), icon=":material/model_training:")
    shell.link("train")


def _made(name: str, job: Job, found: tuple[Tensor, Tensor], hear: beside.Hear) -> Landscape:
    return _landscape(name, job, found, lambda share: hear(share, "inspect.reading_landscape"))


@st.cache_data(show_spinner=False, max_entries=KEPT)
def _landscape(name: str, _job: Job, _found: tuple[Tensor, Tensor], _hear: Callable[[float], None]) -> Landscape:
    """Of the weights that are kept of a run; only for this are they read where they are on the disk."""
    images, labels = _found
    sample = evenly_spread(len(labels), SAMPLE)
    images, labels = images[sample], labels[sample]
    states = _some_of(_job.states(), _job.setup.model.parameter_count)
    model, steps = states[-1].model, [state.step for state in states]
    weights = [weights_of(state.model) for state in states]
    losses = np.array([loss_at(model, place, images, labels) for place in weights])
    try:
        found = slice_along(weights)
    except ValueError:  # a network that has not moved, or straight on
        return Landscape(np.zeros(0), np.zeros(0), np.zeros((0, 0)), np.zeros((0, 2)), losses, steps, 0.0)
    across, up = found.axes()
    measured = heights(model, found, images, labels, _hear)
    return Landscape(across.numpy(), up.numpy(), measured.numpy(), found.way.numpy(), losses, steps, found.share)


def _some_of(states: Sequence[Snapshot], parameters: int) -> Sequence[Snapshot]:
    """As many as there is memory for, spread over the way; its start and its end are among them."""
    most = max(LEAST_STATES, MOST_NUMBERS // parameters)
    if len(states) <= most:
        return states
    return [states[round(place * (len(states) - 1) / (most - 1))] for place in range(most)]


def _draw(subject: Subject, landscape: Landscape, count: int) -> None:
    data, losses, steps = digits.name_of(subject.source), landscape.losses, landscape.steps
    terms.tell("landscape.look")
    st.markdown(
        t("landscape.way", start=f"{losses[0]:.3f}", end=f"{losses[-1]:.3f}", step=f"{steps[-1]:,}",
          count=f"{count:,}", data=data, share=percent(landscape.share))
    )  # fmt: skip
    titles = {name: t(f"landscape.{name}") for name in ("across", "up", "loss", "loss_here", "way_name")}
    hover = [
        t("landscape.state", step=f"{step:,}", loss=f"{loss:.3f}") for step, loss in zip(steps, losses, strict=True)
    ]
    figure = landscape_chart.landscape(*landscape[:4], hover, titles, round(shell.scaled(CHART_HEIGHT)))
    across, up = landscape.across, landscape.up
    table = {
        "first_direction": [*(x for _ in up for x in across), *landscape.way[:, 0]],
        "second_direction": [*(y for y in up for _ in across), *landscape.way[:, 1]],
        "loss": [*landscape.heights.flatten(), *losses],
        "step": [*("" for _ in range(landscape.heights.size)), *steps],
    }
    saving.show_chart(figure, "inspect.landscape", t("landscape.alt", step=f"{steps[-1]:,}"), table)
    parameters = subject.reader.model.config.parameter_count
    terms.note("landscape.note", parameters=f"{parameters:,}", rest=f"{parameters - 2:,}")
