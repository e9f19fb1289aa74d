"""What was brought, laid out before it counts: each image as the network sees it, what is read in it, what it is.

What it is says the file, else the network guesses; the visitor corrects that, or takes the image off the tray.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import streamlit as st

from nnlab.config import CLASSES
from nnlab.sources.brought.reading import BroughtImage
from nnlab.ui import keys, shell
from nnlab.ui.answers import digit_of
from nnlab.ui.images import show_image
from nnlab.ui.numbers import percent, probability_percent
from nnlab.ui.text import t, unmarked

SHOWN = 24  # images before "Show all" is asked for
CARD_PIXELS = 84  # three times 28
BUTTON_PIXELS = 30
ALL, IN_ORDER = "bringing.all", "bringing.in_order"  # widgets' keys


@dataclass(frozen=True, eq=False)
class Shown:
    """An image on the tray, with what it is and what was read: what ``collection`` keeps.

    ``is_said`` tells whether its file or the visitor has said what it is, or the label is a guess.
    """

    image: np.ndarray
    label: int
    read: int
    probability: float
    is_said: bool


def probabilities_of(images: Sequence[BroughtImage]) -> list[list[float]]:
    """What the bundled network reads in each: ten probabilities."""
    if not images:
        return []
    import torch

    from nnlab import reader

    pixels = torch.from_numpy(np.stack([brought.image for brought in images])).float() / 255  # (N, 28, 28)
    return reader.bundled().predict_proba(pixels).tolist()


def show(images: Sequence[BroughtImage], answers: Sequence[Sequence[float]]) -> list[Shown]:
    """Lay out what is left on the tray, and return it."""
    removed = st.session_state.setdefault(keys.Bringing.REMOVED, set())
    labels = st.session_state.setdefault(keys.Bringing.LABELS, {})
    left = {
        place: _shown(brought, answer, labels.get(place))
        for place, (brought, answer) in enumerate(zip(images, answers, strict=True))
        if place not in removed
    }
    if not left:
        return []
    said = [shown for shown in left.values() if shown.is_said]
    right, words = sum(shown.read == shown.label for shown in said), []
    if said:
        words.append(t("brought.score", count=len(said), right=right, share=percent(right / len(said))))
    if guessed := len(left) - len(said):
        words.append(t("brought.guessed", count=guessed))
    st.markdown(" ".join(words))
    is_cut = len(left) > SHOWN and not st.session_state.get(ALL)
    with st.container(horizontal=True, gap="small"):
        for number, (place, shown) in enumerate(list(left.items())[: SHOWN if is_cut else None], start=1):
            _card(number, place, shown)
    if len(left) > SHOWN:
        st.toggle(t("gallery.show_all", count=len(left)), key=ALL)
    st.text_input(
        t("brought.in_order"), key=IN_ORDER, help=t("brought.in_order_help"), max_chars=2 * len(images) + 50,
        placeholder="0 1 2 3 4 5 6 7 8 9", on_change=_label_in_order, args=[list(left)],
    )  # fmt: skip
    typed = _digits(st.session_state.get(IN_ORDER, ""))
    if typed and len(typed) != len(left):
        st.caption(t("brought.in_order_count", typed=len(typed), count=len(left)))
    return list(left.values())


def _shown(brought: BroughtImage, answer: Sequence[float], label: int | None) -> Shown:
    read = digit_of(answer)
    known = label if label is not None else brought.label
    return Shown(brought.image, read if known is None else known, read, answer[read], known is not None)


def _card(number: int, place: int, shown: Shown) -> None:
    width = round(shell.scaled(CARD_PIXELS))
    probability = probability_percent(shown.probability)
    with st.container(width=width + BUTTON_PIXELS, gap="xsmall"):
        with st.container(horizontal=True, gap=None, wrap=False):
            alt = t("brought.alt", number=number, read=shown.read, probability=probability)
            show_image(shown.image, alt, width=width)
            st.button(
                t("brought.remove", number=number), key=f"bringing.remove_{place}", icon=":material/close:",
                type="tertiary", on_click=_remove, args=[place],
            )  # fmt: skip
        words = "brought.read_right" if shown.read == shown.label else "brought.read_other"
        # A line that begins with ">" would be a quotation.
        st.markdown(t(words, read=shown.read, probability=unmarked(probability)))
        widget = keys.label_of_brought(place)
        st.session_state[widget] = shown.label
        st.selectbox(
            t("brought.label", number=number), range(CLASSES), key=widget, label_visibility="collapsed",
            on_change=_relabel, args=[place, widget],
        )  # fmt: skip


def _relabel(place: int, widget: str) -> None:
    label = st.session_state.get(widget)
    if label is not None:
        st.session_state[keys.Bringing.LABELS] = st.session_state.get(keys.Bringing.LABELS, {}) | {place: label}


def _remove(place: int) -> None:
    st.session_state[keys.Bringing.REMOVED] = st.session_state.get(keys.Bringing.REMOVED, set()) | {place}


def _digits(text: str) -> list[int]:
    return [int(letter) for letter in text if letter in "0123456789"]


def _label_in_order(places: list[int]) -> None:
    typed = _digits(st.session_state.get(IN_ORDER, ""))
    if len(typed) == len(places):
        labels = dict(zip(places, typed, strict=True))
        st.session_state[keys.Bringing.LABELS] = st.session_state.get(keys.Bringing.LABELS, {}) | labels
