"""Which worker has which run: spread out, moved where one is idle, taken up by another when a worker dies."""

from __future__ import annotations

import pytest

from nnlab.config import ModelConfig, Setup
from nnlab.records import StepRecord
from nnlab.runs import crew as crew_module
from nnlab.runs import engine as module
from nnlab.runs import register
from nnlab.runs.engine import Engine
from nnlab.runs.history import to_rows
from nnlab.runs.jobs import start_in
from nnlab.runs.limits import Limits
from nnlab.runs.messages import (
    Clock,
    Command,
    Failed,
    HandedOver,
    HandOver,
    OnTurn,
    Prepare,
    RateChanged,
    Ready,
    Start,
    State,
    Status,
    Steps,
    UseThreads,
)
from tests.nnlab.fake_workers import FakeWorker, hire_fakes
from tests.nnlab.short_runs import LONG, SHORT, TIMEOUT, TRAIN, until

LARGE = Setup(ModelConfig((1024, 512)), TRAIN)


@pytest.fixture
def make(monkeypatch):
    """A function that makes an engine of so many fake workers, all ready."""
    hire_fakes(monkeypatch)
    made: list[Engine] = []

    def make(workers: int = 2, **limits: int) -> Engine:
        made.append(Engine(Limits(workers=workers, **{"parameters": 10**9, **limits})))
        made[-1].warm_up()
        for _ in range(workers):
            crew(made[-1])[-1].say(Ready(True))
        return made[-1]

    yield make
    for engine in made:
        engine.shutdown()


def crew(engine: Engine) -> list[FakeWorker]:
    return list(engine._crew)


def runs_of(worker: FakeWorker) -> set[str]:
    """The runs that a worker was given and has not been asked to hand over."""
    return {each.run for each in worker.of(Start)} - {each.run for each in worker.of(HandOver)}


def begin(engine: Engine, owner: str = "", setup: Setup = SHORT):
    """A run that its worker says is running, and the worker."""
    job = start_in(engine, setup, owner=owner)
    (worker,) = [each for each in crew(engine) if job.id in runs_of(each)]
    worker.say(Status(job.id, "running", 1, job.total_steps))
    assert job.status == "running"
    return job, worker


def settle(engine: Engine) -> int:
    """Let the runs move until none is asked to any more; how often one did."""
    moves = 0
    while moving := [case for case in engine._register if case.is_moving]:
        moves += 1
        assert moves < 10
        moving[0].worker.say(HandedOver(moving[0].job.id))
    return moves


def steps(job, first: int, last: int) -> Steps:
    records = [StepRecord(step, step / 8, 1 / step, 0.5, 0.01, 50) for step in range(first, last + 1)]
    return Steps(job.id, to_rows(records, [0.1] * len(records)).tobytes(), 50 * last, Clock(training=0.1 * last))


def test_workers_are_made_one_after_another_and_kept(monkeypatch):
    """Each imports torch for seconds: two at once would keep the first page waiting."""
    hire_fakes(monkeypatch)
    engine = Engine(Limits(workers=3))
    engine.warm_up()
    engine.warm_up()
    counts, warm = [len(crew(engine))], [engine.is_warm]
    for _ in range(3):
        crew(engine)[-1].say(Ready(True))
        counts.append(len(crew(engine)))
        warm.append(engine.is_warm)
    assert counts == [1, 2, 3, 3]
    assert warm == [False, False, False, True]
    assert [worker.is_spare for worker in crew(engine)] == [False, True, True]
    assert all(worker.of(Prepare) for worker in crew(engine))
    leaving = crew(engine)
    engine.shutdown()
    assert not crew(engine)
    assert all(worker.is_closed for worker in leaving)
    assert not engine.is_warm


def test_runs_are_spread_by_visitors_then_by_number(make):
    engine = make(2)
    first, second = crew(engine)
    for _ in range(3):
        begin(engine, "ada")
    assert (len(runs_of(first)), len(runs_of(second))) == (2, 1)
    for owner in ("bob", "cho"):
        begin(engine, owner)
    settle(engine)
    workers = {case.job.owner: case.worker for case in engine._register}
    assert sorted(list(workers.values()).count(worker) for worker in (first, second)) == [1, 2]


