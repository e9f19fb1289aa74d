"""Dead and saturated units, counted over the whole test set; and two set-ups that make them and do without them."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import parse_qsl

import streamlit as st

from nnlab.config import PRESETS, ModelConfig, Setup, TrainConfig, to_query
from nnlab.inspection.health import SATURATION_THRESHOLD, UnitHealth, unit_health
from nnlab.inspection.layers import layer_outputs
from nnlab.model import MLP
from nnlab.runs import jobs
from nnlab.ui import digits, keys, pressing, restrictions, shell, state, terms
from nnlab.ui.inspect import layer_charts
from nnlab.ui.inspect.layer_charts import Values
from nnlab.ui.inspect.network import fingerprint, layer_name, short_name, table
from nnlab.ui.inspect.subject import Subject, test_tensors
from nnlab.ui.numbers import percent
from nnlab.ui.saving import show_chart
from nnlab.ui.text import t

if TYPE_CHECKING:
    from torch import Tensor

MOST_NUMBERS = 30  # dead units named one by one
# One network, trained twice; over ten seeds in one epoch the first loses 124 to 126 of its 128 units, the second none.
SETUPS = {
    "kill": PRESETS["dead"].setup,
    "revive": Setup(ModelConfig((128,), "leaky_relu", "kaiming"), TrainConfig("sgd", 0.05, epochs=3)),
}


def show(subject: Subject) -> None:
    """Per layer, how many units pass a gradient on for no image of the test set, and for this one."""
    terms.tell("health.look")
    model = subject.reader.model
    found = test_tensors(subject.source)
    if found is not None:
        with st.spinner(t("health.counting", count=f"{len(found[0]):,}")):
            healths = _healths(fingerprint(model, found[0]), _model=model, _images=found[0])
        if healths:
            _show_units(subject, healths)
            _show_counts(subject, healths)
        else:
            st.info(t("health.no_hidden"))
        if restrictions.leads_to("train"):
            _offer_set_ups()


@st.cache_data(show_spinner=False, max_entries=32)
def _healths(name: str, _model: MLP, _images: Tensor) -> list[UnitHealth]:
    return unit_health(_model, _images)


def _show_counts(subject: Subject, healths: list[UnitHealth]) -> None:
    config = subject.reader.model.config
    slopes = [
        subject.reader.model.activation.derivative(layer.pre_activation[0])
        for layer in layer_outputs(subject.reader.model, subject.image[None])[:-1]
    ]
    silent = [int((slope == 0).sum()) for slope in slopes]
    heads = [t("health.layer"), *(short_name(config, layer) for layer in range(len(healths)))]
    st.markdown(table(heads, _rows(healths, silent)))
    images = f"{healths[0].images:,}"
    dead, units = sum(len(health.dead) for health in healths), sum(config.hidden_sizes)
    terms.tell("health.not_dead", silent=f"{sum(silent):,}", units=f"{units:,}", dead=f"{dead:,}", images=images)


def _offer_set_ups() -> None:
    st.markdown(f"**{t('health.try')}**")
    with st.container(horizontal=True):
        for name, setup in SETUPS.items():
            _offer(name, setup)
    terms.note("health.try_note")


def _show_units(subject: Subject, healths: list[UnitHealth]) -> None:
    """Each unit as a square, and the dead by their numbers."""
    config, images = subject.reader.model.config, f"{healths[0].images:,}"
    names = [layer_name(config, layer) for layer in range(len(healths))]
    dead, units = sum(len(health.dead) for health in healths), sum(config.hidden_sizes)
    panels = [
        Values(name, (health.passing / health.images).numpy()) for name, health in zip(names, healths, strict=True)
    ]
    figure = layer_charts.share_squares(panels, t("health.hover"))
    numbers = {
        "layer": [name for name, health in zip(names, healths, strict=True) for _ in health.passing],
        "neuron": [unit + 1 for health in healths for unit in range(len(health.passing))],
        "images_with_slope": [count for health in healths for count in health.passing.tolist()],
        "images_not_saturated": [count for health in healths for count in health.steep.tolist()],
    }
    show_chart(figure, "inspect.health", t("health.alt", dead=f"{dead:,}", units=f"{units:,}", images=images), numbers)
    source = digits.name_of(subject.source)
    for name, health in zip(names, healths, strict=True):
        if health.dead:
            st.markdown(t("health.dead_units", layer=name, numbers=_numbers(health.dead)))
    terms.note("health.note", images=images, source=source, threshold=f"{SATURATION_THRESHOLD:g}")


def _rows(healths: list[UnitHealth], silent: list[int]) -> list[list[str]]:
    """A line for each measure, with a cell for each layer."""

    def of_units(count: int, health: UnitHealth) -> str:
        return t("health.cell", count=f"{count:,}", share=percent(count / len(health.passing)))

    return [
        [t("health.row_units"), *(f"{len(health.passing):,}" for health in healths)],
        [t("health.row_dead"), *(of_units(len(health.dead), health) for health in healths)],
        [t("health.row_saturated"), *(of_units(len(health.saturated), health) for health in healths)],
        [t("health.row_silent_here"), *map(of_units, silent, healths)],
        [t("health.row_silent"), *(percent(health.silent_share) for health in healths)],
        [t("health.row_saturated_pairs"), *(percent(health.saturated_share) for health in healths)],
    ]


def _numbers(units: list[int]) -> str:
    """Units' numbers, from 1 on, and how many more there are."""
    shown = ", ".join(str(unit + 1) for unit in units[:MOST_NUMBERS])
    rest = len(units) - MOST_NUMBERS
    return shown if rest <= 0 else t("health.and_more", numbers=shown, count=f"{rest:,}")


def _offer(name: str, setup: Setup) -> None:
    """A button that starts the run and goes to the Train page, whose controls show the same set-up."""
    key, icon = f"inspect.{name}", ":material/heart_broken:" if name == "kill" else ":material/ecg_heart:"
    if pressing.button(t(f"health.{name}"), key, icon=icon, help=t(f"health.{name}_help")):
        job = jobs.start(setup, owner=state.owner())
        state.set_current_job(job)
        st.session_state[keys.Inspect.STARTED] = job.id
        pressing.answered(key)
        asked = [*parse_qsl(to_query(setup)), (state.RUN_PARAMETER, job.id)]
        st.switch_page(shell.PAGES["train"].path, query_params=asked)
