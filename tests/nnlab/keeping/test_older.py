"""What an older nnlab has kept is found by this one, whole: an example of each version is stored beside this file."""

import shutil
from pathlib import Path

import pytest

from nnlab.keeping import shelves
from nnlab.keeping.keeper import Keeper
from nnlab.keeping.store import Store
from nnlab.keeping.tables import REVISION
from nnlab.records import RateChange
from tests.nnlab.keeping.make_example import make
from tests.nnlab.keeping.runs import OWNER, step_in

EXAMPLES = sorted(Path(__file__).parent.glob("version-*"))


def test_there_is_an_example_of_this_version():
    """Whoever adds a migration has made one of the version before, and now makes one of the new."""
    assert [example.name for example in EXAMPLES] == [f"version-{number}" for number in range(1, int(REVISION) + 1)]


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example.name)
def test_an_older_store_has_all_its_runs(example, tmp_path):
    folder = tmp_path / "kept"
    shutil.copytree(example, folder)
    store = Store(folder)
    Keeper(store, list).close()
    check(store)
    store.close()


def test_what_is_made_now_is_what_is_checked(tmp_path):
    make(tmp_path / "kept")
    store = Store(tmp_path / "kept")
    Keeper(store, list).close()
    check(store)
    store.close()


def check(store: Store) -> None:
    runs = {run.id: run for run in store.runs(shelves.known_shelf_of(store, OWNER))}
    assert {*runs} == {"finished", "cut-off"}
    finished, cut_off = runs["finished"], runs["cut-off"]
    assert (finished.name, finished.note) == ("The first one", "Kept by an older nnlab.")
    assert (finished.is_starred, cut_off.is_starred) == (True, False)
    assert (finished.status, finished.step, finished.resumes_at, finished.dead) == ("finished", 24, None, 1)
    assert (cut_off.status, cut_off.step, cut_off.resumes_at) == ("interrupted", 10, 10)
    assert finished.setup.model.hidden_sizes == (2,)
    history = store.history("finished")
    assert history.since().step.tolist() == [*range(1, 25)]
    assert history.rate_changes == [RateChange(5, 0.02)]
    assert history.evaluations[-1] == finished.evaluation
    assert step_in(store.weights("finished")) == 24
    past = store.past("cut-off")
    assert (past.state.step, past.state.memory, step_in(past.state.weights)) == (10, b"memory", 10)
    assert [step_in(state.weights) for state in store.states("cut-off")] == [5]  # the 10th step is no mark
