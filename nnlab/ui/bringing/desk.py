"""Where files are brought: what they show, how they were read, and a button that makes them count.

Nothing counts before the visitor has seen it: what was found is laid out by ``tray``, and only the button puts it among
the visitor's own digits, in ``collection``. The files are read beside the page, by ``readings``.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import TYPE_CHECKING

import streamlit as st

from nnlab.sources.brought import reading
from nnlab.sources.brought.reading import Brought, Refusal
from nnlab.ui import collection, keys, layout, problem, restrictions, state, uploads
from nnlab.ui.bringing import readings, tray
from nnlab.ui.bringing.readings import Reading
from nnlab.ui.components import making
from nnlab.ui.parameters import OWN_DIGITS
from nnlab.ui.text import t

if TYPE_CHECKING:
    from streamlit.runtime.uploaded_file_manager import UploadedFile

FOLD, MANY, INK, USE = "bringing.fold", "bringing.many", "bringing.ink", "bringing.use"  # widgets' keys
INKS = {"found": None, "dark": True, "light": False}
SHOWN_REFUSALS = 5
QUICK_SECONDS = 0.3  # what is read so soon is shown at once, without a bar that only flickers

_Known = tuple[str, Brought, list[list[float]]]  # what was asked for, what was found, the network's answers


def show() -> None:
    """A fold with all of it; what is in it is drawn anew alone, without its page.

    While there are files it is drawn in a closed fold too: a field that is not drawn loses its files.
    """
    if restrictions.is_hidden(OWN_DIGITS):
        return
    fold = layout.fold(t("brought.title"), key=FOLD, icon=":material/upload_file:")
    if fold.open or st.session_state.get(_field()):
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
        format_func=lambda shows: t(f"brought.shows_{shows}"), wrap=True,
    ) == "many"  # fmt: skip
    files = uploads.ask(t("brought.files"), _field(), t("brought.files_help"))
    if not files:
        _forget_reading()
        return
    ink = st.segmented_control(
        t("brought.ink"), list(INKS), key=INK, default="found", required=True, help=t("brought.ink_help"),
        format_func=lambda ink: t(f"brought.ink_{ink}"), wrap=True,
    )  # fmt: skip
    known = _read(files, has_many, INKS[ink])
    if known is None:
        return
    _, found, answers = known
    _tell(found, ink == "found")
    left = tray.show(found.images, answers)
    if not left:
        return
    st.segmented_control(
        t("brought.use"), ["train", "test"], key=USE, default="train", required=True, help=t("brought.use_help"),
        format_func=lambda use: t(f"brought.use_{use}"), wrap=True,
    )  # fmt: skip
    over = len(left) + len(collection.kept_digits()) - collection.MOST
    if over > 0:
        st.caption(t("brought.make_room", most=collection.MOST, count=over))
    if st.button(
        t("brought.take", count=len(left)), key="bringing.take", type="primary", icon=":material/add_photo_alternate:",
        on_click=_take, args=[left],
    ):  # fmt: skip
        st.rerun()  # the whole page: it counts the digits


def _field() -> str:
    """The key of the field for files."""
    return keys.renewed("bringing.files", st.session_state.get(keys.Bringing.TURN, 0))


def _read(files: Sequence[UploadedFile], has_many: bool, is_dark: bool | None) -> _Known | None:
    """What is in the files and what the bundled network reads in it, once that is known; how far it is, meanwhile.

    What was read before is returned where the new reading was cancelled or has failed.
    """
    asked = "|".join([*(file.file_id for file in files), str(has_many), str(is_dark)])
    name = hashlib.sha256(asked.encode()).hexdigest()[:12]
    known: _Known | None = st.session_state.get(keys.Bringing.READ)
    if known is not None and known[0] == name:
        _forget_reading()
        return known
    reading = st.session_state.get(keys.Bringing.READING)
    if reading is None or reading.name != name:
        _forget_reading()
        contents = [(file.name, file.getvalue()) for file in files]
        reading = st.session_state[keys.Bringing.READING] = Reading(name, contents, has_many, is_dark)
        reading.wait(QUICK_SECONDS)
    if reading.status == "running":
        feed = making.Feed(reading.id, state.language(), reading.share, folder="readings")
        making.show("bringing.reading", feed, readings.words_of(reading))
        st.button(t("brought.cancel"), key="bringing.cancel", icon=":material/cancel:", on_click=reading.cancel)
        return None
    if reading.status == "finished":
        _forget_reading()
        known = st.session_state[keys.Bringing.READ] = name, reading.found, reading.answers
        st.session_state[keys.Bringing.LABELS], st.session_state[keys.Bringing.REMOVED] = {}, set()
        return known
    words = t(f"brought.{reading.status}") + (" " + t("brought.before") if known else "")
    if reading.status == "failed":
        problem.show(words, reading.error)
    else:
        st.info(words, icon=":material/cancel:")
    st.button(t("brought.again"), key="bringing.again", icon=":material/replay:", on_click=_forget_reading)
    return known


def _forget_reading() -> None:
    """End the reading that is under way, if one is."""
    reading = st.session_state.pop(keys.Bringing.READING, None)
    if reading is not None:
        reading.cancel()


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
