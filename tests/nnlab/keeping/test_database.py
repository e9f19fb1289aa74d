"""A data base of any age is opened, upgraded, set aside or left alone, and never lost."""

import sqlite3

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

from nnlab.keeping import database, tables
from nnlab.keeping.database import FILE, StoreError
from nnlab.keeping.store import Store
from nnlab.keeping.tables import Base


def revision_in(folder) -> str:
    with sqlite3.connect(folder / FILE) as connection:
        return connection.execute("SELECT version_num FROM alembic_version").fetchone()[0]


def test_the_migrations_make_the_tables(store):
    with store.engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), Base.metadata) == []
    config = Config()
    config.set_main_option("script_location", str(database.MIGRATIONS))
    assert ScriptDirectory.from_config(config).get_heads() == [tables.REVISION]
    assert revision_in(store.folder) == tables.REVISION


def test_what_was_committed_is_there_after_a_crash_and_rows_go_with_their_run(store):
    with store.engine.connect() as connection:
        assert connection.exec_driver_sql("PRAGMA journal_mode").scalar() == "wal"
        assert connection.exec_driver_sql("PRAGMA synchronous").scalar() == 2  # FULL
        assert connection.exec_driver_sql("PRAGMA foreign_keys").scalar() == 1


def test_an_older_data_base_is_upgraded(tmp_path):
    """The oldest there can be: a file that a version before the first migration, or a crash of it, has left empty."""
    tmp_path.joinpath(FILE).touch()
    Store(tmp_path).close()
    assert revision_in(tmp_path) == tables.REVISION


def test_an_upgrade_that_fails_leaves_nothing_half_done(tmp_path, monkeypatch):
    from alembic import op

    genuine = op.create_table

    def create_table(name, *columns):
        if name == "shelf":
            raise RuntimeError("the power is gone")
        genuine(name, *columns)

    monkeypatch.setattr(op, "create_table", create_table)
    with pytest.raises(RuntimeError):
        Store(tmp_path)
    monkeypatch.undo()
    with sqlite3.connect(tmp_path / FILE) as connection:
        assert connection.execute("SELECT name FROM sqlite_master").fetchall() == []
    Store(tmp_path).close()


def test_a_newer_data_base_is_left_alone(tmp_path):
    Store(tmp_path).close()
    with sqlite3.connect(tmp_path / FILE) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    connection.close()
    before = (tmp_path / FILE).read_bytes()
    with pytest.raises(StoreError, match="newer nnlab") as caught:
        Store(tmp_path)
    assert caught.value.reason == "newer"
    assert (tmp_path / FILE).read_bytes() == before


@pytest.mark.parametrize(
    "damage",
    [
        lambda file: file.write_bytes(b"no data base" * 1000),
        lambda file: file.write_bytes(file.read_bytes()[:5000]),
        lambda file: _overwrite(file, 8192),
        lambda file: _execute(file, "DROP TABLE alembic_version"),
    ],
    ids=["another file", "cut off", "overwritten", "without a version"],
)
def test_a_damaged_data_base_is_set_aside(tmp_path, damage):
    Store(tmp_path).close()
    file = tmp_path / FILE
    damage(file)
    damaged = file.read_bytes()
    store = Store(tmp_path)
    assert store.set_aside.name.startswith(f"{FILE}.damaged-")
    assert store.set_aside.read_bytes() == damaged
    assert store.runs("any") == []
    store.close()
    again = Store(tmp_path)
    assert again.set_aside is None
    again.close()


def _overwrite(file, start: int) -> None:
    with file.open("r+b") as stream:
        stream.seek(start)
        stream.write(b"\xff" * 4096)


def _execute(file, statement: str) -> None:
    connection = sqlite3.connect(file)
    connection.execute(statement)
    connection.commit()
    connection.close()


def test_what_cannot_be_opened_is_said_and_left_alone(tmp_path):
    tmp_path.joinpath(FILE).mkdir()
    with pytest.raises(StoreError, match="cannot be opened") as caught:
        Store(tmp_path)
    assert caught.value.reason == "unwritable"
    assert tmp_path.joinpath(FILE).is_dir()
