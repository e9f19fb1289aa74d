"""Which network is calculated by hand, with which numbers: the controls of that lesson, and what they are set to."""

from __future__ import annotations

from collections.abc import Mapping

import streamlit as st

from nnlab.config import Number
from nnlab.ui import keys
from nnlab.ui.components.number_field import number_field
from nnlab.ui.learn.exercises import ACTIVATIONS, OUTPUTS, PUBLISHED, SHAPES, exercise_of, friendly, names_of
from nnlab.ui.learn.hand_picture import letters
from nnlab.ui.learn.worksheet import Exercise
from nnlab.ui.text import t

DECIMALS = (2, 3, 4)
BLANKS = ("none", "one", "all")
TYPED_DECIMALS = 3  # of a number that the visitor sets: more would only make the formulas longer
NUMBER_RULE, RATE_RULE = Number(-3, 3), Number(0.01, 5)
TARGET_RULES = {"sigmoid": Number(0, 1), "identity": Number(-3, 3)}


def choose_shape() -> str:
    """The row of what is calculated; returns the shape of the network."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        shape = st.segmented_control(
            t("by_hand.network"), tuple(SHAPES), default="2-2-2", required=True, key=keys.Learn.HAND_SHAPE,
            format_func=lambda name: t(f"by_hand.shape_{name.replace('-', '')}"), persist_state="session", wrap=True,
        )  # fmt: skip
        st.segmented_control(
            t("by_hand.activation"), ACTIVATIONS, default="relu", required=True, key=keys.Learn.HAND_ACTIVATION,
            format_func=lambda name: t(f"learn.activation_{name}"), persist_state="session", wrap=True,
        )  # fmt: skip
        st.button(
            t("by_hand.new_numbers"), key="learn.hand_new", icon=":material/casino:", on_click=_draw, args=(shape,)
        )
        with st.popover(t("by_hand.settings"), icon=":material/tune:", key="learn.hand_settings"):
            _choose_settings(shape)
    return shape


def _choose_settings(shape: str) -> None:
    st.segmented_control(
        t("by_hand.blanks"), BLANKS, default="one", required=True, key=keys.Learn.HAND_BLANKS,
        format_func=lambda name: t(f"by_hand.blanks_{name}"), persist_state="session", wrap=True,
    )  # fmt: skip
    st.segmented_control(
        t("by_hand.decimals"), DECIMALS, default=3, required=True, key=keys.Learn.HAND_DECIMALS,
        persist_state="session", wrap=True,
    )  # fmt: skip
    st.segmented_control(
        t("by_hand.output"), OUTPUTS[shape], default=OUTPUTS[shape][0], required=True, key=_output_key(shape),
        format_func=lambda name: t(f"by_hand.output_{name}"), persist_state="session", wrap=True,
    )  # fmt: skip
    st.button(t("by_hand.published"), key="learn.hand_published", on_click=_take_published, args=(shape,))
    st.caption(t("by_hand.source", source=PUBLISHED[shape].source, address=PUBLISHED[shape].address))


def _output_key(shape: str) -> str:
    return keys.Learn.value(f"hand_output_{shape}")


def _output(shape: str) -> str:
    """The activation of the output layer."""
    return st.session_state[_output_key(shape)]


def _number_key(shape: str, name: str) -> str:
    return keys.Learn.value(f"hand_{shape}_{name}")


def _set_numbers(shape: str, numbers: Mapping[str, float]) -> None:
    for name, value in numbers.items():
        st.session_state[_number_key(shape, name)] = value
    st.session_state.pop(keys.Learn.HAND_STEP, None)


def _draw(shape: str) -> None:
    """Draw the next set of numbers."""
    seeds = keys.Learn.HAND_SEED
    st.session_state[seeds] = st.session_state.get(seeds, 0) + 1
    _set_numbers(shape, friendly(shape, st.session_state[seeds]))
    st.session_state[keys.Learn.HAND_CLASS] = 1


def _take_published(shape: str) -> None:
    _set_numbers(shape, PUBLISHED[shape].numbers)
    st.session_state[keys.Learn.HAND_ACTIVATION] = st.session_state[_output_key(shape)] = "sigmoid"


def choose_numbers(shape: str) -> Exercise:
    """A switch for fields to change the numbers in; returns the exercise with what they hold."""
    numbers = _numbers(shape)
    exercise = exercise_of(shape, st.session_state[keys.Learn.HAND_ACTIVATION], _output(shape), numbers)
    published = PUBLISHED[shape]
    if numbers == published.numbers:
        words = t("by_hand.source", source=published.source, address=published.address)
        st.caption(words if published.moves_biases else f"{words}. {t('by_hand.biases_move')}")
    return exercise


def _numbers(shape: str) -> dict[str, float]:
    """The numbers of the exercise, and fields to change them in when they are wanted."""
    if _number_key(shape, "eta") not in st.session_state:
        _set_numbers(shape, friendly(shape, 0))
    groups, output = names_of(shape), _output(shape)
    if st.toggle(t("by_hand.change"), key=keys.Learn.HAND_CHANGE, persist_state="session"):
        with st.container(key="learn.hand-fields"):
            _show_fields(shape, groups, output)
    numbers = {name: st.session_state[_number_key(shape, name)] for group in groups.values() for name in group}
    numbers["eta"] = st.session_state[_number_key(shape, "eta")]
    if output == "softmax":
        right = st.session_state.get(keys.Learn.HAND_CLASS, 1)
        return numbers | {name: float(name == f"y{right}") for name in groups["y"]}
    rule = TARGET_RULES[output]
    return numbers | {name: _within(rule, numbers[name]) for name in groups["y"]}


def _within(rule: Number, value: float) -> float:
    """The nearest number that a rule allows: a target that was set for another output layer may be none."""
    return min(max(value, rule.low), rule.high)


def _show_fields(shape: str, groups: dict[str, list[str]], output: str) -> None:
    """A row for each neuron, with its weights and its bias."""
    _field_row(shape, [*groups["x"], "eta"], output)
    for weight, bias in ("wb", "vc"):
        for own in groups[bias]:
            weights = [name for name in groups[weight] if name[1] == own[1]]
            _field_row(shape, [*weights, own], output)
    if output == "softmax":
        st.segmented_control(
            t("by_hand.right_class"), (1, 2), default=1, required=True, key=keys.Learn.HAND_CLASS,
            persist_state="session", wrap=True,
        )  # fmt: skip
    else:
        _field_row(shape, groups["y"], output)


def _field_row(shape: str, names: list[str], output: str) -> None:
    for place, name in zip(st.columns(4, gap="small", wrap=False), names, strict=False):
        key = _number_key(shape, name)
        rule = {"e": RATE_RULE, "y": TARGET_RULES.get(output, NUMBER_RULE)}.get(name[0], NUMBER_RULE)
        st.session_state[key] = _within(rule, round(st.session_state[key], TYPED_DECIMALS))
        with place:
            number_field(letters(name), rule, key, step=0.1)
