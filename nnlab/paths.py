"""Where nnlab keeps its files: the platform's cache folder, never the folder of the app; writing one, checking one.

The environment variable ``NNLAB_HOME`` names another place, for tests and for shared machines.
"""

from __future__ import annotations

import hashlib
import os
import secrets
from pathlib import Path

import platformdirs

HOME_VARIABLE = "NNLAB_HOME"
FOLDER_VARIABLE = "NNLAB_DATA_DIR"  # where MNIST is, if it is not in the cache; see ``sources.mnist``


def cache_dir() -> Path:
    """The folder of what can be fetched or made again: MNIST, the built-in digits."""
    home = os.environ.get(HOME_VARIABLE)
    return Path(home).expanduser() / "cache" if home else platformdirs.user_cache_path("nnlab", appauthor=False)


def md5_of(path: Path) -> str:
    """MD5 checksum of a file of any length, read in pieces; it guards against accidents, not against attackers."""
    checksum = hashlib.md5(usedforsecurity=False)
    with path.open("rb") as file:
        while piece := file.read(1 << 20):
            checksum.update(piece)
    return checksum.hexdigest()


def write_whole(path: str | os.PathLike, data: bytes) -> None:
    """Write a file, whole or not at all, and the folders above it."""
    path = Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    try:
        unfinished.write_bytes(data)
        os.replace(unfinished, path)
    finally:
        unfinished.unlink(missing_ok=True)
