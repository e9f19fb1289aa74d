"""Where the four files of MNIST are, whether they are MNIST, and hence which digits "auto" means: without torch.

A page asks this before it draws its first word, so it must cost little: files are read once, for their checksums, and
again only when they have changed. ``data`` reads what is found here.
"""

from __future__ import annotations

import filecmp
import hashlib
import os
import re
from collections.abc import Iterator, Sequence
from contextlib import suppress
from functools import lru_cache
from itertools import chain, islice
from pathlib import Path

from nnlab.paths import FOLDER_VARIABLE, cache_dir, md5_of
from nnlab.sources.errors import DataError
from nnlab.sources.idx import MAX_BYTES, PACKED_NAME, read_images, read_labels, unpacked

TORCHVISION_FOLDER = Path("MNIST", "raw")  # where torchvision.datasets.MNIST keeps its files, and where ours go
TRAIN_IMAGES_FILE = "train-images-idx3-ubyte"
TRAIN_LABELS_FILE = "train-labels-idx1-ubyte"
TEST_IMAGES_FILE = "t10k-images-idx3-ubyte"
TEST_LABELS_FILE = "t10k-labels-idx1-ubyte"
FILES = (TRAIN_IMAGES_FILE, TRAIN_LABELS_FILE, TEST_IMAGES_FILE, TEST_LABELS_FILE)
# The MD5 of each file, packed as published and unpacked. Others of the same form are Fashion-MNIST, KMNIST and what a
# class makes itself. Source: torchvision.datasets.MNIST.resources, and the content of the files with those checksums.
GENUINE = {
    TRAIN_IMAGES_FILE: {"f68b3c2dcbeaaa9fbdd348bbdeb94873", "6bbc9ace898e44ae57da46a324031adb"},
    TRAIN_LABELS_FILE: {"d53e105ee54ea40749a09fcbcd1e9432", "a25bea736e30d166cdddb491f175f624"},
    TEST_IMAGES_FILE: {"9fb629c4189551a2d022fa330f9573f3", "2646ac647ad5339dbf082846283269ea"},
    TEST_LABELS_FILE: {"ec29112dd5afa0611ce80d1b7f02629c", "27ae3e4e09519cfbb04c329615203637"},
}
PLACES = (TORCHVISION_FOLDER, Path(), Path("raw"))  # below the folder; a download's own comes first
States = tuple[tuple[Path, int, int], ...]
MAX_FOLDERS = 200  # looked into for files that somebody put one folder too deep


def mnist_dir(root: str | os.PathLike[str] | None = None) -> Path:
    """The folder of MNIST: ``root``, else $NNLAB_DATA_DIR, else the cache folder. It need not exist."""
    return Path(root or os.environ.get(FOLDER_VARIABLE) or cache_dir()).expanduser()


def find_file(name: str, folder: Path) -> Path | None:
    """The place of one of ``FILES`` in a folder; None if it is not there, or if it is unclear which of several it is.

    A download's own place comes first, so that a download always mends what was broken. Then come the names that
    browsers, 7-Zip, Kaggle and other systems give these files.
    """
    # As strings: a page asks for these files several times, and most of that was the making of paths.
    exact = (os.path.join(folder, place, file) for place in PLACES for file in (f"{name}.gz", name))
    found = next((Path(path) for path in exact if os.path.isfile(path)), None)
    if found is None:
        alike = _alike(name, folder)
        if alike and all(filecmp.cmp(alike[0], other, shallow=False) for other in alike[1:]):
            found = alike[0]
    return found


def _alike(name: str, folder: Path) -> list[Path]:
    """Files whose names mean one of ``FILES``: ``train-images.idx3-ubyte``, ``TRAIN-IMAGES-IDX3-UBYTE (1).GZ`` ...

    They may lie in a folder of such a name of their own. Packed files, if there are any, come alone.
    """
    stem = re.escape(name).replace(r"\-idx", "[-.]idx")
    pattern = re.compile(rf"{stem}( ?\(\d+\)| \d+|-\d+)?(\.gz( ?\(\d+\))?)?", re.IGNORECASE)

    def entries(place: Path) -> Iterator[Path]:
        with suppress(OSError):
            yield from sorted(path for path in place.iterdir() if pattern.fullmatch(path.name))

    found = chain.from_iterable(entries(folder / place) for place in PLACES)
    files = [file for entry in found for file in ([entry] if entry.is_file() else entries(entry)) if file.is_file()]
    return [file for file in files if PACKED_NAME.search(file.name)] or files


def find_files(root: str | os.PathLike[str] | None = None) -> list[Path]:
    """The places of all ``FILES``, in their order.

    Raises:
        DataError: if one is missing or ambiguous, with what to do; reason "missing", "ambiguous" or "folder".
    """
    folder = mnist_dir(root)
    found = {name: find_file(name, folder) for name in FILES}
    paths = [path for path in found.values() if path]
    if len(paths) < len(FILES):
        raise _missing(folder, [name for name, path in found.items() if not path], root)
    return paths


