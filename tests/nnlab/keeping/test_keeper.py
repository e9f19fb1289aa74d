"""What a run tells is in the store after the keeper's next look, and is found there as it was."""

import sqlite3
import stat
import threading
import time

import numpy as np
import pytest
from sqlalchemy.exc import OperationalError

from nnlab import checkpoint
from nnlab.keeping import keeper as module
from nnlab.keeping import room, shelves
from nnlab.keeping.store import Store
from nnlab.runs.history import COLUMNS
from tests.nnlab.keeping.runs import OWNER, change_rate, finish, new_run, step_in, train


def shelf_of(store, owner=OWNER):
    return shelves.known_shelf_of(store, owner)


def same_history(one, other) -> bool:
    ours, theirs = one.since(), other.since()
    is_same = all(np.array_equal(getattr(ours, name), getattr(theirs, name)) for name in COLUMNS)
    return is_same and ours.evaluations == theirs.evaluations and ours.rate_changes == theirs.rate_changes


def test_a_run_is_kept_from_its_first_step_on(store, keeper, watched):
    job = new_run()
    watched.jobs.append(job)
    keeper.look()
    assert shelf_of(store) == ""
    assert store.get(job.id) is None
    watched.states[job.id] = train(job, 3)
    keeper.look()
    assert [run.id for run in store.runs(shelf_of(store))] == [job.id]
    run = store.get(job.id)
    assert (run.status, run.step, run.resumes_at, run.seconds, run.setup) == ("running", 3, 3, 0.003, job.setup)
    assert (run.evaluation, run.dead, run.data_source) == (job.latest_evaluation, 1, "mnist")
    assert run.losses == pytest.approx([2, 1, 2 / 3])


def test_what_comes_is_added_to_what_is_kept(store, keeper, watched):
    job = new_run()
    watched.jobs.append(job)
    for until in (3, 10, 17):
        watched.states[job.id] = train(job, until)
        change_rate(job, until / 1000)
        keeper.look()
        assert same_history(store.history(job.id), job.history)
        past = store.past(job.id)
        assert past.state == watched.states[job.id]
        assert (past.learning_rate, past.newest.step, past.images) == (until / 1000, until, 50 * until)
    assert len(list((store.folder / "files" / job.id).glob("state-*"))) == 1


def test_a_finished_run_has_its_weights_and_no_state(store, keeper, watched):
    job = new_run()
    watched.jobs.append(job)
    watched.states[job.id] = train(job, 24)
    keeper.look()
    finish(job)
    keeper.look()
    run, file = store.get(job.id), store.weights(job.id)
    assert (run.status, run.resumes_at) == ("finished", None)
    assert step_in(file) == 24
    header = checkpoint.read_header(file)
    assert header["facts"] == {"data": "mnist", "step": 24, "test_accuracy": 0.8, "test_samples": 200}
    assert checkpoint.from_bytes(file).config == job.setup.model
    assert store.past(job.id).state is None
    assert sorted(path.suffix for path in (store.folder / "files" / job.id).iterdir() if "trail" not in path.name) == [
        ".f64", ".safetensors",
    ]  # fmt: skip
    assert [state.step for state in store.states(job.id)] == [state.step for state in job.trail.states]


def test_the_trail_of_a_kept_run_that_is_over_is_on_the_disk_alone(store, keeper, watched):
    job = new_run()
    watched.jobs.append(job)
    watched.states[job.id] = train(job, 24)
    keeper.look()
    before, states = job.trail.bytes, job.states()
    finish(job)
    keeper.look()
    assert (before > 0, job.trail.bytes) == (True, 0)
    assert job.states() == states
    files = sorted((store.folder / "files" / job.id).glob("trail-*"))
    assert len(files) == len(job.trail.steps)
    job.trail.clear()  # as the register does when there are many runs
    keeper._known.clear()  # as after a disk that was full: all of it is written anew
    keeper.look()
    assert sorted((store.folder / "files" / job.id).glob("trail-*")) == files
    assert job.states() == states


def test_a_run_that_there_is_no_room_for_keeps_its_trail_in_memory(store, keeper, watched, monkeypatch):
    def refuse(*_):
        raise room.Full

    monkeypatch.setattr(room, "make_room", refuse)
    job = new_run()
    watched.jobs.append(job)
    train(job, 24)
    finish(job)
    keeper.look()
    assert keeper.full == {job.id}
    assert job.trail.bytes > 0
    assert not job.trail.put_away
    watched.jobs.clear()  # the server forgets it
    keeper.look()
    assert keeper.full == set()


def test_a_run_that_ends_while_it_is_looked_at_keeps_its_weights(store, keeper, watched):
    """Its state was asked for a moment before; of a wide run such a moment is long."""
    job = new_run()
    state = train(job, 24)
    finish(job)
    keeper.runs = lambda: [(job, state)]
    keeper.look()
    keeper.runs = lambda: [(job, None)]
    keeper.look()
    assert store.get(job.id).status == "finished"
    assert step_in(store.weights(job.id)) == 24


