"""The files that a command writes: their folders made before the work begins, their numbers such as JSON can hold."""

from __future__ import annotations

import json
import math
import tempfile
from pathlib import Path
from typing import Any

from nnlab.paths import write_whole


def make_folders(*files: Path | None) -> None:
    """Make the folders of the files to be written, so that a long run does not end in an error about its result.

    Raises:
        OSError: for a folder that cannot be made or written, and where the file to be written is a folder itself.
    """
    for file in files:
        if file is not None:
            make_folder(file.parent)
            if file.is_dir():
                raise IsADirectoryError(f"{file} is a folder; name a file")
            if not file.exists() or file.is_file():  # a file, and not /dev/stdout
                _try_to_write(file)


def make_folder(folder: Path) -> None:
    """Make a folder, and those above it.

    Raises:
        OSError: if that cannot be, as where a file is in its place.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except FileExistsError:
        raise NotADirectoryError(f"{folder} is a file; name a folder") from None


def _try_to_write(file: Path) -> None:
    try:
        tempfile.TemporaryFile(dir=file.resolve().parent).close()
    except OSError as error:
        raise OSError(error.errno, error.strerror, str(file)) from error


def write_json(path: Path | None, result: dict[str, Any]) -> None:
    """Write a command's result, if a file was named; NaN and infinity, as of a run that diverged, become null."""
    if path is not None:
        write_whole(path, (json.dumps(_finite(result), indent=1, allow_nan=False) + "\n").encode())


def _finite(value: Any) -> Any:
    """The same with None for NaN and infinity, which JSON cannot say."""
    if isinstance(value, dict):
        return {key: _finite(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_finite(item) for item in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value
