"""What pages share: columns, sliders that stay as they were left, the width of what stands beside a canvas."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeVar

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from nnlab.ui import keys, state

T = TypeVar("T")
CONTROLS_WIDTH = 0.36  # of the page, on a wide screen
FONT_SIZE = 16  # pixels
LARGE_TEXT_FACTOR = 1.3  # projector size: legible from the last row
NARROW = 1000  # pixels: on a window no wider than this the result stands above the controls, not beside them
LOW = 500  # pixels: a window no higher than this is a phone that lies on its side: too low for one above the other
PHONE = 640  # pixels: on a window no wider than this Streamlit stacks columns itself
ONE_ROW = 1360  # pixels: on a window narrower than this the lessons of Learn are a menu
CANVAS_PIXELS = 336  # 12 times 28; a phone of 390 pixels has room for 350
SIDE_PIXELS = 208  # the column that holds it
NOTES_ACTIVATIONS = ("relu", "sigmoid", "tanh", "identity")  # those of the study notes, and none


def frame_lengths(factor: float) -> dict[str, str]:
    """What every ``style.css`` may ask for, for letters that are ``factor`` times as large as usual.

    ``stacked`` is the windows on which the result stands above the controls: the narrow ones, but not a phone that lies
    on its side, where one would push the other out of sight, unless large letters need its width.
    """
    narrow = f"(max-width: {factor * NARROW:.0f}px)"
    return {
        "stacked": narrow if factor > 1 else f"(max-width: {PHONE}px), {narrow} and (min-height: {LOW + 1}px)",
        "font_size": f"{factor * FONT_SIZE}px",
        "narrow": f"{factor * NARROW:.0f}px",
        "one_row": f"{factor * ONE_ROW:.0f}px",
    }


def columns(controls_width: float = CONTROLS_WIDTH) -> tuple[DeltaGenerator, DeltaGenerator]:
    """Controls left, result right; on a phone the result comes first."""
    with st.container(key="result-first"):  # ui/style.css turns the columns round on a phone
        left, right = st.columns([controls_width, 1 - controls_width], gap="medium")
    return left, right


def beside(first_width: float, alignment: str = "center") -> tuple[DeltaGenerator, DeltaGenerator]:
    """Two places side by side, ``first_width`` a fraction; one below the other in projector size."""
    if state.has_large_text():
        return st.container(), st.container()
    first, second = st.columns([first_width, 1 - first_width], vertical_alignment=alignment)
    return first, second


def slider(
    label: str, key: str, low: float, high: float, default: float, step: float = 0.1, **options: object
) -> float:
    """A slider that keeps its value while its lesson is closed."""
    return st.slider(
        label,
        low,
        high,
        default,
        step,
        key=keys.Learn.value(key),
        persist_state="session",
        **{"format": "%.1f", **options},
    )


def fold(label: str, key: str, icon: str) -> DeltaGenerator:
    """A fold whose ``open`` says whether what is in it is to be drawn; it is closed at first.

    To Streamlit one with another label is another fold, and closed: ``keep_folds`` is for a change of the language.
    """
    st.session_state.setdefault(keys.FOLDS, set()).add(key)
    return st.expander(label, key=key, icon=icon, on_change="rerun")


def keep_folds() -> None:
    """Have the folds that are open stay so while their labels change; before the page is drawn, so in a callback."""
    for key in st.session_state.get(keys.FOLDS, ()):
        if st.session_state.get(key):
            st.session_state[key] = True


def tabs(titles: Mapping[T, str], key: str) -> dict[T, DeltaGenerator]:
    """Places of which one is open, by their names; it stays open while its title changes, as with the language.

    Streamlit knows the open tab by its title, and opens the first one where there is none of that title. So it is told
    what the title has become, for which it has to know which tab is open: a press on one runs the page.

    Args:
        titles: place -> what its tab is called.
    """
    shown = keys.shown_in(key)
    names, name = st.session_state.get(shown, ({}, None))  # by the titles when the page was last drawn; the open one's
    name = names.get(st.session_state.get(key), name)
    if name in titles and st.session_state.get(key) != titles[name]:
        st.session_state[key] = titles[name]
    places = dict(zip(titles, st.tabs(list(titles.values()), key=key, on_change="rerun"), strict=True))
    open_one = next((name for name, place in places.items() if place.open), None)
    st.session_state[shown] = {title: name for name, title in titles.items()}, open_one
    return places


def choose_view(label: str, titles: Mapping[T, str], key: str, **options: object) -> T:
    """A row of choice, one for each view of a lesson, a section or a fold; it stays as it was left.

    Args:
        label: what is chosen, for those who hear the page: the row itself says it to the others.
        titles: view -> what it is called; the first one is open at first.
    """
    first = {} if key in st.session_state else {"default": next(iter(titles))}  # a button may have chosen another
    return st.segmented_control(
        label,
        list(titles),
        required=True,
        format_func=titles.get,
        key=key,
        label_visibility="collapsed",
        persist_state="session",
        wrap=True,
        **first,
        **options,
    )


def rates(low: int, high: int) -> list[float]:
    """1, 2 and 5 times the powers of ten from 10^low up to and with 10^high: steps for a logarithmic slider.

    Example:
        >>> rates(-2, -1)
        [0.01, 0.02, 0.05, 0.1]
    """
    return [float(f"{digit}e{power}") for power in range(low, high) for digit in (1, 2, 5)] + [float(f"1e{high}")]
