"""Visitors without browsers: clients that speak Streamlit's own protocol to a real server, and time its answers.

    python -m tests.load.visitors --visitors 30 --seconds 60    how long thirty visitors wait
    python -m tests.load.visitors --visitors 3 --runs 500       the server's memory over 500 runs of pages

A browser costs the machine far more than the server that it looks at; such a client costs next to nothing. It walks
through the pages as ``PAGES`` has them, and while it reads, asks for what a browser's timer would ask for; a trainer
presses Train as well. The server is one of the tool's own, on 127.0.0.1. What it shall be started with goes into the
environment: ``STREAMLIT_RUNNER_POST_SCRIPT_GC=true`` to collect garbage after every run of a script again.

Simplified: a timer waits for its last answer, where a browser's does not, and scripts and pictures are not fetched.
"""

from __future__ import annotations

import argparse
import asyncio
import math
import os
import random
import statistics
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ClientState_pb2 import ClientState
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from nnlab.ui.shell import PAGES
from tests.browser.harness import run_server
from tests.load.screen import Screen

PATIENCE_SECONDS = 60  # after these an answer counts as missing, and the visitor comes anew
READING_SECONDS = (1.0, 5.0)  # on one page, before the next is opened
START_BUTTON = "-train.start"  # the end of its widget's id, which holds the key that the page gave it
RUNS_BETWEEN_SAMPLES = 50
MOST = {"visitors": 100, "seconds": 600, "runs": 10_000}


@dataclass
class Tally:
    """What all visitors met together; times in seconds."""

    pages: list[float] = field(default_factory=list)
    looks: list[float] = field(default_factory=list)  # answers to a button or to a fragment's timer
    missing: int = 0
    exceptions: list[str] = field(default_factory=list)
    server_seconds: float = 0.0  # of processor time


class Visitor:
    """One open window."""

    def __init__(self, socket: ClientConnection, tally: Tally) -> None:
        self.socket = socket
        self.tally = tally
        self.screen = Screen(exceptions=tally.exceptions)

    async def open(self, page: str) -> None:
        """Go to another page, by its name in ``PAGES``."""
        self.screen.page_hash, self.screen.query = "", ""
        await self._ask(self.tally.pages, page_name="" if page == "home" else page)

    async def press(self, button_id: str) -> None:
        """Press a button that is on screen."""
        await self._ask(self.tally.looks, fragment_id=self.screen.buttons[button_id], pressed=button_id)

    async def read(self, seconds: float) -> None:
        """Stay on the page, which asks for what it shows anew as often as it wants to."""
        end = time.monotonic() + seconds
        while self.screen.timer and time.monotonic() < end:
            interval, fragment_id = self.screen.timer
            due = time.monotonic() + interval
            await self._ask(self.tally.looks, fragment_id=fragment_id, is_auto_rerun=True)
            await asyncio.sleep(due - time.monotonic())
        await asyncio.sleep(end - time.monotonic())

    async def _ask(self, times: list[float], pressed: str = "", **options: object) -> None:
        """Have a script run and wait for its end, whose time goes into ``times``; ``options`` as for ClientState."""
        screen = self.screen
        state = ClientState(page_script_hash=screen.page_hash, query_string=screen.query, **options)
        state.cached_message_hashes.extend(screen.messages)
        state.context_info.locale = "en"
        if pressed:
            state.widget_states.widgets.add(id=pressed, trigger_value=True)
        started = time.perf_counter()
        await self.socket.send(BackMsg(rerun_script=state).SerializeToString())
        await asyncio.wait_for(self._until_finished(), PATIENCE_SECONDS)
        times.append(time.perf_counter() - started)

    async def _until_finished(self) -> None:
        while not self.screen.take(ForwardMsg.FromString(await self.socket.recv())):
            pass


async def visit(
    address: str,
    tally: Tally,
    reading: tuple[float, float] = (0, 0),
    trains: bool = False,
    until: float = math.inf,
) -> None:
    """Come, look at every page once, and go; no page is opened after ``until``, a time of ``time.monotonic``."""
    url = f"{address.replace('http', 'ws')}/_stcore/stream"
    # Messages may be of any size, and a server that is slow to answer is not taken for a dead one.
    options = {"max_size": None, "ping_interval": None, "open_timeout": PATIENCE_SECONDS}
    try:
        async with connect(url, subprotocols=["streamlit"], **options) as socket:
            visitor = Visitor(socket, tally)
            for page in PAGES:
                if time.monotonic() >= until:
                    break
                await visitor.open(page)
                starts = [button for button in visitor.screen.buttons if button.endswith(START_BUTTON)]
                if trains and starts:
                    await visitor.press(starts[0])
                await visitor.read(random.uniform(*reading))
    except (asyncio.TimeoutError, ConnectionClosed, OSError):
        tally.missing += 1


