"""What looking on costs a run that trains: ``python -m tests.load.watching``.

It takes about fourteen minutes, and needs MNIST and Chromium.

First, what is recorded for the live views: two workers train the same network in turns, the one as it is, the other
``unrecorded``. Then, what it costs when somebody looks: a server trains one run, and in turns nobody looks; a browser
shows the page Train; it shows the living network there as well; or the living network's questions come from elsewhere,
as they do when the browser is on another computer. A browser on this machine takes processor time for itself.

Whatever slows the machine for a while slows all states alike, since they take turns: the ratios count, each of one
turn, and of them the median. Let the machine do nothing else.
"""

from __future__ import annotations

import argparse
import itertools
import json
import os
import re
import statistics
import tempfile
import threading
import time
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

from nnlab.config import ModelConfig, Setup, TrainConfig
from nnlab.machine import core_count
from nnlab.runs import workers
from nnlab.runs.engine import Engine
from nnlab.runs.jobs import start_in
from nnlab.runs.limits import Limits
from nnlab.ui.files import ROOT
from nnlab.ui.text import strings
from tests.browser.harness import CHROMIUM_ARGUMENTS, ONE_WORKER, chromium_path, run_server, wait_until_drawn
from tests.browser.training import run_id, start
from tests.load.engine import EARLY_STEPS, TIMEOUT, steps_per_second, warm

WORDS = strings("en")
UNRECORDED = ("-m", "tests.load.unrecorded")
NETWORKS = ("128,64", "256,128")  # of the preset, and of the largest that the living network shows while it learns
PAUSE = 0.25  # seconds from an answer to the living network's next question, as in static/while_seen.js
SETTLE_SECONDS = 2.0  # after a page was opened or left
STATES = ("nobody", "page", "network", "elsewhere")
NO_POINTS = 999_999_999  # points of the curve that are known already: none are sent


def ratios(rates: dict[str, list[float]], of: str, to: str) -> list[float]:
    """How one state's steps per second compare with another's, turn by turn.

    Example:
        >>> ratios({"a": [90.0, 50.0], "b": [100.0, 50.0]}, "a", "b")
        [0.9, 1.0]
    """
    return [one / other for one, other in zip(rates[of], rates[to], strict=True)]


def describe(what: str, found: Sequence[float], most_cost: float | None = None) -> str:
    """The median of ratios as what something costs, beside what it may cost.

    Example:
        >>> describe("looking", [0.97, 0.99, 0.9], 0.05)
        'looking: median ratio 0.970, so it costs 3.0 % (at most 5 % wanted); 0.900, 0.970, 0.990'
    """
    middle = statistics.median(found)
    wanted = f" (at most {most_cost:.0%} wanted)".replace("%", " %") if most_cost else ""
    every = ", ".join(f"{ratio:.3f}" for ratio in sorted(found))
    return f"{what}: median ratio {middle:.3f}, so it costs {100 * (1 - middle):.1f} %{wanted}; {every}"


# What is recorded


@contextmanager
def engines() -> Iterator[tuple[Engine, Engine]]:
    """One that records, and one whose worker records nothing; of one worker each."""
    genuine, found = workers.PROGRAM, []
    try:
        for program in (genuine, UNRECORDED):
            workers.PROGRAM = program
            found.append(warm(Limits(workers=1, parameters=10**9)))
        yield found[0], found[1]
    finally:
        workers.PROGRAM = genuine
        for engine in found:
            engine.shutdown()


def recorded(hidden: str, seconds: float, turns: int) -> dict[str, list[float]]:
    """Steps per second of one run with and without all that is recorded for the live views, in turns."""
    setup = Setup(ModelConfig(tuple(map(int, hidden.split(",")))), TrainConfig(epochs=1000))
    with engines() as pair:
        runs = [start_in(engine, setup) for engine in pair]
        for run in runs:  # past its first steps, all of which are watched
            assert run.wait_until(lambda run=run: run.step > EARLY_STEPS, TIMEOUT), run
            run.pause()
        assert all(run.wait_for("paused", timeout=TIMEOUT) for run in runs)
        rates: dict[str, list[float]] = {"recorded": [], "unrecorded": []}
        for turn in range(turns):
            order = list(zip(rates, runs, strict=True))[:: -1 if turn % 2 else 1]
            for name, run in order:
                rates[name].append(steps_per_second([run], seconds))
    return rates


# Who looks


def step_now(address: str, run: str) -> tuple[int, float]:
    """A run's step when the server next hears of one, and when that was."""
    asked = f"{address}/{ROOT}runs/{run}?language=en&steps={NO_POINTS}&evaluations={NO_POINTS}"
    before = None
    while True:
        with urllib.request.urlopen(asked) as answer:
            step = step_of(json.load(answer)["state"]["words"])
        if before is not None and step != before:
            return step, time.perf_counter()
        before = step
        time.sleep(0.005)


def step_of(words: str) -> int:
    """The step that a run's state tells; 0 of one that is about to start.

    Raises:
        ValueError: of a run that has come to an end.

    Example:
        >>> step_of("Training · epoch 1.50 of 1,000 · step 1,407 of 938,000 · 9 s left")
        1407
    """
    found = re.search(r"step ([\d,]+) of", words)
    if not found and words != WORDS["train.state_starting"]:
        raise ValueError(f"no step in: {words}")
    return int(found[1].replace(",", "")) if found else 0


