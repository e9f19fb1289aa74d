"""The engine under a class's load, without pages: ``python -m tests.load.engine --runs 30``.

It measures what a class would feel, in one process that starts the runs as the server does: how long a start and a
command take while all runs go on, how much of one run's speed many runs in one worker have together, and how much
memory all processes hold. Figures are of the machine as it is now: let it do nothing else.
"""

from __future__ import annotations

import argparse
import os
import random
import statistics
import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from nnlab.config import ModelConfig, Setup, TrainConfig
from nnlab.machine import core_count
from nnlab.runs.engine import Engine
from nnlab.runs.jobs import start_in
from nnlab.runs.limits import Limits, limits_here
from nnlab.runs.run import Job

NETWORK = ModelConfig((128, 64))
LONG = Setup(NETWORK, TrainConfig(epochs=1000))
SHORT = Setup(NETWORK, TrainConfig(epochs=1, training_images=2000))
EARLY_STEPS = 600
TIMEOUT = 300.0


def resident_bytes(pid: int | str = "self") -> int:
    """Memory that a process holds, what it shares with others counted in parts (Linux)."""
    for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
        if line.startswith("Pss:"):
            return 1024 * int(line.split()[1])
    raise ValueError(f"process {pid} does not say how much memory it holds")


def all_bytes(engine: Engine) -> int:
    return resident_bytes() + sum(resident_bytes(worker.popen.pid) for worker in engine._crew)


def warm(limits: Limits) -> Engine:
    """An engine whose workers are ready and have the data in memory."""
    engine = Engine(limits)
    engine.warm_up()
    while not (len(engine._crew) == limits.workers and all(worker.is_ready for worker in engine._crew)):
        time.sleep(0.1)
    jobs = [start_in(engine, SHORT) for _ in range(limits.workers)]
    assert all(job.wait_for("finished", timeout=TIMEOUT) for job in jobs), [job.reason for job in jobs]
    return engine


def seconds_until(job: Job, condition: Callable[[], bool]) -> float:
    began = time.perf_counter()
    assert job.wait_until(condition, TIMEOUT), job
    return time.perf_counter() - began


def starts(engine: Engine, runs: int, within: float) -> tuple[list[Job], list[float]]:
    """Start runs of as many owners within so many seconds; the seconds from each start to its first step."""
    jobs: list[Job] = []
    waits: list[float] = []
    watchers = []
    for number in range(runs):
        jobs.append(start_in(engine, LONG, owner=f"visitor {number}"))
        job = jobs[-1]
        watch = threading.Thread(target=lambda job=job: waits.append(seconds_until(job, lambda: job.step > 0)))
        watch.start()
        watchers.append(watch)
        time.sleep(within / runs)
    for watch in watchers:
        watch.join()
    return jobs, waits


def commands(job: Job) -> tuple[float, float, float]:
    """Seconds until a pause, one step and a resumption are seen to be obeyed, while other runs go on."""
    job.pause()
    pause = seconds_until(job, lambda: job.status == "paused")
    step = job.step + 1
    job.step_once()
    one_step = seconds_until(job, lambda: job.status == "paused" and job.step == step)
    job.resume()
    return pause, one_step, seconds_until(job, lambda: job.status == "running" and job.step > step)


def steps_per_second(jobs: Sequence[Job], seconds: float) -> float:
    """Of these runs together, which rest before and after."""
    for job in jobs:
        job.resume()
    for job in jobs:
        job.wait_for("running", timeout=TIMEOUT)
    time.sleep(seconds / 4)  # until all are under way
    before, began = sum(job.step for job in jobs), time.perf_counter()
    time.sleep(seconds)
    taken = (sum(job.step for job in jobs) - before) / (time.perf_counter() - began)
    for job in jobs:
        job.pause()
    for job in jobs:
        job.wait_for("paused", timeout=TIMEOUT)
    return taken


