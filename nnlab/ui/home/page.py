"""The parts of the home page: six things to try, and the state of the data."""

from __future__ import annotations

import numpy as np
import streamlit as st

from nnlab.sources import mnist
from nnlab.sources.builtin import cache
from nnlab.sources.errors import DOWNLOAD_REASONS, DataError
from nnlab.sources.idx import read_labels
from nnlab.sources.mnist import States, find_files, mnist_dir, states_of
from nnlab.ui import digits, keys, problem, restrictions, shell
from nnlab.ui.fetching import FETCHES
from nnlab.ui.images import to_png
from nnlab.ui.text import t

MNIST = FETCHES["mnist"]
THINGS_TO_TRY = ("draw", "train", "activations", "inspect", "learn", "play")
SAMPLE_COLUMNS, SAMPLE_ROWS = 25, 4
SILENT_SECONDS = 3  # without a byte, before the page says how to bring the files by hand
MNIST_BYTES = 11_594_722  # of the four packed files together
PAPER = 255  # the sample strip is drawn dark on light


def show_things_to_try() -> None:
    """Six cards, each a sentence and a link; the links stand in one line."""
    names = restrictions.shown(THINGS_TO_TRY)
    cards = st.container(key="home.cards").columns(len(names), gap="xsmall") if names else []
    for card, name in zip(cards, names, strict=True):
        with card.container(border=True, height="stretch", vertical_alignment="distribute"):
            st.markdown(f"**{t(f'home.try_{name}')}**\n\n{t(f'home.try_{name}_text')}")
            shell.link(name)


def show_data() -> None:
    """Which digits are here, how many and from where; without them, a button that fetches them."""
    # Declared anew in each run of the page: it ticks only while digits are under way.
    st.fragment(_show_data, run_every=0.5 if _is_waiting(digits.source_here()) else None)()


def _is_waiting(source: str) -> bool:
    """Whether MNIST is being downloaded, or the built-in digits are being written, by a process that is warming up."""
    return MNIST.is_running or source != "mnist" and digits.are_being_written("builtin")


def _show_data() -> None:
    st.subheader(t("home.data_heading"), anchor=False)
    source = digits.source_here()
    is_waiting = _is_waiting(source)
    was_waiting = st.session_state.get(keys.IS_WAITING, is_waiting)
    st.session_state[keys.IS_WAITING] = is_waiting
    if was_waiting != is_waiting:
        st.rerun()  # the whole page, which begins or stops the ticking
    if MNIST.is_running:
        _show_progress()
    elif source == "mnist":
        _describe_mnist()
    else:
        if error := mnist.problem():
            st.warning(digits.complaint(), icon=":material/folder_off:")
            problem.show_details(error)
        st.markdown(t("home.data_builtin", train=f"{cache.TRAIN_COUNT:,}", test=f"{cache.TEST_COUNT:,}"))
        _offer_mnist()
        if cache.is_written():  # for which this page does not wait
            _show_sample(digits.load_test_set("builtin")[0], t("home.builtin_alt"), t("home.builtin_caption"))
        elif is_waiting:
            st.caption(t("common.writing_digits"))


def _describe_mnist() -> None:
    try:
        images, _ = digits.load_test_set("mnist")
        train_count = _training_labels(states_of(find_files()[1:2]))
    except DataError as error:
        problem.show_data(error, "home.data_broken")
        _fetch_button(t("home.fetch_again"))
        return
    st.markdown(t("home.data_mnist", train=f"{train_count:,}", test=f"{len(images):,}", folder=mnist_dir()))
    _show_sample(images, t("home.sample_alt"), t("home.sample_caption"))


def _offer_mnist() -> None:
    st.markdown(t("home.data_missing", folder=mnist_dir()))
    if MNIST.error is not None:
        _explain_failure(MNIST.error)
    _fetch_button(t("home.fetch"))


def _explain_failure(error: DataError) -> None:
    """Why the download failed, and the way without it."""
    is_known = error.reason in DOWNLOAD_REASONS
    words = t(f"home.fetch_failed_{error.reason}") if is_known else problem.data_words(error)
    by_hand = t("home.fetch_by_hand", folder=mnist_dir())
    problem.show(f"{words} {by_hand}", error, icon=":material/cloud_off:")


def _fetch_button(label: str) -> None:
    st.button(label, key="home.fetch", icon=":material/download:", type="primary", on_click=MNIST.start)


def _show_progress() -> None:
    progress = MNIST.progress
    if progress is None or not progress.file:
        if progress is None:
            st.progress(0.0, t("home.fetch_connecting"))
        else:
            words = t("home.fetch_waiting", done=f"{progress.done_bytes / 1e6:.1f}", total=f"{MNIST_BYTES / 1e6:.1f}")
            st.progress(min(1.0, progress.done_bytes / MNIST_BYTES), words)
        if MNIST.silent_seconds > SILENT_SECONDS:
            st.warning(t("home.fetch_silent", folder=mnist_dir()), icon=":material/cloud_off:")
        return
    fraction = progress.done_bytes / progress.total_bytes if progress.total_bytes else 0.0
    words = t(
        "home.fetching",
        file=progress.file,
        number=progress.file_index + 1,
        count=progress.file_count,
        done=f"{progress.done_bytes / 1e6:.1f}",
        total=f"{progress.total_bytes / 1e6:.1f}" if progress.total_bytes else "?",
    )
    st.progress(min(1.0, fraction), words)


def _show_sample(images: np.ndarray, alt: str, caption: str) -> None:
    """A strip of the first digits, dark on light; images (N, 28, 28) uint8."""
    strip = images[: SAMPLE_ROWS * SAMPLE_COLUMNS].reshape(SAMPLE_ROWS, SAMPLE_COLUMNS, *images.shape[1:])
    strip = strip.transpose(0, 2, 1, 3).reshape(SAMPLE_ROWS * images.shape[1], -1)  # (rows * H, columns * W)
    st.image(to_png(PAPER - strip, strip.shape[1]), width="stretch", alt=alt, caption=caption, output_format="PNG")


@st.cache_data(show_spinner=False, max_entries=4)
def _training_labels(labels_file: States) -> int:
    """How many labels, hence training images, there are."""
    ((path, *_),) = labels_file
    return len(read_labels(path))
