"""This visit's own digits: the visitor says what each drawing was meant to be, and the app keeps score.

``digits`` and ``arrays`` are for whatever wants to test or train a network with them. Nothing here needs torch.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

import numpy as np
import streamlit as st

from nnlab import archive
from nnlab.config import CLASSES, IMAGE_SIDE
from nnlab.ui import shell, state
from nnlab.ui.draw_parts import CANVAS
from nnlab.ui.text import t

MOST = 200  # digits kept of one visit, the newest: more than a lesson's worth, and 160 KB of the server's memory
BYTES = 1000  # of memory for each
SHOWN = 24  # digits shown before "Show all" is asked for: a few rows, drawn at once also on a phone
CARD_PIXELS = 84  # three times 28
BUTTON_PIXELS = 30  # beside it, for the cross that removes it
MEANT, FOLD, ONLY_MISREAD, ALL = "draw.meant", "draw.gallery", "draw.only_misread", "draw.all_digits"  # widgets' keys


# On a phone the ten digits are two rows of five, large enough for a finger. The button beside a kept digit is a cross;
# its words are for those who hear the page.
_STYLE = """<style>
@media (max-width: 640px) {
  .st-key-draw-meant { max-width: 18rem; }
  .st-key-draw-meant button { min-width: 3.1rem; min-height: 2.75rem; }
}
[class*="st-key-draw-remove"] p { position: absolute; clip-path: inset(50%); }
[class*="st-key-draw-remove"] button { min-height: 1.6rem; padding: 0.2rem; }
</style>"""


@dataclass(frozen=True, eq=False)
class OwnDigit:
    """One drawing of the visitor's.

    Attributes:
        image: (28, 28) uint8, 255 = ink, as the network saw it. Never changed.
        meant: what it was meant to be, as the visitor says.
        read: what the network read when the visitor said so.
        probability: what the network gave to ``read``.
    """

    image: np.ndarray
    meant: int
    read: int
    probability: float

    @property
    def is_right(self) -> bool:
        return self.meant == self.read


def digits() -> list[OwnDigit]:
    """All of this visit, the oldest first."""
    return list(st.session_state.get(state.OWN_DIGITS, ()))


def add(image: np.ndarray, meant: int, read: int, probability: float) -> None:
    """Keep a drawing. A drawing that is kept already, pixel for pixel, is replaced: it counts once.

    Args:
        image: (28, 28) uint8, 255 = ink. Copied.
    """
    pixels = np.array(image, np.uint8)
    pixels.flags.writeable = False
    new = OwnDigit(pixels, int(meant), int(read), float(probability))
    kept = digits()
    known = _index_of(pixels)
    if known is None:
        kept.append(new)
    else:
        kept[known] = new
    _keep(kept[-MOST:])


def remove(index: int) -> None:
    """Forget the digit at this place of ``digits()``."""
    kept = digits()
    del kept[index]
    _keep(kept)


def _keep(kept: list[OwnDigit]) -> None:
    state.keep(state.OWN_DIGITS, tuple(kept), size=len(kept) * BYTES)


def score() -> tuple[int, int]:
    """How many were read right, and how many there are."""
    kept = digits()
    return sum(digit.is_right for digit in kept), len(kept)


def arrays(misread_only: bool = False) -> tuple[np.ndarray, np.ndarray]:
    """The digits as a data set: (N, 28, 28) uint8 images and (N,) int64 labels, what was meant; N may be 0."""
    return _arrays([digit for digit in digits() if not (misread_only and digit.is_right)])


def _arrays(chosen: list[OwnDigit]) -> tuple[np.ndarray, np.ndarray]:
    images = np.zeros((len(chosen), IMAGE_SIDE, IMAGE_SIDE), np.uint8)
    for place, digit in zip(images, chosen, strict=True):
        place[:] = digit.image
    return images, np.array([digit.meant for digit in chosen], np.int64)


def _index_of(image: np.ndarray) -> int | None:
    return next((index for index, digit in enumerate(digits()) if np.array_equal(digit.image, image)), None)


def ask(image: np.ndarray, probabilities: list[float]) -> int | None:
    """Ask what a drawing was meant to be; the answer goes into the gallery, and can be changed or taken back.

    Args:
        image: (28, 28) uint8, 255 = ink: the drawing as the network sees it.
        probabilities: of the ten digits, as it was read.

    Returns:
        What the visitor said, or None so far.
    """
    index = _index_of(image)
    known = None if index is None else digits()[index]
    read = max(range(CLASSES), key=probabilities.__getitem__)
    st.session_state[MEANT] = known.meant if known else None
    with st.container(horizontal=True, vertical_alignment="center", key="draw.question"):
        st.markdown(f"**{t('gallery.question')}**", width="content")
        st.pills(
            t("gallery.question"),
            range(CLASSES),
            key=MEANT,
            label_visibility="collapsed",
            wrap=True,
            on_change=_answered,
            args=(image, read, probabilities[read]),
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


def _answered(image: np.ndarray, read: int, probability: float) -> None:
    meant, index = st.session_state[MEANT], _index_of(image)
    if meant is not None:
        add(image, meant, read, probability)
    elif index is not None:
        remove(index)


def _verdict(known: OwnDigit | None, read: int) -> str:
    """A sentence on the drawing, and the score."""
    if known is None:
        return f":gray[{t('gallery.why_ask')}]" + (f" **{_score_words()}**" if digits() else "")
    if known.read != read:  # another network is asked now, or the same one has learned since
        words = t("gallery.was_read", meant=known.meant, read=known.read)
    else:
        words = t("gallery.right" if known.is_right else "gallery.misread", meant=known.meant, read=read)
    return f"{words} **{_score_words()}**"


def show_score() -> None:
    """The running score, where no question shows it; nothing before the first digit."""
    if digits():
        st.markdown(f"**{t('gallery.title')}: {_score_words()}**")


def _score_words() -> str:
    right, count = score()
    return t("gallery.score", right=right, count=count)


def show() -> None:
    """A fold with the digits of this visit, the misread ones first, to look through and to take along."""
    kept = digits()
    st.html(_STYLE)
    # A fold whose title changes is another fold, and closes: so the score is not in it.
    fold = st.expander(t("gallery.title"), key=FOLD, icon=":material/photo_library:", on_change="rerun")
    if not fold.open:
        return
    with fold:
        if kept:
            _show_digits(kept)
        else:
            st.info(t("gallery.empty"), icon=":material/draw:")


def _show_digits(kept: list[OwnDigit]) -> None:
    right, count = score()
    with st.container(horizontal=True, vertical_alignment="center"):
        only_misread = st.toggle(t("gallery.only_misread", count=count - right), key=ONLY_MISREAD)
        chosen = [digit for digit in kept if not (only_misread and digit.is_right)]
        if chosen:
            _offer_downloads(chosen)
    if not chosen:
        st.markdown(t("gallery.none_misread"))
    places = sorted(range(count), key=lambda place: (kept[place].is_right, -place))  # misread first, newest first
    places = [place for place in places if not (only_misread and kept[place].is_right)]
    has_more = len(places) > SHOWN
    with st.container(horizontal=True, gap="small"):
        for place in places if st.session_state.get(ALL) else places[:SHOWN]:
            _show_digit(kept[place], place)
    if has_more:
        st.toggle(t("gallery.show_all", count=len(places)), key=ALL)
    st.caption(t("gallery.kept", most=MOST))


def _show_digit(digit: OwnDigit, place: int) -> None:
    width = round(shell.scaled(CARD_PIXELS))
    words = {"meant": digit.meant, "read": digit.read, "probability": f"{digit.probability:.1%}"}
    with st.container(width=width + BUTTON_PIXELS, gap="xsmall"):
        with st.container(horizontal=True, gap=None, wrap=False):
            shell.show_image(digit.image, t("gallery.digit_alt", **words), width=width)
            st.button(
                t("gallery.remove", number=place + 1),
                key=f"draw.remove_{place}",
                icon=":material/close:",
                type="tertiary",
                on_click=remove,
                args=[place],
            )
        st.markdown(t("gallery.digit_right" if digit.is_right else "gallery.digit_misread", **words))


def _offer_downloads(chosen: list[OwnDigit]) -> None:
    """The archives are made when they are asked for."""
    images, meant = _arrays(chosen)
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
