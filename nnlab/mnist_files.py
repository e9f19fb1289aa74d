"""Where the four files of MNIST are, and hence which digits "auto" means: without reading them or importing torch.

A page asks this before it draws its first word, so it must cost nothing. ``data`` reads what is found here.
"""

from __future__ import annotations

import os
from pathlib import Path

from nnlab.idx import DataError
from nnlab.paths import FOLDER_VARIABLE, cache_dir

TORCHVISION_FOLDER = Path("MNIST", "raw")  # where torchvision.datasets.MNIST keeps its files, and where ours go
TRAIN_IMAGES_FILE = "train-images-idx3-ubyte"
TRAIN_LABELS_FILE = "train-labels-idx1-ubyte"
TEST_IMAGES_FILE = "t10k-images-idx3-ubyte"
TEST_LABELS_FILE = "t10k-labels-idx1-ubyte"
FILES = (TRAIN_IMAGES_FILE, TRAIN_LABELS_FILE, TEST_IMAGES_FILE, TEST_LABELS_FILE)


def mnist_dir(root: str | os.PathLike[str] | None = None) -> Path:
    """The folder of MNIST: ``root``, else $NNLAB_DATA_DIR, else the cache folder. It need not exist."""
    return Path(root or os.environ.get(FOLDER_VARIABLE) or cache_dir()).expanduser()


def find_file(name: str, folder: Path) -> Path | None:
    """The place of one of ``FILES`` in a folder, or None.

    A download's own place comes first, so that a download always mends what was broken.
    """
    places = [place / file for place in (folder / TORCHVISION_FOLDER, folder) for file in (f"{name}.gz", name)]
    return next((place for place in places if place.is_file()), None)


def find_files(root: str | os.PathLike[str] | None = None) -> list[Path]:
    """The places of all ``FILES``, in their order.

    Raises:
        DataError: if one is missing, with what to do.
    """
    folder = mnist_dir(root)
    paths = [find_file(name, folder) for name in FILES]
    if None in paths:
        raise _missing(folder, [name for name, path in zip(FILES, paths, strict=True) if path is None], root)
    return paths


def has_mnist(root: str | os.PathLike[str] | None = None) -> bool:
    """Whether the four files are there; they are not read, so one may still be broken."""
    return all(find_file(name, mnist_dir(root)) for name in FILES)


def resolve_source(source: str, root: str | os.PathLike[str] | None = None) -> str:
    """What "auto" means now: "mnist" if its files are there, or a folder was named for them, and else "builtin".

    Any other source is itself.
    """
    if source != "auto":
        return source
    return "mnist" if root or has_mnist() else "builtin"


def how_to_get_mnist(folder: Path) -> str:
    """What to do when there is no MNIST in ``folder``, as sentences."""
    return (
        "Download it (on the home page, or with `python -m nnlab data --download`), or copy the four files "
        f"train-images-idx3-ubyte.gz, train-labels-idx1-ubyte.gz, t10k-images-idx3-ubyte.gz and "
        f"t10k-labels-idx1-ubyte.gz into {folder}, or name the folder that holds them in NNLAB_DATA_DIR."
    )


def _missing(folder: Path, names: list[str], root: str | os.PathLike[str] | None) -> DataError:
    is_by_variable = not root and bool(os.environ.get(FOLDER_VARIABLE))
    place = f"the folder {folder}" + (f", which {FOLDER_VARIABLE} names" if is_by_variable else "")
    files = " and ".join(f"{name}.gz" for name in names)
    if is_by_variable and not folder.is_dir():
        problem = "is a file, not a folder" if folder.exists() else "does not exist"
        sentence = f"{FOLDER_VARIABLE} names {folder}, which {problem}. Correct {FOLDER_VARIABLE}, or unset it."
    elif len(names) == len(FILES):
        sentence = f"There is no MNIST in {place}. {how_to_get_mnist(folder)}"
    else:
        sentence = f"{files} {'is' if len(names) == 1 else 'are'} missing in {place}. {how_to_get_mnist(folder)}"
    return DataError(sentence, "missing", f"{names[0]}.gz")
