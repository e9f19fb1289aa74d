"""The ranking of a class: who had how many digits read, and in what time."""

from __future__ import annotations

import threading
import unicodedata
from dataclasses import dataclass, field
from typing import NamedTuple

from nnlab.games.guessing import GuessingGame

MAX_NAME_LENGTH = 16
LONGEST_READ = 1000  # characters of a name that are looked at; the field on the page takes MAX_NAME_LENGTH
MAX_RANKED = 100  # players that a ranking remembers


class Entry(NamedTuple):
    """A game in the ranking; an empty name is somebody who gave none."""

    name: str
    score: int
    seconds: float


@dataclass(eq=False)
class Ranking:
    """The best games of a class: more digits read first, then less time. Many visitors use it at the same time.

    A player is a visitor and a name, so that several may share a computer; each counts with their best game.
    """

    _best: dict[tuple[str, str], Entry] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def add(self, visitor: str, name: str, game: GuessingGame) -> Entry:
        """Enter a finished game; returns the player's best. Beyond ``MAX_RANKED`` players the last are forgotten."""
        name = clean_name(name)
        entry = Entry(name, game.score, game.total_seconds)
        with self._lock:
            best = min(entry, self._best.get((visitor, name), entry), key=_rank)
            self._best[visitor, name] = best
            kept = sorted(self._best.items(), key=lambda item: _rank(item[1]))[:MAX_RANKED]
            self._best = dict(kept)
        return best

    def entries(self) -> list[Entry]:
        """The best first."""
        with self._lock:
            return list(self._best.values())


def _rank(entry: Entry) -> tuple[int, float]:
    return -entry.score, entry.seconds


def clean_name(name: str) -> str:
    """A nickname as everybody may see it: letters, digits, spaces and hyphens, at most ``MAX_NAME_LENGTH`` of them.

    >>> clean_name("  <b>Ada</b>  L. ")
    'bAdab L'
    """
    words = " ".join(unicodedata.normalize("NFC", name[:LONGEST_READ]).split())
    kept = "".join(letter for letter in words if letter.isalnum() or letter in " -")
    return " ".join(kept.split())[:MAX_NAME_LENGTH].strip()
