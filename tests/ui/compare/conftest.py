"""What the tests of the Compare page share: no series of one test is left for the next, and none trains."""

from __future__ import annotations

import pytest

from nnlab.compare import series
from nnlab.ui.text import speaking


@pytest.fixture(autouse=True)
def nothing_is_trained(monkeypatch):
    """A series begins, but its runs find no room."""
    monkeypatch.delenv("NNLAB_DATA_DIR", raising=False)  # the built-in digits, of which there are few
    monkeypatch.setattr(series.jobs, "has_room", lambda setup, owner: False)
    monkeypatch.setattr(series.all_series, "_has_thread", False)
    yield
    series.all_series._series.clear()


@pytest.fixture(autouse=True)
def in_english():
    with speaking("en"):
        yield
