"""How a run is kept: its files first, then in one transaction the rows that name them, then what they replaced goes.

Wherever this is cut off, the data base names whole files: those from before, or the new ones.

Read next: ``shelves``, whose a run is; ``room``, what goes when there are too many; ``keeper``, who has it written.
"""

from __future__ import annotations

import json
import secrets
import time
from dataclasses import asdict
from typing import Any

from sqlalchemy import Connection, bindparam, delete, func, insert, select, update
from sqlalchemy.dialects.sqlite import insert as upsert

from nnlab.config import to_dict
from nnlab.keeping import files, room, shelves
from nnlab.keeping.news import News
from nnlab.keeping.rows import written
from nnlab.keeping.store import Store
from nnlab.keeping.tables import Base, Changed, File, Measured, Run

# The columns that a run changes as it goes on. The statement is made once: making it takes longer than to carry it out.
GOING_ON = (
    "setup", "data_source", "is_fine_tuning", "status", "failure", "server", "step", "target", "images",
    "learning_rate", "clock", "width", "points", "unfinished", "losses", "evaluation", "dead", "resumes_at",
    "own_digits", "own_pixels", "own_scores",
)  # fmt: skip
RUNS = Base.metadata.tables["run"]
UPDATE = update(RUNS).where(RUNS.c.id == bindparam("of")).values({name: bindparam(name) for name in GOING_ON})


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
        shelf = shelves.shelf_of(store, job.owner)
        room.make_room(store, shelf)
    new = _write_files(store, news)
    with store.writer.begin() as connection:
        if is_first:
            values = {"id": job.id, "shelf": shelf, "created": time.time(), "name": "", "note": "", "is_starred": False}
            values["bytes"] = 0
            connection.execute(insert(Run).values(**values, **_of_run(news, server)))
        changed = connection.execute(UPDATE, {"of": job.id, **_of_run(news, server)}).rowcount
        replaced = _name_files(connection, news, new) if changed else []
        if changed:
            _add(connection, news)
    if not changed:
        store.files.remove_all(job.id)
    for name in replaced:
        store.files.remove(job.id, name)
    if not news.first:
        store.files.remove_others(job.id, "history", but=files.history(news.record.width))
    state = next((row["name"] for row in new if row["kind"] == "state"), "")
    if state or news.is_over:
        store.files.remove_others(job.id, "state", but=state)
    return bool(changed)


def _is_there(store: Store, run: str) -> bool:
    """Whether a run that is new to the keeper is kept already: one that was interrupted, and goes on."""
    with store.engine.connect() as connection:
        return connection.execute(select(Run.id).where(Run.id == run)).first() is not None


def _of_run(news: News, server: str) -> dict[str, Any]:
    """What stands in the columns of ``GOING_ON``."""
    job = news.job
    own, pixels = job.own_digits.to_message() if job.own_digits and not news.is_over else (None, b"")
    state = news.state or news.known.state
    is_here = not news.is_over and news.status != "interrupted"
    return {
        "setup": json.dumps(to_dict(job.setup)),
        "data_source": job.data_source,
        "is_fine_tuning": job.is_fine_tuning,
        "status": "running" if news.status == "starting" else news.status,
        "failure": job.reason.code if job.reason and news.is_over else "",
        "server": server if is_here else "",
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
