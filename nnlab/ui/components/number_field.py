"""Fields for numbers as people type them: ``0,05`` and ``1,000``, full-width digits, an emptied field, a slip.

Streamlit's own number field drops a comma (0,05 becomes 5), takes its least value when it is emptied, reads 12.7 as 12
where a whole number is asked for, and says in English what it does not take. This one sends what was typed, ``parse``
reads it here, and where the field does not take it, a sentence below says why, in the visitor's language; the value
stays.

The value is in the session under the field's key, on its own: whoever writes it there is shown by the field, and the
browser sends only what somebody typed or stepped, so a field that was not touched never sets anything. The script is
``static/number_field.js``.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import streamlit as st
from streamlit.components import v2

from nnlab.config import Number
from nnlab.ui import files, keys
from nnlab.ui.numbers import in_full
from nnlab.ui.text import t

LONGEST_TEXT = 40  # characters; the longest honest number has about ten
_PLAIN = r"[+-]?\d+(\.\d*)?|[+-]?\.\d+"
_NUMBER = re.compile(rf"({_PLAIN})(e[+-]?\d{{1,4}})?", re.IGNORECASE)
_GROUPED = re.compile(r"[+-]?[1-9]\d{0,2}([,.' ])\d{3}(?:\1\d{3})*")  # 1,000 or 1.000.000; nobody groups 0,050
_SIGNS = str.maketrans({  # what keyboards of other languages and copied texts have in the place of , . ' - + and space
    **dict.fromkeys("，、､٫", ","), **dict.fromkeys("．。｡", "."), **dict.fromkeys("’＇", "'"),
    **dict.fromkeys("−－﹣–", "-"), "＋": "+", **dict.fromkeys("\u00a0\u2009\u202f\u3000\t", " "),
    "ｅ": "e", "Ｅ": "e",
})  # fmt: skip


class WrongNumber(ValueError):
    """What was typed is not a number that the field takes; ``reason`` names the sentence ``common.number_<reason>``."""

    def __init__(self, reason: str):
        self.reason = reason
        super().__init__(reason)


def parse(typed: str, rule: Number) -> int | float:
    """Read a number as people write it, or say what is wrong with it; nothing is guessed.

    A comma or a point is the decimal sign, and a comma, a point, an apostrophe or a space separates groups of three
    digits. Where both readings give different numbers, it is ``ambiguous``: 1,000 where fractions are allowed, 1.000
    where they are not.

    Raises:
        WrongNumber: ``empty``, ``unreadable``, ``ambiguous``, ``fraction`` (a whole number is asked for) or ``range``.
    """
    text = _plain_digits(typed).translate(_SIGNS).strip()
    if not text:
        raise WrongNumber("empty")
    number = _NUMBER.fullmatch(_without_groups(text, rule)) if len(text) <= LONGEST_TEXT else None
    if number is None:
        raise WrongNumber("unreadable")
    exact = Decimal(number[0])
    if not rule.low <= (exact if rule.integer else float(exact)) <= rule.high:
        raise WrongNumber("range")
    if rule.integer and exact != int(exact):
        raise WrongNumber("fraction")
    return int(exact) if rule.integer else float(exact)


def _plain_digits(text: str) -> str:
    """Full-width, Arabic and all other decimal digits as 0 to 9; a raised 2 is none of them."""
    return "".join(str(unicodedata.decimal(letter, letter)) for letter in text[: LONGEST_TEXT + 1])


def _without_groups(text: str, rule: Number) -> str:
    """The same number with a point as its decimal sign, and nothing between groups of digits."""
    mark = max(text.rfind(","), text.rfind("."))
    before, after = text[: max(mark, 0)], text[mark:]
    if groups := _GROUPED.fullmatch(text):
        separator = groups[1]
        can_be_decimal = separator in ",." and text.count(separator) == 1
        if not can_be_decimal or (rule.integer and separator == ","):
            return text.replace(separator, "")
        if rule.integer or separator == ",":
            raise WrongNumber("ambiguous")
    elif mark > 0 and (groups := _GROUPED.fullmatch(before)) and groups[1] != text[mark]:  # 1,234.5 or 1.234,5
        return before.replace(groups[1], "") + "." + after[1:]
    return text.replace(",", ".")


@dataclass(frozen=True)
class _Refusal:
    """What was typed and not taken: which message of the browser's, why, and the value that stayed."""

    number: float
    reason: str
    value: int | float


