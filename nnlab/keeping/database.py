"""Opening the data base: an older nnlab's is upgraded, a damaged one is set aside, a newer one is left alone.

Alembic takes a data base from one version to the next, by the files in ``migrations/versions``; it is only loaded where
there is something to do. SQLite writes ahead (WAL), so that whoever reads waits for nobody, and what was committed is
there after any crash of the program, and of the computer: each commit waits for the disk (synchronous=FULL). It has to,
since files go that a commit has replaced; a commit that a power cut took back would name those.

Read next: ``store``.
"""

from __future__ import annotations

import sqlite3
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, inspect, text
from sqlalchemy.exc import DatabaseError

from nnlab.keeping.tables import REVISION

FILE = "nnlab.db"
MIGRATIONS = Path(__file__).parent / "migrations"
BUSY_SECONDS = 10.0  # so long a writer waits for another


class StoreError(Exception):
    """The kept runs cannot be used. ``reason`` is "newer" or "unwritable"."""

    def __init__(self, reason: str, sentence: str):
        self.reason = reason
        super().__init__(sentence)


def open_database(folder: Path) -> tuple[Engine, Path | None]:
    """The data base of a folder, upgraded to the newest version; made if there is none.

    Returns:
        the engine, and what a damaged data base is called from now on, None if it was not damaged.

    Raises:
        StoreError: if a newer nnlab has written it, or it cannot be written.
    """
    file = folder / FILE
    try:
        return _open(file), None
    except DatabaseError as error:
        if not _is_damaged(error):
            raise StoreError("unwritable", f"The runs in {folder} cannot be opened: {error.orig}.") from error
    set_aside = file.with_name(f"{FILE}.damaged-{time.strftime('%Y%m%d-%H%M%S')}")
    try:
        for ending in ("", "-wal", "-shm"):  # what belongs to it goes along
            with suppress(FileNotFoundError):
                Path(f"{file}{ending}").rename(f"{set_aside}{ending}")
        return _open(file), set_aside
    except (DatabaseError, OSError) as error:
        raise StoreError("unwritable", f"The damaged data base {file} cannot be set aside: {error}.") from error


def _is_damaged(error: DatabaseError) -> bool:
    """Whether it is the file's fault, rather than the disk's or somebody else's who writes."""
    return not isinstance(error.orig, sqlite3.OperationalError)


def _open(file: Path) -> Engine:
    engine = create_engine(f"sqlite:///{file}", connect_args={"timeout": BUSY_SECONDS})
    event.listen(engine, "connect", _prepare)
    event.listen(engine, "begin", _begin)
    try:
        with engine.connect() as connection:
            found = connection.execute(text("PRAGMA quick_check(1)")).scalar()
            if found != "ok":
                raise DatabaseError("quick_check", None, sqlite3.DatabaseError(str(found)))
            revision = _revision_of(engine)
        if revision != REVISION:
            _upgrade(engine, revision)
    except BaseException:
        engine.dispose()
        raise
    return engine


def _prepare(connection: Any, record: object) -> None:
    connection.isolation_level = None  # Python's driver begins no transactions, and leaves none out
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=FULL")
    connection.execute("PRAGMA foreign_keys=ON")


def _begin(connection: Connection) -> None:
    is_writing = connection.get_execution_options().get("is_writing")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if is_writing else "BEGIN")  # a writer waits before it has read


def to_write(engine: Engine) -> Engine:
    """The same for transactions that write."""
    return engine.execution_options(is_writing=True)


def _revision_of(engine: Engine) -> str | None:
    """Which migration was the last; None in a data base that is empty.

    Raises:
        DatabaseError: for tables that no nnlab has written like this.
    """
    tables = inspect(engine).get_table_names()
    if "alembic_version" in tables:
        with engine.connect() as connection:
            if found := connection.execute(text("SELECT version_num FROM alembic_version")).scalar():
                return str(found)
        tables.remove("alembic_version")
    if tables:
        raise DatabaseError("revision", None, sqlite3.DatabaseError("its tables do not say of which version they are"))
    return None


def _upgrade(engine: Engine, revision: str | None) -> None:
    from alembic import command
    from alembic.config import Config
    from alembic.script import ScriptDirectory

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    known = {script.revision for script in ScriptDirectory.from_config(config).walk_revisions()}
    if revision is not None and revision not in known:
        raise StoreError("newer", f"The runs in {engine.url.database} were kept by a newer nnlab ({revision:.20}).")
    with to_write(engine).begin() as connection:  # all of the upgrade, or nothing of it
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
