"""Where files are brought: what they show, how they were read, and a button that makes them count.

Nothing counts before the visitor has seen it: what was found is laid out by ``tray``, and only the button puts it among
the visitor's own digits, in ``collection``.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import TYPE_CHECKING

import streamlit as st

from nnlab.sources.brought import reading
from nnlab.sources.brought.reading import Brought, Refusal
from nnlab.ui import collection, keys, readers, restrictions, uploads
from nnlab.ui.bringing import tray
from nnlab.ui.parameters import OWN_DIGITS
from nnlab.ui.text import t

if TYPE_CHECKING:
    from streamlit.runtime.uploaded_file_manager import UploadedFile

FOLD, MANY, INK, USE = "bringing.fold", "bringing.many", "bringing.ink", "bringing.use"  # widgets' keys
INKS = {"found": None, "dark": True, "light": False}
SHOWN_REFUSALS = 5


def show() -> None:
    """A fold with all of it; what is in it is drawn anew alone, without its page."""
    if restrictions.is_hidden(OWN_DIGITS):
        return
    fold = st.expander(t("brought.title"), key=FOLD, icon=":material/upload_file:", on_change="rerun")
    if fold.open:
        with fold:
            _desk()


@st.fragment
def _desk() -> None:
    taken = st.session_state.pop(keys.Bringing.TAKEN, 0)
    if taken:
        st.success(t("brought.taken", count=taken), icon=":material/check_circle:")
    st.caption(t("brought.what", files=reading.MAX_FILES, megabytes=uploads.MEGABYTES, most=reading.MOST))
    has_many = st.segmented_control(
        t("brought.shows"), ["one", "many"], key=MANY, default="one", required=True,
        format_func=lambda shows: t(f"brought.shows_{shows}"),
    ) == "many"  # fmt: skip
    turn = st.session_state.get(keys.Bringing.TURN, 0)
    files = uploads.ask(t("brought.files"), keys.renewed("bringing.files", turn), t("brought.files_help"))
    if not files:
        return
    ink = st.segmented_control(
        t("brought.ink"), list(INKS), key=INK, default="found", required=True, help=t("brought.ink_help"),
        format_func=lambda ink: t(f"brought.ink_{ink}"),
    )  # fmt: skip
    found, answers = _read(files, has_many, INKS[ink])
    _tell(found, ink == "found")
    left = tray.show(found.images, answers)
    if not left:
        return
    st.segmented_control(
        t("brought.use"), ["train", "test"], key=USE, default="train", required=True, help=t("brought.use_help"),
        format_func=lambda use: t(f"brought.use_{use}"),
    )  # fmt: skip
    over = len(left) + len(collection.kept_digits()) - collection.MOST
    if over > 0:
        st.caption(t("brought.make_room", most=collection.MOST, count=over))
    if st.button(
        t("brought.take", count=len(left)), key="bringing.take", type="primary", icon=":material/add_photo_alternate:",
        on_click=_take, args=[left],
    ):  # fmt: skip
        st.rerun()  # the whole page: it counts the digits


def _read(files: Sequence[UploadedFile], has_many: bool, is_dark: bool | None) -> tuple[Brought, list[list[float]]]:
    """What is in the files and what the bundled network reads in it; remembered until something is changed."""
    asked = "|".join([*(file.file_id for file in files), str(has_many), str(is_dark)])
    name = hashlib.sha256(asked.encode()).hexdigest()[:12]
    known = st.session_state.get(keys.Bringing.READ)
    if known is None or known[0] != name:
        readers.wait_for_torch()
        bar = st.progress(0.0)

        def report(place: int) -> None:
            bar.progress(place / len(files), t("brought.reading", number=place + 1, count=len(files)))

        brought = reading.read([(file.name, file.getvalue()) for file in files], has_many, is_dark, report)
        bar.empty()
        known = st.session_state[keys.Bringing.READ] = name, brought, tray.probabilities_of(brought.images)
        st.session_state[keys.Bringing.LABELS], st.session_state[keys.Bringing.REMOVED] = {}, set()
    return known[1], known[2]


def _tell(found: Brought, is_by_itself: bool) -> None:
    """What could not be taken, and which ink was found."""
    for refusal in found.refusals[:SHOWN_REFUSALS]:
        st.warning(words_of(refusal), icon=":material/block:")
    if len(found.refusals) > SHOWN_REFUSALS:
        st.caption(t("brought.more_refused", count=len(found.refusals) - SHOWN_REFUSALS))
    if found.images and is_by_itself:
        dark = sum(image.is_dark for image in found.images)
        kinds = {"dark": dark, "light": len(found.images) - dark}
        st.caption(" ".join(t(f"brought.found_{kind}", count=count) for kind, count in kinds.items() if count))


def words_of(refusal: Refusal) -> str:
    """Why a file was not taken, as a sentence. A file's name is quoted, whatever it says."""
    error = refusal.error
    facts = {name: f"{value:,}" if isinstance(value, int) else value for name, value in error.facts.items()}
    words = t(f"brought.refused_{error.reason}", **facts)
    name = refusal.file.replace("`", "'")[:60]
    return f"`{name}`: {words}" if name else words


def _take(left: list[tray.Shown]) -> None:
    """Put what is on the tray among the visitor's digits, and take the files off the server."""
    is_test = st.session_state.get(USE) == "test"
    collection.add_all(
        [
            collection.KeptDigit(shown.image, shown.label, shown.read, shown.probability, is_only_test=is_test)
            for shown in left
        ]
    )
    st.session_state[keys.Bringing.TAKEN] = len(left)
    st.session_state[keys.Bringing.TURN] = st.session_state.get(keys.Bringing.TURN, 0) + 1
    st.session_state.pop(keys.Bringing.READ, None)
