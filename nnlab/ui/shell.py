"""The frame of every page: title, sidebar with language and navigation, text size, the visitor's run.

Each page begins with ``shell.page("<name>")``, app.py included, and shows charts and digits through this module, so
that they look alike everywhere.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, TypeVar

import streamlit as st

from nnlab.classroom import codes
from nnlab.ui import address, attendance, charts, files, ignored, keys, layout, restrictions, state, terms, warm_up
from nnlab.ui.chart_config import chart_config
from nnlab.ui.components import asking, frame
from nnlab.ui.parameters import SETTINGS
from nnlab.ui.places import PAGES, section_parameter, section_title
from nnlab.ui.text import LANGUAGES, t

# A file, since Streamlit loads its own icons from the internet. It has an alpha channel: of any other, Streamlit would
# make a JPEG whenever a page runs.
ICON = str(Path(__file__).parents[1] / "assets" / "icon.png")
UI = Path(__file__).parent
T = TypeVar("T")
LANGUAGE_SWITCH = "shell.language"  # its widget's key
OF_ITS_OWN = ("train", "compare")  # pages whose address names a set-up that is chosen there
MOST_GIVEN = 2000  # characters of a set-up in the address of another page than Train
CHART_FONT_SIZE = 14  # pixels
# What Streamlit says in English alone; streamlits_words.css puts ours in its place.
STREAMLITS_WORDS = (
    "nothing_found",
    "select_listed",
    "skip",
    "press_enter",
    "press_ctrl_enter",
    "chart_fullscreen",
    "chart_small",
)


def page(name: str, **lengths: str) -> None:
    """Begin a page: browser title, style, sidebar, heading and the one sentence that says what the page is for.

    Args:
        lengths: what the page's own ``style.css`` asks for, beside the frame's.
    """
    warm_up.start()
    _follow_address(name)
    title = t(f"{name}.title")
    st.set_page_config(page_title=f"{title} · nnlab", page_icon=ICON, layout="wide")
    words = {word: t(f"common.{word}") for word in STREAMLITS_WORDS}
    styles = [UI / file for file in ("style.css", "streamlits_words.css", f"{name}/style.css")]
    st.html(files.page_style(*styles, **lengths, **layout.frame_lengths(scaled(1)), **words))
    with st.sidebar:
        _sidebar(name)
        frame.show()
    _share(name)
    st.title(title, anchor=False)
    terms.begin(name)
    terms.tell(f"{name}.purpose")
    _show_teachers_text(name)
    attendance.attend()
    if unused := address.notes():
        st.warning(ignored.explain(unused, address.rules()))


def _follow_address(page_name: str) -> None:
    """Take over what the page's address asks for, and let it say what every address of this visit says."""
    address.arrive(page_name)
    if not address.is_as_before():
        state.follow_address()
        restrictions.follow(page_name)
        attendance.follow(page_name)
    if page_name != "train" and address.has_just_opened():  # Train reads set-ups itself, and finds slips in them
        if address.is_about_setup():
            state.follow(keys.GIVEN_SETUP, address.setup_query()[:MOST_GIVEN], size=MOST_GIVEN)
        address.note(ignored.slips(address.names(), address.rules()))
    address.write(**_travelling(), **(restrictions.fixed_setup() if page_name not in OF_ITS_OWN else {}))


def _travelling() -> dict[str, str | None]:
    """What every address of this visit says."""
    return state.travelling() | restrictions.query() | attendance.query()


def _travelling_to(page_name: str, **place: str) -> dict[str, str | None]:
    """What a link to a page says: what the visit does, and the place; with a set-up, if the place has none."""
    has_setup = page_name == "compare" or not SETTINGS.keys().isdisjoint(place)
    return _travelling() | ({} if has_setup else restrictions.fixed_setup()) | place


def _show_teachers_text(page_name: str) -> None:
    """The text of a teacher's link as it was typed: nothing of a stranger's is taken for markup."""
    if text := restrictions.teachers_text():
        is_open = st.session_state.get(keys.TEXT_PAGE) == page_name
        with st.expander(t("links.teachers_text"), is_open, icon=":material/assignment:", key="shell.text"):
            st.text(text)


def _sidebar(current: str) -> None:
    _language_switch()
    with st.container(gap="small", key="shell.pages"):
        for name in PAGES:
            if name == current or not restrictions.is_hidden(name):  # who got to a hidden page sees where they are
                _link(name, t("common.home" if name == "home" else f"{name}.title"), _travelling_to(name))
    job = state.current_job()
    if job is not None and current != "train":  # the Train page says it itself, and goes on saying it
        words = f"run_{job.status}" if state.is_own(job) else "watched_run"
        st.caption(t(f"common.{words}", epoch=f"{job.epoch:.1f}", epochs=f"{job.setup.train.epochs:,}"))
    if code := attendance.code():
        st.caption(t("classroom.taking_part", code=codes.spelled(code)))
    _size_switch()
    st.button(
        t("sharing.title"), key="shell.share", icon=":material/qr_code_2:", on_click=_open_sharing, width="stretch"
    )
    asking.show()


