"""The form that makes a teacher's link: where it leads, what it hides and locks, and the text that it brings."""

from __future__ import annotations

import streamlit as st

from nnlab.teaching.experiments import EXPERIMENTS
from nnlab.ui import keys, restrictions, state
from nnlab.ui.parameters import (
    ALL_EXPERIMENTS,
    CONTROLS,
    LESSON_CHOICES,
    LONGEST_TEXT,
    OWN_DIGITS,
    PLACES,
    SETTINGS,
    PlainText,
)
from nnlab.ui.places import PAGES, section_parameter, section_title
from nnlab.ui.sharing import links
from nnlab.ui.sharing.links import ClassLink
from nnlab.ui.text import LANGUAGES, t

LOCKABLE = tuple(dict.fromkeys(CONTROLS.values()))
HIDEABLE = (*LOCKABLE, OWN_DIGITS, *PLACES)
SIZES = ("normal", "large")
OTHER_WORDS = {
    "lang": "common.language",
    "size": "common.large_text",
    "section": "sharing.sections",
    "lesson": "learn.lessons",
    "preset": "train.preset",
    "hidden_sizes": "train.hidden_layers",
    OWN_DIGITS: "own_digits.tab",
}


def choose(shown_page: str) -> str:
    """The form; returns the address that it makes.

    Args:
        shown_page: the page that is open.
    """
    page, section = _choose_place(shown_page)
    left, right = st.columns(2, gap="small")
    with left:
        language = _select("language", keys.Share.LANGUAGE, LANGUAGES, state.language())
    with right:
        sizes = {name: t(f"sharing.size_{name}") for name in SIZES}
        size = _select("size", keys.Share.SIZE, sizes, SIZES[state.has_large_text()])
    hidden = _names("hide", keys.Share.HIDDEN, HIDEABLE)
    locked = [name for name in _names("lock", keys.Share.LOCKED, LOCKABLE) if name not in hidden]
    if page in hidden:
        st.warning(t("sharing.opens_hidden_page"))
        hidden = [name for name in hidden if name != page]
    if _is_hidden(page, section, hidden):
        st.warning(t("sharing.opens_hidden"))
    choices = links.choices_of_page(section) if page == shown_page else ""
    if choices:
        st.caption(t("sharing.with_choices"))
    setup = _setup(page, {*hidden, *locked})
    text = _text()
    is_for_teacher = st.toggle(t("sharing.teacher"), key=keys.Share.TEACHER, persist_state="session")
    st.caption(t("sharing.no_security"))
    if restrictions.are_there():
        st.button(t("sharing.clear"), key="sharing.clear", on_click=restrictions.clear, help=t("sharing.clear_help"))
    made = ClassLink(
        page, section, language, size == "large", is_for_teacher, setup, choices, hidden, locked, text,
        st.session_state.get(keys.CLASS, ""),
    )  # fmt: skip
    return links.to(page, made.query, shown_page)


def title_of(name: str) -> str:
    """What a control, a page or a section is called, with its page where that is needed."""
    if name in OTHER_WORDS:
        return t(OTHER_WORDS[name])
    if name in PAGES:
        return t("sharing.whole_page", page=t(f"{name}.title"))
    page, _, section = name.partition(".")
    if name in LESSON_CHOICES:
        return f"{t(f'learn.{page}')}: {t(name)}"
    return f"{t(f'{page}.title')}: {t(section_title(page, section))}" if section else t(f"train.{name}")


def _choose_place(shown_page: str) -> tuple[str, str]:
    left, right = st.columns(2, gap="small")
    with left:
        titles = {name: t("common.home") if name == "home" else t(f"{name}.title") for name in PAGES}
        page = _select("page", keys.Share.PAGE, titles, shown_page)
    sections = PAGES[page].sections
    if not sections:
        return page, ""
    with right:
        key = keys.Share.section(page)
        usual = st.session_state.get(keys.Learn.LESSON if page == "learn" else keys.section_of(page))
        titles = {section: t(section_title(page, section)) for section in sections}
        if page == "learn":
            usual = st.session_state.get(keys.Learn.EXPERIMENT) or usual
            titles |= {ALL_EXPERIMENTS: t("experiments.part_experiments")}
            titles |= {name: t(f"experiments/{name}.title") for name in EXPERIMENTS}
        return page, _select(section_parameter(page), key, titles, usual or sections[0])


def _is_hidden(page: str, section: str, hidden: list[str]) -> bool:
    """Whether a link hides the very section that it opens, and leaves another one to open instead."""
    sections = [f"{page}.{name}" for name in PAGES[page].sections]
    return f"{page}.{section}" in hidden and not set(sections) <= set(hidden)


def _select(label: str, key: str, labels: dict[str, str], usual: str) -> str:
    st.session_state.setdefault(key, usual)
    return st.selectbox(t(f"sharing.{label}"), list(labels), format_func=labels.get, key=key, persist_state="session")


def _names(label: str, key: str, names: tuple[str, ...]) -> list[str]:
    titles = {name: title_of(name) for name in names}
    return st.multiselect(
        t(f"sharing.{label}"),
        names,
        format_func=titles.get,
        key=key,
        help=t(f"sharing.{label}_help"),
        placeholder=t(f"sharing.{label}_nothing"),
        persist_state="session",
    )


def _setup(page: str, fixed: set[str]) -> str:
    """The set-up that goes along: to the Train page, and wherever settings of it are hidden or locked."""
    is_needed = page == "train" or any(name in SETTINGS.values() for name in fixed)
    if not is_needed:
        return ""
    setup = links.setup_of_train()
    st.caption(t("sharing.with_setup" if setup else "sharing.without_setup"))
    return setup


def _text() -> str:
    typed = st.text_area(
        t("sharing.text"),
        max_chars=LONGEST_TEXT,
        height=80,
        key=keys.Share.TEXT,
        help=t("sharing.text_help"),
        persist_state="session",
    )
    try:
        return PlainText().parse(typed)
    except ValueError:
        st.warning(t("sharing.text_too_long"))
        return ""
