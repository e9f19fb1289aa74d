"""Where the four files of MNIST are: found without reading them, and without importing torch.

A page asks this before it draws its first word, so it must cost nothing. ``data`` reads what is found here.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import NamedTuple

from nnlab.paths import cache_dir

FOLDER_VARIABLE = "NNLAB_DATA_DIR"
TORCHVISION_FOLDER = Path("MNIST", "raw")  # where torchvision.datasets.MNIST keeps its files, and where ours go


class MnistFiles(NamedTuple):
    """One thing for each of the four files: a name, or a path, None where the file is not there."""

    train_images: Path | None
    train_labels: Path | None
    test_images: Path | None
    test_labels: Path | None


NAMES = (
    "train-images-idx3-ubyte",
    "train-labels-idx1-ubyte",
    "t10k-images-idx3-ubyte",
    "t10k-labels-idx1-ubyte",
)


def mnist_dir(root: str | os.PathLike[str] | None = None) -> Path:
    """The folder of MNIST: ``root``, else $NNLAB_DATA_DIR, else the cache folder. It need not exist."""
    return Path(root or os.environ.get(FOLDER_VARIABLE) or cache_dir()).expanduser()


def find_files(folder: Path) -> MnistFiles:
    """The places of the four files in a folder: raw or .gz, directly or in torchvision's ``MNIST/raw``.

    A download's own place comes first, so that a download always mends what was broken.
    """
    return MnistFiles(*(_find(name, folder) for name in NAMES))


def _find(name: str, folder: Path) -> Path | None:
    places = [place / file for place in (folder / TORCHVISION_FOLDER, folder) for file in (f"{name}.gz", name)]
    return next((place for place in places if place.is_file()), None)


def has_mnist(root: str | os.PathLike[str] | None = None) -> bool:
    """Whether the four files are there; they are not read, so one may still be broken."""
    return None not in find_files(mnist_dir(root))
