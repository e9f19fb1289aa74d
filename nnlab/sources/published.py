"""Data sets of MNIST's form that are not MNIST: clothes, hiragana, other people's digits. One registry, for all.

They lie where torchvision keeps them, ``FashionMNIST/raw`` and so on below the folder of the data, and are what they
are by that place. A download is held against torchvision's checksums, and so is what somebody has put there. So a class
sees that a network does not care what the ink shows: the same lesson on trousers.

Source: Xiao, Rasul and Vollgraf 2017, Fashion-MNIST; Clanuwat et al. 2018, Deep Learning for Classical Japanese
Literature (KMNIST); Cohen et al. 2017, EMNIST: an extension of MNIST to handwritten letters.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np

from nnlab.config import TRAIN_IMAGES
from nnlab.paths import md5_of
from nnlab.sources.errors import DataError
from nnlab.sources.idx import check_pair, read_images, read_labels
from nnlab.sources.mnist import FILES, find_files, mnist_dir

TEST_IMAGES = 10_000  # as MNIST has: of a larger test set the first ones
MAX_BYTES = 200_000_000  # of an unpacked file: EMNIST's 240,000 training digits have 188,160,016
DIGITS = tuple(map(str, range(10)))
PARTS = ("images-idx3", "labels-idx1")


@dataclass(frozen=True)
class DataSet:
    """One of them.

    Attributes:
        name: as its authors call it.
        dataset: the class of ``torchvision.datasets`` that knows where it is published; its folder has the same name.
        files: training images, training labels, test images, test labels, without .gz.
        megabytes: what a download fetches.
        checksums: the MD5 of each of the files, packed as published; none where only all of them together have one.
        class_keys: what each class is called in ``locale/*/classes.toml``; digits are called by themselves.
        is_transposed: whether rows and columns are exchanged in the files.
    """

    name: str
    dataset: str
    files: tuple[str, ...]
    megabytes: int
    class_keys: tuple[str, ...] = DIGITS
    is_transposed: bool = False
    checksums: tuple[str, ...] = ()

    @property
    def folder(self) -> Path:
        """Where its files are, below the folder of the data."""
        return Path(self.dataset, "raw")

    @property
    def is_of_digits(self) -> bool:
        return self.class_keys == DIGITS


DATA_SETS = {  # by the names that ``config.DATA_SOURCES`` has for them
    "fashion": DataSet(
        "Fashion-MNIST", "FashionMNIST", FILES, 31,
        ("tshirt", "trousers", "pullover", "dress", "coat", "sandal", "shirt", "sneaker", "bag", "boot"),
        checksums=(
            "8d4fb7e6c68d591d4c3dfef9ec88bf0d", "25c81989df183df01b3e8a0aad5dffbe",
            "bef4ecab320f06d8554ea6380940ec79", "bb300cfdad3c16e7a12a480ee83cd310",
        ),
    ),
    "kmnist": DataSet(
        "KMNIST", "KMNIST", FILES, 21, ("o", "ki", "su", "tsu", "na", "ha", "ma", "ya", "re", "wo"),
        checksums=(
            "bdb82020997e1d708af4cf47b453dcf7", "e144d726b3acfaa3e44228e80efcd344",
            "5c965bf0a639b31b8f53240b1b52f4d7", "7320c461ea6c1c855c0b718fb2a4b134",
        ),
    ),
    "emnist": DataSet(
        "EMNIST digits", "EMNIST",
        tuple(f"emnist-digits-{half}-{part}-ubyte" for half in ("train", "test") for part in PARTS),
        562, is_transposed=True,
    ),
}  # fmt: skip


def class_keys(source: str) -> tuple[str, ...]:
    """What the ten classes of any data set are called, in ``locale/*/classes.toml``; "0" to "9" for digits."""
    return DATA_SETS[source].class_keys if source in DATA_SETS else DIGITS


def is_of_digits(source: str) -> bool:
    """Whether its classes are the ten digits, as far as anybody knows."""
    return class_keys(source) == DIGITS


def find(source: str, root: str | os.PathLike[str] | None = None) -> list[Path]:
    """The places of its four files.

    Raises:
        DataError: "missing" if one is not there, with what to do.
    """
    data_set, folder = DATA_SETS[source], mnist_dir(root)
    found = []
    for file in data_set.files:
        places = [
            folder / place / name for place in (data_set.folder, data_set.dataset) for name in (f"{file}.gz", file)
        ]
        path = next(filter(Path.is_file, places), None)
        if path is None:
            sentence = (
                f"{data_set.name} is not in {folder / data_set.folder}: {file}.gz is missing. Download it (on the "
                f"Train page, or with `python -m nnlab train --data {source} --download`), or copy its four files "
                "there."
            )
            raise DataError(sentence, "missing", f"{file}.gz")
        found.append(path)
    return found


def is_here(source: str, root: str | os.PathLike[str] | None = None) -> bool:
    """Whether its four files are there; they are not read."""
    try:
        return len(find(source, root)) == len(FILES)
    except DataError:
        return False


def others_than_published(source: str, root: str | os.PathLike[str] | None = None) -> list[str]:
    """The names of files that are there and are not those that everybody has, by their checksums.

    Nothing is known of unpacked files, nor of a data set whose files have no checksum of their own. Reading the files
    takes a tenth of a second; the answer is remembered until one changes.
    """
    checksums = DATA_SETS[source].checksums
    try:
        paths = find(source, root)
        facts = [(path, path.stat().st_mtime_ns, path.stat().st_size) for path in paths]
        return [
            path.name
            for path, fact, checksum in zip(paths, facts, checksums, strict=bool(checksums))
            if path.suffix == ".gz" and _md5_of(*fact) != checksum
        ]
    except (DataError, OSError):
        return []


@lru_cache(maxsize=16)
def _md5_of(path: Path, changed: int, size: int) -> str:
    return md5_of(path)


def files_of(source: str, root: str | os.PathLike[str] | None = None) -> list[Path]:
    """The four files that any data set but the built-in digits is read from.

    Raises:
        DataError: if one is missing.
    """
    return find(source, root) if source in DATA_SETS else find_files(root)


def read_half(source: str, images_file: Path, labels_file: Path, most: int) -> tuple[np.ndarray, np.ndarray]:
    """The training or the test half: (N, 28, 28) uint8 images, upright, and (N,) uint8 labels; the first ``most``.

    Raises:
        DataError: if a file is broken, or the two do not belong together.
    """
    images, labels = read_images(images_file, MAX_BYTES), read_labels(labels_file)
    check_pair(images_file, len(images), labels_file, len(labels))
    is_cut, images, labels = len(images) > most, images[:most], labels[:most]
    if DATA_SETS[source].is_transposed:
        images = images.transpose(0, 2, 1)
    return (images.copy(order="C") if is_cut else np.ascontiguousarray(images)), labels  # the rest is let go


def read(source: str, root: str | os.PathLike[str] | None = None) -> tuple[np.ndarray, ...]:
    """Training images and labels, test images and labels: as many as MNIST has, at most. Errors as for ``find``."""
    paths = find(source, root)
    images, labels = read_half(source, paths[0], paths[1], TRAIN_IMAGES)
    return images, labels, *read_half(source, paths[2], paths[3], TEST_IMAGES)
