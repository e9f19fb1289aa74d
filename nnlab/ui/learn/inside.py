"""Inside your own network: things to find on the Inspect page, checked against what this very network does."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import streamlit as st
import torch

from nnlab.config import CLASSES, DataConfig, ModelConfig, Number, Setup, TrainConfig
from nnlab.inspection.changes import SilenceUnit
from nnlab.inspection.roles import Roles, roles
from nnlab.ui import changes, digits, keys, layout, readers, restrictions, shell, state
from nnlab.ui.components.number_field import number_field
from nnlab.ui.layout import columns
from nnlab.ui.learn import small_run
from nnlab.ui.learn.hunt import LOSSES, TASKS, Verdict, likes_one, loss_of_liked
from nnlab.ui.numbers import percent
from nnlab.ui.readers import NamedReader
from nnlab.ui.text import t

QUICK = Setup(  # seconds of training: 96 % of MNIST's test images
    ModelConfig((128, 64), input_normalization="standard"), TrainConfig("adam", 0.003, "one_cycle", epochs=1)
)
KEPT = 24  # networks of all visitors together; each takes 20 kB


@st.fragment
def show() -> None:
    left, right = columns(0.3)
    with left:
        network = readers.choose_own(keys.Learn.INSIDE_NETWORK)
        if network == readers.BUNDLED:
            st.markdown(t("hunt.no_run"))
            st.button(
                t("hunt.train"), key="learn.inside_train", type="primary", icon=":material/play_arrow:", on_click=_train
            )
    with right:
        started = small_run.find(st.session_state.get(keys.Learn.INSIDE_RUN))
        if started is not None and started.id == network and not small_run.wait(started):
            return
        reader = readers.load(network)
        if reader is None:
            st.info(t("common.no_weights"), icon=":material/hourglass_empty:")
        elif not readers.is_finite(reader.model):
            st.error(t("common.not_a_number"), icon=":material/error:")
        elif not reader.model.config.hidden_sizes:
            st.info(t("hunt.no_hidden"), icon=":material/info:")
        else:
            _hunt(network, reader)
    with left:
        if reader is not None:
            st.caption(reader.words)


def _train() -> None:
    """Begin a short run, look at its network from now on, and on the other pages too if there is no run there yet."""
    job = small_run.start(replace(QUICK, data=DataConfig(digits.source_here())))
    st.session_state[keys.Learn.INSIDE_RUN] = st.session_state[keys.Learn.INSIDE_NETWORK] = job.id
    if state.current_job() is None:
        state.set_current_job(job)


def _hunt(network: str, reader: NamedReader) -> None:
    source = _source_of(network)
    found = digits.test_set(source)
    if found is None:
        return
    with st.spinner(t("hunt.measuring")):
        measured = _measured(f"{reader.id} {source} {len(found[0])}", reader, found)
    answers = _answers(network)
    verdicts = {name: _verdict(name, network, reader, measured, answers) for name in TASKS}
    done = [name for name, verdict in verdicts.items() if verdict is not None and verdict.is_found]
    titles = {name: f"{':material/check_circle: ' if name in done else ''}{t(f'hunt.task_{name}')}" for name in TASKS}
    name = layout.choose_view(t("hunt.tasks"), titles, keys.Learn.INSIDE_TASK)
    st.caption(t("hunt.progress", done=len(done), count=len(TASKS)))
    _show_task(name, network, reader, measured, answers, verdicts[name])


def _source_of(network: str) -> str:
    """The data set that a network learned from; for the bundled one, those digits that this server has."""
    job = readers.job_of(network)
    return job.data_source if job else digits.source_here()


def _measured(name: str, reader: NamedReader, found: tuple) -> Roles:
    images, labels = (torch.from_numpy(part.copy()) for part in found)
    return _roles(name, reader.model, images, labels.long())


@st.cache_resource(show_spinner=False, max_entries=KEPT)
def _roles(name: str, _model: Any, _images: torch.Tensor, _labels: torch.Tensor) -> Roles:
    return roles(_model, _images, _labels)


def _answers(network: str) -> dict[str, Any]:
    """What the visitor has answered for a network: {task: digit, neuron from 0 on, or expectation}."""
    return st.session_state.setdefault(keys.Learn.INSIDE_ANSWERS, {}).setdefault(network, {})


def _verdict(name: str, network: str, reader: NamedReader, measured: Roles, answers: dict[str, Any]) -> Verdict | None:
    """Of the answer to a task; None while there is none."""
    if name == "silence":
        unit = _liking(measured, answers)
        if unit is None or answers.get(name) is None or not _is_silenced(network, reader, unit):
            return None
        return Verdict(True, loss_of_liked(measured, unit)[1])
    answer = answers.get(name)
    return None if answer is None else TASKS[name].check(measured, answer)


def _liking(measured: Roles, answers: dict[str, Any]) -> int | None:
    """The neuron that the visitor has found to like one digit."""
    unit = answers.get("likes")
    return unit if unit is not None and likes_one(measured, unit).is_found else None


def _is_silenced(network: str, reader: NamedReader, unit: int) -> bool:
    return SilenceUnit(len(reader.model.config.hidden_sizes) - 1, unit) in changes.of(network)


def _show_task(
    name: str, network: str, reader: NamedReader, measured: Roles, answers: dict[str, Any], verdict: Verdict | None
) -> None:
    count = reader.model.config.hidden_sizes[-1]
    layer = len(reader.model.config.hidden_sizes)
    st.markdown(t(f"hunt.text_{name}", layer=layer, count=f"{count:,}", **_names()))
    unit = _liking(measured, answers) if name == "silence" else answers.get(name)
    if name == "silence":
        if unit is None:
            st.info(t("hunt.silence_first"), icon=":material/info:")
            return
        _ask_for_loss(network, measured, unit, answers)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        if name != "silence":
            with st.container(width=round(shell.scaled(180))):
                _ask(name, network, count, answers)
            st.button(
                t("hunt.check"), key="learn.inside_check", type="primary", icon=":material/search_check:",
                on_click=_take, args=[name, network],
            )  # fmt: skip
        look = restrictions.leads_to("inspect", TASKS[name].section) and st.button(
            t("hunt.look", page=_names()["page"]), key="learn.inside_look", icon=":material/search_insights:"
        )
    if look:
        _inspect(name, network, layer - 1, unit, measured)
    if name == "silence":
        _tell_loss(measured, unit, answers, verdict is not None)
    elif verdict is not None:
        words = _in_words(verdict.numbers) | {"unit": answers[name] + 1}
        told = t(f"hunt.{'found' if verdict.is_found else 'missed'}_{name}", **words)
        (st.success if verdict.is_found else st.warning)(
            told, icon=":material/check_circle:" if verdict.is_found else ":material/search:"
        )


def _ask(name: str, network: str, count: int, answers: dict[str, Any]) -> None:
    """The field for an answer; it stays as it was left."""
    key = _field(name, network)
    if TASKS[name].is_digit:
        number_field(t("learn.digit"), Number(0, CLASSES - 1, integer=True), key)
    else:
        number_field(t("hunt.unit", count=f"{count:,}"), Number(1, count, integer=True), key)


def _field(name: str, network: str) -> str:
    return keys.Learn.value(f"inside_{name}_{network}")


def _take(name: str, network: str) -> None:
    """What stands in the field is the answer."""
    value = st.session_state.get(_field(name, network))
    if value is not None:
        _answers(network)[name] = value if TASKS[name].is_digit else value - 1


def _ask_for_loss(network: str, measured: Roles, unit: int, answers: dict[str, Any]) -> None:
    digit = int(measured.liked[unit])
    guess = st.radio(
        t("hunt.silence_question", unit=unit + 1, digit=digit, before=percent(float(measured.by_digit[digit]))),
        LOSSES,
        index=None,
        horizontal=True,
        format_func=lambda kind: t(f"hunt.loss_{kind}"),
        key=keys.Learn.value(f"inside_loss_{network}_{unit}"),
        persist_state="session",
    )
    answers["silence"] = guess


def _tell_loss(measured: Roles, unit: int, answers: dict[str, Any], is_silenced: bool) -> None:
    if answers["silence"] is None:
        return
    if not is_silenced:
        st.info(t("hunt.silence_now", unit=unit + 1, **_names()), icon=":material/volume_off:")
        return
    kind, numbers = loss_of_liked(measured, unit)
    words = _in_words(numbers) | {"unit": unit + 1}
    expected = t("lesson_training.as_expected" if kind == answers["silence"] else "lesson_training.otherwise")
    st.success(f"{expected} {t('hunt.found_silence', **words)}", icon=":material/check_circle:")
    with st.expander(t("hunt.silence_why"), key="learn.silence_why"):
        st.markdown(t("hunt.silence_answer"))


def _names() -> dict[str, str]:
    """What the Inspect page and things on it are called there."""
    names = {"page": "title", "section": "section_failures", "change": "change", "silence": "silence"}
    return {name: t(f"inspect.{key}") for name, key in names.items()}


def _in_words(numbers: dict[str, float]) -> dict[str, str]:
    """Fractions as percentages, counts as they are."""
    counts = ("digit", "rank", "count")
    return {
        name: str(int(value)) if name in counts else percent(value, 0 if name == "of_favourites" else 2)
        for name, value in numbers.items()
    }


def _inspect(name: str, network: str, layer: int, unit: int | None, measured: Roles) -> None:
    """Go to the Inspect page: to a task's section, this network and, if a neuron is named, to it and its favourite."""
    st.session_state[keys.section_of("inspect")] = TASKS[name].section
    st.session_state[keys.Inspect.NETWORK] = network
    if TASKS[name].section == "units":
        st.session_state[keys.Inspect.LAYER] = layer
        if unit is not None:
            st.session_state[keys.Inspect.UNIT] = unit + 1
            st.session_state[keys.Inspect.IMAGE] = "test"
            st.session_state[keys.Inspect.TEST_NUMBER] = int(measured.favourites[unit, 0]) + 1
    st.switch_page(shell.PAGES["inspect"].path)
