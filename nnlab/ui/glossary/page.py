"""The list of terms in the order of the alphabet, with a field to search it; each has an anchor, as ``#neuron``."""

from __future__ import annotations

from urllib.parse import urlencode

import streamlit as st

from nnlab.ui import restrictions, shell, state
from nnlab.ui.terms import TERMS, forms_of
from nnlab.ui.text import strings, t


def show() -> None:
    """The field and, below it, the terms in whose names or explanations what was typed is found."""
    asked = st.text_input(
        t("glossary.search"), key="glossary.search", placeholder=t("glossary.search_hint"), icon=":material/search:"
    )
    found = matching(asked)
    st.caption(t("glossary.count", count=len(found), all=len(TERMS)))
    if not found:
        st.info(t("glossary.none"), icon=":material/search_off:")
    with st.container(key="glossary.terms"):
        for term in found:
            _show_term(term)


def matching(asked: str) -> list[str]:
    """The terms in whose names, of either language, or explanation every word that was typed is found."""
    words = asked.casefold().split()
    own = strings(state.language())

    def is_match(term: str) -> bool:
        names = [form for language in ("en", "ko") for form in forms_of(term, language)]
        text = " ".join([*names, own[f"terms.{term}_text"]]).casefold()
        return all(word in text for word in words)

    return sorted(filter(is_match, TERMS), key=lambda term: own[f"terms.{term}"].casefold())


def _show_term(term: str) -> None:
    language = state.language()
    other = strings("en" if language == "ko" else "ko")[f"terms.{term}"]
    name = t(f"terms.{term}")
    beside = f" :gray[{other}]" if other != name else ""
    st.subheader(f"{name}{beside}", anchor=term)
    text = t(f"terms.{term}_text")
    if restrictions.leads_to(*TERMS[term]):
        text += f" [{t('glossary.see', place=place_name(term))}]({place_address(term)})"
    st.markdown(text)


def place_name(term: str) -> str:
    """Where a term can be seen, in words: "Learn, A neuron"."""
    page, part = TERMS[term]
    title = t("common.home") if page == "home" else t(f"{page}.title")
    if not part:
        return title
    return f"{title}, {t(f'learn.{part}' if page == 'learn' else f'{page}.section_{part}')}"


def place_address(term: str) -> str:
    """The address of that place, from this page's; it opens in the visitor's language."""
    page, part = TERMS[term]
    query = {"lesson" if page == "learn" else "section": part} if part else {}
    path = shell.PAGES[page].path.removeprefix("pages/").removesuffix(".py")
    return f"{'.' if page == 'home' else path}?{urlencode({**query, 'lang': state.language()})}"