def _component(name: str, height: str) -> Callable[..., Any]:
    place = f'<div class="nnlab-number" style="min-height: {height}"></div>'  # nothing jumps when the script is there
    script = files.loader("number_field.js", "show")
    return v2.component(name, html=place, js=script, isolate_styles=False)


_labelled, _bare = _component("nnlab_labelled_number", "4.25rem"), _component("nnlab_number", "2.5rem")


def number_field(
    label: str,
    rule: Number,
    key: str,
    value: int | float | None = None,
    *,
    step: float = 1,
    help: str | None = None,
    is_label_hidden: bool = False,
    disabled: bool = False,
    on_change: Callable[..., object] | None = None,
    args: Sequence[object] = (),
) -> int | float:
    """A labelled field with buttons to count down and up; returns the number that ``st.session_state[key]`` holds.

    Args:
        rule: which numbers it takes.
        value: what it holds at first, and again when the rule no longer allows what it holds; None: the rule's lowest.
        step: what the buttons and the arrow keys change.
        help: said where the question mark behind the label is pointed at.
        is_label_hidden: whether the label is only heard.
        disabled: whether it only shows its value.
        on_change: called, before the page is drawn, when somebody has typed or stepped to another number.
    """
    held = st.session_state.get(key)
    try:
        held = rule.check(held)
    except ValueError:
        held = rule.check(rule.low if value is None else value)
    st.session_state[key] = held
    field = _field_key(key)
    typed = _typed(field)
    refusal = st.session_state.get(keys.refusal_of(key))
    is_told = refusal is not None and refusal.number == typed.get("number") and refusal.value == held
    data = {
        "label": label,
        "hidden": is_label_hidden,
        "disabled": disabled,
        "help": help,
        "text": in_full(held),
        "low": rule.low,
        "high": rule.high,
        "step": step,
        "whole": rule.integer,
        "words": [t("common.number_less"), t("common.number_more")],
        "told": _sentence(refusal, rule, typed) if is_told else "",
        "typed": typed["text"] if is_told and refusal.reason != "empty" else None,
        "seen": typed.get("number"),
    }
    mount = _bare if is_label_hidden else _labelled
    mount(key=field, data=data, on_typed_change=lambda: disabled or _take(key, rule, on_change, args))
    return held


def _field_key(key: str) -> str:
    """The key of what the browser sends; Streamlit forgets it with the page, as it should."""
    return f"{key}.field"


def _typed(field: str) -> dict[str, Any]:
    """What the browser sent last: the text, and the number of its message; empty if nothing, or nonsense."""
    typed = (st.session_state.get(field) or {}).get("typed")
    return typed if isinstance(typed, dict) and isinstance(typed.get("text"), str) else {}


def _take(key: str, rule: Number, on_change: Callable[..., object] | None, args: Sequence[object]) -> None:
    """Set the value to what was typed, or remember why not."""
    typed = _typed(_field_key(key))
    if not typed:
        return
    st.session_state.pop(keys.refusal_of(key), None)
    try:
        value = parse(typed["text"], rule)
    except WrongNumber as wrong:
        st.session_state[keys.refusal_of(key)] = _Refusal(typed.get("number"), wrong.reason, st.session_state[key])
        return
    if value != st.session_state[key]:
        st.session_state[key] = value
        if on_change is not None:
            on_change(*args)


def _sentence(refusal: _Refusal, rule: Number, typed: dict[str, Any]) -> str:
    low, high = (in_full(end, is_grouped=True) for end in (rule.low, rule.high))
    text = typed["text"].strip()[:LONGEST_TEXT]
    return t(f"common.number_{refusal.reason}", typed=text, low=low, high=high, value=in_full(refusal.value))
