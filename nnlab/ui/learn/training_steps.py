"""What a step, a batch and an epoch are, counted, with the images of a real epoch to leaf through.

The visitor says first how many steps an epoch has.
"""

from __future__ import annotations

import numpy as np
import streamlit as st
import torch
from torch import Tensor

from nnlab import reader
from nnlab.config import Number, TrainConfig, rule_of
from nnlab.evaluation import to_float
from nnlab.inspection.layers import gradients
from nnlab.ui import digits, keys, readers, saving
from nnlab.ui.components.number_field import number_field
from nnlab.ui.images import show_image
from nnlab.ui.layout import columns
from nnlab.ui.numbers import fixed
from nnlab.ui.text import t

USUAL = TrainConfig()  # the notes' run: 60,000 images, 64 at a time, ten epochs
SHOWN_IMAGES = 100  # of a batch, at most
SHEET_COLUMNS = 20
SHEET_WIDTH = 560  # screen pixels
MANY = 6_000  # images whose mean gradient stands for that of all: computed in a moment, and hardly another


def show() -> None:
    source = digits.source_here()
    found = digits.training_set(source)
    if found is None:
        return
    images, labels = found
    left, right = columns()
    with left:
        plan = _choose_plan(len(images))
        is_known = _ask(plan)
    with right:
        batch = _show_batch(images, labels, plan, is_known, source)
        _show_agreement(images, labels, batch, plan, source)


def _choose_plan(most: int) -> TrainConfig:
    """How many images, how many at a time, how often."""
    usual = min(most, USUAL.training_images)
    count = number_field(
        t("lesson_training.images"),
        Number(10, most, integer=True),
        keys.Learn.value("training_count"),
        usual,
        step=1000,
    )
    batch, epochs = st.columns(2)
    with batch:
        rule = Number(1, min(rule_of(TrainConfig, "batch_size").high, count), integer=True)
        batch_size = number_field(
            t("lesson_training.batch"), rule, keys.Learn.value("training_batch"), min(USUAL.batch_size, count)
        )
    with epochs:
        key = keys.Learn.value("training_epochs")
        passes = number_field(t("lesson_training.epochs"), rule_of(TrainConfig, "epochs"), key, USUAL.epochs)
    return TrainConfig(training_images=count, batch_size=batch_size, epochs=passes)


def _ask(plan: TrainConfig) -> bool:
    """How many steps has an epoch? Tells what follows once that is answered rightly, and says whether it is."""
    options = sorted({plan.batch_size, plan.steps_per_epoch, plan.training_images})
    guess = st.segmented_control(
        t("lesson_training.question"),
        options,
        format_func=lambda number: f"{number:,}",
        key=f"learn.training_guess_{plan.training_images}_{plan.batch_size}",
        wrap=True,
    )
    numbers = {"images": f"{plan.training_images:,}", "batch": f"{plan.batch_size:,}"}
    if guess is None:
        return False
    if guess != plan.steps_per_epoch:
        st.warning(t("lesson_training.hint", **numbers), icon=":material/lightbulb:")
        return False
    st.success(t("lesson_training.right", **numbers, steps=f"{guess:,}"), icon=":material/check_circle:")
    _show_count(plan)
    return True


def _show_count(plan: TrainConfig) -> None:
    full, rest = divmod(plan.training_images, plan.batch_size)
    quotient = plan.training_images / plan.batch_size
    rounded_up = rf" \;\to\; \mathbf{{{_grouped(plan.steps_per_epoch)}}}"
    result = f"{_short(quotient)}{rounded_up}" if rest else rf"\mathbf{{{_grouped(full)}}}"
    st.latex(rf"{_grouped(plan.training_images)} \div {_grouped(plan.batch_size)} = {result}")
    words = t("lesson_training.last_batch", full=f"{full:,}", batch=f"{plan.batch_size:,}", rest=rest) if rest else ""
    run = t("lesson_training.whole_run", epochs=f"{plan.epochs:,}", steps=f"{plan.total_steps:,}")
    st.caption(f"{words} {run}".strip())


