"""The server keeps so much of visitors' files and no more."""

from types import SimpleNamespace

import pytest

from nnlab.ui import uploads
from tests.coroutines import finish

LARGEST = uploads.MEGABYTES * 1024 * 1024


@pytest.fixture
def stored(monkeypatch):
    """What the server holds: {session: {file: a file}}."""
    storage = {}
    monkeypatch.setattr(uploads, "exists", lambda: True)
    manager = SimpleNamespace(file_storage=storage)
    monkeypatch.setattr(uploads, "get_instance", lambda: SimpleNamespace(uploaded_file_mgr=manager))
    return storage


def put(path: str = "/_stcore/upload_file/me/1", method: str = "PUT") -> bool:
    """Whether a request reaches Streamlit."""
    reached, sent = [], []

    async def app(scope, receive, send):
        reached.append(scope)

    async def send(message):
        sent.append(message)

    finish(uploads.Room(app)({"type": "http", "method": method, "path": path}, None, send))
    assert reached or sent[0]["status"] == 507
    return bool(reached)


def of(size: int) -> SimpleNamespace:
    return SimpleNamespace(data=bytes(size))


def test_one_visitor_has_room_for_so_much(stored):
    assert put()
    stored["me"] = {"a": of(uploads.MOST_OF_ONE - LARGEST)}
    assert put()
    stored["me"]["b"] = of(1)
    assert not put()
    assert put("/lesson/_stcore/upload_file/another/1")
    assert put(method="DELETE")
    assert put("/train")


def test_all_visitors_together_have_room_for_so_much(stored):
    for number in range(4):
        stored[str(number)] = {"a": of((uploads.MOST_BYTES - LARGEST) // 4)}
    assert put()
    stored["one more"] = {"a": of(10)}
    assert not put()


def test_what_is_arriving_counts(stored):
    room = uploads.Room(None)
    room.arriving = uploads.MOST_BYTES // LARGEST
    assert not room._has_room("me")
