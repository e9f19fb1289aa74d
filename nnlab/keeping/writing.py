"""How a run is kept: its files first, then in one transaction the rows that name them, then what they replaced goes.

Wherever this is cut off, the data base names whole files: those from before, or the new ones.

Read next: ``keeper``.
"""

from __future__ import annotations

import hashlib
import json
import secrets
import time
from dataclasses import asdict
from typing import Any

from sqlalchemy import Connection, delete, func, insert, select, update
from sqlalchemy.dialects.sqlite import insert as upsert

from nnlab.config import to_dict
from nnlab.keeping import files
from nnlab.keeping.limits import DELETED_SECONDS
from nnlab.keeping.news import News
from nnlab.keeping.store import Store, written
from nnlab.keeping.tables import Changed, File, Measured, Run, Shelf
from nnlab.runs.messages import OVER

UNFINISHED = ("starting", "running", "paused")


class Full(Exception):
    """There is no room for one more run, and none that could make room."""


def keep(store: Store, news: News, server: str) -> bool:
    """Keep what is new of a run.

    Returns:
        whether it is kept; False if it is kept no more, since it has been deleted for good.

    Raises:
        Full: if it is new and there is no room.
    """
    job, shelf = news.job, ""
    is_first = not news.known.status and not _is_there(store, job.id)
    if is_first:
        shelf = shelf_of(store, job.owner)
        make_room(store, shelf)
    new = _write_files(store, news)
    with store.writer.begin() as connection:
        if is_first:
            values = {"id": job.id, "shelf": shelf, "created": time.time(), "name": "", "note": "", "is_starred": False}
            values["bytes"] = 0
            connection.execute(insert(Run).values(**values, **_of_run(news, server)))
        changed = connection.execute(update(Run).where(Run.id == job.id).values(**_of_run(news, server))).rowcount
        replaced = _name_files(connection, news, new) if changed else []
        if changed:
            _add(connection, news)
    if not changed:
        store.files.remove_all(job.id)
    for name in replaced:
        store.files.remove(job.id, name)
    if not news.first:
        store.files.remove_histories(job.id, but=files.history(news.record.width))
    return bool(changed)


def _is_there(store: Store, run: str) -> bool:
    """Whether a run that is new to the keeper is kept already: one that was interrupted, and goes on."""
    with store.engine.connect() as connection:
        return connection.execute(select(Run.id).where(Run.id == run)).first() is not None


def _of_run(news: News, server: str) -> dict[str, Any]:
    """The columns of a run that change."""
    job = news.job
    own, pixels = job.own_digits.to_message() if job.own_digits and not news.is_over else (None, b"")
    state = news.state or news.known.state
    return {
        "setup": json.dumps(to_dict(job.setup)),
        "data_source": job.data_source,
        "is_fine_tuning": job.is_fine_tuning,
        "status": "running" if news.status == "starting" else news.status,
        "failure": job.reason.code if job.reason else "",
        "server": "" if news.is_over else server,
        "step": news.step,
        "target": job.target,
        "images": job.pace.images,
        "learning_rate": job.learning_rate,
        "clock": json.dumps(asdict(job.pace.clock)),
        "width": news.record.width,
        "points": news.record.length,
        "unfinished": files.from_rows(news.record.unfinished),
        "losses": news.losses,
        "evaluation": written(job.latest_evaluation),
        "dead": news.dead,
        "resumes_at": None if news.is_over or state is None else state.step,
        "own_digits": json.dumps(own) if own else None,
        "own_pixels": pixels,
        "own_scores": json.dumps([asdict(score) for score in job.own_scores]),
    }


def _write_files(store: Store, news: News) -> list[dict[str, Any]]:
    """Write the new files; the rows that name them."""
    run, found = news.job.id, []

    def write(kind: str, step: int, data: bytes) -> None:
        name = f"{kind}-{step}.{'bin' if kind == 'state' else 'safetensors'}"
        if kind == "state":  # one of the same step may hold another learning rate: two files, two names
            name = f"{kind}-{step}-{secrets.token_hex(4)}.bin"
        store.files.write(run, name, data)
        found.append({"run": run, "kind": kind, "step": step, "name": name, "bytes": len(data)})

    if len(news.record.rows):
        at = files.ROW_BYTES * news.first
        store.files.append(run, files.history(news.record.width), files.from_rows(news.record.rows), at)
    for snapshot in news.trail:
        write("trail", snapshot.step, snapshot.weights)
    if news.weights:
        write("weights", news.weights.step, news.weights.weights)
    if news.state and not news.is_over:
        write("state", news.state.step, files.from_state(news.state))
    return found


def _name_files(connection: Connection, news: News, new: list[dict[str, Any]]) -> list[str]:
    """Have the data base name the new files; the names of those that it names no more."""
    run, kinds = news.job.id, {row["kind"] for row in new}
    if not new and not news.is_over:
        return []
    rows = connection.execute(select(File.kind, File.step, File.name).where(File.run == run)).all()
    gone = [
        row
        for row in rows
        if (row.kind == "trail" and row.step not in news.trail_steps)
        or (row.kind != "trail" and row.kind in kinds)
        or (row.kind == "state" and news.is_over)
    ]
    for row in gone:
        connection.execute(delete(File).where(File.run == run, File.kind == row.kind, File.step == row.step))
    if new:
        connection.execute(upsert(File).on_conflict_do_nothing(), new)
    size = select(func.coalesce(func.sum(File.bytes), 0)).where(File.run == run).scalar_subquery()
    connection.execute(update(Run).where(Run.id == run).values(bytes=size + files.ROW_BYTES * Run.points))
    names = {row["name"] for row in new}
    return [row.name for row in gone if row.name not in names]


def _add(connection: Connection, news: News) -> None:
    """Add the new evaluations and rate changes."""
    run = news.job.id
    measured = [
        {name: None if value != value else value for name, value in asdict(each).items()}  # NaN is unlike itself
        | {"run": run, "number": number}
        for number, each in enumerate(news.evaluations, news.known.evaluations)
    ]
    changes = [
        {"run": run, "number": number, "step": each.step, "learning_rate": each.learning_rate}
        for number, each in enumerate(news.rate_changes, news.known.rate_changes)
    ]
    for table, rows in ((Measured, measured), (Changed, changes)):
        if rows:
            connection.execute(upsert(table).on_conflict_do_nothing(), rows)


# Shelves


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


# Room


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
