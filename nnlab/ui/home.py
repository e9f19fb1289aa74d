"""The parts of the home page: four things to try, and the state of the data."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import streamlit as st

from nnlab.idx import DataError, read_images, read_labels
from nnlab.mnist_files import TEST_IMAGES_FILE, TRAIN_LABELS_FILE, find_file, has_mnist, mnist_dir
from nnlab.ui import shell, state
from nnlab.ui.fetch import MNIST
from nnlab.ui.text import t

THINGS_TO_TRY = ("draw", "train", "activations", "learn")
SAMPLE_COLUMNS, SAMPLE_ROWS = 25, 4
PAPER = 255  # the sample strip is drawn dark on light


def show_things_to_try() -> None:
    """Four cards, each a sentence and a link."""
    for column, name in zip(st.columns(len(THINGS_TO_TRY)), THINGS_TO_TRY, strict=True):
        with column.container(border=True, height="stretch"):
            st.markdown(f"**{t(f'home.try_{name}')}**")
            st.markdown(t(f"home.try_{name}_text"))
            shell.link(name)


def show_data() -> None:
    """Which digits are here, how many and from where; without them, a button that fetches them."""
    # Declared anew in each run of the page: it ticks only while a download is under way.
    st.fragment(_show_data, run_every=0.5 if MNIST.is_running else None)()


def _show_data() -> None:
    st.subheader(t("home.data_heading"), anchor=False)
    if MNIST.is_running:
        st.session_state[state.IS_FETCHING] = True
        _show_progress()
    elif st.session_state.pop(state.IS_FETCHING, False):
        st.rerun()  # the whole page, which stops the ticking
    elif has_mnist():
        _describe_mnist()
    else:
        _offer_mnist()


def _describe_mnist() -> None:
    try:
        sample, counts = _mnist_sample(str(mnist_dir()))
    except DataError as error:
        st.error(t("home.data_broken", reason=error), icon=":material/error:")
        _fetch_button(t("home.fetch_again"))
        return
    st.markdown(t("home.data_mnist", train=f"{counts[0]:,}", test=f"{counts[1]:,}", folder=mnist_dir()))
    st.image(sample, width="stretch", alt=t("home.sample_alt"), caption=t("home.sample_caption"), output_format="PNG")


def _offer_mnist() -> None:
    st.markdown(t("home.data_missing", folder=mnist_dir()))
    if MNIST.error is not None:
        st.error(t(f"home.fetch_failed_{MNIST.error.reason}"), icon=":material/cloud_off:")
        st.code(str(MNIST.error), language=None, wrap_lines=True)
    _fetch_button(t("home.fetch"))


def _fetch_button(label: str) -> None:
    if st.button(label, key="home.fetch", icon=":material/download:", type="primary"):
        MNIST.start()
        st.rerun()


def _show_progress() -> None:
    progress = MNIST.progress
    if progress is None:
        st.progress(0.0, t("home.fetch_connecting"))
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


@st.cache_data(show_spinner=False, max_entries=4)
def _mnist_sample(folder: str) -> tuple[np.ndarray, tuple[int, int]]:
    """A strip of the first test digits, dark on light, and how many training and test images the folder holds."""
    images = read_images(find_file(TEST_IMAGES_FILE, Path(folder)))
    counts = len(read_labels(find_file(TRAIN_LABELS_FILE, Path(folder)))), len(images)
    strip = images[: SAMPLE_ROWS * SAMPLE_COLUMNS].reshape(SAMPLE_ROWS, SAMPLE_COLUMNS, *images.shape[1:])
    strip = strip.transpose(0, 2, 1, 3).reshape(SAMPLE_ROWS * images.shape[1], -1)  # (rows * H, columns * W)
    return PAPER - strip, counts
