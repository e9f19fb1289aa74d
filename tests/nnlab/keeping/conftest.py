"""A store in a folder of its own, and a keeper that looks when a test says so."""

from __future__ import annotations

import pytest

from nnlab.keeping.keeper import Keeper
from nnlab.keeping.store import Store


class Watched:
    """Runs that a keeper watches: ``states`` holds the last state of each."""

    def __init__(self) -> None:
        self.jobs, self.states = [], {}

    def __call__(self):
        return [(job, None if job.is_over else self.states.get(job.id)) for job in self.jobs]


@pytest.fixture
def store(tmp_path):
    store = Store(tmp_path / "kept")
    yield store
    store.close()


@pytest.fixture
def watched():
    return Watched()


@pytest.fixture
def keeper(store, watched):
    keeper = Keeper(store, watched)
    yield keeper
    keeper.close()
