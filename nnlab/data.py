"""The digits a network learns from: MNIST, from a folder of four files or by download, or the built-in digits.

60,000 training and 10,000 test images of handwritten digits, 28 x 28 pixels. They stay unsigned bytes, held in memory
once: a batch is a few rows of a tensor. A file that is missing or broken gives a ``DataError`` with a sentence; nothing
is ever guessed. The rooms of ``sources`` do the work: ``mnist`` finds the files, ``idx`` reads one, ``download``
fetches all four, ``builtin`` writes digits where there is neither MNIST nor a connection.

Read next: ``augment``, then ``training``.
Source: LeCun, Cortes and Burges, The MNIST database of handwritten digits, http://yann.lecun.com/exdb/mnist/.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from nnlab.config import DataConfig
from nnlab.sources import published
from nnlab.sources.builtin.cache import cache_file
from nnlab.sources.builtin.digits import builtin_digits
from nnlab.sources.download import Progress, ProgressCallback, download_files
from nnlab.sources.errors import DataError
from nnlab.sources.idx import check_pair, read_images, read_labels
from nnlab.sources.mnist import (
    TORCHVISION_FOLDER,
    are_others,
    find_files,
    has_mnist,
    mnist_dir,
    not_mnist,
    resolve_source,
)
from nnlab.sources.published import DATA_SETS, class_keys

__all__ = [
    "DataError", "DigitData", "Progress", "download_mnist", "download_published", "has_mnist", "load_as_named",
    "load_digits", "mnist_dir",
]  # fmt: skip


@dataclass(frozen=True, eq=False, repr=False)
class DigitData:
    """A data set of digits, on the CPU. Its tensors are shared by all who use them: never change them.

    Attributes:
        train_images: (N, 28, 28) uint8, 0 = paper, 255 = full ink.
        train_labels: (N,) int64, 0 to 9.
        test_images, test_labels: likewise, never trained on.
        source: which data set, a key of ``config.DATA_SOURCES`` other than "auto": "mnist" only if it is the MNIST
            that everybody has, "other" for other images in its files.
        origin: where it came from, for people: a folder or a file.
    """

    train_images: Tensor
    train_labels: Tensor
    test_images: Tensor
    test_labels: Tensor
    source: str
    origin: str

    def __repr__(self) -> str:
        train, test = len(self.train_labels), len(self.test_labels)
        return f"DigitData({self.source}: {train:,} training and {test:,} test images from {self.origin})"

    @property
    def class_names(self) -> tuple[str, ...]:
        """What the ten classes are called, without a language: "0" to "9", or "trousers"; see ``sources.published``."""
        return class_keys(self.source)

    def checksums(self) -> dict[str, str]:
        """The MD5 of each part, so that one can say whether it was the same MNIST.

        As unsigned bytes, a part is the content of its IDX file, unpacked and without its header.
        """
        parts = ("train_images", "train_labels", "test_images", "test_labels")
        contents = {part: getattr(self, part).to(torch.uint8).numpy().tobytes() for part in parts}
        return {part: hashlib.md5(content, usedforsecurity=False).hexdigest() for part, content in contents.items()}


def load_digits(
    source: str = "auto",
    root: str | os.PathLike[str] | None = None,
    download: bool = False,
    progress: ProgressCallback | None = None,
) -> DigitData:
    """Load the digits into memory: less than a second, and a few the first time the built-in digits are asked for.

    Args:
        source: "mnist" or "other": the four files, whatever is in them; "builtin"; one of ``published.DATA_SETS``,
            which lies in a folder of its own, as torchvision has it; or "auto": the files if they are
            MNIST or ``root`` is given, else the built-in digits.
        root: folder of the four files, raw or .gz, directly or in torchvision's ``MNIST/raw``; see ``mnist_dir``.
        download: fetch what is asked for into that folder first if it is not there or broken, and MNIST as well if
            something else is there. Nobody can fetch "other".
        progress: told how far the download is.

    Raises:
        DataError: if a file is missing, broken or in another's place, or cannot be downloaded.
        ConfigError: for an unknown source.
    """
    DataConfig(source)
    if source in DATA_SETS:
        try:
            return _load_published(source, root)
        except DataError:
            if not download:
                raise
        download_published(source, root, progress)
        return _load_published(source, root)
    if source == "builtin" or (not download and resolve_source(source, root) == "builtin"):
        return DigitData(*builtin_digits(), "builtin", str(cache_file()))
    try:
        data = _load_mnist(root)
        if data.source == "mnist" or source == "other" or not download:
            return data
    except DataError:
        if not download or source == "other":
            raise
    download_mnist(root, progress)
    return _load_mnist(root)


def load_as_named(
    source: str = "auto",
    root: str | os.PathLike[str] | None = None,
    download: bool = False,
    progress: ProgressCallback | None = None,
) -> DigitData:
    """``load_digits`` for whatever tells people which digits these are: nothing else goes by MNIST's name.

    Raises:
        DataError: as ``load_digits``; and if files of another content were not asked for as "other".
    """
    data = load_digits(source, root, download, progress)
    if data.source == "other" and source != "other":
        raise not_mnist(Path(data.origin))
    return data


def download_mnist(
    root: str | os.PathLike[str] | None = None,
    progress: ProgressCallback | None = None,
    mirrors: list[str] | None = None,
) -> Path:
    """Fetch the four files of MNIST into ``mnist_dir(root)``: all of them, verified, or nothing changes.

    Args:
        progress: told how far it is, several times a second.
        mirrors: addresses to try in turn, each ending in "/"; default: torchvision's.

    Returns:
        The folder that ``load_digits`` reads.

    Raises:
        DataError: with what to do instead; reason "network", "truncated", "corrupt" or "disk".
    """
    folder = mnist_dir(root)
    download_files(folder / TORCHVISION_FOLDER, progress, mirrors)
    return folder


def download_published(
    source: str,
    root: str | os.PathLike[str] | None = None,
    progress: ProgressCallback | None = None,
    mirrors: list[str] | None = None,
) -> Path:
    """``download_mnist`` for one of ``sources.published.DATA_SETS``."""
    folder, data_set = mnist_dir(root), DATA_SETS[source]
    download_files(folder / data_set.folder, progress, mirrors, data_set.dataset, data_set.files)
    return folder


def _load_published(source: str, root: str | os.PathLike[str] | None) -> DigitData:
    return _of_arrays(published.read(source, root), source, str(mnist_dir(root) / DATA_SETS[source].folder))


def _load_mnist(root: str | os.PathLike[str] | None) -> DigitData:
    paths = find_files(root)
    return _read(paths, "other" if are_others(paths) else "mnist", str(mnist_dir(root)))


def _read(paths: list[Path], source: str, origin: str) -> DigitData:
    train_images, train_labels, test_images, test_labels = paths
    pixels, test_pixels = read_images(train_images), read_images(test_images)
    answers, test_answers = read_labels(train_labels), read_labels(test_labels)
    _check_not_swapped(train_images, len(pixels), test_images, len(test_pixels))
    _check_not_swapped(train_labels, len(answers), test_labels, len(test_answers))
    check_pair(train_images, len(pixels), train_labels, len(answers))
    check_pair(test_images, len(test_pixels), test_labels, len(test_answers))
    return _of_arrays((pixels, answers, test_pixels, test_answers), source, origin)


def _of_arrays(arrays: Sequence[np.ndarray], source: str, origin: str) -> DigitData:
    images, labels, test_images, test_labels = arrays
    return DigitData(
        torch.tensor(images),
        torch.tensor(labels, dtype=torch.int64),
        torch.tensor(test_images),
        torch.tensor(test_labels, dtype=torch.int64),
        source,
        origin,
    )


def _check_not_swapped(train: Path, train_count: int, test: Path, test_count: int) -> None:
    if train_count < test_count:
        raise DataError(
            f"{train} holds {train_count:,} digits, fewer than {test.name} with {test_count:,}. The training and the "
            "test file have been swapped: give each its own name.",
            "swapped",
            train.name,
        )
