"""A run whose server was killed goes on in another as if nothing had been: the same weights, the same curve."""

from dataclasses import replace

import numpy as np
import pytest

from nnlab.keeping.keeper import Keeper
from nnlab.keeping.store import Store
from nnlab.runs.engine import Engine
from nnlab.runs.history import COLUMNS
from nnlab.runs.jobs import go_on_in
from nnlab.runs.limits import Limits
from nnlab.runs.messages import OVER, Failed, Start
from nnlab.sources.own import OwnDigits
from tests.nnlab.fake_workers import hire_fakes
from tests.nnlab.keeping.runs import OWNER, finish, new_run, train
from tests.nnlab.short_runs import SHORT, TIMEOUT, paused, same, weights

NEVER_SAME = "seconds"  # how long a step took


IMAGES = np.random.default_rng(0).integers(0, 256, (12, 28, 28)).astype(np.uint8)
OWN = OwnDigits(IMAGES, np.arange(12) % 10, np.arange(12) < 6)


def halfway(start, own=None):
    """A run that has paused after 11 of its 24 steps, with another learning rate from there on."""
    job = paused(start(SHORT, paused=True, owner=OWNER, own_digits=own))
    for _ in range(11):
        job.step_once()
    assert job.wait_until(lambda: job.step == 11 and job.status == "paused", TIMEOUT)
    job.set_learning_rate(0.02)
    assert job.wait_until(lambda: bool(job.history.rate_changes), TIMEOUT)
    return job


def interrupted(engine, job, folder):
    """What the next server finds of a run, after this one's has been killed."""
    store = Store(folder)
    killed = Keeper(store, lambda: [(each, state) for each, state in engine.known() if each is job])
    killed.look()
    killed._servers.leave()
    Keeper(store, list).close()
    past = store.past(job.id)
    store.close()
    return past


@pytest.mark.parametrize("own", [None, OWN], ids=["the data set alone", "own digits among it"])
def test_it_goes_on_to_the_bit(own, start, shared_engine, tiny_folder, tmp_path, monkeypatch):
    monkeypatch.setenv("NNLAB_DATA_DIR", str(tiny_folder))
    whole = halfway(start, own)
    whole.resume()
    assert whole.wait_for(*OVER, timeout=TIMEOUT)
    past = interrupted(shared_engine, halfway(start, own), tmp_path / "kept")
    assert (past.status, past.state.step, past.own_digits) == ("interrupted", 11, own)
    job = go_on_in(shared_engine, replace(past, id=f"goes-on-{bool(own)}"), OWNER)
    assert job.wait_for(*OVER, timeout=TIMEOUT)
    assert (whole.status, job.status, job.recovered_from) == ("finished", "finished", 11)
    assert same(weights(job.snapshot().model), weights(whole.snapshot().model))
    ours, theirs = job.history.since(), whole.history.since()
    for name in COLUMNS:
        assert name == NEVER_SAME or np.array_equal(getattr(ours, name), getattr(theirs, name)), name
    assert ours.rate_changes == theirs.rate_changes
    assert job.latest_evaluation == whole.latest_evaluation
    assert job.own_scores[-1:] == whole.own_scores[-1:]  # how often they are counted on the way, the clock decides
    assert bool(job.own_scores) is (own is not None)
    assert job.elapsed_seconds > past.clock.training > 0


def test_who_asks_twice_gets_the_same_run(start, shared_engine, tiny_folder, tmp_path, monkeypatch):
    monkeypatch.setenv("NNLAB_DATA_DIR", str(tiny_folder))
    past = replace(interrupted(shared_engine, halfway(start), tmp_path / "kept"), id="asked-twice")
    job = go_on_in(shared_engine, past, OWNER)
    assert go_on_in(shared_engine, past, OWNER) is job
    assert job.wait_for(*OVER, timeout=TIMEOUT)


def test_what_is_over_does_not_go_on(shared_engine, store, keeper, watched):
    job = new_run()
    watched.jobs.append(job)
    watched.states[job.id] = train(job, 24)
    finish(job)
    keeper.look()
    with pytest.raises(ValueError, match="finished"):
        go_on_in(shared_engine, store.past(job.id))


@pytest.fixture
def kept_halfway(store):
    """A run that was interrupted after 11 steps."""
    job = new_run()
    state = train(job, 11)
    killed = Keeper(store, lambda: [(job, state)])
    killed.look()
    killed._servers.leave()
    return job.id


@pytest.fixture
def next_server(store, kept_halfway, monkeypatch):
    """A function that makes an engine of a fake worker, and the keeper of its runs."""
    hire_fakes(monkeypatch)
    made = []

    def make(runs_per_visitor: int) -> tuple[Engine, Keeper]:
        engine = Engine(Limits(parameters=10**9, runs_per_visitor=runs_per_visitor))
        made.append((engine, Keeper(store, engine.known)))
        return made[-1]

    yield make
    for engine, keeper in made:
        engine.shutdown()
        keeper._servers.leave()


def test_a_run_that_the_server_cannot_carry_can_go_on_later(store, kept_halfway, next_server):
    engine, keeper = next_server(runs_per_visitor=0)
    refused = go_on_in(engine, store.past(kept_halfway), OWNER)
    assert (refused.status, refused.reason.code) == ("failed", "too_many_runs")
    keeper.look()
    past = store.past(kept_halfway)
    assert (past.status, past.state.step, store.get(kept_halfway).resumes_at) == ("interrupted", 11, 11)
    engine._limits = Limits(parameters=10**9)
    job = go_on_in(engine, past, OWNER)
    assert job is not refused
    (start,) = next(iter(engine._crew)).of(Start)
    assert (job.status, start.run, start.reached, start.memory) == ("starting", job.id, 11, b"memory")
    keeper.look()
    assert store.get(kept_halfway).status == "running"


def test_a_run_whose_digits_are_not_there_can_go_on_later(store, kept_halfway, next_server):
    engine, keeper = next_server(runs_per_visitor=8)
    job = go_on_in(engine, store.past(kept_halfway), OWNER)
    keeper.look()
    assert store.get(kept_halfway).status == "running"
    next(iter(engine._crew)).say(Failed(job.id, "data", "The disk is not there."))
    for _ in range(2):
        keeper.look()
        run = store.get(kept_halfway)
        assert (run.status, run.failure, run.resumes_at) == ("interrupted", "", 11)
    assert store.past(kept_halfway).state.memory == b"memory"
    Keeper(store, list).close()
    assert store.get(kept_halfway).status == "interrupted"
