"""Workers that die in the middle of something: their runs go on in others as if nothing had been, to the bit."""

from __future__ import annotations

import itertools
import os
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import pytest

from nnlab.config import ModelConfig, Setup
from nnlab.runs import engine as module
from nnlab.runs import workers
from nnlab.runs.engine import Engine
from nnlab.runs.jobs import start_in
from nnlab.runs.limits import Limits
from nnlab.runs.run import Job
from nnlab.runs.trail import is_mark
from nnlab.training import TrainingRun
from tests.nnlab.short_runs import LONG, SHORT, TIMEOUT, TRAIN, same, until, weights

pytestmark = [
    pytest.mark.usefixtures("one_thread"),  # a run here is compared with the same run in a worker
    pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="a worker here kills itself as Unix does"),
]

MIDDLE = replace(SHORT, train=replace(TRAIN, epochs=40))  # 320 steps: some stretches, evaluations and states
BAD = replace(MIDDLE, model=ModelConfig((13,)))  # what the faults below look for

# A worker with a fault in it. ``once()`` is true the first time in all processes: the next worker is sound.
PROGRAM = """
import os, signal
from nnlab.runs import channel
from nnlab.runs.messages import State
from nnlab.runs.worker import evaluating, process
from nnlab.training import TrainingRun

def once():
    try:
        os.close(os.open({flag!r}, os.O_CREAT | os.O_EXCL))
    except FileExistsError:
        return False
    return True

def die():
    os.kill(os.getpid(), signal.SIGKILL)

{fault}
process.main()
"""
IN_A_STEP = """
learn = TrainingRun.learn
def faulty(run, *arguments, **options):
    if run.step > 100 and once():
        run.optimizer.step = die  # it has the gradients by then
    learn(run, *arguments, **options)
TrainingRun.learn = faulty
"""
IN_AN_EVALUATION = """
evaluate = evaluating.evaluate
def faulty(run, *arguments, **options):
    for number, part in enumerate(evaluate(run, *arguments, **options)):
        if run.step > 100 and number == 1 and once():
            die()  # the training images are scored, the test images are not
        yield part
from nnlab.runs.worker import remote_run
remote_run.evaluate = faulty
"""
IN_A_STATE = """
class Cut(list):
    looks = 0
    def __iter__(self):
        self.looks += 1
        yield self[0]
        if self.looks > 1:
            die()
        yield from self[1:]

encode = channel.encode
def faulty(message):
    header, parts = encode(message)
    return header, Cut(parts) if isinstance(message, State) and message.step > 16 and once() else parts
channel.encode = faulty
"""
IN_EVERY_STEP_OF_ONE_RUN = """
learn = TrainingRun.learn
def faulty(run, *arguments, **options):
    if run.model_config.hidden_sizes == (13,):
        die()
    learn(run, *arguments, **options)
TrainingRun.learn = faulty
"""
NO_MEMORY_FOR_THREE_RUNS = """
from nnlab.runs.worker import remote_run, reports
def without_memory(function, units):
    def faulty(run, *arguments, **options):
        if run.model_config.hidden_sizes == (units,) and run.step > 20:
            raise RuntimeError("[enforce fail at alloc_cpu.cpp:127] DefaultCPUAllocator: can't allocate memory")
        return function(run, *arguments, **options)
    return faulty
TrainingRun.advance = without_memory(TrainingRun.advance, 13)
remote_run.evaluate = without_memory(remote_run.evaluate, 14)
reports.state_of = without_memory(reports.state_of, 15)
"""
CLOCK_SET_BACK = """
import itertools, time
clock = itertools.count(time.time(), -3600)
time.time = lambda: next(clock)
"""
LITTLE_MEMORY = """
import resource
from nnlab.runs.worker import loop
imported = loop.import_everything
def limited():
    imported()
    pages = int(open("/proc/self/statm").read().split()[0])
    most = pages * os.sysconf("SC_PAGE_SIZE") + 550_000_000
    resource.setrlimit(resource.RLIMIT_AS, (most, most))
loop.import_everything = limited
"""


