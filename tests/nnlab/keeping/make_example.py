"""Make an example of a store as this version keeps it: ``python -m tests.nnlab.keeping.make_example FOLDER``.

Done once for each version of the data base, before a migration changes it; ``test_older.py`` opens all of them.
"""

from __future__ import annotations

import shutil
import sys
from dataclasses import replace
from pathlib import Path

from nnlab.config import ModelConfig
from nnlab.keeping.keeper import Keeper
from nnlab.keeping.store import Store
from tests.nnlab.keeping.runs import SETUP, change_rate, finish, new_run, train


def make(folder: Path) -> None:
    """Two runs, one of them finished, named, noted and starred, the other cut off at its 10th step."""
    jobs = [new_run(setup=replace(SETUP, model=ModelConfig((2,))), run_id=name) for name in ("finished", "cut-off")]
    states = {}
    store = Store(folder)
    keeper = Keeper(store, lambda: [(job, None if job.is_over else states[job.id]) for job in jobs])
    for job, until in zip(jobs, (24, 10), strict=True):
        states[job.id] = train(job, 5)
        change_rate(job, 0.02)
        states[job.id] = train(job, until)
    finish(jobs[0])
    keeper.look()
    store.rename("finished", "The first one")
    store.write_note("finished", "Kept by an older nnlab.")
    store.star("finished")
    keeper.close()
    store.close()
    shutil.rmtree(folder / "servers")


if __name__ == "__main__":
    make(Path(sys.argv[1]))
