"""The files of kept runs: a folder for each run, named after it, with its history, weights, trail and state.

A file is written whole, under a name that nothing refers to, before the data base names it; the one that it replaces
goes afterwards. So whatever the data base names is whole, wherever the writing was cut off, be it by a power cut: each
file is on the disk itself before the data base names it. A history is the exception:
rows are added to its file, and the data base says how many count.

Read next: ``store``.
"""

from __future__ import annotations

import errno
import json
import os
import shutil
import time
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

import numpy as np

from nnlab.paths import push_folder_to_disk, push_to_disk, write_whole
from nnlab.runs.history import COLUMNS
from nnlab.runs.messages import MessageError, State, decode, encode

PRIVATE = 0o700  # nobody else who uses the computer
ROW_BYTES = 8 * len(COLUMNS)
LENGTH_BYTES = 8  # of a state's plain part, which begins its file
ORPHAN_SECONDS = 3600  # a folder that old which no run owns was left by a process that was killed


class Files:
    """The files below a folder, by run and name."""

    def __init__(self, folder: Path):
        self.folder = folder

    def path(self, run: str, name: str) -> Path:
        return self.folder / run / name

    def write(self, run: str, name: str, data: bytes) -> None:
        """Write a file whole."""
        self._make(run)
        write_whole(self.path(run, name), data, outlasts_power_cut=True)

    def append(self, run: str, name: str, data: bytes, at: int) -> None:
        """Write to the end of a file that counts up to byte ``at``; what is behind that was cut off, and goes.

        Raises:
            OSError: also if the file is not that long.
        """
        self._make(run)
        path = self.path(run, name)
        if not at:
            write_whole(path, data, outlasts_power_cut=True)
            return
        if path.stat().st_size < at:
            raise OSError(errno.ENODATA, "the file is shorter than it was", str(path))
        os.truncate(path, at)
        with path.open("ab") as file:
            file.write(data)
            push_to_disk(file)

    def read(self, run: str, name: str, size: int) -> bytes | None:
        """The first ``size`` bytes of a file; None if it is not there, or shorter."""
        try:
            with self.path(run, name).open("rb") as file:
                data = file.read(size)
        except OSError:
            return None
        return data if len(data) == size else None

    def remove(self, run: str, name: str) -> None:
        with suppress(OSError):
            self.path(run, name).unlink()

    def remove_others(self, run: str, kind: str, but: str = "") -> None:
        """Remove a run's files of a kind, but for one: also those that were written and that no data base has named."""
        for path in (self.folder / run).glob(f"*{kind}-*"):
            if path.name != but:
                self.remove(run, path.name)

    def remove_all(self, run: str) -> None:
        """Remove a run's folder."""
        shutil.rmtree(self.folder / run, ignore_errors=True)

    def sweep(self, runs: Iterable[str]) -> None:
        """Remove the folders that belong to none of these runs, nor to one that is being kept just now."""
        known = {*runs}
        for folder in self.folder.iterdir() if self.folder.is_dir() else ():
            with suppress(OSError):
                if folder.name not in known and time.time() - folder.stat().st_mtime > ORPHAN_SECONDS:
                    shutil.rmtree(folder, ignore_errors=True)

    def _make(self, run: str) -> None:
        folder = self.folder / run
        if not folder.is_dir():
            folder.mkdir(mode=PRIVATE, parents=True, exist_ok=True)
            for each in (self.folder, self.folder.parent):
                push_folder_to_disk(each)


def history(width: int) -> str:
    """The name of the file with a history's rows."""
    return f"history-{width}.f64"


def from_rows(rows: np.ndarray) -> bytes:
    """(K, 7) float64, as ``history.COLUMNS`` says -> bytes."""
    return np.ascontiguousarray(rows, "<f8").tobytes()


def to_rows(data: bytes) -> np.ndarray:
    """The inverse of ``from_rows``; the rows can be changed."""
    return np.frombuffer(data, "<f8").astype(np.float64).reshape(-1, len(COLUMNS))


def from_state(state: State) -> bytes:
    """All that a run needs to go on, as one file."""
    header, parts = encode(state)
    return b"".join([len(header).to_bytes(LENGTH_BYTES, "little"), header, *parts])


def to_state(data: bytes) -> State | None:
    """The inverse of ``from_state``; None if the file is damaged."""
    end = LENGTH_BYTES + int.from_bytes(data[:LENGTH_BYTES], "little")
    try:
        message = decode(data[LENGTH_BYTES:end], data[end:], (State,))
        return message if isinstance(message, State) else None
    except (MessageError, json.JSONDecodeError):
        return None
