"""The frame of every page: title, sidebar with language and navigation, text size, the visitor's run.

Each page begins with ``shell.page("<name>")``, app.py included, and shows charts and digits through this module, so
that they look alike everywhere.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import streamlit as st

from nnlab.ui import charts, files, keys, state, terms, warm_up
from nnlab.ui.components import frame
from nnlab.ui.text import LANGUAGES, t

# A file, since Streamlit loads its own icons from the internet. It has an alpha channel: of any other, Streamlit would
# make a JPEG whenever a page runs.
ICON = str(Path(__file__).parents[1] / "assets" / "icon.png")
UI = Path(__file__).parent
T = TypeVar("T")
LANGUAGE_SWITCH = "shell.language"  # its widget's key
CHART_FONT_SIZE = 14  # pixels
LARGE_TEXT_FACTOR = 1.3  # projector size: legible from the last row
NARROW = 1000  # pixels: on a window no wider than this the result stands above the controls, not beside them
CHART_CONFIG = {"displaylogo": False, "responsive": True, "modeBarButtonsToRemove": ["select2d", "lasso2d"]}
SAVED_SCALE = 2  # pixels of a saved picture for each one on screen


@dataclass(frozen=True)
class Page:
    """A page's script and its icon; its titles are in the language files."""

    path: str
    icon: str


PAGES = {
    "home": Page("app.py", ":material/home:"),
    "learn": Page("pages/learn.py", ":material/school:"),
    "activations": Page("pages/activations.py", ":material/show_chart:"),
    "train": Page("pages/train.py", ":material/model_training:"),
    "draw": Page("pages/draw.py", ":material/draw:"),
    "inspect": Page("pages/inspect.py", ":material/search_insights:"),
    "play": Page("pages/play.py", ":material/sports_esports:"),
    "glossary": Page("pages/glossary.py", ":material/menu_book:"),
}


def page(name: str, **lengths: str) -> None:
    """Begin a page: browser title, style, sidebar, heading and the one sentence that says what the page is for.

    Args:
        lengths: what the page's own ``style.css`` asks for, beside the frame's.
    """
    warm_up.start()
    title = t(f"{name}.title")
    st.set_page_config(page_title=f"{title} · nnlab", page_icon=ICON, layout="wide")
    lengths |= {"font_size": f"{scaled(16)}px", "narrow": f"{scaled(NARROW):.0f}px"}
    st.html(files.page_style(UI / "style.css", UI / name / "style.css", **lengths))
    with st.sidebar:
        _sidebar(name)
        frame.show()
    st.title(title, anchor=False)
    terms.show(t(f"{name}.purpose"))


def _sidebar(current: str) -> None:
    switch = state.widget_showing(LANGUAGE_SWITCH, state.language())
    st.segmented_control(
        t("common.language"),
        list(LANGUAGES),
        key=switch,
        format_func=LANGUAGES.get,
        required=True,
        label_visibility="collapsed",
        on_change=_switch_language,
        args=[switch],
    )
    for name in PAGES:
        link(name, t("common.home") if name == "home" else None)
    job = state.current_job()
    if job is not None and current != "train":  # the Train page says it itself, and goes on saying it
        words = f"run_{job.status}" if state.is_own(job) else "watched_run"
        st.caption(t(f"common.{words}", epoch=f"{job.epoch:.1f}", epochs=job.setup.train.epochs))
    switch = state.widget_showing(keys.switch_of(keys.LARGE_TEXT), state.has_large_text())
    st.toggle(
        t("common.large_text"),
        key=switch,
        help=t("common.large_text_help"),
        on_change=state.keep_choice,
        args=[keys.LARGE_TEXT, switch],
    )


def _switch_language(switch: str) -> None:
    if state.is_heard(LANGUAGE_SWITCH, switch):
        state.set_language(st.session_state[switch])


def link(name: str, label: str | None = None) -> None:
    """A link to a page of the app, by its name in ``PAGES``; keeps the visitor's session."""
    st.page_link(PAGES[name].path, label=label or t(f"{name}.title"), icon=PAGES[name].icon)


def choose_section(page_name: str, sections: Sequence[str]) -> str:
    """Which of a page's sections is open: chosen here, or named in the address, so that a teacher can link to it."""
    key = keys.section_of(page_name)
    if key not in st.session_state:
        asked = st.query_params.get("section")
        st.session_state[key] = asked if asked in sections else sections[0]
    titles = {name: t(f"{page_name}.section_{name}") for name in sections}
    section = st.segmented_control(
        t(key),
        sections,
        required=True,
        key=key,
        format_func=titles.get,
        label_visibility="collapsed",
        persist_state="session",
        wrap=True,
    )
    st.query_params["section"] = section
    return section


def menu(label: str, labels: Mapping[T, str], key: str, default: T | None = None, **options: Any) -> T | None:
    """A select box whose word on screen is always the chosen value's label; ``options`` as for ``st.selectbox``.

    Streamlit's own select box goes on showing the old label when labels change, as they do with the language, or with
    the progress of the run that they describe.
    """
    shown = keys.shown_in(key)
    if key not in st.session_state and default is not None:
        st.session_state[key] = default
    value = st.session_state.get(key)
    last_value, last_label = st.session_state.get(shown, (None, None))
    if value is not None and value == last_value and labels.get(value) not in (None, last_label):
        st.session_state[key] = value  # the browser is told again
    chosen = st.selectbox(label, list(labels), key=key, format_func=labels.get, **options)
    st.session_state[shown] = chosen, labels.get(chosen)
    return chosen


def scaled(pixels: float) -> float:
    """A length as the projector switch has it."""
    return pixels * (LARGE_TEXT_FACTOR if state.has_large_text() else 1)


def chart_font_size() -> float:
    """The size of letters in charts, in pixels, as the projector switch has it."""
    return scaled(CHART_FONT_SIZE)


def show_chart(figure: charts.Figure, key: str, alt: str, saved_as: str = "", **options: object) -> object:
    """Draw a figure of ``charts`` as wide as its place; ``alt`` says in words what it shows.

    Args:
        saved_as: the name of the file, without its ending, when a visitor saves the picture.
    """
    charts.set_letters(figure, chart_font_size())
    checked = charts.checked(figure)
    saving = {"toImageButtonOptions": {"filename": saved_as, "scale": SAVED_SCALE}} if saved_as else {}
    return st.plotly_chart(checked, width="stretch", key=key, alt=alt, config=CHART_CONFIG | saving, **options)