def test_a_run_goes_to_a_worker_that_is_ready(make):
    """A new one must import torch first."""
    engine = make(1)
    (ready,) = crew(engine)
    engine._limits = Limits(workers=2, parameters=10**9)
    begin(engine)
    assert len(crew(engine)) == 2
    _, worker = begin(engine)
    assert worker is ready


def test_a_run_moves_where_a_worker_is_idle_and_loses_no_command(make):
    engine = make(2)
    (one, left), (two, _), (three, busy), (four, _) = (begin(engine) for _ in range(4))
    left, right = crew(engine)
    for job in (one, three):
        left.say(Status(job.id, "finished", 1, 24))
    (moving,) = right.of(HandOver)
    job = engine.get(moving.run)
    assert job in (two, four)
    before = len(right.sent)
    job.pause()
    assert len(right.sent) == before  # whoever has it next is told
    state = State(job.id, 8, b"weights", {"run": 1}, b"memory")
    right.say(steps(job, 1, 8), state, HandedOver(job.id))
    start, pause = left.sent[-2:]
    assert (start.run, start.plain, start.weights, start.memory) == (job.id, {"run": 1}, b"weights", b"memory")
    assert (start.target, start.reached, start.number) == (24, 8, 1)
    assert pause == Command(job.id, "pause", 2)
    assert not right.of(HandOver)[1:]


def test_one_visitors_runs_move_until_all_is_even_and_no_longer(make):
    """By numbers of runs one of Ada's would move, by visitors it would come back: it used to move for ever."""
    engine = make(2)
    for owner in ("ada", "bob", "ada", "ada"):
        begin(engine, owner)
    moves = settle(engine)
    assert sum(len(worker.of(Start)) for worker in crew(engine)) == 4 + moves


@pytest.mark.parametrize("cores", [1, 2, 8])
def test_a_large_run_alone_has_all_cores_and_several_never_more_than_there_are(make, monkeypatch, cores):
    monkeypatch.setattr(module, "core_count", lambda: cores)
    engine = make(min(cores, 2))

    def threads() -> list[int]:
        said = [[each.count for each in worker.of(UseThreads)][-1:] or [1] for worker in crew(engine)]
        return [count for (count,) in said]

    small, _ = begin(engine, setup=SHORT)
    assert max(threads()) == small.threads == 1
    small.stop()
    crew(engine)[0].say(Status(small.id, "stopped", 2, 0))
    large, worker = begin(engine, setup=LARGE)
    assert max(threads()) == large.threads == cores
    other, _ = begin(engine, setup=LARGE)
    assert (large.threads, other.threads, *threads()) == (1, 1, *[1] * min(cores, 2))
    worker.say(Status(large.id, "paused", 1, 0))
    assert sum(threads()) == cores + len(crew(engine)) - 1
    assert other.threads == cores


def test_where_threads_change_the_last_digits_every_run_has_one(monkeypatch, make):
    monkeypatch.setattr(module, "core_count", lambda: 8)
    engine = make(1)
    (worker,) = crew(engine)
    worker.say(Ready(False))
    large, _ = begin(engine, setup=LARGE)
    assert large.threads == 1
    assert not worker.of(UseThreads)


