"""Which servers keep runs in a folder now: each holds a lock there for as long as it lives.

A server that is killed leaves its file, but no lock. So the next one sees which runs nobody trains any more.

Read next: ``keeper``.
"""

from __future__ import annotations

import secrets
from contextlib import suppress
from pathlib import Path

from filelock import FileLock, Timeout


class Servers:
    """The servers of a folder, this one among them from its making on.

    Attributes:
        own: the name of this one.
    """

    def __init__(self, folder: Path):
        self._folder = folder
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self.own = secrets.token_hex(8)
        self._lock = FileLock(folder / self.own)
        self._lock.acquire()

    def alive(self) -> set[str]:
        """The names of those that live; the files of the others go."""
        found = {self.own}
        for file in self._folder.iterdir():
            if file.name == self.own:
                continue
            try:
                with FileLock(file, timeout=0):
                    pass
            except Timeout:
                found.add(file.name)
                continue
            with suppress(OSError):
                file.unlink()
        return found

    def leave(self) -> None:
        """Be none of them any more."""
        self._lock.release()
        with suppress(OSError):
            (self._folder / self.own).unlink()
