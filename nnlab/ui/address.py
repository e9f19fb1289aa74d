"""The address of the page that is open: what it asks for is followed, what the visitor chooses is written into it.

An address is followed where it says something that the server has neither read nor written there: when a page is
opened, and when the browser goes back. What it says wrongly is passed over, and said. Which names there are is in
``parameters``.

Read next: ``restrictions``, for what a teacher's link hides and locks.
"""

from __future__ import annotations

import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, NoReturn
from urllib.parse import parse_qsl, urlencode

import streamlit as st

from nnlab.config import GIVEN_ONCE, MOST_PAIRS, IgnoredValue, Setup, one_line, to_query
from nnlab.ui import keys
from nnlab.ui.parameters import EVERYWHERE, LONGEST_VALUE, OF_VISIT, PARAMETERS, SETTINGS, Names, Rule, rule_of

STALE_SECONDS = 2.0  # so long after a change the browser may still send the address from before it


@dataclass
class _Seen:
    """What this session knows of the address of the page that it shows."""

    page: str
    is_new: bool = True  # whether the page is being opened
    is_same: bool = False  # whether the address is as it was with the last run, so that it asks for nothing
    held: dict[str, str] = field(default_factory=dict)  # all of the address, as of this run
    values: dict[str, str | None] = field(default_factory=dict)  # by name: as it was last read or written
    written: dict[str, float] = field(default_factory=dict)  # when it was last changed from here, in seconds
    unheard: dict[str, str | None] = field(default_factory=dict)  # what was written that the browser may not have yet
    notes: dict[str, list[IgnoredValue]] = field(default_factory=dict)  # what could not be used of it
    refused: dict[str, Rule] = field(default_factory=dict)  # what could have been used, where that depends on the page


def _seen() -> _Seen:
    return st.session_state.setdefault(keys.ADDRESS, _Seen(EVERYWHERE))


def arrive(page: str) -> None:
    """Begin a run of a page."""
    last, held = _seen(), st.query_params.to_dict()
    if last.page == page:
        last.is_new, last.is_same, last.held = False, last.held == held, held
        last.unheard = {
            name: text for name, text in last.unheard.items() if held.get(name) != text or _is_recent(last, name)
        }
        return
    kept = {name: value for name, value in last.values.items() if name in OF_VISIT}
    seen = st.session_state[keys.ADDRESS] = _Seen(page, values=kept, held=held)
    for name in st.query_params:
        if found := _faults(name, page):
            seen.notes[name] = found


def _faults(name: str, page: str) -> list[IgnoredValue]:
    """What cannot be used of what the address says under a name."""
    rule, given = rule_of(name, page), st.query_params.get_all(name)
    if rule is None:
        return []
    found = []
    text = given[0][:LONGEST_VALUE]
    if isinstance(rule, Names):
        found += [IgnoredValue(name, one_line(wrong), "") for wrong in rule.unknown(text)]
    try:
        rule.parse(text)
    except ValueError:
        found.append(IgnoredValue(name, one_line(text), rule.allowed))
    if len(given) > 1:
        found.append(IgnoredValue(name, one_line(given[1]), GIVEN_ONCE))
    return found


def page() -> str:
    """The page that is open."""
    return _seen().page


def is_as_before() -> bool:
    """Whether the address is as it was with the last run of the page, so that there is nothing to follow."""
    return _seen().is_same


def has_just_opened() -> bool:
    """Whether this is the first run of a page since another was shown."""
    return _seen().is_new


def value(name: str) -> Any:
    """What the address says under a name; None if it says nothing that could be used. Of several values, the first."""
    rule, given = rule_of(name, _seen().page), st.query_params.get_all(name)
    if rule is None or not given:
        return None
    try:
        return rule.parse(given[0][:LONGEST_VALUE])
    except ValueError:
        return None


def asked(name: str) -> Any:
    """The same where it is news, and only once; else None."""
    seen, given = _seen(), st.query_params.get_all(name)
    text = given[0] if given else None
    if text is None or text == seen.values.get(name) or _is_recent(seen, name):
        return None
    seen.values[name] = text
    seen.unheard.pop(name, None)
    return value(name)


def _is_recent(seen: _Seen, name: str) -> bool:
    """Whether a name was changed from here so short a time ago that the browser may not have heard of it."""
    return time.monotonic() - seen.written.get(name, -STALE_SECONDS) < STALE_SECONDS


def note(items: Iterable[IgnoredValue]) -> None:
    """Remember more that could not be used of the address."""
    for item in items:
        _seen().notes.setdefault(item.key, []).append(item)


def refuse(name: str, rule: Rule) -> NoReturn:
    """Say that what the address says under a name cannot be used here, and have the page drawn without it.

    Args:
        rule: what could be.
    """
    seen = _seen()
    seen.refused[name] = rule
    seen.notes[name] = [IgnoredValue(name, one_line(str(st.query_params.get(name))), rule.allowed)]
    st.rerun()  # the head of the page is drawn already


def write(**values: str | None) -> None:
    """Bring the address up to date in one message, where it says something else; None takes a name out of it.

    The browser may have said its address before it heard of the last change. What is chosen back by then is written
    all the same, or the change would stand there in the end.
    """
    seen = _seen()
    for name, text in values.items():
        if name in seen.written and seen.values.get(name) != text:
            seen.notes.pop(name, None)  # something else was chosen
        seen.written.setdefault(name, -STALE_SECONDS)
        seen.values[name] = text
    held = st.query_params.to_dict()
    changed = {
        name: text for name, text in values.items() if held.get(name) != text or seen.unheard.get(name, text) != text
    }
    if not changed:
        return
    seen.written |= dict.fromkeys(changed, time.monotonic())
    seen.unheard |= changed
    # What the browser has not heard of yet would else be taken back: a part of a page that is drawn alone writes, too.
    known = {**seen.unheard, **values}
    others = {name: st.query_params.get_all(name) for name in held if name not in known}
    st.query_params.from_dict(others | {name: text for name, text in known.items() if text is not None})


def notes(*names: str) -> list[IgnoredValue]:
    """What could not be used of the address, as long as nothing else is chosen; of some names, or of all."""
    found = _seen().notes
    return [note for name in names or found for note in found.get(name, ())]


def rules() -> dict[str, Rule]:
    """What may stand in the address of this page."""
    seen = _seen()
    usual = {name: rule for name in PARAMETERS if (rule := rule_of(name, seen.page)) is not None}
    return usual | seen.refused


def names() -> list[str]:
    """The names in the address."""
    return list(st.query_params)


def is_about_setup() -> bool:
    """Whether the address says anything of a run's set-up."""
    return any(name in SETTINGS for name in st.query_params)


def of_setup(setup: Setup) -> dict[str, str | None]:
    """A set-up as names and texts of an address, the defaults as None; the seed always, so that it names a set-up."""
    usual, said = (dict(parse_qsl(to_query(each), keep_blank_values=True)) for each in (Setup(), setup))
    return {name: text if text != usual[name] or name == "seed" else None for name, text in said.items()}


def setup_query() -> str:
    """What the address says besides the names of the registry: the set-up, and what strangers append to links."""
    names = [name for name in st.query_params if name not in PARAMETERS]
    pairs = [(name, text) for name in names for text in st.query_params.get_all(name)]
    return urlencode(pairs[:MOST_PAIRS])