def test_runs_of_a_dead_worker_go_on_from_their_states(make):
    engine = make(1)
    (one, worker), (two, _), (rested, _) = (begin(engine) for _ in range(3))
    worker.say(steps(one, 1, 8), State(one.id, 8, b"w", {"run": 8}, b"m"), steps(one, 9, 12), OnTurn(two.id))
    worker.say(State(rested.id, 0, b"w0", {"run": 0}, b"m0"), Status(rested.id, "paused", 1, 0))
    two.set_learning_rate(0.5)
    worker.die()
    (heir,) = crew(engine)
    starts = {each.run: each for each in heir.of(Start)}
    assert (one.status, two.status, rested.status) == ("starting", "starting", "paused")
    assert (one.recovered_from, two.recovered_from, rested.recovered_from) == (8, 0, 0)
    first = starts[one.id]
    assert (first.plain, first.weights, first.memory) == ({"run": 8}, b"w", b"m")
    assert (first.target, first.reached, first.number) == (24, 12, 1)
    assert first.clock.training == pytest.approx(1.2)
    assert (starts[two.id].plain, starts[two.id].target) == (None, 24)
    assert heir.of(Command) == [Command(two.id, "learning_rate", 2, 0.5)]
    heir.say(Status(one.id, "running", 1, 24), steps(one, 9, 16))
    assert one.status == "running"
    assert one.history.since().step.tolist() == list(range(1, 17))


def test_the_run_that_was_on_turn_twice_fails_alone(make):
    engine = make(1)
    (bad, worker), (good, _) = (begin(engine) for _ in range(2))
    worker.say(steps(bad, 1, 4), OnTurn(bad.id))
    worker.die()
    (heir,) = crew(engine)
    assert (bad.status, bad.recovered_from) == ("starting", 0)
    heir.say(Ready(True), Status(bad.id, "running", 1, 24), OnTurn(bad.id), State(bad.id, 3, b"w", {}, b"m"))
    heir.die()
    assert (bad.status, bad.reason.code) == ("failed", "killed")
    assert "SIGKILL" in bad.reason.text
    assert good.status == "starting"
    (last,) = crew(engine)
    assert runs_of(last) == {good.id}


def test_a_run_that_came_further_is_suspected_no_longer(make):
    engine = make(1)
    job, worker = begin(engine)
    worker.say(steps(job, 1, 4), OnTurn(job.id))
    worker.die()
    (heir,) = crew(engine)
    heir.say(
        Ready(True),
        Status(job.id, "running", 1, 24),
        steps(job, 1, 8),
        State(job.id, 8, b"w", {}, b"m"),
        OnTurn(job.id),
    )
    heir.die()
    assert (job.status, job.recovered_from) == ("starting", 8)


def test_workers_that_cannot_begin_are_not_made_for_ever(monkeypatch):
    hire_fakes(monkeypatch)
    engine = Engine(Limits(workers=1))
    job = start_in(engine, SHORT)
    for _ in range(2):
        assert job.status == "starting"
        (worker,) = crew(engine)
        worker.die(1)
    assert (job.status, job.reason.code) == ("failed", "crashed")
    assert job.recovered_from is None
    assert not crew(engine)


def test_a_run_whose_data_kill_its_worker_fails_the_second_time(make):
    """While the data are read, no run is on turn."""
    engine = make(1)
    job = start_in(engine, SHORT)
    for _ in range(2):
        assert job.status == "starting"
        crew(engine)[0].say(Ready(True))
        crew(engine)[0].die()
    assert (job.status, job.reason.code) == ("failed", "killed")


def test_idle_workers_that_die_are_not_replaced_for_ever(make):
    engine, made = make(1), 1
    while crew(engine):
        crew(engine)[0].say(Ready(True))
        crew(engine)[0].die()
        made += 1
        assert made < 10
    assert start_in(engine, SHORT).status == "starting"
    assert crew(engine)


def test_a_run_fails_with_a_sentence_if_no_process_can_be_made(make, monkeypatch):
    engine = make(1)
    job, worker = begin(engine)

    def refuse(*arguments):
        raise OSError("Cannot allocate memory")

    monkeypatch.setattr(crew_module, "WorkerProcess", refuse)
    worker.die()
    assert (job.status, job.reason.code) == ("failed", "out_of_memory")
    assert "Cannot allocate memory" in job.reason.text


