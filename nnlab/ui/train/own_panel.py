"""The visitor's own digits on the Train page: what to do with them, and how the run's network reads them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import streamlit as st

from nnlab.sources.own import FINE_TUNING, MAX_REPEATS, MIN_HELD_OUT, can_hold_out, fine_tuning, own_share_count
from nnlab.sources.published import is_of_digits
from nnlab.ui import collection, keys, shell, state, terms
from nnlab.ui.bringing import desk
from nnlab.ui.examples import show_readings
from nnlab.ui.text import t
from nnlab.ui.train import commands, examination, own_share

if TYPE_CHECKING:
    from nnlab.model import MLP
    from nnlab.runs.run import Job

SHOWN_MISREAD = 24  # pictures at most


def choices(job: Job | None) -> None:
    """The tab of the set-up: how many there are, how they are divided, and the two ways to learn from them."""
    kept = collection.kept_digits()
    if not kept:
        st.info(t("own_digits.empty"), icon=":material/draw:")
        shell.link("draw", t("own_digits.draw"))
        desk.show()
        return
    misread = sum(not digit.is_right for digit in kept)
    terms.tell("own_digits.count", count=len(kept), misread=misread)
    _hold_out_switch()
    chosen = own_share.chosen()
    st.button(
        t("own_digits.fine_tune", count=chosen.trained_count),
        key="train.fine_tune",
        icon=":material/tune:",
        help=t("own_digits.fine_tune_help"),
        on_click=_fine_tune,
        disabled=commands.is_active(job) or not chosen.trained_count,
        width="stretch",
    )
    if commands.is_active(job):
        st.caption(t("own_digits.under_way"))  # on a phone the curve is a page's height away
    else:
        train = FINE_TUNING
        repeated = own_share_count(chosen.trained_count, train.training_images)
        words = {"images": f"{train.training_images:,}", "own": f"{repeated:,}", "epochs": train.epochs}
        terms.note("own_digits.fine_tune_note", **words)
    words = t("own_digits.mix_help", repeats=MAX_REPEATS)
    _switch(t("own_digits.mix"), keys.Train.MIX_OWN, own_share.mixes(), words)
    if not is_of_digits(st.session_state.get(keys.Train.setting("source"), "auto")):
        st.caption(t("classes.no_mixing"))
    desk.show()
    shell.link("draw", t("own_digits.draw_more"))


def _hold_out_switch() -> None:
    """The switch that divides them, and how they are divided; in its place a sentence where there are too few."""
    _, labels = collection.arrays()
    only_test = collection.only_test()
    if only_test.any():
        st.caption(t("own_digits.only_test", count=int(only_test.sum())))
        labels = labels[~only_test]
    if not len(labels):
        return
    if not can_hold_out(labels):
        terms.note("own_digits.too_few", least=MIN_HELD_OUT)
        return
    words = t("own_digits.hold_out_help")
    holds_out = _switch(t("own_digits.hold_out"), keys.Train.HOLD_OUT, own_share.holds_out(), words)
    chosen = own_share.chosen()
    counts = {"trained": chosen.trained_count, "held_out": chosen.held_out_count}
    st.caption(t("own_digits.divided" if holds_out else "own_digits.all_trained", **counts))


def _switch(label: str, key: str, is_on: bool, words: str) -> bool:
    switch = state.widget_showing(keys.switch_of(key), is_on)
    return st.toggle(label, key=switch, help=words, on_change=state.keep_choice, args=[key, switch])


def _fine_tune() -> None:
    from nnlab import checkpoint
    from nnlab.config import ModelConfig

    model = ModelConfig(**checkpoint.read_header(checkpoint.BUNDLED)["model"])
    file = checkpoint.BUNDLED.read_bytes()
    commands.launch(fine_tuning(model), start_from=file, own_digits=own_share.chosen())


def section(job: Job | None) -> None:
    """The own digits as one more test set: what the run's network, as it was last seen, reads in them."""
    images, labels = _to_test(job)
    if job is None or not len(labels) or not is_of_digits(job.data_source):
        return
    st.subheader(t("own_digits.title"), anchor=False)
    snapshot = examination.trained_snapshot(job)
    if snapshot is None:
        terms.note("own_digits.later", count=len(labels))
    else:
        _show_reading(job, snapshot.step, snapshot.model, images, labels)


def _show_reading(job: Job, step: int, model: MLP, images: np.ndarray, labels: np.ndarray) -> None:
    """What the run's network, as it was after ``step`` steps, reads: right, new, misread ones."""
    import torch

    from nnlab import evaluation

    answers = torch.from_numpy(labels)
    probabilities = evaluation.predict(model, torch.from_numpy(images))  # (N, C)
    is_right = (probabilities.argmax(1) == answers).numpy()
    epoch = f"{step / job.setup.train.steps_per_epoch:.2f}"
    words = t("own_digits.read", right=int(is_right.sum()), count=len(labels), epoch=epoch, step=f"{step:,}")
    st.markdown(f"{words} {_how_known(job, images, is_right)}")
    mistakes = evaluation.worst_mistakes(probabilities, answers, SHOWN_MISREAD)
    if mistakes:
        is_part = len(mistakes) < np.count_nonzero(~is_right)
        part = " " + t("own_digits.misread_part", shown=len(mistakes)) if is_part else ""
        st.caption(t("own_digits.misread") + part)
        pictures = [images[mistake.index] for mistake in mistakes]
        show_readings(mistakes, pictures, "own_digits.misread_alt", "train.misread")


def _to_test(job: Job | None) -> tuple[np.ndarray, np.ndarray]:
    """The gallery's digits; where there is none, those that the visitor's run was given."""
    images, labels = collection.arrays()
    if not len(labels) and job is not None and job.own_digits and state.is_own(job):
        return job.own_digits.images, job.own_digits.labels
    return images, labels


def _how_known(job: Job, images: np.ndarray, is_right: np.ndarray) -> str:
    """How many of the digits the run was trained on, and what it read of the others, the only honest test."""
    if not job.own_digits:
        return t("own_digits.all_new")
    given = job.own_digits
    known = {image.tobytes() for image in given.images[given.is_trained]}
    is_new = np.array([image.tobytes() not in known for image in images])
    if not is_new.any():
        return t("own_digits.none_new")
    return t("own_digits.some_new", count=int(is_new.sum()), right=int(is_right[is_new].sum()))
