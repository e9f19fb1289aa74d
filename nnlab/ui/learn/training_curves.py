"""Overfitting: a network learns a few images by heart, live, after the visitor has said what the two losses will do."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from nnlab.config import DataConfig, ModelConfig, Setup, TrainConfig
from nnlab.ui import digits, keys, numbers, shell
from nnlab.ui.layout import columns
from nnlab.ui.learn import small_run
from nnlab.ui.learn.drift import KINDS, drift_of, drifting_curves
from nnlab.ui.text import t

if TYPE_CHECKING:
    from nnlab.runs.run import Job

IMAGES = (500, 2_000, 8_000)
# With 500 MNIST images and seeds 0 to 9, the test loss is lowest at epoch 9 to 18, and 10 to 29 % higher at the end.
EPOCHS = 40
CHART_HEIGHT = 240


def setup_of(images: int, seed: int) -> Setup:
    """The run of the lesson: the notes' network, with an optimizer that is fast enough for it."""
    train = TrainConfig("adam", 0.002, batch_size=64, epochs=EPOCHS, training_images=images, seed=seed)
    return Setup(ModelConfig((128, 64)), train, DataConfig(digits.source_here()))


def show() -> None:
    left, right = columns(0.34)
    with left:
        images = st.segmented_control(
            t("lesson_training.images"),
            IMAGES,
            default=IMAGES[0],
            required=True,
            format_func=lambda count: f"{count:,}",
            key=keys.Learn.TRAINING_IMAGES,
            persist_state="session",
            wrap=True,
        )
        guess = st.radio(
            t("lesson_training.expect", images=f"{images:,}", epochs=EPOCHS),
            KINDS,
            index=None,
            format_func=lambda kind: t(f"lesson_training.expect_{kind}"),
            key=keys.Learn.value(f"training_expect_{images}"),
            persist_state="session",
        )
        job = small_run.find(_runs().get(images))
        st.button(
            t("lesson_training.again" if job else "lesson_training.train", epochs=EPOCHS),
            key="learn.training_start",
            type="secondary" if job else "primary",
            icon=":material/play_arrow:",
            disabled=guess is None,
            help=t("lesson_training.again_help" if job else "lesson_training.train_help"),
            on_click=_start,
            args=[images],
        )
    with right:
        if job is None:
            st.info(t("lesson_training.first_guess"), icon=":material/psychology_alt:")
        elif small_run.wait(job):
            _show_result(job, guess)


def _runs() -> dict[int, str]:
    """The visitor's runs of this lesson: {number of images: id}."""
    return st.session_state.setdefault(keys.Learn.TRAINING_RUNS, {})


def _start(images: int) -> None:
    """Begin a run; the next one for these images has the next seed."""
    last = small_run.find(_runs().get(images))
    _runs()[images] = small_run.start(setup_of(images, last.setup.train.seed + 1 if last else 0)).id


def _show_result(job: Job, guess: str | None) -> None:
    found = [evaluation for evaluation in job.history.evaluations if not evaluation.is_sample]
    epochs = [evaluation.epoch for evaluation in found]
    train, test = ([getattr(each, f"{half}_loss") for each in found] for half in ("train", "test"))
    kind, best = drift_of(test)
    last = found[-1]
    counts = {"train": f"{last.train_samples:,}", "test": f"{last.test_samples:,}"}
    facts = {
        "epoch": f"{epochs[best]:.0f}", "epochs": f"{last.epoch:.0f}", "lowest": numbers.loss(test[best]),
        "test": numbers.loss(test[-1]), "train": numbers.loss(train[-1]), "first": numbers.loss(test[0]),
        "start": f"{epochs[0]:.0f}",
    }  # fmt: skip
    names = {name: t(f"lesson_training.curve_{name}", count=counts.get(name, ""), **{"epoch": facts["epoch"]})
             for name in ("train", "test", "epochs", "loss", "lowest")}  # fmt: skip
    figure = drifting_curves(epochs, train, test, names, round(shell.scaled(CHART_HEIGHT)))
    shell.show_chart(figure, "learn.training_curves", t("lesson_training.curves_alt", **facts))
    verdict = t(f"lesson_training.measured_{kind}", **facts)
    if guess is not None:
        verdict = f"{t('lesson_training.as_expected' if guess == kind else 'lesson_training.otherwise')} {verdict}"
    st.markdown(verdict)
    shares = {half: numbers.percent(getattr(last, f"{half}_accuracy")) for half in ("train", "test")}
    st.markdown(
        t("lesson_training.read", source=digits.name_of(job.data_source), train_share=shares["train"],
          test_share=shares["test"], train_count=counts["train"], test_count=counts["test"])
    )  # fmt: skip
    with st.expander(t("lesson_training.stop_question"), key="learn.stop_question"):
        st.markdown(t("lesson_training.stop_answer"))