def test_a_paused_run_stays_paused_when_its_worker_dies_after_its_rate_was_changed(make):
    engine = make(1)
    job, worker = begin(engine)
    worker.say(steps(job, 1, 8))
    job.pause()
    job.set_learning_rate(0.5)
    worker.say(State(job.id, 8, b"w", {}, b"m"), RateChanged(job.id, 8, 0.5, 3, 8))
    worker.die()
    (start,) = crew(engine)[0].of(Start)
    assert (start.number, start.target) == (3, 8)


def test_a_run_that_is_stopped_while_it_moves_is_stopped(make):
    engine = make(1)
    job, worker = begin(engine)
    job.stop()
    job.resume()
    worker.say(HandedOver(job.id))
    assert job.status == "stopped"


def test_an_idle_worker_that_died_is_replaced(make):
    engine = make(2)
    first, second = crew(engine)
    first.die()
    assert [worker for worker in crew(engine) if worker is not second]


def test_what_a_worker_says_of_a_run_it_no_longer_has_is_not_heard(make):
    engine = make(1)
    job, worker = begin(engine)
    worker.say(OnTurn(""))
    worker.die()
    worker.say(Failed(job.id, "crashed", "too late"))
    assert job.status == "starting"


def test_a_run_pauses_though_somebody_asks_for_its_weights_all_the_time(make):
    """A worker with much to do is always some requests behind: what it says of the run is true all the same."""
    job, worker = begin(make(1))
    job.run_epoch()
    job.request_snapshot()
    worker.say(Status(job.id, "paused", 2, 8))
    assert job.status == "paused"
    job.resume()
    worker.say(Status(job.id, "paused", 3, 8))  # which it said before it had heard of that
    assert job.status == "running"


def test_a_changed_rate_is_not_asked_for_twice(make):
    engine = make(1)
    job, worker = begin(engine)
    job.set_learning_rate(0.5)
    worker.say(State(job.id, 0, b"w", {"rate": 0.5}, b"m"), RateChanged(job.id, 0, 0.5, 2, 24))
    worker.die()
    (heir,) = crew(engine)
    assert not heir.of(Command)
    assert heir.of(Start)[0].number == 2


def test_a_run_stopped_while_it_starts_is_stopped_at_once(make):
    job = start_in(make(1), LONG)
    assert job.status == "starting"
    job.stop()
    assert job.status == "stopped"


def test_a_worker_is_ended_only_for_a_run_that_it_computes(make, monkeypatch):
    monkeypatch.setattr(module, "STOP_PATIENCE_SECONDS", 0.01)
    engine = make(1)
    (job, worker), (other, _) = (begin(engine) for _ in range(2))
    worker.say(OnTurn(other.id))
    job.stop()
    assert job.wait_for("stopped", timeout=TIMEOUT)
    assert not worker.is_killed
    other.stop()
    assert other.wait_for("stopped", timeout=TIMEOUT)
    until(lambda: worker.is_killed)


def test_a_worker_is_not_ended_for_a_run_that_waits_for_its_turns(make, monkeypatch):
    """In a class that stops its runs at once, each waits for its last evaluation, and the process has others to do."""
    monkeypatch.setattr(module, "STOP_PATIENCE_SECONDS", 0.2)
    engine = make(1)
    (job, worker), (other, _) = (begin(engine) for _ in range(2))
    worker.say(OnTurn(job.id), OnTurn(other.id))
    job.stop()
    worker.say(OnTurn(job.id))
    assert job.wait_for("stopped", timeout=TIMEOUT)
    assert not worker.is_killed
    assert other.status == "running"


def test_old_runs_are_forgotten(make, monkeypatch):
    monkeypatch.setattr(register, "MAX_KEPT_RUNS", 3)
    engine = make(1)
    (over, worker), (alive, _) = (begin(engine) for _ in range(2))
    worker.say(Status(over.id, "finished", 1, 24))
    newest = start_in(engine, SHORT)
    assert engine.get(over.id) is over
    last = start_in(engine, SHORT)
    assert engine.get(over.id) is None
    assert [engine.get(job.id) for job in (alive, newest, last)] == [alive, newest, last]