def _open_sharing() -> None:
    st.session_state[keys.Share.IS_OPEN] = True


def _share(page_name: str) -> None:
    """The dialog that hands the page's address on, while it is open."""
    if address.has_just_opened():
        st.session_state.pop(keys.Share.IS_OPEN, None)  # left open on another page, by the browser's way back
    if st.session_state.get(keys.Share.IS_OPEN):
        from nnlab.ui.sharing import dialog

        dialog.show(page_name)


def _language_switch() -> None:
    if restrictions.is_hidden("lang"):
        return
    switch = state.widget_showing(LANGUAGE_SWITCH, state.language())
    st.segmented_control(
        t("common.language"),
        list(LANGUAGES),
        key=switch,
        format_func=LANGUAGES.get,
        required=True,
        label_visibility="collapsed",
        disabled=restrictions.is_locked("lang"),
        on_change=_switch_language,
        args=[switch],
    )


def _size_switch() -> None:
    if restrictions.is_hidden("size"):
        return
    switch = state.widget_showing(keys.switch_of(keys.LARGE_TEXT), state.has_large_text())
    st.toggle(
        t("common.large_text"),
        key=switch,
        help=restrictions.help_of("size", t("common.large_text_help")),
        disabled=restrictions.is_locked("size"),
        on_change=state.keep_choice,
        args=[keys.LARGE_TEXT, switch],
    )


def _switch_language(switch: str) -> None:
    if state.is_heard(LANGUAGE_SWITCH, switch):
        state.set_language(st.session_state[switch])
        layout.keep_folds()


def link(name: str, label: str | None = None, **place: str) -> None:
    """A link to a page of the app, by its name in ``PAGES``; keeps the visitor's session. None to what is hidden.

    Args:
        place: what its address asks for besides what all of this visit say: ``section="depth"``.
    """
    if restrictions.leads_to(name, place.get(section_parameter(name), "")):
        _link(name, label or t(f"{name}.title"), _travelling_to(name, **place))


def _link(name: str, label: str, said: Mapping[str, str | None]) -> None:
    query = {key: text for key, text in said.items() if text is not None}
    st.page_link(PAGES[name].path, label=label, icon=PAGES[name].icon, query_params=query)


def choose_section(page_name: str, sections: Sequence[str]) -> str:
    """Which of a page's sections is open: chosen here, or named in the address, so that a teacher can link to it."""
    key = keys.section_of(page_name)
    sections, section = restrictions.open_section(page_name, sections, key)
    titles = {name: t(section_title(page_name, name)) for name in sections}
    if not restrictions.is_hidden("section"):
        section = st.segmented_control(
            t(key),
            sections,
            required=True,
            key=key,
            format_func=titles.get,
            label_visibility="collapsed",
            disabled=restrictions.is_locked("section"),
            on_change=_write_section,
            args=[key],
            persist_state="session",
            wrap=True,
        )
    address.write(section=section)
    return section


def _write_section(key: str) -> None:
    """At once, so that what the head of the page says of the last one is gone."""
    if section := state.chosen(key):
        address.write(section=section)


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


def tell_full(key: str, words: str) -> None:
    """Below a menu for several things that holds as many as it may: what to do.

    Streamlit says so as well, in English, where the other things stood. There, these words stand in place of its own.
    """
    st.caption(words)
    st.html(files.page_style(UI / "full_menu.css", menu=keys.class_of(key), words=words))


def scaled(pixels: float) -> float:
    """A length as the projector switch has it."""
    return pixels * (layout.LARGE_TEXT_FACTOR if state.has_large_text() else 1)


def chart_font_size() -> float:
    """The size of letters in charts, in pixels, as the projector switch has it."""
    return scaled(CHART_FONT_SIZE)


def show_chart(figure: charts.Figure, key: str, alt: str, saved_as: str = "", **options: object) -> object:
    """Draw a figure of ``charts`` as wide as its place; ``alt`` says in words what it shows.

    Args:
        saved_as: the name of the file, without its ending, when a visitor saves the picture; "": the key's.
    """
    charts.set_letters(figure, chart_font_size())
    checked = charts.checked(figure)
    config = chart_config(saved_as or key.replace(".", "-"))
    return st.plotly_chart(checked, width="stretch", key=key, alt=alt, config=config, **options)