def test_weights_that_come_after_the_end_are_kept_as_well(store, keeper, watched):
    job = new_run()
    train(job, 24)
    newest, job._snapshot = job.snapshot(), None
    finish(job)
    watched.jobs.append(job)
    keeper.look()
    assert store.weights(job.id) is None
    job._snapshot = newest
    keeper.look()
    assert step_in(store.weights(job.id)) == 24


def test_a_restored_run_shows_what_the_living_one_did(store, keeper, watched):
    job = new_run()
    watched.jobs.append(job)
    watched.states[job.id] = train(job, 24)
    finish(job)
    keeper.look()
    shown = store.past(job.id).job()
    assert (shown.id, shown.status, shown.step, shown.latest) == (job.id, "finished", 24, job.latest)
    assert (shown.latest_evaluation, shown.elapsed_seconds) == (job.latest_evaluation, job.elapsed_seconds)
    assert [state.step for state in shown.states()] == [state.step for state in job.states()]
    assert shown.curve.since() == job.curve.since()


def test_the_runs_of_nobody_are_not_kept(store, keeper, watched):
    watched.jobs.append(new_run(owner=""))
    train(watched.jobs[0], 3)
    keeper.look()
    assert store.get(watched.jobs[0].id) is None


def test_nobody_else_on_the_computer_may_look(store, keeper, watched):
    job = new_run()
    watched.jobs.append(job)
    watched.states[job.id] = train(job, 3)
    keeper.look()
    assert stat.S_IMODE(store.folder.stat().st_mode) == 0o700


def test_after_a_kill_a_run_is_interrupted_and_nothing_else_changes(tmp_path, watched):
    from nnlab.keeping.keeper import Keeper

    first = Store(tmp_path / "kept")
    keeper, job = Keeper(first, watched), new_run()
    watched.jobs.append(job)
    watched.states[job.id] = train(job, 10)
    keeper.look()
    second = Store(tmp_path / "kept")  # another server beside the first, which lives
    other = Keeper(second, lambda: [])
    assert second.get(job.id).status == "running"
    keeper._servers.leave()  # as when its process has ended
    other._servers.leave()
    third = Keeper(second, lambda: [])
    run = second.get(job.id)
    assert (run.status, run.step, run.resumes_at) == ("interrupted", 10, 10)
    third._servers.leave()
    first.close()
    second.close()


def refuse(*_):
    """As SQLite does while somebody else writes for longer than one waits."""
    raise OperationalError("BEGIN IMMEDIATE", None, sqlite3.OperationalError("database is locked"))


def test_a_purge_that_fails_does_not_end_the_keeping(store, keeper, watched, monkeypatch, capsys):
    monkeypatch.setattr(module, "SECONDS", 0.01)
    monkeypatch.setattr(module, "PURGE_SECONDS", -1.0)
    monkeypatch.setattr(room, "purge", refuse)
    keeper.start()
    job = new_run()
    until = time.monotonic() + 30
    while "cannot be taken off the disk" not in capsys.readouterr().err and time.monotonic() < until:
        time.sleep(0.01)
    watched.states[job.id] = train(job, 3)
    watched.jobs.append(job)
    while store.get(job.id) is None and time.monotonic() < until:
        time.sleep(0.01)
    assert store.get(job.id) is not None
    assert "nnlab-keeper" in [thread.name for thread in threading.enumerate()]
    assert keeper.trouble == ""


def test_a_look_without_memory_is_followed_by_another(store, keeper, watched, monkeypatch):
    job = new_run()
    watched.jobs.append(job)
    watched.states[job.id] = train(job, 3)

    def no_memory(*_):
        raise MemoryError

    with monkeypatch.context() as patch:
        patch.setattr(module.writing, "keep", no_memory)
        keeper.look()
    assert keeper.trouble.startswith("MemoryError")
    keeper.look()
    assert (keeper.trouble, store.get(job.id).step) == ("", 3)


def test_a_state_that_was_written_in_vain_leaves_the_disk(store, keeper, watched, monkeypatch):
    """Its name is of its own, so the next one does not take its place; each may have some hundred megabytes."""
    job = new_run()
    watched.jobs.append(job)
    watched.states[job.id] = train(job, 3)
    keeper.look()
    with monkeypatch.context() as patch:
        patch.setattr(module.writing, "_name_files", refuse)
        for until in (5, 7):
            watched.states[job.id] = train(job, until)
            keeper.look()
    assert "locked" in keeper.trouble
    folder = store.folder / "files" / job.id
    (folder / ".state-9-0a1b2c3d.bin.4e5f6a7b").touch()  # of a process that was killed
    keeper.look()
    assert len(list(folder.glob("*state*"))) == 1
    assert store.past(job.id).state == watched.states[job.id]
    finish(job)
    keeper.look()
    assert list(folder.glob("*state*")) == []
