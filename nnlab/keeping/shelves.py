"""Whose a run is: it stands on a shelf, whose key nobody can guess; whoever has the key has the runs.

A browser's runs are put onto one shelf, which is made with the first of them. Another browser of the same visitor can
be put onto it as well.

Read next: ``room``.
"""

from __future__ import annotations

import hashlib
import secrets

from sqlalchemy import func, select
from sqlalchemy.dialects.sqlite import insert as upsert

from nnlab.keeping.store import Store
from nnlab.keeping.tables import Run, Shelf


def fingerprint(owner: str) -> str:
    """What stands for a browser's name on the disk."""
    return hashlib.sha256(f"nnlab shelf {owner}".encode()).hexdigest()[:32]


def shelf_of(store: Store, owner: str) -> str:
    """The shelf on which the runs of a browser are put; made when first asked for."""
    with store.writer.begin() as connection:
        values = {"owner": fingerprint(owner), "key": secrets.token_urlsafe(16), "made_room": 0}
        connection.execute(upsert(Shelf).values(**values).on_conflict_do_nothing())
        return str(connection.execute(select(Shelf.key).where(Shelf.owner == values["owner"])).scalar_one())


def known_shelf_of(store: Store, owner: str) -> str:
    """The same, but "" where there is none yet."""
    with store.engine.connect() as connection:
        found = connection.execute(select(Shelf.key).where(Shelf.owner == fingerprint(owner))).scalar()
    return str(found or "")


def is_shelf(store: Store, key: str) -> bool:
    """Whether a shelf has been made under this name."""
    with store.engine.connect() as connection:
        shelf = connection.execute(select(Shelf.key).where(Shelf.key == key)).first()
        return shelf is not None or connection.execute(select(Run.id).where(Run.shelf == key)).first() is not None


def use_shelf(store: Store, owner: str, key: str) -> None:
    """Put the runs of a browser onto this shelf from now on."""
    values = {"owner": fingerprint(owner), "key": key, "made_room": 0}
    with store.writer.begin() as connection:
        connection.execute(upsert(Shelf).values(**values).on_conflict_do_update(["owner"], set_={"key": key}))


def made_room(store: Store, key: str) -> int:
    """How many runs of a shelf have gone because it, or the disk, was full."""
    with store.engine.connect() as connection:
        return int(connection.execute(select(func.sum(Shelf.made_room)).where(Shelf.key == key)).scalar() or 0)
