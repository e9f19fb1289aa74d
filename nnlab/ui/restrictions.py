"""What a teacher's link hides and locks, and the text it brings: for the visit, on all pages.

``hide=optimizer,play&lock=epochs&text=...`` in the address. What is hidden does not appear and keeps the value that it
has; what is locked shows its value and cannot be changed. It clears the view for a class and is no security boundary:
whoever opens the page without the link has everything.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TypeVar
from urllib.parse import parse_qsl

import streamlit as st

from nnlab.config import IgnoredValue
from nnlab.ui import address, keys, state
from nnlab.ui.parameters import HIDDEN_BY_LINK, OPENED_BY_LINK, SETTINGS
from nnlab.ui.places import section_parameter
from nnlab.ui.text import t

T = TypeVar("T", bound=str)
KEYS = {"hide": keys.HIDDEN, "lock": keys.LOCKED, "text": keys.TEACHERS_TEXT}


def follow(page: str) -> None:
    """Take over what the link to a page says; one that says any of it says all of it."""
    news = [address.asked(name) for name in KEYS]  # all are asked, so that none is news again
    if any(said is not None for said in news):
        for name, key in KEYS.items():
            state.follow(key, address.value(name) or "", size=2000)
        st.session_state[keys.TEXT_PAGE] = page
        if is_hidden(page):
            _show_page(page)


def _show_page(page: str) -> None:
    """Leave the page that the link opens out of what it hides, and say so: nothing could stand for a whole page."""
    state.follow(keys.HIDDEN, tuple(name for name in st.session_state[keys.HIDDEN] if name != page), size=2000)
    address.note([IgnoredValue("hide", page, OPENED_BY_LINK)])


def clear() -> None:
    """Show everything again."""
    for key in KEYS.values():
        state.keep(key, "")
    address.write(hide=None, lock=None, text=None)


def are_there() -> bool:
    """Whether anything is hidden, locked or said."""
    return any(st.session_state.get(key) for key in KEYS.values())


def is_hidden(name: str) -> bool:
    """Whether a control, a page or a section (``inspect.map``) is not to appear."""
    return name in st.session_state.get(keys.HIDDEN, ())


def leads_to(page: str, section: str = "") -> bool:
    """Whether a way to a page, or to a section of it, is to be offered."""
    return not (is_hidden(page) or is_hidden(f"{page}.{section}"))


def is_locked(name: str) -> bool:
    """Whether a control shows its value and cannot be changed."""
    return name in st.session_state.get(keys.LOCKED, ())


def is_fixed(name: str) -> bool:
    """Whether a control keeps the value that the link gave it."""
    return is_hidden(name) or is_locked(name)


def shown(names: Iterable[T]) -> list[T]:
    """Those that are not hidden."""
    return [name for name in names if not is_hidden(name)]


def shown_sections(page: str, sections: Sequence[T]) -> list[T]:
    """Those sections of a page that are not hidden; all of them if a link hides every one, since a page needs one."""
    return [section for section in sections if not is_hidden(f"{page}.{section}")] or list(sections)


def open_section(page: str, sections: Sequence[T], key: str) -> tuple[list[T], T]:
    """The sections of a page that are shown, and the open one: the one in the address, else the last, else the first.

    Where that one is hidden the first that is shown stands for it, and the head of the page says so.

    Args:
        key: the session's, for the open section.
    """
    parameter, shown = section_parameter(page), shown_sections(page, sections)
    wanted = address.asked(parameter) or st.session_state.get(key)
    st.session_state[key] = wanted if wanted in shown else shown[0]
    if wanted in sections and wanted not in shown:
        address.write(**{parameter: shown[0]})
        address.note([IgnoredValue(parameter, f"{page}.{wanted}", HIDDEN_BY_LINK)])
        st.rerun()  # the head of the page is drawn already
    return shown, st.session_state[key]


def help_of(name: str, words: str | None) -> str | None:
    """What a control's question mark says, and that it is locked."""
    return f"{t('links.locked')} {words or ''}".strip() if is_locked(name) else words


def teachers_text() -> str:
    """The text of the link, to be shown as it is, never as markup; "" for none."""
    return st.session_state.get(keys.TEACHERS_TEXT, "")


def query() -> dict[str, str | None]:
    """The same for an address: all of it, the text too, which a server that was started anew finds nowhere else."""
    names = {name: ",".join(st.session_state.get(KEYS[name], ())) or None for name in ("hide", "lock")}
    return {**names, "text": teachers_text() or None}


def fixed_setup() -> dict[str, str]:
    """The set-up of the Train page for an address, if the link fixes any setting; else nothing.

    A page that is opened in another tab, or by a server that was started anew, finds the values of what is hidden or
    locked nowhere else.
    """
    if not any(map(is_fixed, SETTINGS.values())):
        return {}
    return {name: text for name, text in parse_qsl(st.session_state.get(keys.GIVEN_SETUP, "")) if name in SETTINGS}