async def for_seconds(address: str, seconds: float, visitors: int, trainers: int) -> Tally:
    """So many visitors at once, who come again when they have seen every page."""
    await visit(address, Tally())  # imports and makes what is made once
    tally, end = Tally(server_seconds=-server_seconds()), time.monotonic() + seconds

    async def come_again(trains: bool) -> None:
        await asyncio.sleep(random.uniform(*READING_SECONDS))  # not all in the same moment
        while time.monotonic() < end:
            await visit(address, tally, READING_SECONDS, trains, end)

    await asyncio.gather(*(come_again(number < trainers) for number in range(visitors)))
    tally.server_seconds += server_seconds()
    return tally


async def for_runs(address: str, runs: int, visitors: int, trainers: int) -> Tally:
    """A few visitors without a pause until so many pages have been drawn; prints what the server holds meanwhile."""
    tally = Tally(server_seconds=-server_seconds())
    sampled = 0
    while len(tally.pages) + tally.missing < runs:
        await asyncio.gather(*(visit(address, tally, trains=number < trainers) for number in range(visitors)))
        if len(tally.pages) >= sampled + RUNS_BETWEEN_SAMPLES:
            sampled = len(tally.pages)
            print(f"{sampled:6} page runs: {server_megabytes():,.0f} MB", flush=True)
    tally.server_seconds += server_seconds()
    return tally


def server() -> Path:
    """What Linux tells of the server, the only process that this one has started."""
    return Path("/proc") / Path(f"/proc/self/task/{os.getpid()}/children").read_text().split()[0]


def server_megabytes() -> float:
    """The server's resident memory."""
    return int((server() / "statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 1e6


def server_seconds() -> float:
    """The processor time that the server has used: a machine that is busy with other things leaves it as it is."""
    after_name = (server() / "stat").read_text().rpartition(")")[2].split()
    return sum(map(int, after_name[11:13])) / os.sysconf("SC_CLK_TCK")  # as a user's process, and in the kernel for it


def describe(seconds: list[float]) -> str:
    """How many answers there were, their median and their 95th percentile (the value that 95 % do not exceed)."""
    if not seconds:
        return "none"
    ordered = sorted(seconds)
    p95 = ordered[-(-95 * len(ordered) // 100) - 1]
    return f"{len(ordered):,} answers, median {statistics.median(ordered):.2f} s, p95 {p95:.2f} s"


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.load.visitors", description=__doc__.split("\n")[0])
    parser.add_argument("--visitors", type=int, default=30, help="at once")
    parser.add_argument("--trainers", type=int, help="how many of them train (a third)")
    length = parser.add_mutually_exclusive_group()
    length.add_argument("--seconds", type=int, default=60, help="how long they keep coming")
    length.add_argument("--runs", type=int, help="until so many pages are drawn, without reading them")
    options = parser.parse_args()
    for name, most in MOST.items():
        if (getattr(options, name) or 0) > most:
            parser.error(f"at most {most:,} {name}")
    trainers = options.visitors // 3 if options.trainers is None else options.trainers
    with tempfile.TemporaryDirectory() as folder, run_server(Path(folder)) as address:
        work = for_runs if options.runs else for_seconds
        tally = asyncio.run(work(address, options.runs or options.seconds, options.visitors, trainers))
        errors = (Path(folder) / "log.txt").read_text().count("Traceback")
    print(f"pages: {describe(tally.pages)}\nlooks: {describe(tally.looks)}")
    per_answer = 1000 * tally.server_seconds / max(1, len(tally.pages) + len(tally.looks))
    print(f"the server's processor time: {tally.server_seconds:.1f} s, {per_answer:.0f} ms per answer")
    print(f"unanswered {tally.missing}, exceptions shown {len(tally.exceptions)}, tracebacks in the log {errors}")
    for words in sorted(set(tally.exceptions)):
        print(words)


if __name__ == "__main__":
    main()
