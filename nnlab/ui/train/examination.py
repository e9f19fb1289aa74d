"""What a run's network gets right and wrong on the test images: accuracy, confusion matrix, worst mistakes.

Made from a snapshot of the weights when the run pauses or ends, or when asked for; it does not tick.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import streamlit as st

from nnlab.sources.errors import DataError
from nnlab.ui import classes, digits, keys, pressing, problem, shell, terms
from nnlab.ui.confusion import confusion_figure
from nnlab.ui.examples import show_readings
from nnlab.ui.numbers import percent
from nnlab.ui.text import t

if TYPE_CHECKING:
    from nnlab.evaluation import Reading
    from nnlab.model import MLP
    from nnlab.runs.run import Job
    from nnlab.runs.snapshot import Snapshot

SHOWN_MISTAKES = 12
EXAMINE = "train.examine"  # the button
FRESH_SECONDS = 3.0  # longest wait for the weights of a running network


@dataclass(frozen=True, eq=False)
class Examination:
    """How one network did on the test set.

    Attributes:
        run_id, step, epoch: which network: that of this run after so many steps, or passes.
        source: whose test images, as ``Job.data_source``.
        confusion: (10, 10) counts, rows the true classes.
        mistakes: the worst ones, and ``images`` (28, 28) uint8 the digits they were made on.
    """

    run_id: str
    step: int
    epoch: float
    source: str
    confusion: np.ndarray
    mistakes: list[Reading]
    images: list[np.ndarray]

    @property
    def samples(self) -> int:
        return int(self.confusion.sum())

    @property
    def right(self) -> int:
        return int(np.trace(self.confusion))


def section(job: Job | None) -> None:
    """The part of the page below the curve: made anew at each pause and end, and when asked for during a run."""
    st.subheader(t("train.examine"), anchor=False)
    found: Examination | None = st.session_state.get(keys.Train.EXAMINATION)
    if job is None:
        found = None
    elif job.status == "running":
        words = t("train.examine_refresh" if found else "train.examine_now")
        if pressing.button(words, EXAMINE, icon=":material/search:", help=t("train.examine_again_help")):
            found = _examine_now(job, fresh=True)
            pressing.answered(EXAMINE)
    elif found is None or not _is_latest(found, job):
        found = _examine_now(job)
    if job and found and found.run_id == job.id:
        _show(found)
    else:
        terms.note("train.examine_empty")


def trained_snapshot(job: Job) -> Snapshot | None:
    """The latest weights of a run; None before its first step, and when it has diverged."""
    snapshot = job.snapshot()
    has_diverged = job.reason is not None and job.reason.code == "diverged"
    return snapshot if snapshot is not None and snapshot.step and not has_diverged else None


def _is_latest(found: Examination, job: Job) -> bool:
    """Whether these are the weights that were examined."""
    snapshot = job.snapshot()
    return snapshot is not None and (found.run_id, found.step) == (job.id, snapshot.step)


def _examine_now(job: Job, fresh: bool = False) -> Examination | None:
    """Examine the latest weights of a run, ``fresh`` ones asked for first; None if there are none or no data."""
    if fresh:
        known, deadline = job.snapshot(), time.monotonic() + FRESH_SECONDS
        job.request_snapshot()
        while job.snapshot() is known and job.status == "running" and time.monotonic() < deadline:
            time.sleep(0.02)
    snapshot = trained_snapshot(job)
    if snapshot is None:
        return None
    try:
        images, labels = digits.load_test_set(job.data_source, job.data_root)
    except DataError as error:
        problem.show(f"{t('train.failed_data')} {problem.data_words(error)}", error)
        return None
    found = examine(snapshot.model, images, labels, job, snapshot.step)
    st.session_state[keys.Train.EXAMINATION] = found
    return found


def examine(model: MLP, images: np.ndarray, labels: np.ndarray, job: Job, step: int) -> Examination:
    """Let a run's network, as it was after ``step`` steps, read all test images.

    Args:
        images: (N, 28, 28) uint8, with labels (N,).
    """
    import torch

    from nnlab import evaluation

    answers = torch.from_numpy(labels).long()
    probabilities = evaluation.predict(model, torch.from_numpy(images))  # (N, C)
    confusion = evaluation.confusion(answers, probabilities.argmax(1))
    mistakes = evaluation.worst_mistakes(probabilities, answers, SHOWN_MISTAKES)
    pictures = [images[mistake.index] for mistake in mistakes]
    epoch = step / job.setup.train.steps_per_epoch
    return Examination(job.id, step, epoch, job.data_source, confusion.numpy(), mistakes, pictures)


def _show(found: Examination) -> None:
    """Draw what was found."""
    st.markdown(
        t(
            "train.examine_accuracy",
            accuracy=percent(found.right / found.samples, 2),
            samples=f"{found.samples:,}",
            data=digits.name_of(found.source),
            epoch=f"{found.epoch:.2f}",
            step=f"{found.step:,}",
            wrong=f"{found.samples - found.right:,}",
        )
    )
    names = classes.names(found.source)
    matrix, mistakes = st.container(key="train.findings").columns([1, 1], gap="medium")
    with matrix:
        st.markdown(f"**{t('train.confusion')}**")
        figure = confusion_figure(
            found.confusion,
            t(classes.key("train.confusion_x", found.source)),
            t(classes.key("train.confusion_y", found.source)),
            lambda truth, predicted, **values: t(
                classes.key("train.confusion_hover", found.source),
                truth=names[truth],
                predicted=names[predicted],
                **values,
            ),
            names,
        )
        shell.show_chart(figure, "train.confusion", t(classes.key("train.confusion_alt", found.source)))
    with mistakes:
        st.markdown(f"**{t('train.mistakes')}**")
        _show_mistakes(found)


def _show_mistakes(found: Examination) -> None:
    if not found.mistakes:
        terms.tell("train.mistakes_none")
        return
    st.caption(f"{t('train.mistakes_note')} {t(classes.key('train.mistakes_legend', found.source))}")
    alt = classes.key("train.mistake_alt", found.source)
    show_readings(found.mistakes, found.images, alt, "train.mistakes", source=found.source)
