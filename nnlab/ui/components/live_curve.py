"""The learning curve that grows in place while a run trains.

A Plotly chart drawn anew by Streamlit flickers and forgets its zoom. This one is a small component whose script,
``static/live_curve.js``, keeps its DOM node; with every tick it is sent the new points only. It remembers by run what
it has been sent, so it survives being unmounted, and asks for everything again if something was lost on the way.
plotly.js itself comes once over HTTP, out of the plotly package.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import plotly
import streamlit as st
from streamlit.components import v2

from nnlab.config import NOTES_LOSSES
from nnlab.records import RateChange
from nnlab.runs.history import Cursor, Points
from nnlab.ui import files, keys
from nnlab.ui.charts import AXIS_NUMBERS, GRID_COLOR, NOTES_COLOR, TEST_COLOR, TRAIN_COLOR
from nnlab.ui.numbers import in_full

if TYPE_CHECKING:
    from nnlab.runs.run import Job

MAX_DRAWN_STEPS = 2000  # single batches drawn of a run: more than the chart has pixels across
SMOOTHING = 1 / 300  # length of the smoothed curve's memory, as a fraction of the run's steps
MIN_MEMORY, MAX_MEMORY = 10, 200  # steps


PLOTLY = files.serve("plotly", Path(plotly.__file__).parent / "package_data")
_curve = v2.component(
    "nnlab_live_curve",
    html='<div class="nnlab-curve"></div>',
    css=files.style(__file__),
    js=files.loader(["live_curve.js"], "draw"),
    isolate_styles=False,
)


@dataclass
class CurveFeed:
    """What one visitor's chart has been sent of a run, and what is new.

    Attributes:
        run_id: whose curve it is.
        total_steps, steps_per_epoch, batch_size: the run's plan; it decides which batches are drawn and how much is
            smoothed.
        cursor: up to where the history has been read.
        images: learned from up to there.
        steps_sent, evaluations_sent: points sent so far.
        smoothed: the smoothed loss and accuracy after the last point read; None before the first.
        learning_rate: of the last point read.
    """

    run_id: str
    total_steps: int
    steps_per_epoch: int
    batch_size: int
    cursor: Cursor = Cursor()
    images: float = 0
    steps_sent: int = 0
    evaluations_sent: int = 0
    smoothed: tuple[float, float] | None = None
    learning_rate: float | None = None
    rate_changes: list[RateChange] = field(default_factory=list)

    def take(self, points: Points, is_still: bool) -> dict[str, Any]:
        """The next message to the chart: the points of a stretch that are drawn, and how many went before.

        Args:
            points: what is new in the history since ``cursor``.
            is_still: the run pauses or has ended, so its very last step is drawn too.
        """
        stride = max(1, math.ceil(self.total_steps / MAX_DRAWN_STEPS))
        drawn: dict[str, list[float]] = {"epoch": [], "loss": [], "smooth": [], "accuracy": []}
        previous, last = self.cursor.step, len(points.step) - 1
        for index, step in enumerate(points.step.tolist()):
            loss, accuracy = self._smooth(points.loss[index], points.accuracy[index], points.images[index])
            if step // stride > previous // stride or (is_still and index == last):
                for name, value in zip(drawn, (points.epoch[index], points.loss[index], loss, accuracy), strict=True):
                    drawn[name].append(_rounded(value))
            previous = step
        if last >= 0:
            self.learning_rate = float(points.learning_rate[last])
        evaluations = [
            [
                *map(_rounded, (e.epoch, e.train_loss, e.test_loss, e.train_accuracy, e.test_accuracy)),
                *(e.train_samples, e.test_samples, e.is_sample),
            ]
            for e in points.evaluations
        ]
        self.rate_changes += points.rate_changes
        message = {
            "run": self.run_id,
            "steps": drawn,
            "stepsBefore": self.steps_sent,
            "evaluations": evaluations,
            "evaluationsBefore": self.evaluations_sent,
            "marks": [
                [change.step / self.steps_per_epoch, in_full(change.learning_rate)] for change in self.rate_changes
            ],
        }
        self.cursor = points.cursor
        self.steps_sent += len(drawn["epoch"])
        self.evaluations_sent += len(evaluations)
        return message

    def _smooth(self, loss: float, accuracy: float, images: float) -> tuple[float, float]:
        """A running mean over the run's first images, an exponential average with a fixed memory after that."""
        self.images += images
        memory = min(max(self.total_steps * SMOOTHING, MIN_MEMORY), MAX_MEMORY) * self.batch_size
        weight = max(1 - math.exp(-images / memory), images / self.images)
        if self.smoothed is None or not all(map(math.isfinite, self.smoothed)):
            self.smoothed = (loss, accuracy)
        self.smoothed = tuple(
            old + weight * (new - old) for old, new in zip(self.smoothed, (loss, accuracy), strict=True)
        )
        return self.smoothed


def _rounded(value: float) -> float | None:
    """Five digits are more than a screen shows; what is not a number is a gap in the line."""
    return float(f"{value:.5g}") if math.isfinite(value) else None


def take(job: Job) -> tuple[CurveFeed, dict[str, Any]]:
    """What is new about a run for this visitor's chart, or everything if the chart has nothing of it yet."""
    feed: CurveFeed | None = st.session_state.get(keys.Train.CURVE)
    if feed is None or feed.run_id != job.id:
        train = job.setup.train
        feed = st.session_state[keys.Train.CURVE] = CurveFeed(
            job.id, train.total_steps, train.steps_per_epoch, min(train.batch_size, train.training_images)
        )
    is_still = job.status not in ("starting", "running")  # asked first, so the history holds all of it
    return feed, feed.take(job.history.since(*feed.cursor), is_still)


def learning_curve(
    message: dict[str, Any] | None,
    epochs: int,
    words: dict[str, str],
    height: int,
    font_size: float,
    with_notes: bool = True,
) -> None:
    """Mount the curve and hand it a message of ``take``; with None it is empty but for the notes' run.

    Args:
        epochs: the length of the run, for the axis.
        words: the chart's texts by the names that ``live_curve.js`` uses.
        with_notes: whether the notes' run is drawn behind it.
    """
    look = {"train": TRAIN_COLOR, "test": TEST_COLOR, "notes": NOTES_COLOR, "grid": GRID_COLOR, "font": font_size}
    look |= {"notes_losses": NOTES_LOSSES[:epochs] if with_notes else (), "height": height, "numbers": AXIS_NUMBERS}
    look["plotly"] = PLOTLY.address("plotly.min.js")  # below the folder of components
    _curve(
        key="train.live_curve",
        data={**(message or {"run": None}), "epochs": epochs, "words": words, "look": look},
        on_missing_change=forget,
    )


def forget() -> None:
    """Send everything next time: the page is drawn anew, or the chart found a gap in what it was sent."""
    st.session_state.pop(keys.Train.CURVE, None)
