"""A run in words, wherever runs stand side by side: what it is called, what it is made of, how it is doing."""

from __future__ import annotations

from datetime import datetime, timezone
from zoneinfo import ZoneInfo

import streamlit as st

from nnlab.config import ModelConfig, TrainConfig
from nnlab.sources.published import DATA_SETS
from nnlab.ui import digits, numbers
from nnlab.ui.kept import OwnRun
from nnlab.ui.numbers import percent
from nnlab.ui.text import t


def title(run: OwnRun) -> str:
    """Its name, or what it is made of if it has none."""
    return run.name or architecture(run.setup.model)


def made_of(run: OwnRun) -> str:
    """784-128-64-10, ReLU · SGD 0.01 · 10 epochs · MNIST."""
    return " · ".join([architecture(run.setup.model), *trained(run.setup.train), digits.name_of(run.data_source)])


def architecture(config: ModelConfig) -> str:
    """784-128-64-10, ReLU; of a network without a hidden layer, which uses no activation function, 784-10."""
    sizes = numbers.sizes(config.layer_sizes)
    return f"{sizes}, {t(f'train.activation_{config.activation}')}" if config.hidden_sizes else sizes


def trained(train: TrainConfig) -> list[str]:
    """By which rule, at which rate, for how long."""
    rule = f"{t(f'train.optimizer_{train.optimizer}')} {numbers.in_full(train.learning_rate)}"
    return [rule, t("runs.epochs", epochs=f"{train.epochs:,}")]


def doing(run: OwnRun) -> str:
    """How far it has come, and whether it goes on."""
    return t(f"common.menu_run_{run.status}", epoch=f"{epoch(run):.1f}")


def epoch(run: OwnRun) -> float:
    """Passes over its training images so far, as a fraction."""
    return run.step / run.setup.train.steps_per_epoch


def label(run: OwnRun) -> str:
    """One line for a menu: of two runs alike in all else, rule, rate, data set or time tell which is which."""
    words = [title(run), trained(run.setup.train)[0], doing(run)]
    if run.data_source in DATA_SETS:
        words.insert(1 if run.name else 0, digits.name_of(run.data_source))
    if run.evaluation is not None:
        words.append(t("common.test_accuracy", accuracy=percent(run.evaluation.test_accuracy)))
    return " · ".join([*words, date(run.created)])


def date(moment: datetime) -> str:
    """2026-11-29 14:05, where the visitor is, as far as the browser says."""
    try:
        zone = ZoneInfo(st.context.timezone or "UTC")
    except (ValueError, OSError, KeyError):  # no zone that this computer knows
        zone = timezone.utc
    return moment.astimezone(zone).strftime("%Y-%m-%d %H:%M")
