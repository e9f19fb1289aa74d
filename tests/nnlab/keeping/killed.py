"""A program that is killed while it keeps runs: ``python killed.py FOLDER POINTS``.

A child of it keeps runs, then has the keeper look once more, and counts all the points at which something may end that:
before and in the middle of each writing of a file, before each change of a name and each statement of the data base,
before and after each commit. Then other children do the same in folders of their own, and each is killed at one of so
many of these points. Printed is where each was killed, and at last the number of all points.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import sys
from collections.abc import Callable
from pathlib import Path

from sqlalchemy import event

from nnlab import paths
from nnlab.keeping import files
from nnlab.keeping.keeper import Keeper
from nnlab.keeping.store import Store
from tests.nnlab.keeping.runs import finish, new_run, train


class Points:
    """Counts the points that are passed, and ends the process at one of them; -1: at none."""

    def __init__(self, fatal: int = -1):
        self.passed: list[str] = []
        self.fatal = fatal

    def __call__(self, name: str) -> None:
        if len(self.passed) == self.fatal:
            print(name, flush=True)
            os.kill(os.getpid(), signal.SIGKILL)
        self.passed.append(name)


def before(passes: Points, function: Callable, name: str) -> Callable:
    def passed(*arguments, **options):
        passes(name)
        return function(*arguments, **options)

    return passed


def watch(passes: Points, store: Store) -> None:
    """Have the points of all writing passed."""

    def write_bytes(path: Path, data: bytes) -> None:
        passes(f"before writing {path.name}")
        with path.open("wb") as file:
            file.write(data[: len(data) // 2])
        passes(f"in the middle of {path.name}")
        with path.open("ab") as file:
            file.write(data[len(data) // 2 :])

    def append(of_store: files.Files, run: str, name: str, data: bytes, at: int) -> None:
        path = of_store.path(run, name)
        if not at:
            path.parent.mkdir(exist_ok=True)
            paths.write_whole(path, data)
            return
        os.truncate(path, at)
        for part in (data[: len(data) // 2], data[len(data) // 2 :]):
            passes(f"before a part of {name}")
            with path.open("ab") as file:
                file.write(part)

    Path.write_bytes = write_bytes
    os.replace = before(passes, os.replace, "before a new name")
    Path.unlink = before(passes, Path.unlink, "before removing a file")
    files.Files.append = append
    event.listen(store.engine, "before_cursor_execute", lambda *told: passes(f"before {told[2][:40]!r}"))
    event.listen(store.engine, "commit", lambda connection: passes("before a commit"))
    event.listen(store.engine, "checkin", lambda *told: passes("after a transaction"))


def first_look(folder: Path) -> tuple[list, dict]:
    """A run that is over, two that go on, kept; then what is new of all, and a new one."""
    jobs = [new_run(run_id=name) for name in ("over", "going", "ending")]
    states = {}
    store = Store(folder)
    keeper = keeper_of(store, jobs, states)
    for job in jobs:
        states[job.id] = train(job, 10)
    finish(jobs[0])
    keeper.look()
    keeper.look()
    return jobs, states


def keeper_of(store: Store, jobs: list, states: dict) -> Keeper:
    return Keeper(store, lambda: [(job, None if job.is_over else states.get(job.id)) for job in jobs])


def second_look(folder: Path, fatal: int) -> list[str]:
    """What is new, looked at by a keeper that has looked once; the points that were passed."""
    jobs, states = first_look(folder)
    store = Store(folder)
    keeper = keeper_of(store, jobs, states)
    keeper.look()
    for job in jobs[1:]:
        states[job.id] = train(job, 20)
    finish(jobs[2])
    jobs.append(new_run(run_id="new"))
    states["new"] = train(jobs[3], 5)
    passes = Points(fatal)
    watch(passes, store)
    keeper.look()
    return passes.passed


def in_a_child(folder: Path, fatal: int, out: Path) -> None:
    child = os.fork()
    if not child:
        out.write_text(json.dumps(second_look(folder, fatal)))
        os._exit(0)
    os.waitpid(child, 0)


if __name__ == "__main__":
    place, count = Path(sys.argv[1]), int(sys.argv[2])
    Store(place / "first").close()  # imports what a new data base takes, once for all children
    shutil.rmtree(place / "first")
    in_a_child(place / "whole", -1, place / "points.json")
    total = len(json.loads((place / "points.json").read_text()))
    for number in range(count):
        in_a_child(place / str(number), number * (total - 1) // (count - 1), place / f"survived-{number}")
    shutil.rmtree(place / "whole")
    print(total, flush=True)