def states_of(paths: Sequence[Path]) -> States:
    """Each file with the time of its last change and its size: whoever remembers what is in it asks by these."""

    def state_of(path: Path) -> tuple[Path, int, int]:
        try:
            status = path.stat()
        except OSError:  # whoever reads it says so
            return path, 0, 0
        return path, status.st_mtime_ns, status.st_size

    return tuple(map(state_of, paths))


def has_mnist(root: str | os.PathLike[str] | None = None) -> bool:
    """Whether four files are there; they are not read, so one may be broken, or they may be another data set."""
    return all(find_file(name, mnist_dir(root)) for name in FILES)


def is_genuine(name: str, path: Path) -> bool:
    """Whether a file is the one of ``FILES`` that everybody has, by its checksum; packed another way it still is."""
    try:
        if path.stat().st_size > MAX_BYTES:  # of any size, and read for nothing
            return False
        if md5_of(path) in GENUINE[name]:
            return True
        if not PACKED_NAME.search(path.name):
            return False
        return hashlib.md5(unpacked(path), usedforsecurity=False).hexdigest() in GENUINE[name]
    except (OSError, DataError):
        return False


def are_others(paths: Sequence[Path]) -> bool:
    """Whether four files, in the order of ``FILES``, have MNIST's form but not its content.

    False for broken ones: whoever reads them says what is wrong. Reading takes a tenth of a second, up to half a second
    for files that are not the published ones; the answer is remembered until a file changes.
    """
    return _are_others(states_of(paths))


@lru_cache(maxsize=16)
def _are_others(states: States) -> bool:
    paths = [path for path, *_ in states]
    if len(paths) < len(FILES) or all(map(is_genuine, FILES, paths)):
        return False
    try:
        for read, path in zip((read_images, read_labels) * 2, paths, strict=True):
            read(path)
    except DataError:
        return False
    return True


def _has_others(root: str | os.PathLike[str] | None) -> bool:
    paths = _paths(root)
    return len(paths) == len(FILES) and are_others(paths)


def _paths(root: str | os.PathLike[str] | None) -> list[Path]:
    """The places of those of ``FILES`` that are there, in their order."""
    folder = mnist_dir(root)
    return [path for name in FILES if (path := find_file(name, folder))]


def resolve_source(source: str, root: str | os.PathLike[str] | None = None) -> str:
    """What a source means now, to call the digits by their name.

    "auto" is "mnist" if MNIST is there, and else "builtin"; but whoever names a folder means what is in it. Files under
    MNIST's names that are not MNIST are "other".
    """
    if source not in ("auto", "mnist", "other"):
        return source
    if source == "auto" and not root:
        paths = _paths(None)
        return "mnist" if len(paths) == len(FILES) and not are_others(paths) else "builtin"
    is_other = _has_others(root) or source == "other" and not has_mnist(root)
    return "other" if is_other else "mnist"


def problem() -> DataError | None:
    """Why "auto" means the built-in digits though somebody wanted others; None if nobody did, or if MNIST is there."""
    try:
        paths = find_files()
    except DataError as error:
        return error if os.environ.get(FOLDER_VARIABLE) or error.reason == "ambiguous" else None
    return not_mnist(mnist_dir()) if are_others(paths) else None


def not_mnist(folder: Path) -> DataError:
    """The error for four files that have the names and the form of MNIST, but another content."""
    return DataError(
        f"The four files in {folder} are not the MNIST that everybody has: their checksums differ. They are another "
        "data set under its names, as Fashion-MNIST and KMNIST have them, or damaged. Download MNIST (on the home "
        "page, or with `python -m nnlab data --download`); or choose the source `other`, to use these images as what "
        "they are.",
        "other",
    )


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
    several = next(filter(None, (_alike(name, folder) for name in names)), [])
    elsewhere = _below(folder) if root or is_by_variable else None
    reason = "missing"
    if is_by_variable and not folder.is_dir():
        wrong = "is a file, not a folder" if folder.exists() else "does not exist"
        sentence = f"{FOLDER_VARIABLE} names {folder}, which {wrong}. Correct {FOLDER_VARIABLE}, or unset it."
        reason = "folder"
    elif folder.is_file():
        sentence = f"{folder} is a file, not a folder. Name the folder that holds the files."
        reason = "folder"
    elif several:
        sentence = (
            f"It is unclear which of these files is the one of MNIST, for their contents differ: "
            f"{', '.join(map(str, several))}. Keep the right one and move the others away."
        )
        return DataError(sentence, "ambiguous", several[0].name)
    elif elsewhere:
        sentence = f"There is no MNIST in {place}, but there is in {elsewhere}. Name that folder instead."
    elif len(names) == len(FILES):
        sentence = f"There is no MNIST in {place}. {how_to_get_mnist(folder)}"
    else:
        sentence = f"{files} {'is' if len(names) == 1 else 'are'} missing in {place}. {how_to_get_mnist(folder)}"
    return DataError(sentence, reason, f"{names[0]}.gz")


def _below(folder: Path) -> Path | None:
    """A folder, one or two below this one, that has all four files."""
    with suppress(OSError):
        for below in islice(chain(folder.glob("*/"), folder.glob("*/*/")), MAX_FOLDERS):
            if below.is_dir() and all(find_file(name, below) for name in FILES):
                return below
    return None