@contextmanager
def asked_from_elsewhere(address: str, run: str) -> Iterator[list[int]]:
    """The living network's questions without a browser; gives a list of how many were answered with new weights."""
    is_over, count = threading.Event(), [0]

    def ask() -> None:
        step = "-1"
        while not is_over.wait(PAUSE):
            with urllib.request.urlopen(f"{address}/{ROOT}runs/{run}/weights?step={step}") as answer:
                answer.read()
                step = answer.headers.get("Nnlab-Step", step)
                count[0] += answer.status == 200

    thread = threading.Thread(target=ask)
    thread.start()
    try:
        yield count
    finally:
        is_over.set()
        thread.join()


@contextmanager
def looking(page: Page, address: str, run: str, state: str) -> Iterator[list[int]]:
    """Have so much looked at; gives a list of how many new weights somebody was sent."""
    if state in ("page", "network"):
        page.goto(f"{address}/train?run={run}")
        wait_until_drawn(page)
    if state == "network":
        page.locator(".st-key-train-inside summary").click()
        page.locator(".nnlab-living-run").scroll_into_view_if_needed()  # out of sight it asks for nothing
        page.locator(".nnlab-living-run .step").filter(has_text=re.compile(r"\d")).wait_for()
    elif state != "page":
        page.goto("about:blank")
    time.sleep(SETTLE_SECONDS)
    if state == "elsewhere":
        with asked_from_elsewhere(address, run) as count:
            yield count
        return
    count = [0]

    def note(response: object) -> None:
        count[0] += "/weights?" in response.url and response.status == 200

    page.on("response", note)
    yield count
    page.remove_listener("response", note)


def looked_at(hidden: str, seconds: float, turns: int) -> tuple[dict[str, list[float]], dict[str, list[float]]]:
    """Steps per second in each of ``STATES``, in turns; and how many new weights a second somebody was sent."""
    rates: dict[str, list[float]] = {state: [] for state in STATES}
    looks: dict[str, list[float]] = {state: [] for state in STATES}
    with (
        tempfile.TemporaryDirectory() as folder,
        run_server(Path(folder), **ONE_WORKER) as address,
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(executable_path=chromium_path(), args=CHROMIUM_ARGUMENTS)
        page = browser.new_page(viewport={"width": 1366, "height": 768}, locale="en-US")
        page.set_default_timeout(60_000)
        page.goto(f"{address}/train?lang=en&hidden={hidden}&epochs=1000&batch=64")
        wait_until_drawn(page)
        start(page)
        run = run_id(page)
        while step_now(address, run)[0] < EARLY_STEPS:
            time.sleep(0.2)
        order = itertools.cycle((STATES, STATES[::-1]))  # so that nothing comes first in every turn
        for states in itertools.islice(order, turns):
            for state in states:
                with looking(page, address, run, state) as count:
                    (first, began), seen = step_now(address, run), count[0]
                    page.wait_for_timeout(1000 * seconds)
                    last, ended = step_now(address, run)
                    rates[state].append((last - first) / (ended - began))
                    looks[state].append((count[0] - seen) / (ended - began))
        browser.close()
    return rates, looks


def report(hidden: str, seconds: float, turns: int) -> Iterator[str]:
    """All figures of one network, a line for each, as they come."""
    rates = recorded(hidden, seconds, turns)
    yield f"784-{hidden.replace(',', '-')}-10, batches of 64, {turns} turns of {seconds:g} s each"
    yield "  " + steps(rates)
    yield "  " + describe("what is recorded for the live views", ratios(rates, "recorded", "unrecorded"), 0.1)
    rates, looks = looked_at(hidden, seconds, turns)
    yield "  " + steps(rates)
    sent = ", ".join(f"{state} {statistics.median(each):.1f}" for state, each in looks.items())
    yield f"  new weights sent a second, medians: {sent}"
    for what, of, to, most in (
        ("the living network, asked for from elsewhere, beside nobody", "elsewhere", "nobody", 0.05),
        ("the living network on Train, in a browser here, beside the page without it", "network", "page", 0.05),
        ("the page Train with it, in a browser here, beside nobody", "network", "nobody", None),
        ("the page Train without it, in a browser here, beside nobody", "page", "nobody", None),
    ):
        yield "  " + describe(what, ratios(rates, of, to), most)


def steps(rates: dict[str, list[float]]) -> str:
    medians = ", ".join(f"{name} {statistics.median(each):,.0f}" for name, each in rates.items())
    return f"steps per second, medians: {medians}"


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.load.watching", description=__doc__.split("\n")[0])
    parser.add_argument("--turns", type=int, default=8, help="of each state (default: 8)")
    parser.add_argument("--seconds", type=float, default=5.0, help="for each measurement of speed (default: 5)")
    parser.add_argument("--network", action="append", help=f"hidden layers (default: {' and '.join(NETWORKS)})")
    chosen = parser.parse_args()
    print(f"{core_count()} cores, load before: {os.getloadavg()[0]:.1f}", flush=True)
    for hidden in chosen.network or NETWORKS:
        for line in report(hidden, chosen.seconds, chosen.turns):
            print(line, flush=True)


if __name__ == "__main__":
    main()
