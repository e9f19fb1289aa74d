"""What goes: the oldest runs where there are too many, deleted ones after a day, and what a killed server has left.

What its owner has marked, by a star, a name or a note, never makes room for others.

Read next: ``keeper``.
"""

from __future__ import annotations

import time

from sqlalchemy import delete, func, select, update

from nnlab.keeping.limits import DELETED_SECONDS
from nnlab.keeping.store import Store
from nnlab.keeping.tables import Run, Shelf
from nnlab.runs.messages import OVER


class Full(Exception):
    """There is no room for one more run, and none that could make room."""


def make_room(store: Store, shelf: str) -> None:
    """Have room for one more run on a shelf: the oldest of those that are over, without star, name or note, go.

    Raises:
        Full: if there are none.
    """
    limits = store.limits
    while True:
        with store.writer.begin() as connection:
            count = connection.execute(
                select(func.count()).where(Run.shelf == shelf, Run.deleted.is_(None))
            ).scalar_one()
            size = connection.execute(select(func.coalesce(func.sum(Run.bytes), 0))).scalar_one()
            if count < limits.runs and size < limits.bytes:
                return
            plain = select(Run.id, Run.shelf, Run.deleted).where(
                (Run.deleted.is_not(None))
                | ((Run.server == "") & ~Run.is_starred & (Run.name == "") & (Run.note == "")),
            )
            if size < limits.bytes:
                plain = plain.where(Run.shelf == shelf, Run.deleted.is_(None))
            oldest = connection.execute(plain.order_by(Run.deleted.is_(None), Run.created).limit(1)).first()
            if oldest is None:
                raise Full
            connection.execute(delete(Run).where(Run.id == oldest.id))
            if oldest.deleted is None:
                shelves = update(Shelf).where(Shelf.key == oldest.shelf)
                connection.execute(shelves.values(made_room=Shelf.made_room + 1))
        store.files.remove_all(oldest.id)


def purge(store: Store, before: float | None = None) -> list[str]:
    """Take deleted runs off the disk.

    Args:
        before: those deleted before this time, in seconds since 1970; default: a day ago.

    Returns:
        their ids.
    """
    until = time.time() - DELETED_SECONDS if before is None else before
    with store.writer.begin() as connection:
        gone = [*connection.execute(select(Run.id).where(Run.deleted < until)).scalars()]
        connection.execute(delete(Run).where(Run.id.in_(gone)))
    for run in gone:
        store.files.remove_all(run)
    return gone


def tidy(store: Store, alive: set[str]) -> None:
    """At a server's start: runs whose server has ended are interrupted, and what was deleted or half made goes.

    Args:
        alive: the names of the servers that live.
    """
    with store.writer.begin() as connection:
        connection.execute(
            update(Run)
            .where(Run.server.not_in([*alive, ""]), Run.status.not_in(OVER))
            .values(status="interrupted", server="")
        )
    if len(alive) == 1:  # another server's visitors may still want theirs back
        purge(store, before=time.time())
    with store.engine.connect() as connection:
        known = [*connection.execute(select(Run.id)).scalars()]
    store.files.sweep(known)
