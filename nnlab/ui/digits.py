"""The digits that pages show, MNIST's or the built-in ones: one copy for all visitors, never changed.

Most pages want the test half only, which is small; the training half takes 47 MB and is read when first asked for.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import nullcontext
from pathlib import Path

import numpy as np
import streamlit as st

from nnlab.config import TRAIN_IMAGES
from nnlab.sources import mnist, published
from nnlab.sources.builtin import cache
from nnlab.sources.errors import DataError
from nnlab.sources.idx import check_pair, read_images, read_labels
from nnlab.sources.mnist import States, mnist_dir, resolve_source, states_of
from nnlab.ui import problem, shell, warm_up
from nnlab.ui.text import t


def source_here() -> str:
    """Which digits this server has: "mnist" or "builtin". Other data in MNIST's files are shown on request only."""
    return resolve_source("auto")


def name_of(source: str) -> str:
    """What the visitor calls a data set."""
    return t(f"common.source_{source}")


def complaint(source: str = "auto") -> str:
    """What is wrong with the files that a data set of the Train page would be read from, in words; else empty.

    With "auto", missing files are no fault unless somebody has named a folder for them.
    """
    folder = mnist_dir()
    if source == "auto":
        error = mnist.problem()
        return t(f"common.data_problem_{error.reason}", folder=folder) if error else ""
    if source == "mnist" and resolve_source(source) == "other":
        return t("train.not_mnist", folder=folder)
    if source == "mnist" and not mnist.has_mnist():
        return t("train.no_mnist")
    if source == "other" and not mnist.has_mnist():
        return t("train.no_other", folder=folder)
    return ""


def caption_problem() -> None:
    """Below built-in digits: why they are not those that somebody wanted."""
    words = complaint()
    if words:
        st.caption(words)


def are_being_written(source: str) -> bool:
    """Whether a data set is not there yet, but will be soon and for good: the built-in digits on a new server."""
    return source == "builtin" and not cache.is_written() and cache.is_writable()


def load_test_set(source: str, root: str | None = None) -> tuple[np.ndarray, np.ndarray]:
    """The test half of a data set.

    Args:
        source: "mnist", "other", "builtin" or one of ``published.DATA_SETS``.
        root: folder of MNIST, if it is not where the app looks.

    Returns:
        (N, 28, 28) uint8 images and (N,) labels.

    Raises:
        DataError: if files of MNIST are missing, or its test files are broken.
    """
    if source != "builtin":
        files = states_of(published.files_of(source, root)[2:])
        is_published = source in published.DATA_SETS
        return _published(source, files, published.TEST_IMAGES) if is_published else _mnist(files)
    with nullcontext() if cache.is_written() else st.spinner(t("common.writing_digits")):
        return _builtin(cache.cache_file())


def load_training_set(source: str) -> tuple[np.ndarray, np.ndarray]:
    """The training half of a data set; ``source`` and errors as for ``load_test_set``.

    Returns:
        (N, 28, 28) uint8 images and (N,) labels, both read-only.
    """
    if source != "builtin":
        files = states_of(published.files_of(source)[:2])
        is_published = source in published.DATA_SETS
        return _published(source, files, TRAIN_IMAGES) if is_published else _mnist_training(files)
    with nullcontext() if cache.is_written() else st.spinner(t("common.writing_digits")):
        return _builtin_training(cache.cache_file())


@st.cache_resource(show_spinner=False, max_entries=1)
def _mnist_training(files: States) -> tuple[np.ndarray, np.ndarray]:
    (images_file, *_), (labels_file, *_) = files
    images, labels = read_images(images_file), read_labels(labels_file)  # the bytes of the files themselves: no copy
    check_pair(images_file, len(images), labels_file, len(labels))
    return images, labels


@st.cache_resource(show_spinner=False, max_entries=4)
def _published(source: str, files: States, most: int) -> tuple[np.ndarray, np.ndarray]:
    (images_file, *_), (labels_file, *_) = files
    return published.read_half(source, images_file, labels_file, most)


@st.cache_resource(show_spinner=False, max_entries=1)
def _builtin_training(cache_file: Path) -> tuple[np.ndarray, np.ndarray]:
    images = cache.read_cache()
    if images is None:
        warm_up.wait()
        from nnlab.sources.builtin.digits import builtin_digits

        images = builtin_digits()[0].numpy()
    images, labels = images[: cache.TRAIN_COUNT], cache.labels()[: cache.TRAIN_COUNT]
    for part in (images, labels):
        part.flags.writeable = False
    return images, labels


@st.cache_resource(show_spinner=False, max_entries=2)
def _mnist(files: States) -> tuple[np.ndarray, np.ndarray]:
    (images_file, *_), (labels_file, *_) = files
    images, labels = read_images(images_file), read_labels(labels_file)
    check_pair(images_file, len(images), labels_file, len(labels))
    return images.copy(), labels.copy()


@st.cache_resource(show_spinner=False, max_entries=1)
def _builtin(cache_file: Path) -> tuple[np.ndarray, np.ndarray]:
    images = cache.read_cache()
    if images is not None:
        return images[cache.TRAIN_COUNT :].copy(), cache.labels()[cache.TRAIN_COUNT :].copy()
    warm_up.wait()
    from nnlab.sources.builtin.digits import builtin_digits

    _, _, images, labels = builtin_digits()
    return images.numpy().copy(), labels.numpy().copy()


def test_set(source: str) -> tuple[np.ndarray, np.ndarray] | None:
    """The test half of a data set. If MNIST is broken it is None, and the page shows a sentence that says so."""
    return _or_say_why(load_test_set, source, "common.broken_test_digits")


def training_set(source: str) -> tuple[np.ndarray, np.ndarray] | None:
    """The training half of a data set. If MNIST is broken it is None, and the page shows a sentence that says so."""
    return _or_say_why(load_training_set, source, "common.broken_training_digits")


def _or_say_why(
    load: Callable[[str], tuple[np.ndarray, np.ndarray]], source: str, key: str
) -> tuple[np.ndarray, np.ndarray] | None:
    """Load a data set. If that fails, return None, and show the sentence of ``key`` with a link to the home page."""
    try:
        return load(source)
    except DataError as error:
        problem.show_data(error, key)
        shell.link("home")
        return None
