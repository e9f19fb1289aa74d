"""Shelves: one for each browser, under a key that cannot be guessed, and that another browser can be put onto."""

import re

from nnlab.keeping import shelves
from nnlab.keeping.database import FILE
from tests.nnlab.keeping.runs import OWNER, new_run, train

OTHER = "another-browsers-name-"


def test_each_browser_has_one_shelf(store):
    first = shelves.shelf_of(store, OWNER)
    assert re.fullmatch(r"[\w-]{22}", first)
    assert shelves.shelf_of(store, OWNER) == shelves.known_shelf_of(store, OWNER) == first
    assert shelves.known_shelf_of(store, OTHER) == ""
    assert shelves.shelf_of(store, OTHER) != first


def test_a_browser_can_be_put_onto_another_shelf(store, keeper, watched):
    key = shelves.shelf_of(store, OWNER)
    shelves.use_shelf(store, OTHER, key)
    job = new_run(OTHER)
    watched.jobs.append(job)
    watched.states[job.id] = train(job, 3)
    keeper.look()
    assert [run.id for run in store.runs(key)] == [job.id]
    assert shelves.is_shelf(store, key)
    assert not shelves.is_shelf(store, "made-up")


def test_the_name_of_a_browser_is_not_on_the_disk(store, keeper, watched):
    job = new_run()
    watched.jobs.append(job)
    watched.states[job.id] = train(job, 3)
    keeper.look()
    found = b"".join(path.read_bytes() for path in store.folder.rglob("*") if path.is_file())
    assert (store.folder / FILE).exists()
    assert job.id.encode() in found
    assert OWNER.encode() not in found
