"""A class at one server, without a browser for each: how long everybody waits, and whether all see what is theirs.

    python -m tests.load.visitors                            thirty visitors and three browsers, for five minutes
    python -m tests.load.visitors --visitors 60 --seconds 120
    python -m tests.load.visitors --inspecting 10            ten of them look into their networks
    python -m tests.load.visitors --runs 500                 the server's memory over 500 runs of pages

Within ten seconds everybody starts a run. After that they watch it, pause it, take one step, go on; look at other
pages; draw, and return to their run. All are in one class, on whose board everybody's run is. At the end they all stop
their runs and leave. The server is one of the tool's own, on 127.0.0.1; what it shall be started with goes into the
environment. Figures are of the machine as it is now: let it do nothing else.
"""

from __future__ import annotations

import argparse
import asyncio
import random
import statistics
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import httpx
from websockets.asyncio.client import connect
from websockets.exceptions import WebSocketException

from nnlab.ui.shell import PAGES
from tests.browser.harness import chromium_path, run_server
from tests.load import browsers, processes
from tests.load.visitor import FIRST, PATIENCE_SECONDS, STEP, STOP, Amiss, Tally, Visitor

ARRIVAL_SECONDS = 10.0  # in which everybody comes and starts
WATCH_SECONDS = (4.0, 12.0)  # one's run, before anything else is done
READING_SECONDS = (1.0, 5.0)  # on another page
LEAST_TURNS = 2  # on a machine that is too slow for one of each kind
REST_SECONDS = 60.0  # after which a server that everybody has left should be as small as before
SAMPLE_SECONDS = 2.0  # between two looks at the server's memory
RUNS_BETWEEN_SAMPLES = 50
INSPECTED = ("units", "layers", "surgery", "gradients", "health", "attribution", "failures")  # sections of Inspect
MOST = {"inspecting": 100, "visitors": 100, "seconds": 3600, "runs": 10_000, "browsers": 8}
OTHER_PAGES = [name for name in PAGES if name != "train"]
CODE = "22222222"  # of the class that all of them take part in
SETTINGS = "hidden=128,64&epochs=1000&batch=64"  # a run that nobody sees end


@dataclass
class Memory:
    """What the server and its workers held, in bytes: before anybody came, at most, a while after all had left."""

    before: int = 0
    peak: int = 0
    after: int = 0
    samples: list[int] = field(default_factory=list)


@asynccontextmanager
async def arrived(address: str, tally: Tally, number: int = 0) -> AsyncIterator[Visitor]:
    """A visitor whose window is open."""
    url = f"{address.replace('http', 'ws')}/_stcore/stream"
    # Messages may be of any size, and a server that is slow to answer is not taken for a dead one.
    options = {"max_size": None, "ping_interval": None, "open_timeout": PATIENCE_SECONDS}
    async with (
        connect(url, subprotocols=["streamlit"], **options) as socket,
        httpx.AsyncClient(timeout=PATIENCE_SECONDS) as web,
    ):
        yield Visitor(address, socket, web, tally, number)


