"""Widgets to configuration objects: what is chosen on the Train page, always a valid ``Setup``.

Each field has one widget with the key ``"train.<field>"``, built from the field's rule in ``config``, so menu, link and
validation cannot disagree. The widgets' values in the session are the only state: ``current`` reads them, ``fill``
writes them, and a preset or a link is a ``fill``.
"""

from __future__ import annotations

import math
from dataclasses import fields, replace

import streamlit as st

from nnlab.config import (
    PRESETS,
    Choice,
    Config,
    DataConfig,
    ModelConfig,
    Setup,
    Switch,
    TrainConfig,
    rule_of,
)
from nnlab.ui import keys, restrictions, shell, state, terms
from nnlab.ui.components.number_field import number_field
from nnlab.ui.parameters import PRESET as PRESET_NAME
from nnlab.ui.text import t
from nnlab.ui.train import prediction

PRESET = "train.preset"
FREQUENT = ("optimizer", "schedule", "learning_rate", "batch_size", "epochs", "training_images")  # in pairs

EXPLAINED = ("optimizer", "schedule")  # what their chosen options do stands below them

# Where the cause of a failure can be seen: a page, and what its address asks for.
CAUSES = {
    "vanishing": ("activations", {"section": "depth"}),
    "dead": ("activations", {"section": "health"}),
    "diverging": ("learn", {"lesson": "descent"}),
}

STEPS = {  # what + and - change; the learning rate's follows its size
    "batch_size": 16, "epochs": 1, "training_images": 1000, "seed": 1,
    "dropout": 0.1, "l1": 0.0001, "l2": 0.001, "gradient_clip": 0.5,
}  # fmt: skip


def is_filled() -> bool:
    """Whether all of this visitor's controls hold values; what is missing stands in the page's address."""
    names = [name for config_type in (ModelConfig, TrainConfig, DataConfig) for name in _setting_names(config_type)]
    return all(key in st.session_state for key in (keys.Train.LAYER_COUNT, *map(keys.Train.setting, names)))


def _setting_names(config_type: type[Config]) -> list[str]:
    """The fields that have a widget of their own; ``hidden_sizes`` has one for each layer."""
    return [setting.name for setting in fields(config_type) if setting.name != "hidden_sizes"]


def fill(setup: Setup) -> None:
    """Set every control to a set-up; before the widgets are drawn, or in a callback.

    Once they hold values, what a teacher's link hides or locks keeps its own.
    """
    if is_filled():
        setup = _with_fixed(setup, current())
    for config in (setup.model, setup.train, setup.data):
        for name in _setting_names(type(config)):
            st.session_state[keys.Train.setting(name)] = getattr(config, name)
    set_units(list(setup.model.hidden_sizes))


def _with_fixed(setup: Setup, held: Setup) -> Setup:
    """A set-up with the values of another where a teacher's link fixes them."""
    parts = []
    for part, held_part in ((setup.model, held.model), (setup.train, held.train), (setup.data, held.data)):
        names = [setting.name for setting in fields(part) if restrictions.is_fixed(setting.name)]
        parts.append(replace(part, **{name: getattr(held_part, name) for name in names}))
    return Setup(*parts)


def current() -> Setup:
    """What the controls say now."""
    parts = []
    for config_type in (ModelConfig, TrainConfig, DataConfig):
        values = {name: st.session_state[keys.Train.setting(name)] for name in _setting_names(config_type)}
        if config_type is ModelConfig:
            values["hidden_sizes"] = tuple(units())
        parts.append(config_type(**values))
    return Setup(*parts)


def differences(setup: Setup, other: Setup) -> list[str]:
    """What two set-ups have not in common, as the fields' labels."""
    return [
        _label(setting.name)
        for one, two in zip((setup.model, setup.train, setup.data), (other.model, other.train, other.data), strict=True)
        for setting in fields(one)
        if getattr(one, setting.name) != getattr(two, setting.name)
    ]


def _label(name: str) -> str:
    return t("train.hidden_layers") if name == "hidden_sizes" else t(f"train.{name}")


def preset_of(setup: Setup) -> str | None:
    """The name of the preset that a set-up is, or None."""
    return next((name for name, preset in PRESETS.items() if preset.setup == setup), None)


