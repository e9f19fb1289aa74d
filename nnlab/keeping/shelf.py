"""The one store that this server has, and its keeper: begun with the server, or when a page first asks.

    for run in shelf.store().runs(key): ...

Where nothing is to be kept, or can be, it is a store that holds nothing, and pages need ask no further.
"""

from __future__ import annotations

import sys
import threading
from dataclasses import dataclass

from sqlalchemy.exc import DatabaseError

from nnlab import paths
from nnlab.keeping.database import StoreError
from nnlab.keeping.keeper import Keeper
from nnlab.keeping.limits import is_keeping
from nnlab.keeping.store import Store
from nnlab.runs import jobs


@dataclass(frozen=True, eq=False)
class Keeping:
    """What keeps runs here.

    Attributes:
        keeper: None where nothing is kept.
        obstacle: why not: "off", "newer", "unwritable"; "" if runs are kept.
        sentence: the same in English, with the details.
    """

    store: Store
    keeper: Keeper | None = None
    obstacle: str = ""
    sentence: str = ""


_lock = threading.Lock()
_keeping: Keeping | None = None


def keeping() -> Keeping:
    """What keeps runs on this server; it begins when this is first called."""
    global _keeping
    with _lock:
        if _keeping is None:
            _keeping = _begin()
        return _keeping


def store() -> Store:
    """The runs that are kept on this server."""
    return keeping().store


def has_begun() -> bool:
    """Whether ``keeping`` answers at once."""
    return _keeping is not None


def shutdown() -> None:
    """Keep what is new a last time, and forget everything; afterwards it can be used again."""
    global _keeping
    with _lock:
        if _keeping is not None:
            if _keeping.keeper:
                _keeping.keeper.close()
            _keeping.store.close()
            _keeping = None


def _begin() -> Keeping:
    if not is_keeping():
        return Keeping(Store.of_nothing(), obstacle="off")
    folder, kept = paths.kept_dir(), None
    try:
        kept = Store(folder)
        keeper = Keeper(kept, jobs.known)
    except StoreError as error:
        obstacle, sentence = error.reason, str(error)
    except OSError as error:
        obstacle, sentence = "unwritable", f"No runs can be kept in {folder}: {error.strerror or error}."
    except DatabaseError as error:  # it can be read, but not written
        obstacle, sentence = "unwritable", f"No runs can be kept in {folder}: {error.orig}."
    else:
        if kept.set_aside:
            print(f"nnlab: the data base of kept runs was damaged and is now {kept.set_aside}", file=sys.stderr)
        keeper.start()
        return Keeping(kept, keeper)
    print(f"nnlab: {sentence}", file=sys.stderr)
    if kept:
        kept.close()
    return Keeping(Store.of_nothing(), obstacle=obstacle, sentence=sentence)
