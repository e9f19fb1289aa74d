"""To change a unit where it is read: a weight, its bias, all its weights, or what the next layer hears of it."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from nnlab.config import Number
from nnlab.inspection.changes import (
    RULES,
    Change,
    FreezeUnit,
    ScaleUnit,
    SetBias,
    SetWeight,
    ShiftBias,
    SilenceUnit,
)
from nnlab.inspection.units import Arithmetic
from nnlab.ui import changes, keys, layout, shell, terms
from nnlab.ui.components.number_field import number_field
from nnlab.ui.inspect import place
from nnlab.ui.inspect.subject import Subject
from nnlab.ui.inspect.unit_table import input_name
from nnlab.ui.numbers import fixed
from nnlab.ui.text import t

DIGITS = 6  # of a weight in its field: float32 has seven
STEP = 0.1  # of the fields' buttons
USUAL_SHIFT = 1.0
FACTORS = {"halve": 0.5, "double": 2.0, "turn": -1.0}
CHOSEN_INPUT = "inspect.weight_from"


def show(subject: Subject, found: Arithmetic, layer: int, unit: int) -> None:
    """A fold below the arithmetic."""
    fold = layout.fold(t("inspect.change"), icon=":material/edit:", key="inspect.change")
    if not fold.open:
        return
    with fold:
        terms.tell("inspect.change_text", name=place.name_of(subject.reader.model.config, layer, unit, subject.source))
        number = _choose_input(subject, found, layer)
        weight, bias = st.columns(2, gap="small")
        with weight:
            value = float(found.weights[number])
            _field("weight", keys.Inspect.WEIGHT, value, subject, lambda new: SetWeight(layer, unit, number, new))
        with bias:
            _field("bias", keys.Inspect.BIAS, found.bias, subject, lambda new: SetBias(layer, unit, new))
        amount, shift = st.columns(2, gap="small", vertical_alignment="bottom")
        with amount:
            rule = RULES["amount"]
            by = number_field(t("inspect.shift_by"), rule, keys.Inspect.SHIFT, USUAL_SHIFT, step=STEP)
        with shift:
            _button("shift", subject, ShiftBias(layer, unit, by))
        with st.container(horizontal=True, gap="small"):
            for name, factor in FACTORS.items():
                _button(name, subject, ScaleUnit(layer, unit, factor))
            if not place.is_last(subject.reader.model.config, layer):
                _button("silence", subject, SilenceUnit(layer, unit))
                held = RULES["value"]
                value = min(max(found.output, held.low), held.high)
                _button("freeze", subject, FreezeUnit(layer, unit, value), value=fixed(value, 3))
        if changes.of(subject.network):  # on a phone, the other button that does so is far below
            changes.undo_button(subject.network, "inspect.undo_here")


def _choose_input(subject: Subject, found: Arithmetic, layer: int) -> int:
    """Which of the unit's inputs the weight comes from: at first the one with the largest product."""
    order = found.largest(len(found.inputs))
    config = subject.reader.model.config
    labels = {number: input_name(config, layer, number, subject.source) for number in order}
    if st.session_state.get(CHOSEN_INPUT) not in labels:
        st.session_state[CHOSEN_INPUT] = order[0]
    return shell.menu(t("inspect.weight_from"), labels, CHOSEN_INPUT)


def _field(name: str, key: str, value: float, subject: Subject, change: Callable[[float], Change]) -> None:
    """A number field that shows what the network has, and changes it when another number is typed."""
    rule = RULES["value"]
    st.session_state[key] = float(f"{min(max(value, rule.low), rule.high):.{DIGITS}g}")
    number_field(t(f"inspect.{name}"), Number(rule.low, rule.high), key, step=STEP, on_change=lambda: _change(
        subject, change(st.session_state[key])
    ))  # fmt: skip


def _change(subject: Subject, change: Change) -> None:
    changes.add(subject.network, change)


def _button(name: str, subject: Subject, change: Change, **words: str) -> None:
    st.button(
        t(f"inspect.{name}", **words),
        key=f"inspect.{name}",
        help=t(f"inspect.{name}_help"),
        on_click=_change,
        args=[subject, change],
    )