async def attend(
    address: str, tally: Tally, number: int, start_at: float, until: float, inspects: bool = False
) -> None:  # fmt: skip
    """One visitor's class: start a run, do this and that, stop it, and leave.

    Args:
        inspects: whether the only other page this visitor goes to is Inspect, to look into the run.
    """
    choose = random.Random(number)
    try:
        async with arrived(address, tally, number) as visitor:
            await visitor.open("home")
            await asyncio.sleep(max(0.0, start_at - time.monotonic()))
            await visitor.open("train", f"{SETTINGS}&class={CODE}")
            await visitor.start()
            turn = number  # so that they do not all do the same at once
            while time.monotonic() < until or turn < number + LEAST_TURNS:
                turn += 1
                await visitor.watch(choose.uniform(*WATCH_SECONDS))
                if turn % 2:
                    await visitor.command("pause", FIRST, "paused")
                    await visitor.command("one step", STEP, "paused")
                    await visitor.command("resume", FIRST, "running")
                elif inspects:
                    for section in choose.sample(INSPECTED, 2):
                        await visitor.open("inspect", f"run={visitor.run}&section={section}")
                        await asyncio.sleep(choose.uniform(*READING_SECONDS))
                    await visitor.come_back()
                else:
                    page = OTHER_PAGES[turn // 2 % len(OTHER_PAGES)]
                    await visitor.open(page)
                    if page == "draw":
                        await visitor.draw()
                    if page == "classroom":
                        await visitor.read_board(CODE)
                    await asyncio.sleep(choose.uniform(*READING_SECONDS))
                    await visitor.come_back()
            await visitor.command("stop", STOP, "stopped")
    except Amiss as error:
        tally.amiss.append(str(error))
    except (asyncio.TimeoutError, httpx.HTTPError, WebSocketException, OSError) as error:
        tally.missing += 1
        tally.amiss.append(f"visitor {number}: {type(error).__name__} {error}")


async def hold_class(
    address: str, seconds: float, visitors: int, windows: int, inspecting: int = 0
) -> tuple[Tally, Memory]:
    """So many visitors at once, some of them with browsers; of the others so many look into their networks."""
    async with arrived(address, Tally()) as first:  # imports and makes what is made once
        for page in PAGES:
            await first.open(page)
    await until_ready(address)
    tally, memory, server = Tally(), Memory(), processes.server()
    memory.before = memory.peak = processes.held_bytes(server)
    begin = time.monotonic() + (30.0 if windows else 1.0)  # the browsers load the page first
    end = begin + ARRIVAL_SECONDS + seconds
    watch = asyncio.create_task(_watch_memory(server, memory))
    starts_at, commands_at = begin + ARRIVAL_SECONDS / 2, begin + 2 * ARRIVAL_SECONDS
    thread = browsers.use(address, windows, starts_at, commands_at, end, tally) if windows else None
    others = visitors - windows
    starts = [begin + ARRIVAL_SECONDS * (number / max(1, others)) for number in range(others)]
    classes = (attend(address, tally, who, start, end, who < inspecting) for who, start in enumerate(starts))
    await asyncio.gather(*classes)
    if thread:
        await asyncio.to_thread(thread.join)
    watch.cancel()
    return tally, memory


@dataclass
class Class:
    """What a class has met, and what it has cost."""

    tally: Tally
    memory: Memory
    used_seconds: float  # of processor time, the server's own
    errors: int  # tracebacks in its log


def measure_class(seconds: float, visitors: int, windows: int, inspecting: int = 0) -> Class:
    """A class at a server of its own, and a minute's rest after it."""
    with tempfile.TemporaryDirectory() as folder, run_server(Path(folder)) as address:
        tally, memory = asyncio.run(hold_class(address, seconds, visitors, windows, inspecting))
        used = processes.used_seconds(processes.server())
        time.sleep(REST_SECONDS)
        memory.after = processes.held_bytes(processes.server())
        return Class(tally, memory, used, (Path(folder) / "log.txt").read_text().count("Traceback"))


async def until_ready(address: str) -> None:
    """Wait until the server has loaded what it needs."""
    async with httpx.AsyncClient() as web:
        while (await web.get(f"{address}/nnlab/ready")).status_code != 200:
            await asyncio.sleep(0.2)


async def _watch_memory(server: int, memory: Memory) -> None:
    while True:
        memory.samples.append(await asyncio.to_thread(processes.held_bytes, server))
        memory.peak = max(memory.peak, memory.samples[-1])
        await asyncio.sleep(SAMPLE_SECONDS)


async def for_runs(address: str, runs: int) -> Tally:
    """One visitor after another until so many pages have been drawn; prints what the server holds meanwhile."""
    tally, server = Tally(), processes.server()
    pages, sampled = 0, 0
    while pages < runs:
        async with arrived(address, tally, pages) as visitor:
            for page in PAGES:
                await visitor.open(page)
                pages += 1
        if pages >= sampled + RUNS_BETWEEN_SAMPLES:
            sampled = pages
            print(f"{sampled:6} page runs: {processes.held_bytes(server) / 1e6:,.0f} MB", flush=True)
    return tally


def median_and_p95(seconds: list[float]) -> tuple[float, float]:
    """The median, and what 95 % do not exceed."""
    ordered = sorted(seconds)
    return statistics.median(ordered), ordered[-(-95 * len(ordered) // 100) - 1]


def describe(what: str, seconds: list[float]) -> str:
    median, p95 = median_and_p95(seconds)
    return f"{what}: {len(seconds):,}, median {1000 * median:,.0f} ms, p95 {1000 * p95:,.0f} ms"


def report(found: Class) -> str:
    """All figures, a line for each."""
    tally, memory = found.tally, found.memory
    lines = [describe("any answer", tally.answers)] if tally.answers else []
    lines += [describe(what, times) for what, times in sorted(tally.times.items())]
    lines.append(f"the server's own processor time: {found.used_seconds:.1f} s")
    lines.append(
        f"memory of all processes: {memory.before / 1e9:.2f} GB before, {memory.peak / 1e9:.2f} GB at most, "
        f"{memory.after / 1e9:.2f} GB {REST_SECONDS:.0f} s after"
    )
    lines.append(
        f"unanswered {tally.missing}, amiss {len(tally.amiss)}, exceptions shown {len(tally.exceptions)}, "
        f"tracebacks in the log {found.errors}"
    )
    return "\n".join([*lines, *sorted({*tally.amiss, *tally.exceptions})])


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.load.visitors", description=__doc__.split("\n")[0])
    parser.add_argument("--visitors", type=int, default=30, help="at once")
    parser.add_argument("--browsers", type=int, help="how many of them have a real browser (3, without Chromium 0)")
    parser.add_argument("--inspecting", type=int, default=0, help="how many of them look into their networks")
    length = parser.add_mutually_exclusive_group()
    length.add_argument("--seconds", type=int, default=300, help="how long the class lasts")
    length.add_argument("--runs", type=int, help="until so many pages are drawn, without reading them")
    options = parser.parse_args()
    for name, most in MOST.items():
        if (getattr(options, name) or 0) > most:
            parser.error(f"at most {most:,} {name}")
    windows = options.browsers if options.browsers is not None else 3 * bool(chromium_path())
    if options.runs:
        with tempfile.TemporaryDirectory() as folder, run_server(Path(folder)) as address:
            asyncio.run(for_runs(address, options.runs))
    else:
        print(report(measure_class(options.seconds, options.visitors, windows, options.inspecting)))


if __name__ == "__main__":
    main()