def preset_menu() -> None:
    """The presets, and what the chosen one shows; it reads "own settings" as soon as a control is moved."""
    if restrictions.is_hidden(PRESET_NAME):
        return
    menu = state.widget_showing(PRESET, preset_of(current()))
    names = {name: t(f"train.preset_{name}") for name in PRESETS}
    chosen = shell.menu(
        t("train.preset"),
        names,
        menu,
        index=None,
        placeholder=t("train.preset_own"),
        on_change=_fill_from_preset,
        args=[menu],
        help=restrictions.help_of(PRESET_NAME, t("train.preset_help")),
        disabled=restrictions.is_locked(PRESET_NAME),
    )
    name = chosen or "own"
    if not chosen and restrictions.is_locked(PRESET_NAME):
        return
    prediction.ask(name)
    if not chosen:
        terms.note("train.preset_own_note")
        return
    with st.expander(t("train.preset_explained"), key=f"train.explained.{name}"):  # its own key: closed at first
        st.caption(t(f"train.preset_{name}_note"))
        if name in CAUSES:
            page, place = CAUSES[name]
            shell.link(page, t(f"train.preset_{name}_cause"), **place)


def network_fields() -> None:
    """How the network is built, the rare choices folded away."""
    _field(ModelConfig, "activation")
    _fold("more_network", *((ModelConfig, name) for name in ("initialization", "dropout", "input_normalization")))


def training_fields() -> None:
    """How it is trained, the rare choices folded away."""
    names = restrictions.shown(FREQUENT)
    for start in range(0, len(names), 2):
        for column, name in zip(st.columns(2, gap="small"), names[start : start + 2], strict=False):
            with column:
                _field(TrainConfig, name)
        if start == 0 and (told := restrictions.shown(EXPLAINED)):
            st.caption("  \n".join(map(_told, told)))
    rare = [(TrainConfig, name) for name in ("augmentation", "l2", "l1", "gradient_clip", "seed")]
    _fold("more_training", *rare, (DataConfig, "source"))


def name_locked() -> None:
    """Say which settings a teacher's link locks, all in one line."""
    parts = (ModelConfig, TrainConfig, DataConfig)
    names = [setting.name for config_type in parts for setting in fields(config_type)]
    locked = [_label(name) for name in restrictions.shown(names) if restrictions.is_locked(name)]
    if locked:
        st.caption(f":material/lock: {t('links.locked_settings', settings=', '.join(locked))}")


def _fold(title: str, *settings: tuple[type[Config], str]) -> None:
    """Fields behind a fold; none of it where a link hides all of them."""
    if restrictions.shown(name for _, name in settings):
        with st.expander(t(f"train.{title}"), key=f"train.{title}"):
            for config_type, name in settings:
                _field(config_type, name)
                if name == "initialization" and not restrictions.is_hidden(name):
                    st.caption(_told(name))


def step_of(value: float) -> float:
    """A tenth of the power of ten below a value: 0.001 for 0.01 to 0.099."""
    return 10.0 ** (math.floor(math.log10(value) + 1e-9) - 1)


def _field(config_type: type[Config], name: str) -> None:
    if restrictions.is_hidden(name):
        return
    rule, key = rule_of(config_type, name), keys.Train.setting(name)
    is_locked = restrictions.is_locked(name)
    label, words = t(f"train.{name}"), restrictions.help_of(name, t(f"train.{name}_help"))
    if isinstance(rule, Choice):
        options = {option: t(f"train.{name}_{option}") for option in rule.options}
        shell.menu(label, options, key, help=words, persist_state="session", disabled=is_locked)
    elif isinstance(rule, Switch):
        st.toggle(label, key=key, help=words, persist_state="session", disabled=is_locked)
    else:
        step = STEPS.get(name) or step_of(st.session_state[key])
        number_field(label, rule, key, step=step, help=words, disabled=is_locked)


def _told(name: str) -> str:
    """What the chosen option of a field does, in a line."""
    return t(f"train.{name}_{st.session_state[keys.Train.setting(name)]}_note")


def _fill_from_preset(menu: str) -> None:
    if state.is_heard(PRESET, menu) and (preset := st.session_state[menu]):
        fill(PRESETS[preset].setup)


def units() -> list[int]:
    """The neurons of each hidden layer, as the controls have them."""
    return [st.session_state[keys.Train.units(layer)] for layer in range(st.session_state[keys.Train.LAYER_COUNT])]


def set_units(sizes: list[int]) -> None:
    """Set the rows of the hidden layers."""
    st.session_state[keys.Train.LAYER_COUNT] = len(sizes)
    for layer, size in enumerate(sizes):
        st.session_state[keys.Train.units(layer)] = size
