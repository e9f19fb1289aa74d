"""The digits a network learns from: MNIST, from a folder of four files or by download.

60,000 training and 10,000 test images of handwritten digits, 28 x 28 pixels. They stay unsigned bytes, held in memory
once: a batch is a few rows of a tensor. A file that is missing or broken gives a ``DataError`` with a sentence; nothing
is ever guessed. ``idx`` reads one file, ``download`` fetches all four.

Read next: ``augment``, then ``training``.
Source: LeCun, Cortes and Burges, The MNIST database of handwritten digits, http://yann.lecun.com/exdb/mnist/.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

import torch
from torch import Tensor

from nnlab.config import DataConfig
from nnlab.download import Progress, ProgressCallback, download_files, how_to_get_mnist
from nnlab.idx import DataError, read_images, read_labels
from nnlab.mnist_files import FILES, FOLDER_VARIABLE, TORCHVISION_FOLDER, find_file, has_mnist, mnist_dir

__all__ = [
    "DataError", "DigitData", "Progress", "download_mnist", "find_file", "has_mnist", "load_digits", "mnist_dir",
]  # fmt: skip


@dataclass(frozen=True, eq=False, repr=False)
class DigitData:
    """A data set of digits, on the CPU. Its tensors are shared by all who use them: never change them.

    Attributes:
        train_images: (N, 28, 28) uint8, 0 = paper, 255 = full ink.
        train_labels: (N,) int64, 0 to 9.
        test_images, test_labels: likewise, never trained on.
        source: which data set, a key of ``config.DATA_SOURCES`` other than "auto".
        origin: where it came from, for people: the folder.
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


def load_digits(
    source: str = "auto",
    root: str | os.PathLike[str] | None = None,
    download: bool = False,
    progress: ProgressCallback | None = None,
) -> DigitData:
    """Load the digits into memory; MNIST takes less than a second.

    Args:
        source: "mnist", or "auto" for what is there.
        root: folder of the four files, raw or .gz, directly or in torchvision's ``MNIST/raw``; see ``mnist_dir``.
        download: fetch MNIST into that folder first if it is not there.
        progress: told how far the download is.

    Raises:
        DataError: if a file is missing, broken or in another's place, or cannot be downloaded.
        ConfigError: for an unknown source.
    """
    DataConfig(source)
    if download and not has_mnist(root):
        download_mnist(root, progress)
    folder = mnist_dir(root)
    paths = [find_file(name, folder) for name in FILES]
    if None in paths:
        raise _missing(folder, [name for name, path in zip(FILES, paths, strict=True) if path is None], root)
    return _load_mnist(folder, *paths)


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


def _load_mnist(folder: Path, *paths: Path) -> DigitData:
    train_images, test_images = read_images(paths[0]), read_images(paths[2])
    train_labels, test_labels = read_labels(paths[1]), read_labels(paths[3])
    counts = [len(values) for values in (train_images, train_labels, test_images, test_labels)]
    _check_counts(counts, paths)
    return DigitData(
        torch.tensor(train_images),
        torch.tensor(train_labels, dtype=torch.int64),
        torch.tensor(test_images),
        torch.tensor(test_labels, dtype=torch.int64),
        "mnist",
        str(folder),
    )


def _check_counts(counts: list[int], paths: tuple[Path, ...]) -> None:
    train_images, train_labels, test_images, test_labels = counts
    if train_images < test_images or train_labels < test_labels:
        raise DataError(
            f"{paths[0].parent}: the files of the training set (train-...) hold fewer digits than those of the test "
            f"set (t10k-...). They have been swapped: give them their own names.",
            "swapped",
            (paths[0] if train_images < test_images else paths[1]).name,
        )
    for images, labels, images_path, labels_path in (
        (train_images, train_labels, paths[0], paths[1]),
        (test_images, test_labels, paths[2], paths[3]),
    ):
        if images != labels:
            raise DataError(
                f"{images_path} holds {images:,} images, but {labels_path.name} holds {labels:,} labels. They do not "
                f"belong together: download MNIST again, or copy both files anew.",
                "corrupt",
                labels_path.name,
            )


def _missing(folder: Path, names: list[str], root: str | os.PathLike[str] | None) -> DataError:
    chosen_by = FOLDER_VARIABLE if not root and os.environ.get(FOLDER_VARIABLE) else ""
    named = f", named by {chosen_by}," if chosen_by else ""
    if chosen_by and not folder.is_dir():
        problem = "is not a folder" if folder.exists() else "does not exist"
        sentence = f"The folder {folder}{named} {problem}. Correct {chosen_by}, or unset it to use the usual folder."
    elif len(names) == len(FILES):
        sentence = f"MNIST is not in the folder {folder}{named} yet. {how_to_get_mnist(folder)}"
    else:
        files = " and ".join(f"{name}.gz" for name in names)
        sentence = f"The folder {folder}{named} lacks {files}. {how_to_get_mnist(folder)}"
    return DataError(sentence, "missing", f"{names[0]}.gz")
