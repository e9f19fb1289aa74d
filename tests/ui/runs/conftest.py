"""Runs that a visitor has kept, and pages opened by that visitor."""

from __future__ import annotations

import pytest
from starlette.applications import Starlette

from nnlab import paths
from nnlab.keeping import shelf, shelves
from nnlab.keeping.keeper import Keeper
from nnlab.keeping.store import Store
from nnlab.ui import routes
from tests.nnlab.keeping.runs import OWNER, finish, new_run, train
from tests.nnlab.replay.made import played_job, put_in_memory
from tests.ui.asking import Client


class Past:
    """What a server of yesterday has kept: ``finished`` and ``cut_off`` are runs of ``OWNER``."""

    def __init__(self) -> None:
        store, states, jobs = Store(paths.kept_dir()), {}, [new_run(), new_run()]
        keeper = Keeper(store, lambda: [(job, None if job.is_over else states[job.id]) for job in jobs])
        self.finished, self.cut_off = jobs
        for job, until in ((self.finished, 24), (self.cut_off, 10)):
            states[job.id] = train(job, until)
        finish(self.finished)
        keeper.close()
        self.key = shelves.known_shelf_of(store, OWNER)
        store.close()

    @property
    def store(self) -> Store:
        return shelf.store()


@pytest.fixture
def past(isolated_home):
    return Past()


@pytest.fixture
def open_runs(open_page):
    """``open_page("runs")`` by the visitor whose runs were kept; ``owner=""``: by somebody else."""

    def open_runs(language: str = "en", owner: str = OWNER, page: str = "runs", **query: str):
        app = open_page("home", language)
        if owner:
            app.session_state["owner"] = owner
        app.query_params = {}
        for key, value in query.items():
            app.query_params[key] = value
        return app.switch_page(f"pages/{page}.py").run()

    return open_runs


@pytest.fixture
def job(monkeypatch):
    """A run in memory with seven kept states, which learned from the built-in digits."""
    return put_in_memory(monkeypatch, played_job())


@pytest.fixture
def open_replay(open_runs):
    def open_replay(job, language="en"):
        page = open_runs(language, section="replay", run=job.id)
        assert not page.exception
        return page

    return open_replay


@pytest.fixture
def client():
    return Client(Starlette(routes=routes.routes()))