@pytest.fixture
def engine():
    """One worker, as many as needed one after another."""
    made = Engine(Limits(workers=1, parameters=10**9))
    yield made
    made.shutdown()


@pytest.fixture
def faulty(engine, monkeypatch, tmp_path):
    """A function that gives the engine's workers a fault."""

    def faulty(fault: str) -> Path:
        program, flag = tmp_path / "worker.py", tmp_path / "has-died"
        program.write_text(PROGRAM.format(flag=str(flag), fault=fault), "utf-8")
        monkeypatch.setattr(workers, "PROGRAM", (str(program),))
        return flag

    return faulty


def is_the_run_alone(job: Job, tiny_digits) -> bool:
    """Whether a job that is finished is, to the bit, what it would have been undisturbed, nothing missing or twice."""
    assert job.wait_for("finished", timeout=TIMEOUT), (job, job.reason)
    run = TrainingRun(job.setup.model, job.setup.train, tiny_digits)
    records, points = run.advance(job.total_steps), job.history.since()
    assert points.step.tolist() == [record.step for record in records]
    assert points.loss.tolist() == [record.loss for record in records]
    assert (points.seconds[1:] >= points.seconds[:-1]).all()
    scored = [evaluation.step for evaluation in job.history.evaluations if not evaluation.is_sample]
    assert scored == sorted(set(scored))
    assert {8 * epoch for epoch in range(41)} <= set(scored)
    marks = [step for step in range(job.total_steps + 1) if is_mark(step, 8)]
    kept = [*marks[:24:2], *marks[24:]]  # thinned when there were 25
    assert [state.step for state in job.trail.states] == kept
    return same(weights(job.snapshot().model), weights(run.model))


@pytest.mark.parametrize("fault", [IN_A_STEP, IN_AN_EVALUATION, IN_A_STATE], ids=["step", "evaluation", "state"])
def test_runs_go_on_to_the_bit_when_their_worker_dies(engine, faulty, tiny_folder, tiny_digits, fault):
    flag = faulty(fault)
    jobs = [start_in(engine, MIDDLE, data_root=tiny_folder) for _ in range(2)]
    assert all(is_the_run_alone(job, tiny_digits) for job in jobs)
    assert flag.exists()
    assert all(job.recovered_from is not None for job in jobs)


def test_a_changed_rate_is_not_lost_with_a_worker(engine, tiny_folder, tiny_digits):
    """It is changed after the last state; what goes on from that state must change it at the same step."""
    job = start_in(engine, replace(LONG, train=replace(LONG.train, epochs=60)), data_root=tiny_folder)
    until(lambda: job.step > 300)
    job.set_learning_rate(0.002)
    until(lambda: job.latest.learning_rate == 0.002)
    (worker,) = engine._crew
    os.kill(worker.popen.pid, signal.SIGKILL)
    assert job.wait_for("finished", timeout=TIMEOUT)
    (change,) = job.history.rate_changes
    run = TrainingRun(job.setup.model, job.setup.train, tiny_digits)
    losses = [record.loss for record in run.advance(change.step)]
    run.set_learning_rate(0.002)
    losses += [record.loss for record in run.advance(job.total_steps)]
    assert job.history.since().loss.tolist() == losses
    assert same(weights(job.snapshot().model), weights(run.model))


def test_the_run_that_kills_its_worker_fails_alone(engine, faulty, tiny_folder, tiny_digits):
    faulty(IN_EVERY_STEP_OF_ONE_RUN)
    good, bad = (start_in(engine, setup, data_root=tiny_folder) for setup in (MIDDLE, BAD))
    assert bad.wait_for("failed", timeout=TIMEOUT)
    assert (bad.reason.code, bad.step) == ("killed", 0)
    assert "SIGKILL" in bad.reason.text
    assert is_the_run_alone(good, tiny_digits)


