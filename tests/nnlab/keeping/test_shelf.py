"""The one store of a server: where runs cannot be kept, the reason is told and pages go on without."""

import sqlite3
import threading

from nnlab import paths
from nnlab.keeping import database, shelf
from nnlab.keeping.store import Store


def test_a_data_base_that_can_be_read_and_not_written_is_an_obstacle(isolated_home, monkeypatch, capsys):
    """As where another program holds it for long, or its file may only be read."""
    monkeypatch.setattr(database, "BUSY_SECONDS", 0.1)
    folder = paths.kept_dir()
    Store(folder).close()
    other = sqlite3.connect(folder / database.FILE, isolation_level=None)
    try:
        other.execute("BEGIN IMMEDIATE")
        found = shelf.keeping()
        assert (found.obstacle, found.keeper, found.store.runs("any")) == ("unwritable", None, [])
        assert "database is locked" in found.sentence
        assert found.sentence in capsys.readouterr().err
        assert shelf.keeping() is found
    finally:
        other.close()


def test_a_store_of_nothing_serves_one_thread_at_a_time():
    """SQLite breaks off where two use a connection at once, and in memory there is only one."""
    store, served = Store.of_nothing(), threading.Event()

    def look() -> None:
        assert store.runs("any") == []
        served.set()

    with store.engine.connect():
        thread = threading.Thread(target=look)
        thread.start()
        assert not served.wait(0.2)
    assert served.wait(30)
    thread.join()
