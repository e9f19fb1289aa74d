"""The film of a run: asked for, watched while it is made, taken along when it is finished.

Read next: ``replay.making``, who makes it; ``replay.film``, how it is written.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np
import streamlit as st

from nnlab.replay import film as films
from nnlab.replay import fonts
from nnlab.replay.counting import confusions
from nnlab.replay.making import Film, maker
from nnlab.replay.timeline import AXES
from nnlab.sources import published
from nnlab.ui import classes, digits, keys, layout, readers, shell, state, text
from nnlab.ui.components import making
from nnlab.ui.text import duration, t

if TYPE_CHECKING:
    from nnlab.replay.recording import Recording
    from nnlab.replay.scene import Scene
    from nnlab.ui.runs.replay_digit import Chosen

WIDTHS = {"gif": 720, "mp4": 960}  # pixels; multiples of 48, see ``replay.frames``
SECONDS = (6, 12, 24, 48)  # how long a film may be
USUAL_SECONDS = 12
MATRICES_SECONDS = 60.0  # a film waits so long for them, then it does without
WORDS = ("step", "epoch", "loss", "test", "state", "loss_axis", "weights", "confusion")  # that a film has in it


def show(recording: Recording, chosen: Chosen) -> None:
    """The fold with the film."""
    fold = layout.fold(t("replay.film"), key="runs.film", icon=":material/movie:")
    if fold.open:
        with fold:
            film = maker.get(st.session_state.get(keys.Replay.FILM, ""))
            if film is not None and (film.owner, film.run) != (state.owner(), recording.id):
                film = None
            if film is not None and not film.is_over:
                _show_making(film)
            else:
                _offer(recording, chosen, film)


def _offer(recording: Recording, chosen: Chosen, film: Film | None) -> None:
    first, second, third = st.columns(3)
    with first:
        kind = st.segmented_control(
            t("replay.film_kind"), [*films.KINDS], default="gif", required=True, format_func=str.upper,
            key=keys.Replay.FILM_KIND, persist_state="session", help=t("replay.film_kind_help"), wrap=True,
        )  # fmt: skip
    with second:
        seconds = st.select_slider(
            t("replay.film_seconds"), SECONDS, USUAL_SECONDS, format_func=duration, key=keys.Replay.FILM_SECONDS,
            persist_state="session",
        )  # fmt: skip
    with third:
        axes = {name: t(f"replay.axis_{name}") for name in AXES}
        axis = shell.menu(t("replay.axis"), axes, keys.Replay.FILM_AXIS, AXES[0], persist_state="session")
    can_write = films.can_write(kind)
    if not can_write:
        st.info(t("replay.film_needs"), icon=":material/extension:")
    if not _has_letters():
        st.caption(t("replay.film_letters"))
    if st.session_state.pop(keys.Replay.FILM_REFUSED, False):
        st.warning(t("replay.film_busy"), icon=":material/hourglass_empty:")
    if film is not None and film.status == "failed":
        st.error(t("replay.film_too_large" if film.problem else "replay.film_failed"), icon=":material/error:")
    with st.container(horizontal=True):
        st.button(
            t("replay.film_make", kind=kind.upper()), key="runs.make_film", icon=":material/movie:", type="primary",
            disabled=not can_write, on_click=_begin, args=[recording, chosen, kind, seconds, axis],
        )  # fmt: skip
        if film is not None and film.status == "finished":
            size = f"{len(film.content) / 1e6:.1f}"
            st.download_button(
                t("replay.film_save", kind=film.kind.upper(), size=size), film.content, f"nnlab-run.{film.kind}",
                films.KINDS[film.kind], key="runs.save_film", icon=":material/download:", on_click="ignore",
            )  # fmt: skip


def _begin(recording: Recording, chosen: Chosen, kind: str, seconds: int, axis: str) -> None:
    readers.wait_for_torch()
    frames = seconds * films.FRAMES_PER_SECOND
    make_scene = partial(_scene, recording, axis, frames, chosen, words(recording, axis), class_names(recording))
    film = maker.begin(state.owner(), recording.id, kind, WIDTHS[kind], frames, make_scene)
    st.session_state[keys.Replay.FILM_REFUSED] = film is None
    if film is not None:
        st.session_state[keys.Replay.FILM] = film.id


def _scene(
    recording: Recording, axis: str, frames: int, chosen: Chosen, written: dict[str, str], names: list[str]
) -> Scene:  # fmt: skip
    """In a thread of the film's, which waits for the matrices if they are still being counted."""
    from nnlab.replay.scene import scene_of

    image = chosen.pixels.astype(np.float32) / 255
    counted = confusions.wait(recording, lambda: digits.load_test_set(recording.data_source), MATRICES_SECONDS)
    return scene_of(recording, axis, frames, image, chosen.truth, counted, written, names)


def _has_letters() -> bool:
    return all(fonts.can_write(t(f"replay.film_{name}")) for name in WORDS)


def words(recording: Recording, axis: str) -> dict[str, str]:
    """What is written in the film: in the visitor's language, or in English where this server has no letters for it."""
    with text.speaking(text.spoken() if _has_letters() else "en"):
        blanks = {"step": "{step}", "images": "{images}", "source": digits.name_of(recording.data_source)}
        written = {name: t(f"replay.film_{name}", **blanks) for name in WORDS}
        written["seconds"] = t("common.seconds", seconds="{seconds}")
        written["confusion"] = t(classes.key("replay.film_confusion", recording.data_source), **blanks)
        return written | {"axis": t(f"replay.axis_{axis}")}


def class_names(recording: Recording) -> list[str]:
    """What the film calls the ten classes; those of signs that this server has no letters for, by their sound."""
    source = recording.data_source
    with text.speaking(text.spoken() if _has_letters() else "en"):
        names = classes.names(source)
    return names if all(map(fonts.can_write, names)) else list(published.class_keys(source))


def _show_making(film: Film) -> None:
    making.show("runs.film_making", making.Feed(film.id, state.language(), film.share), words_of(film))
    st.button(
        t("replay.film_cancel"), key="runs.cancel_film", icon=":material/cancel:", on_click=maker.cancel, args=[film]
    )


def words_of(film: Film) -> str:
    """How the making goes on."""
    if film.status == "waiting":
        return t("replay.film_waiting", count=maker.before(film))
    said, left = t("replay.film_frame", done=film.done, count=film.frames), film.seconds_left
    return said if left is None else f"{said} · {t('tsne.left', time=duration(left))}"


def follow(film: Film) -> dict[str, Any]:
    """What a browser is told that watches a film being made."""
    if film.is_over:
        return {"isOver": True}
    return {"isOver": False, "words": words_of(film), "share": film.share}