def test_runs_without_memory_fail_alone_and_their_worker_goes_on(engine, faulty, tiny_folder, tiny_digits):
    """For a step, for an evaluation, for a state."""
    faulty(NO_MEMORY_FOR_THREE_RUNS)
    good = start_in(engine, MIDDLE, data_root=tiny_folder)
    for units in (13, 14, 15):
        bad = start_in(engine, replace(MIDDLE, model=ModelConfig((units,))), data_root=tiny_folder)
        assert bad.wait_for("failed", timeout=TIMEOUT), units
        assert bad.reason.code == "out_of_memory"
        assert "can't allocate memory" in bad.reason.text
        assert len(bad.history) == bad.step > 20
    assert is_the_run_alone(good, tiny_digits)
    assert good.recovered_from is None


@pytest.mark.skipif(not Path("/proc/self/statm").exists(), reason="needs Linux's figures of memory")
def test_a_network_larger_than_the_memory_fails_alone(engine, faulty, tiny_folder, tiny_digits):
    faulty(LITTLE_MEMORY)
    good = start_in(engine, MIDDLE, data_root=tiny_folder)
    bad = start_in(engine, Setup(ModelConfig((2048,) * 8), TRAIN), data_root=tiny_folder)
    assert bad.wait_for("failed", timeout=TIMEOUT)
    assert bad.reason.code == "out_of_memory"
    assert is_the_run_alone(good, tiny_digits)
    assert good.recovered_from is None


def test_a_clock_that_is_set_back_changes_nothing(engine, faulty, tiny_folder, tiny_digits, monkeypatch):
    """An hour at every look, in the server and in the worker."""
    faulty(CLOCK_SET_BACK)
    clock = itertools.count(time.time(), -3600)
    monkeypatch.setattr(time, "time", lambda: next(clock))
    first, second = (start_in(engine, setup, owner="ada", data_root=tiny_folder) for setup in (MIDDLE, MIDDLE))
    assert first.created <= second.created
    assert is_the_run_alone(first, tiny_digits)
    assert is_the_run_alone(second, tiny_digits)
    assert min(first.elapsed_seconds, first.images_per_second) > 0
    assert first.seconds_left == 0
    assert first.recovered_from is None


WITHOUT_SHARED_MEMORY = """#!/bin/sh
exec unshare --map-root-user --mount sh -c 'mount -t tmpfs -o ro tmpfs /dev/shm && exec "$@"' sh {python} "$@"
"""


def test_a_worker_needs_no_shared_memory(engine, tiny_folder, tiny_digits, monkeypatch, tmp_path):
    """A container may come without /dev/shm, or with a tiny one."""
    stand_in = tmp_path / "python"
    stand_in.write_text(WITHOUT_SHARED_MEMORY.format(python=sys.executable))
    stand_in.chmod(0o755)
    program = "import multiprocessing\ntry: multiprocessing.RLock()\nexcept OSError: print('none')"
    if subprocess.run([stand_in, "-c", program], capture_output=True, text=True).stdout != "none\n":
        pytest.skip("needs Linux, and the right to mount in a namespace of one's own")
    monkeypatch.setattr(sys, "executable", str(stand_in))
    assert is_the_run_alone(start_in(engine, MIDDLE, data_root=tiny_folder), tiny_digits)


def test_a_worker_that_does_not_answer_is_ended_and_its_other_runs_go_on(engine, tiny_folder, monkeypatch):
    monkeypatch.setattr(module, "STOP_PATIENCE_SECONDS", 0.1)
    job, other = (start_in(engine, LONG, data_root=tiny_folder) for _ in range(2))
    until(lambda: job.step > 20 and other.step > 20)
    other.pause()
    assert other.wait_for("paused", timeout=TIMEOUT)
    (worker,) = engine._crew
    until(lambda: worker.on_turn == job.id)
    worker.popen.send_signal(signal.SIGSTOP)
    job.stop()
    assert job.wait_for("stopped", timeout=TIMEOUT)
    step = other.step
    other.step_once()
    until(lambda: other.step == step + 1)
    assert job.status == "stopped"
