"""This visit's own digits: the visitor says what each drawing was meant to be, and the app keeps score.

The digits themselves are in ``collection``. Nothing here needs torch.
"""

from __future__ import annotations

from functools import partial

import numpy as np
import streamlit as st

from nnlab.config import CLASSES
from nnlab.sources import archive
from nnlab.ui import collection, layout, shell, state, terms
from nnlab.ui.answers import digit_of
from nnlab.ui.draw.subject import CANVAS
from nnlab.ui.images import show_image
from nnlab.ui.numbers import probability_percent
from nnlab.ui.text import t, unmarked

SHOWN = 24  # digits shown before "Show all" is asked for: a few rows, drawn at once also on a phone
CARD_PIXELS = 84  # three times 28
BUTTON_PIXELS = 30  # beside it, for the cross that removes it
MEANT, FOLD, ONLY_MISREAD, ALL = "draw.meant", "draw.gallery", "draw.only_misread", "draw.all_digits"  # widgets' keys


def ask(image: np.ndarray, probabilities: list[float]) -> int | None:
    """Ask what a drawing was meant to be; the answer goes into the gallery, and can be changed or taken back.

    Args:
        image: (28, 28) uint8, 255 = ink: the drawing as the network sees it.
        probabilities: of the ten digits, as it was read.

    Returns:
        What the visitor said, or None so far.
    """
    index = collection.index_of(image)
    known = None if index is None else collection.kept_digits()[index]
    read = digit_of(probabilities)
    meant = state.widget_showing(MEANT, known.meant if known else None)
    with st.container(horizontal=True, vertical_alignment="center", key="draw.question"):
        st.markdown(f"**{t('gallery.question')}**", width="content")
        st.pills(
            t("gallery.question"),
            range(CLASSES),
            key=meant,
            label_visibility="collapsed",
            wrap=True,
            on_change=_answered,
            args=(meant, image, read, probabilities[read]),
        )
        if known:
            next_one = t("gallery.next")
            st.button(
                next_one,
                key="draw.next",
                icon=":material/arrow_forward:",
                type="primary",
                shortcut="N",
                on_click=CANVAS.clear,
            )
    st.markdown(_verdict(known, read))
    return known.meant if known else None


def _answered(widget: str, image: np.ndarray, read: int, probability: float) -> None:
    if not state.is_heard(MEANT, widget):
        return  # nothing was taken back
    meant = st.session_state[widget]
    if meant is not None:
        collection.add(image, meant, read, probability)
    else:
        collection.remove(image)


def _verdict(known: collection.KeptDigit | None, read: int) -> str:
    """A sentence on the drawing, and the score."""
    if known is None:
        return f":gray[{t('gallery.why_ask')}]" + (f" **{_score_words()}**" if collection.kept_digits() else "")
    if known.read != read:  # another network is asked now, or the same one has learned since
        words = t("gallery.was_read", meant=known.meant, read=known.read)
    else:
        words = t("gallery.right" if known.is_right else "gallery.misread", meant=known.meant, read=read)
    return f"{words} **{_score_words()}**"


def show_score() -> None:
    """The running score, where no question shows it; nothing before the first digit."""
    if collection.kept_digits():
        st.markdown(f"**{t('gallery.title')}: {_score_words()}**")


def _score_words() -> str:
    right, count = collection.score()
    return t("gallery.score", right=right, count=count)


def show() -> None:
    """A fold with the digits of this visit, the misread ones first, to look through and to take along."""
    kept = collection.kept_digits()
    # A fold whose title changes is another fold, and closes: so the score is not in it.
    fold = layout.fold(t("gallery.title"), key=FOLD, icon=":material/photo_library:")
    if not fold.open:
        return
    with fold:
        if kept:
            _show_digits(kept)
        else:
            st.info(t("gallery.empty"), icon=":material/draw:")


def _show_digits(kept: list[collection.KeptDigit]) -> None:
    right, count = collection.score()
    with st.container(horizontal=True, vertical_alignment="center"):
        only_misread = st.toggle(t("gallery.only_misread", count=count - right), key=ONLY_MISREAD)
        chosen = [digit for digit in kept if not (only_misread and digit.is_right)]
        if chosen:
            _offer_downloads(chosen)
    if not chosen:
        terms.tell("gallery.none_misread")
    places = sorted(range(count), key=lambda place: (kept[place].is_right, -place))  # misread first, newest first
    places = [place for place in places if not (only_misread and kept[place].is_right)]
    has_more = len(places) > SHOWN
    with st.container(horizontal=True, gap="small"):
        for place in places if st.session_state.get(ALL) else places[:SHOWN]:
            _show_digit(kept[place], place)
    if has_more:
        st.toggle(t("gallery.show_all", count=len(places)), key=ALL)
    terms.note("gallery.kept", most=collection.MOST)


def _show_digit(digit: collection.KeptDigit, place: int) -> None:
    width = round(shell.scaled(CARD_PIXELS))
    words = {"meant": digit.meant, "read": digit.read, "probability": probability_percent(digit.probability)}
    with st.container(width=width + BUTTON_PIXELS, gap="xsmall"):
        with st.container(horizontal=True, gap=None, wrap=False):
            show_image(digit.image, t("gallery.digit_alt", **words), width=width)
            st.button(
                t("gallery.remove", number=place + 1),
                key=f"draw.remove_{collection.name_of(digit.image)}",
                icon=":material/close:",
                type="tertiary",
                on_click=collection.remove,
                args=[digit.image],
            )
        words["probability"] = unmarked(words["probability"])  # a line that begins with ">" would be a quotation
        st.markdown(t("gallery.digit_right" if digit.is_right else "gallery.digit_misread", **words))


def _offer_downloads(chosen: list[collection.KeptDigit]) -> None:
    """The archives are made when they are asked for."""
    images, meant = collection.arrays_of(chosen)
    read = [digit.read for digit in chosen]
    packers = {
        "idx": partial(archive.idx_archive, images, meant),
        "png": partial(archive.png_archive, images, meant.tolist(), read),
    }
    for kind, pack in packers.items():
        st.download_button(
            t(f"gallery.download_{kind}", count=len(chosen)),
            pack,
            file_name=f"my-digits-{kind}.zip",
            mime="application/zip",
            key=f"draw.download_{kind}",
            help=t(f"gallery.download_{kind}_help"),
            icon=":material/download:",
            on_click="ignore",
        )
