"""Widgets to configuration objects: what is chosen on the Train page, always a valid ``Setup``.

Each field has one widget with the key ``"train.<field>"``, built from the field's rule in ``config``, so menu, link and
validation cannot disagree. The widgets' values in the session are the only state: ``current`` reads them, ``fill``
writes them, and a preset or a link is a ``fill``.
"""

from __future__ import annotations

import math
from dataclasses import fields

import streamlit as st

from nnlab.config import (
    MAX_HIDDEN_LAYERS,
    MAX_UNITS,
    PRESETS,
    Choice,
    Config,
    DataConfig,
    ModelConfig,
    Number,
    Setup,
    Switch,
    TrainConfig,
    rule_of,
)
from nnlab.ui import keys, shell, state
from nnlab.ui.charts import hold_still
from nnlab.ui.components.number_field import number_field
from nnlab.ui.diagram import network_diagram
from nnlab.ui.text import t

PRESET = "train.preset"
UNITS = Number(1, MAX_UNITS, integer=True)
NEW_LAYER_UNITS = 64  # a first layer's; further layers start as large as the one before
DIAGRAM_HEIGHT = 140  # pixels
UNITS_STEP = 8  # what the + and - buttons of a layer change; any number can be typed

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
    """Set every control to a set-up; before the widgets are drawn, or in a callback."""
    for config in (setup.model, setup.train, setup.data):
        for name in _setting_names(type(config)):
            st.session_state[keys.Train.setting(name)] = getattr(config, name)
    _set_units(list(setup.model.hidden_sizes))


def current() -> Setup:
    """What the controls say now."""
    parts = []
    for config_type in (ModelConfig, TrainConfig, DataConfig):
        values = {name: st.session_state[keys.Train.setting(name)] for name in _setting_names(config_type)}
        if config_type is ModelConfig:
            values["hidden_sizes"] = tuple(_units())
        parts.append(config_type(**values))
    return Setup(*parts)


def differences(setup: Setup, other: Setup) -> list[str]:
    """What two set-ups have not in common, as the fields' labels."""
    return [
        t("train.hidden_layers") if setting.name == "hidden_sizes" else t(f"train.{setting.name}")
        for one, two in zip((setup.model, setup.train, setup.data), (other.model, other.train, other.data), strict=True)
        for setting in fields(one)
        if getattr(one, setting.name) != getattr(two, setting.name)
    ]


def preset_of(setup: Setup) -> str | None:
    """The name of the preset that a set-up is, or None."""
    return next((name for name, preset in PRESETS.items() if preset.setup == setup), None)


def preset_menu() -> None:
    """The presets, and what the chosen one shows; it reads "own settings" as soon as a control is moved."""
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
        help=t("train.preset_help"),
    )
    name = chosen or "own"
    st.caption(t(f"train.preset_{name}_ask"))
    if not chosen:
        st.caption(t("train.preset_own_note"))
        return
    with st.expander(t("train.preset_explained"), key=f"train.explained.{name}"):  # its own key: closed at first
        st.caption(t(f"train.preset_{name}_note"))
        if name in CAUSES:
            page, place = CAUSES[name]
            words = t(f"train.preset_{name}_cause")
            st.page_link(shell.PAGES[page].path, label=words, icon=shell.PAGES[page].icon, query_params=place)


def show_network(model: ModelConfig) -> None:
    """The network of the controls as a small diagram, and how much it has to learn."""
    sizes = model.layer_sizes
    figure = network_diagram(sizes, unit_noun=t("train.unit_noun"), height=DIAGRAM_HEIGHT, limit=7)
    for size_of_layer in figure["layout"]["annotations"]:
        size_of_layer["font"] = {"size": 9 if len(sizes) > 6 else 12}
    hold_still(figure)
    words = t("train.diagram_alt", sizes=", ".join(f"{size:,}" for size in sizes))
    shell.show_chart(figure, "train.diagram", words)
    st.markdown(t("train.parameters", count=f"{model.parameter_count:,}"))


