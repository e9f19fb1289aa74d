"""A kill at any moment loses nothing that was kept before, and what it cuts off is there whole or not at all."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from nnlab.keeping.keeper import Keeper
from nnlab.keeping.store import Store
from tests.nnlab.keeping.runs import step_in

ROOT = Path(__file__).parents[3]
POINTS = 20  # of about a hundred, spread evenly over all the writing of one look


@pytest.fixture(scope="module")
def killed(tmp_path_factory):
    """A folder with a store for each point at which its keeper was killed."""
    folder = tmp_path_factory.mktemp("killed")
    command = [sys.executable, "-m", "tests.nnlab.keeping.killed", str(folder), str(POINTS)]
    result = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120)
    assert result.returncode == 0, result.stderr
    *places, total = result.stdout.splitlines()
    assert len(places) == POINTS
    assert len(set(places)) > POINTS // 2  # they are different ones
    assert int(total) > 3 * POINTS
    assert not list(folder.glob("survived-*"))
    return folder


@pytest.mark.parametrize("point", range(POINTS))
def test_a_kill_at_any_point_loses_nothing_that_was_kept(killed, point):
    store = Store(killed / str(point))
    Keeper(store, list).close()
    assert store.set_aside is None
    check(store, "over", "finished", {10})
    check(store, "going", "interrupted", {10, 20})
    ending = store.get("ending")
    check(store, "ending", "interrupted" if ending.step == 10 else "finished", {10, 20})
    if store.get("new"):
        check(store, "new", "interrupted", {5})
    store.close()


def check(store: Store, run_id: str, status: str, steps: set[int]) -> None:
    """A run has this status, and all that is kept of it is that of one and the same step."""
    run, past = store.get(run_id), store.past(run_id)
    assert run.status == status
    assert run.step in steps
    assert past.history.since().step.tolist() == np.arange(1, run.step + 1).tolist()
    assert past.history.evaluations[-1] == run.evaluation
    assert run.evaluation.step == run.step
    assert step_in(store.weights(run_id)) == run.step
    assert all(step_in(state.weights) == state.step for state in store.states(run_id))
    if status == "interrupted":
        assert (run.resumes_at, past.state.step, step_in(past.state.weights)) == (run.step,) * 3
        assert (past.state.memory, past.state.plain["run"]) == (b"memory", {"step": run.step})
    else:
        assert (run.resumes_at, past.state) == (None, None)
