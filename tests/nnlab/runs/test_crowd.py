"""Many runs in one worker: all move at once and obey at once. How fast, ``tests.load.engine`` measures."""

from __future__ import annotations

import pytest

from nnlab.runs.engine import Engine
from nnlab.runs.jobs import start_in
from nnlab.runs.limits import Limits
from tests.nnlab.short_runs import LONG, SHORT, TIMEOUT, evaluated, until

CROWD = 12


@pytest.fixture(scope="module")
def crowd(tiny_folder):
    """Runs of as many visitors, all under way, and the one worker that has them."""
    engine = Engine(Limits(workers=1, parameters=10**9))
    jobs = [start_in(engine, LONG, owner=f"visitor {number}", data_root=tiny_folder) for number in range(CROWD)]
    until(lambda: all(job.step > 50 for job in jobs))
    assert len(engine._crew) == 1
    yield engine, jobs
    engine.shutdown()


def test_every_curve_moves(crowd):
    _, jobs = crowd
    before = [job.step for job in jobs]
    until(lambda: all(job.step > step for job, step in zip(jobs, before, strict=True)))
    assert [job.status for job in jobs] == ["running"] * CROWD


def test_one_obeys_while_the_others_go_on(crowd):
    _, (job, *others) = crowd
    job.pause()
    assert job.wait_for("paused", timeout=TIMEOUT)
    step, before = job.step, [other.step for other in others]
    job.step_once()
    assert job.wait_until(lambda: job.status == "paused" and job.step == step + 1, TIMEOUT)
    evaluated(job, step + 1)
    until(lambda: all(other.step > known for other, known in zip(others, before, strict=True)))
    assert job.step == step + 1
    job.resume()
    until(lambda: job.step > step + 1)


def test_a_newcomer_is_served_and_leaves_nothing_behind(crowd, tiny_folder):
    engine, _ = crowd
    late = start_in(engine, SHORT, data_root=tiny_folder)
    assert late.wait_for("finished", timeout=TIMEOUT)
    assert late.step == 24
    (case,) = [case for case in engine._register if case.job is late]
    assert (case.worker, case.state, case.unobeyed) == (None, None, [])
