"""The small files as published, and what a download leaves of them."""

from __future__ import annotations

from pathlib import Path

from nnlab.sources import download
from tests.nnlab.small_mnist import packed, small_files

SMALL = packed(small_files())


def snapshot(folder: Path) -> dict[str, bytes]:
    """Every file below a folder, but the lock, which is empty: path -> content."""
    files = (path for path in folder.rglob("*") if path.is_file() and path.name != download.LOCK)
    return {str(path.relative_to(folder)): path.read_bytes() for path in files}
