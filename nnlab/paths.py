"""Where nnlab keeps its files: in the platform's folders, never in that of the app; writing one, checking one.

The environment variable ``NNLAB_HOME`` names another place, for tests and for shared machines.
"""

from __future__ import annotations

import glob
import hashlib
import os
import secrets
import time
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO

import platformdirs

HOME_VARIABLE = "NNLAB_HOME"
KEPT_VARIABLE = "NNLAB_KEPT_DIR"  # where runs are kept, if not with the user's data
FOLDER_VARIABLE = "NNLAB_DATA_DIR"  # where MNIST is, if it is not in the cache; see ``sources.mnist``
ABANDONED_SECONDS = 24 * 3600  # what is unfinished at that age belongs to a process that was killed


def cache_dir() -> Path:
    """The folder of what can be fetched or made again: MNIST, the built-in digits."""
    home = os.environ.get(HOME_VARIABLE)
    return Path(home).expanduser() / "cache" if home else platformdirs.user_cache_path("nnlab", appauthor=False)


def kept_dir() -> Path:
    """The folder of the runs that are kept, which nobody can make again."""
    named, home = os.environ.get(KEPT_VARIABLE), os.environ.get(HOME_VARIABLE)
    if named:
        return Path(named).expanduser()
    data = Path(home).expanduser() / "data" if home else platformdirs.user_data_path("nnlab", appauthor=False)
    return data / "runs"


def md5_of(path: Path) -> str:
    """MD5 checksum of a file of any length, read in pieces; it guards against accidents, not against attackers."""
    checksum = hashlib.md5(usedforsecurity=False)
    with path.open("rb") as file:
        while piece := file.read(1 << 20):
            checksum.update(piece)
    return checksum.hexdigest()


def write_whole(path: str | os.PathLike, data: bytes, outlasts_power_cut: bool = False) -> None:
    """Write a file, whole or not at all, and the folders above it; until then there is what was there before.

    A link stays, and what it leads to is written. What is there and is no file, as ``/dev/stdout``, is written to as it
    is. What a process left that was killed while it wrote the same file goes, a day later.

    Args:
        outlasts_power_cut: whether it is on the disk itself before this returns, and not only on its way there.

    Raises:
        OSError: if that cannot be; it names the file.
    """
    path = Path(path)
    try:
        if path.exists() and not path.is_file():
            path.write_bytes(data)
        else:
            _replace(path.resolve(), data, outlasts_power_cut)
    except OSError as error:
        raise OSError(error.errno, error.strerror or str(error), str(path)) from error


def _replace(path: Path, data: bytes, outlasts_power_cut: bool) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    for left in path.parent.glob(f".{glob.escape(path.name)}.{'[0-9a-f]' * 8}"):
        with suppress(OSError):
            if time.time() - left.stat().st_mtime > ABANDONED_SECONDS:
                left.unlink()
    unfinished = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    try:
        unfinished.write_bytes(data)
        if outlasts_power_cut:
            with unfinished.open("rb+") as file:
                push_to_disk(file)
        os.replace(unfinished, path)
        if outlasts_power_cut:
            push_folder_to_disk(path.parent)
    finally:
        with suppress(OSError):  # it is there only where something went wrong, and that is what is to be told
            unfinished.unlink()


def push_to_disk(file: BinaryIO) -> None:
    """Wait until what was written to a file is on the disk itself."""
    file.flush()
    os.fsync(file.fileno())


def push_folder_to_disk(folder: Path) -> None:
    """Wait until the names of a folder's files are on the disk itself, where the platform can: Windows cannot."""
    with suppress(OSError):
        number = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(number)
        finally:
            os.close(number)
