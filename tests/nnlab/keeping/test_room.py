"""Deleting, bringing back, and making room: what its owner has marked stays, and what goes leaves the disk."""

import os
import time

import pytest

from nnlab.keeping import room, shelves
from nnlab.keeping.keeper import Keeper
from nnlab.keeping.limits import BYTES_VARIABLE, KEEP_VARIABLE, RUNS_VARIABLE, KeptLimits, is_keeping, limits_here
from nnlab.keeping.store import Store
from tests.nnlab.keeping.runs import OWNER, finish, new_run, train

DAY = 24 * 3600


@pytest.fixture
def keep(store):
    """A function that keeps a finished run and returns it; ``keep.keeper`` is who does it."""
    jobs: list = []
    keeper = Keeper(store, lambda: [(job, None) for job in jobs])

    def keep(owner: str = OWNER):
        jobs.append(new_run(owner))
        train(jobs[-1], 24)
        finish(jobs[-1])
        keeper.look()
        return jobs[-1]

    keep.keeper, keep.jobs = keeper, jobs
    yield keep
    keeper.close()


def ids(store, owner=OWNER):
    return [run.id for run in store.runs(shelves.known_shelf_of(store, owner))]


def test_a_deleted_run_can_be_brought_back_for_a_day(store, keep):
    first, second = keep(), keep()
    store.delete(first.id)
    assert ids(store) == [second.id]
    assert store.get(first.id) is None
    assert [run.id for run in store.deleted(shelves.known_shelf_of(store, OWNER))] == [first.id]
    assert room.purge(store) == []
    assert store.undelete(first.id)
    assert {*ids(store)} == {first.id, second.id}
    store.delete(first.id)
    assert room.purge(store, before=time.time() + 1) == [first.id]
    assert not store.undelete(first.id)
    assert not (store.folder / "files" / first.id).exists()
    assert (store.folder / "files" / second.id).exists()


def test_what_was_deleted_goes_at_the_next_start(store, keep):
    job = keep()
    store.delete(job.id)
    keep.keeper.close()
    Keeper(store, list).close()
    assert not store.undelete(job.id)


def test_a_run_that_is_gone_for_good_does_not_come_back_while_it_is_in_memory(store, keep):
    job = keep()
    store.delete(job.id)
    room.purge(store, before=time.time() + 1)
    with job.changed:
        job.learning_rate = 0.5  # news
    keep.keeper.look()
    keep.keeper.look()
    assert store.get(job.id) is None
    assert not (store.folder / "files" / job.id).exists()


def test_the_oldest_without_a_mark_makes_room_on_its_shelf(store, keep):
    store.limits = KeptLimits(runs=3)
    starred, named, plain = keep(), keep(), keep()
    other = keep("another-browsers-name-")
    store.star(starred.id)
    store.rename(named.id, "a name")
    newest = keep()
    assert ids(store) == [newest.id, named.id, starred.id]
    assert not (store.folder / "files" / plain.id).exists()
    assert shelves.made_room(store, shelves.known_shelf_of(store, OWNER)) == 1
    assert ids(store, "another-browsers-name-") == [other.id]


def test_what_is_marked_never_makes_room(store, keep):
    store.limits = KeptLimits(runs=3)
    marks = (store.star, lambda run: store.rename(run, "a name"), lambda run: store.write_note(run, "a note"))
    for mark in marks:
        mark(keep().id)
    before = ids(store)
    refused = keep()
    assert ids(store) == before
    assert keep.keeper.full == {refused.id}
    store.delete(before[0])
    keep.keeper.look()
    assert ids(store)[0] == refused.id
    assert keep.keeper.full == set()


def test_all_shelves_together_have_a_limit(store, keep):
    first = keep()
    store.limits = KeptLimits(bytes=2 * store.get(first.id).bytes)
    second, third = keep("another-browsers-name-"), keep("a-third-browsers-name-")
    assert ids(store) == []
    assert [ids(store, job.owner) for job in (second, third)] == [[second.id], [third.id]]


def test_a_menu_has_the_newest_and_the_starred(store, keep):
    runs = [keep().id for _ in range(5)]
    store.star(runs[0])
    assert [run.id for run in store.newest(shelves.known_shelf_of(store, OWNER), 2)] == [runs[4], runs[3], runs[0]]


def test_a_size_is_that_of_the_files(store, keep):
    job = keep()
    files = [path.stat().st_size for path in (store.folder / "files" / job.id).iterdir()]
    assert store.get(job.id).bytes == sum(files)


def test_limits_are_set_in_the_environment():
    assert limits_here({}) == KeptLimits(500, 5_000_000_000)
    assert limits_here({RUNS_VARIABLE: "20", BYTES_VARIABLE: "1000"}) == KeptLimits(20, 1000)
    assert [is_keeping({KEEP_VARIABLE: said}) for said in ("", "1", "0", "off")] == [True, True, False, False]


def test_an_old_folder_of_no_run_is_swept_and_a_new_one_is_not(tmp_path):
    store = Store(tmp_path / "kept")
    old, new = (store.folder / "files" / name for name in ("old", "new"))
    for folder in (old, new):
        folder.mkdir(parents=True)
    os.utime(old, (time.time() - DAY,) * 2)
    Keeper(store, list).close()
    assert (old.exists(), new.exists()) == (False, True)
    store.close()