def layer_editor() -> None:
    """One row per hidden layer with its units and a button to remove it, and a button to add one."""
    count = st.session_state[keys.Train.LAYER_COUNT]
    for layer in range(count):
        with st.container(horizontal=True, vertical_alignment="center", gap="xsmall", key=f"train.row.{layer}"):
            label, removal = t("train.hidden_layer", number=layer + 1), t("train.remove_layer", number=layer + 1)
            st.caption(label, width="content")
            number_field(label, UNITS, keys.Train.units(layer), step=UNITS_STEP, is_label_hidden=True)
            st.button(
                removal,
                icon=":material/close:",
                key=f"train.remove.{layer}",
                help=removal,
                on_click=_remove_layer,
                args=(layer,),
            )
    st.button(
        t("train.add_layer"),
        icon=":material/add:",
        key="train.add_layer",
        disabled=count >= MAX_HIDDEN_LAYERS,
        help=t("train.add_layer_help", most=MAX_HIDDEN_LAYERS),
        on_click=_add_layer,
        width="stretch",
    )


def network_fields() -> None:
    """How the network is built, the rare choices folded away."""
    _field(ModelConfig, "activation")
    with st.expander(t("train.more_network"), key="train.more_network"):
        for name in ("initialization", "dropout", "input_normalization"):
            _field(ModelConfig, name)
            if name == "initialization":
                st.caption(_told(name))


def training_fields() -> None:
    """How it is trained, the rare choices folded away."""
    for pair in (("optimizer", "schedule"), ("learning_rate", "batch_size"), ("epochs", "training_images")):
        for column, name in zip(st.columns(2, gap="small"), pair, strict=True):
            with column:
                _field(TrainConfig, name)
        if pair == ("optimizer", "schedule"):
            st.caption("  \n".join(map(_told, pair)))
    with st.expander(t("train.more_training"), key="train.more_training"):
        _field(TrainConfig, "augmentation")
        for name in ("l2", "l1", "gradient_clip", "seed"):
            _field(TrainConfig, name)
        _field(DataConfig, "source")


def step_of(value: float) -> float:
    """A tenth of the power of ten below a value: 0.001 for 0.01 to 0.099."""
    return 10.0 ** (math.floor(math.log10(value) + 1e-9) - 1)


def _field(config_type: type[Config], name: str) -> None:
    rule, key = rule_of(config_type, name), keys.Train.setting(name)
    label, words = t(f"train.{name}"), t(f"train.{name}_help")
    if isinstance(rule, Choice):
        options = {option: t(f"train.{name}_{option}") for option in rule.options}
        shell.menu(label, options, key, help=words, persist_state="session")
    elif isinstance(rule, Switch):
        st.toggle(label, key=key, help=words, persist_state="session")
    else:
        number_field(label, rule, key, step=STEPS.get(name) or step_of(st.session_state[key]), help=words)


def _told(name: str) -> str:
    """What the chosen option of a field does, in a line."""
    return t(f"train.{name}_{st.session_state[keys.Train.setting(name)]}_note")


def _fill_from_preset(menu: str) -> None:
    if state.is_heard(PRESET, menu) and (preset := st.session_state[menu]):
        fill(PRESETS[preset].setup)


def _units() -> list[int]:
    return [st.session_state[keys.Train.units(layer)] for layer in range(st.session_state[keys.Train.LAYER_COUNT])]


def _set_units(sizes: list[int]) -> None:
    st.session_state[keys.Train.LAYER_COUNT] = len(sizes)
    for layer, size in enumerate(sizes):
        st.session_state[keys.Train.units(layer)] = size


def _add_layer() -> None:
    sizes = _units()
    _set_units([*sizes, sizes[-1] if sizes else NEW_LAYER_UNITS])


def _remove_layer(layer: int) -> None:
    sizes = _units()
    _set_units(sizes[:layer] + sizes[layer + 1 :])