def crowd(runs: int, seconds: float, turns: int) -> None:
    """Many runs in one worker beside one run alone in it, in turns."""
    engine = warm(Limits(workers=1, parameters=10**9, runs_per_visitor=1000))
    (worker,) = engine._crew
    before = resident_bytes(worker.popen.pid)
    jobs = [start_in(engine, LONG, owner=str(number), paused=True) for number in range(runs)]
    assert all(job.wait_for("paused", timeout=TIMEOUT) for job in jobs)
    for job in jobs:
        job.resume()
    for job in jobs:  # beyond its first steps, after which it is evaluated again and again
        assert job.wait_until(lambda job=job: job.step > EARLY_STEPS, TIMEOUT), job
        job.pause()
    assert all(job.wait_for("paused", timeout=TIMEOUT) for job in jobs)
    grown = resident_bytes(worker.popen.pid) - before
    pairs = [(steps_per_second(jobs, seconds), steps_per_second(jobs[:1], seconds)) for _ in range(turns)]
    ratios = [together / alone for together, alone in pairs]
    print(
        f"{runs} runs in one worker: {grown / 1e6:.0f} MB more than none; steps per second together, beside one alone:"
    )
    print(
        "  " + ", ".join(f"{a:,.0f} / {b:,.0f}" for a, b in pairs) + f"; median ratio {statistics.median(ratios):.2f}"
    )
    engine.shutdown()


def many_short(engine: Engine, count: int) -> None:
    """Short runs, four at a time, one after another; the memory after each fifth of them."""
    held, jobs = [], []
    for number in range(count):
        jobs.append(start_in(engine, SHORT, owner=f"short {number}"))
        if len(jobs) == 4:
            assert all(job.wait_for("finished", timeout=TIMEOUT) for job in jobs)
            jobs.clear()
        if (number + 1) % max(1, count // 5) == 0:
            held.append(all_bytes(engine) / 1e6)
    print(
        f"{count} short runs: MB held by all processes after each fifth: " + ", ".join(f"{each:,.0f}" for each in held)
    )


def spread(waits: Sequence[float]) -> str:
    ordered = sorted(1000 * wait for wait in waits)
    high = ordered[min(len(ordered) - 1, round(0.95 * len(ordered)))]
    return f"median {statistics.median(ordered):,.0f} ms, p95 {high:,.0f} ms, longest {ordered[-1]:,.0f} ms"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--runs", type=int, default=30, help="at once (default: 30)")
    parser.add_argument("--short-runs", type=int, default=500, help="one after another (default: 500)")
    parser.add_argument("--commands", type=int, default=30, help="of each kind (default: 30)")
    parser.add_argument("--seconds", type=float, default=4.0, help="for each measurement of speed (default: 4)")
    chosen = parser.parse_args()
    print(f"{core_count()} cores, load before: {os.getloadavg()[0]:.1f}")
    crowd(max(1, chosen.runs // 2), chosen.seconds, turns=3)
    engine = warm(limits_here())
    print(f"{len(engine._crew)} workers without runs: {all_bytes(engine) / 1e6:,.0f} MB in all processes")
    jobs, waits = starts(engine, chosen.runs, within=10.0)
    print(f"{chosen.runs} starts within 10 s, start to first step: {spread(waits)}")
    times = [commands(random.choice(jobs)) for _ in range(chosen.commands)]
    for name, each in zip(("pause", "one step", "resume"), zip(*times, strict=True), strict=True):
        print(f"{name}, {chosen.runs} runs going on: {spread(each)}")
    print(f"{chosen.runs} runs going on: {all_bytes(engine) / 1e6:,.0f} MB in all processes")
    slowest, fastest = min(job.step for job in jobs), max(job.step for job in jobs)
    print(f"steps so far: the slowest run {slowest:,}, the fastest {fastest:,}")
    for job in jobs:
        job.stop()
    assert all(job.wait_for("stopped", timeout=TIMEOUT) for job in jobs)
    many_short(engine, chosen.short_runs)
    engine.shutdown()


if __name__ == "__main__":
    main()