def _short(quotient: float) -> str:
    """With two decimals at most."""
    return f"{quotient:,.2f}".rstrip("0").rstrip(".").replace(",", "{,}")


def _grouped(number: int) -> str:
    return f"{number:,}".replace(",", "{,}")  # in LaTeX a bare comma has a space after it


def _show_batch(images: np.ndarray, labels: np.ndarray, plan: TrainConfig, is_known: bool, source: str) -> np.ndarray:
    """The images of one step of the first epoch, of any step once their count is known; returns their numbers."""
    order = order_of_epoch(plan.training_images)
    step = 1
    if is_known and plan.steps_per_epoch > 1:
        step = st.slider(
            t("lesson_training.step"), 1, plan.steps_per_epoch, key=f"learn.training_step_{plan.steps_per_epoch}"
        )
    batch = order[(step - 1) * plan.batch_size : step * plan.batch_size]
    shown = batch[:SHOWN_IMAGES]
    words = {"step": f"{step:,}", "batch": f"{len(batch):,}", "source": digits.name_of(source), "shown": len(shown)}
    caption = t(f"lesson_training.batch_{'part' if len(shown) < len(batch) else 'whole'}", **words)
    answers = " ".join(map(str, labels[shown].tolist()))
    show_image(sheet(images[shown]), t("lesson_training.batch_alt", answers=answers), SHEET_WIDTH, caption)
    table = {"number": (batch + 1).tolist(), "label": labels[batch].tolist()}
    saving.offer_pictures([sheet(images[shown])], table, "learn.batch")
    return batch


def order_of_epoch(count: int) -> np.ndarray:
    """(count,) the numbers of the training images as an epoch shuffles them; the lesson always shows this one."""
    return np.random.default_rng(0).permutation(count)


def sheet(images: np.ndarray) -> np.ndarray:
    """(N, 28, 28) uint8 images side by side in rows of ``SHEET_COLUMNS``, dark on light; what is left over is white."""
    columns = min(SHEET_COLUMNS, len(images))
    rows = -(-len(images) // columns)
    filled = np.zeros((rows * columns, *images.shape[1:]), np.uint8)
    filled[: len(images)] = images
    height, width = images.shape[1:]
    return 255 - filled.reshape(rows, columns, height, width).transpose(0, 2, 1, 3).reshape(rows * height, -1)


def _show_agreement(images: np.ndarray, labels: np.ndarray, batch: np.ndarray, plan: TrainConfig, source: str) -> None:
    """Why a batch and not a digit: how far each one's gradient points where that of very many images points."""
    many = min(MANY, plan.training_images)
    towards = _direction_of_many(f"{source} {many}", images[:many], labels[:many])
    st.markdown(t("lesson_training.agreement", many=f"{many:,}"))
    for place, (name, some) in zip(st.columns(2), (("one", batch[:1]), ("batch", batch)), strict=True):
        with place:
            cosine = float(direction(images[some], labels[some]) @ towards)
            label = t(f"lesson_training.agreement_{name}", batch=f"{len(batch):,}")
            st.metric(label, fixed(cosine, 2), help=t("lesson_training.agreement_help"))
    st.caption(t("lesson_training.agreement_note", network=readers.architecture(reader.twins().untrained.model.config)))


def direction(images: np.ndarray, labels: np.ndarray) -> Tensor:
    """The gradient of the mean loss of these images in the network before its training, made 1 long.

    Args:
        images: (N, 28, 28) uint8, with labels (N,).

    Returns:
        (parameters,) float32.
    """
    truth = torch.from_numpy(labels.astype(np.int64))
    found = gradients(reader.twins().untrained.model, to_float(torch.from_numpy(images.copy())), truth)
    whole = torch.cat([part.flatten() for layer in found for part in (layer.weight, layer.bias)])
    return whole / whole.norm()


@st.cache_resource(show_spinner=False, max_entries=8)
def _direction_of_many(name: str, _images: np.ndarray, _labels: np.ndarray) -> Tensor:
    return direction(_images, _labels)
