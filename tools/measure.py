"""How fast the app answers, measured in a real browser: ``python -m tools.measure`` writes docs/responses.md.

Needs Chromium and the MNIST files (``NNLAB_DATA_DIR``), and a machine that does nothing else for twenty minutes.

Read next: ``timing``, how each figure is taken in the browser; ``tests.load.visitors``, the class of thirty.
"""

from __future__ import annotations

import os
import platform
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

from nnlab.config import ModelConfig, Setup, TrainConfig
from nnlab.machine import core_count
from nnlab.runs import jobs
from nnlab.runs.messages import OVER
from tests.browser.harness import CHROMIUM_ARGUMENTS, ROOT, chromium_path, run_server
from tests.load import visitors
from tools import timing
from tools.command_line import check_folder, parser_of

REPORT = ROOT / "docs" / "responses.md"
RUNS_SECONDS, RUNS_TURNS = 6, 3
CLASS_VISITORS, CLASS_BROWSERS, CLASS_SECONDS = 30, 3, 300
MANY = Setup(ModelConfig((128, 64)), TrainConfig(epochs=1000))


def many_runs() -> dict[int, float]:
    """Steps per second of 1, 2, 4 and 8 runs together: medians, interleaved."""
    totals: dict[int, list[float]] = {count: [] for count in timing.RUNS}
    for _ in range(RUNS_TURNS):
        for count in timing.RUNS:
            runs = [jobs.start(MANY, owner=str(number)) for number in range(count)]
            for run in runs:  # the workers import torch first, which takes longer than the figure itself
                run.wait_until(lambda run=run: run.step > 500, 60)
            before, started = sum(run.step for run in runs), time.perf_counter()
            time.sleep(RUNS_SECONDS)
            totals[count].append((sum(run.step for run in runs) - before) / (time.perf_counter() - started))
            for run in runs:
                run.stop()
            for run in runs:
                run.wait_for(*OVER, timeout=30)
    return {count: statistics.median(values) for count, values in totals.items()}


def class_section() -> list[str]:
    """What thirty visitors at once met, three of them in browsers."""
    found = visitors.measure_class(CLASS_SECONDS, CLASS_VISITORS, CLASS_BROWSERS)
    print(visitors.report(found), flush=True)
    times, memory, tally = found.tally.times, found.memory, found.tally
    commands = [time for name in ("pause", "one step", "resume") for time in times[name]]
    shown = [time for name in ("pause", "one step", "resume") for time in times[f"browser: {name}"]]
    rows = [
        ("any answer", tally.answers),
        ("Start pressed to the first point of the curve", times["start"]),
        ("the same on the screen of a browser", times["browser: start"]),
        ("pause, one step, resume", commands),
        ("the same on the screen of a browser", shown),
    ]
    return [
        "## A class of thirty",
        "",
        f"{CLASS_VISITORS} visitors for {CLASS_SECONDS} s, {CLASS_BROWSERS} of them in a browser on the same machine. "
        "Within ten seconds each starts a run of 784-128-64-10, which goes on; they watch it, pause it, take one step, "
        "go on, look at other pages, draw, and return (`python -m tests.load.visitors`).",
        "",
        "| what | median | p95 | times |",
        "|---|---|---|---|",
        *(row(what, [1000 * second for second in seconds], show="{:,.0f}".format) for what, seconds in rows),
        "",
        f"Lost or another's runs and drawings, unanswered requests: {len(tally.amiss)}; errors shown on a page: "
        f"{len(tally.exceptions)}, in the server's log: {found.errors}. Memory of all processes: "
        f"{memory.before / 1e9:.2f} GB before anybody came, {memory.peak / 1e9:.2f} GB at most, "
        f"{memory.after / 1e9:.2f} GB a minute after all had left.",
        "",
        *(f"- {what}" for what in sorted({*tally.amiss, *tally.exceptions})),
    ]


def row(what: str, values: list[float], unit: str = "ms", show: Callable[[float], str] = "{:.0f}".format) -> str:
    """A line of a table: median and p95 of the values."""
    ordered = sorted(values)
    p95 = ordered[min(len(ordered) - 1, round(0.95 * len(ordered)))]
    line = f"| {what} | {show(statistics.median(values))} {unit} | {show(p95)} {unit} | {len(values)} |"
    print(line, flush=True)  # as it comes; the whole takes twenty minutes
    return line


def pages_section(browser: Browser) -> list[str]:
    """What one visitor waits for, and whether watching costs the training anything."""
    rows = [row("start of the server to the first heading", timing.first_page(browser))]
    with _page(browser) as (page, address):
        rows.append(row("switching pages", timing.switches(page, address)))
        timing.start_run(page, address)
        ratios = timing.watched(page)
        rows += [row(f"{name}, during a run", times) for name, times in timing.commands(page).items()]
        health = timing.health(address)
        rows.append(row("the server's answer to a request, a run watched", health, "ms", "{:.1f}".format))
        answers, rates = timing.strokes(page, address)
        rows.append(row("pen lifted to the answer, a run going on", answers))
        rows.append(row("pen lifted to a page of the canvas alone, likewise", timing.strokes_alone(browser)))
        rows.append(row("changes of the bars during a stroke, a run going on", rates, "a second"))
    with _page(browser) as (page, address):
        for count, times in timing.answers_meanwhile(browser, page, address).items():
            rows.append(row(f"pause, one step, resume, with {count} run{'s' if count > 1 else ''}", times))
    with _page(browser) as (page, address):
        rows += [row(name, times) for name, times in timing.inspected(page, address).items()]
    return [
        "| what | median | p95 | times |",
        "|---|---|---|---|",
        *rows,
        "",
        f"Steps per second with the live curve on screen, relative to nobody looking: {statistics.median(ratios):.2f} "
        f"(median of {len(ratios)}, interleaved: {', '.join(f'{ratio:.2f}' for ratio in ratios)}).",
    ]


@contextmanager
def _page(browser: Browser) -> Iterator[tuple[Page, str]]:
    """A window and the address of a server of its own."""
    with tempfile.TemporaryDirectory() as folder, run_server(Path(folder)) as address, timing.window(browser) as page:
        yield page, address


def runs_section() -> list[str]:
    """How fast several runs train together."""
    totals = many_runs()
    jobs.shutdown()
    told = (f"{count} run{'s' if count > 1 else ''} {total:,.0f}" for count, total in totals.items())
    return [
        f"Steps per second of several runs together (784-128-64-10, batches of 64; medians of {RUNS_TURNS}): "
        + ", ".join(told)
        + "."
    ]


def main() -> None:
    parser = parser_of("measure", __doc__)
    parser.add_argument("--output", type=Path, default=REPORT, metavar="FILE", help="default: docs/responses.md")
    output = parser.parse_args().output
    check_folder(parser, output)
    load = os.getloadavg()[0]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium_path(), args=CHROMIUM_ARGUMENTS)
        pages = pages_section(browser)
        browser.close()
    lines = [
        "# How fast the app answers",
        "",
        f"Written by `python -m tools.measure` on {date.today()}: {core_count()} cores, Python "
        f"{platform.python_version()}, load before it began {load:.1f}. Click to seeing it, in Chromium.",
        "",
        *pages,
        "",
        *runs_section(),
        "",
        *class_section(),
    ]
    output.write_text("\n".join(lines), encoding="utf-8")
    print(output.read_text(encoding="utf-8"))


if __name__ == "__main__":
    main()
