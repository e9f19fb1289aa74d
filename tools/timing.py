"""How long a visitor waits, timed in a real browser: pages, buttons of a run, strokes on the canvas, Inspect.

Every time is taken by the page's own clock where that can be, so no message between two processes is timed with it.

Read next: ``measure``, which has all of this done and writes it down.
"""

from __future__ import annotations

import tempfile
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, Page
from playwright.sync_api import TimeoutError as PlaywrightTimeoutError

from nnlab.ui.shell import PAGES
from nnlab.ui.text import strings
from tests.browser.drawing import DIGITS, READING, SURFACE, expect_network, press_and_move
from tests.browser.harness import run_server, wait_until_drawn

WORDS = strings("en")
STARTS, COMMANDS, TURNS, STROKES, REQUESTS, INSPECTIONS = 5, 20, 5, 20, 400, 8  # repetitions
RUNS = (1, 2, 4, 8)  # at once
WATCH_SECONDS = 6
LONG_RUN = "hidden=128,64&epochs=1000&batch=64"
WIDE_RUN = "hidden=512,256&epochs=1"
LOST_MILLISECONDS = 10_000  # after these a stroke counts as lost, and is drawn again
STATE = "document.querySelector('.nnlab-run-state p')?.innerText ?? ''"

# Clicks, and measures in the page itself until the state reads as wanted: no message between processes is timed.
CLICK_AND_WAIT = f"""([name, wanted]) => new Promise((done, fail) => {{
  const find = () => [...document.querySelectorAll("button")].find(
    button => !button.disabled && button.innerText.trim().endsWith(name))
  const before = {STATE}
  const started = performance.now()
  const look = setInterval(() => {{
    const now = {STATE}
    if (now !== before && now.startsWith(wanted)) {{ clearInterval(look); done(performance.now() - started) }}
    if (performance.now() - started > 20000) {{ clearInterval(look); fail(`${{name}}: ${{now}}`) }}
  }}, 5)
  find().click()
}})"""

# The page's own clock: from a press of the mouse to the end of the script run that it has caused.
AWAIT_SCRIPT = """() => {
  window.drawn = { began: 0, hasRun: false, ended: 0 }
  addEventListener("mousedown", () => { drawn.began ||= performance.now() }, { capture: true, once: true })
  const app = document.querySelector("[data-testid=stApp]")
  new MutationObserver((_, observer) => {
    const state = app.dataset.testScriptState
    drawn.hasRun ||= state === "running"
    if (!drawn.hasRun || state !== "notRunning") return
    observer.disconnect()
    requestAnimationFrame(() => setTimeout(() => { drawn.ended = performance.now() }))
  }).observe(app, { attributes: true })
}"""

# The page's own clock: when the pen was lifted, when an element changed for the first time after that, and when it
# changed during a stroke. Pages whose answer is an element's text or state are all timed alike.
WATCH = """selector => {
  window.seen = { lifted: 0, answered: 0, frames: [] }
  const box = document.querySelector(selector)
  const isDone = box => %s
  addEventListener("mousedown", () => Object.assign(seen, { lifted: 0, answered: 0, frames: [] }), true)
  addEventListener("mouseup", () => { seen.lifted = performance.now() }, true)
  new MutationObserver(() => {
    if (!seen.lifted) seen.frames.push(performance.now())
    else if (!seen.answered && isDone(box)) seen.answered = performance.now()
  }).observe(box, { subtree: true, attributes: true, childList: true, characterData: true })
}"""


@contextmanager
def window(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 1366, "height": 768}, locale="en-US")
    context.set_default_timeout(60_000)
    yield context.new_page()
    context.close()


def first_page(browser: Browser) -> list[float]:
    """Milliseconds from the start of the server to the first heading in a browser that is waiting for it."""
    times = []
    for _ in range(STARTS + 1):
        with tempfile.TemporaryDirectory() as folder, window(browser) as page:
            started = time.perf_counter()
            with run_server(Path(folder)) as address:
                page.goto(address)
                page.get_by_role("heading", level=1).wait_for()
                times.append(1000 * (time.perf_counter() - started))
    return times[1:]  # the first start warms the disk


def switches(page: Page, address: str) -> list[float]:
    """Milliseconds from the click on a page's link to that page's heading; each page has been open once."""
    page.goto(address)
    page.get_by_role("heading", level=1).wait_for()
    page.wait_for_timeout(3000)
    times = []
    for turn in range(3):
        for name in [*PAGES][1:] + ["home"]:
            title = WORDS[f"{name}.title"]
            link = page.get_by_test_id("stSidebar").get_by_role(
                "link", name=WORDS["common.home"] if name == "home" else title
            )
            started = time.perf_counter()
            link.click()
            page.get_by_role("heading", level=1, name=title, exact=True).wait_for()
            if turn:
                times.append(1000 * (time.perf_counter() - started))
            page.wait_for_timeout(1500)
    return times


def start_run(page: Page, address: str) -> None:
    page.goto(f"{address}/train?{LONG_RUN}")
    page.get_by_role("button", name=WORDS["train.start_many"].format(epochs=1000)).first.click()
    page.wait_for_function(f"() => /^(Training|Waiting)/.test({STATE})")
    page.wait_for_timeout(3000)


def commands(page: Page, turns: int = COMMANDS) -> dict[str, list[float]]:
    """Milliseconds from a click to the page saying that it is done, while a run trains."""

    def timed(name: str, wanted: str) -> float:
        milliseconds = page.evaluate(CLICK_AND_WAIT, [WORDS[f"train.{name}"], wanted])
        page.wait_for_timeout(1000)
        return milliseconds

    times: dict[str, list[float]] = {"pause": [], "one step": [], "resume": []}
    for _ in range(turns):
        times["pause"].append(timed("pause", "Paused"))
        times["one step"].append(timed("step", "Paused"))
        times["resume"].append(timed("resume", "Training"))
    return times


def draw_and_time(page: Page, selector: str, is_done: str) -> Iterator[float]:
    """Draw a 0, again and again: milliseconds from lifting the pen to what ``is_done`` takes for the answer."""
    page.evaluate(WATCH % is_done, selector)
    count = 0
    while count < STROKES:
        press_and_move(page, DIGITS["0"])
        page.mouse.up()
        try:
            page.wait_for_function("() => seen.answered", timeout=LOST_MILLISECONDS)
        except PlaywrightTimeoutError:
            print("a stroke without an answer:", page.evaluate("() => seen"), page.locator(selector).inner_text())
        else:
            count += 1
            yield page.evaluate("() => seen.answered - seen.lifted")
        page.wait_for_timeout(500)


def strokes(page: Page, address: str) -> tuple[list[float], list[float]]:
    """Of the drawing page: milliseconds from lifting the pen to the answer, and frames per second during the stroke."""
    page.goto(f"{address}/draw")
    page.locator(SURFACE).wait_for()
    expect_network(page)
    page.wait_for_timeout(3000)
    answers, rates = [], []
    for milliseconds in draw_and_time(page, READING, "box.dataset.state === 'read'"):
        answers.append(milliseconds)
        frames = page.evaluate("() => [...new Set(seen.frames.map(Math.round))]")  # one frame changes several parts
        rates.append(1000 * (len(frames) - 1) / (frames[-1] - frames[0]))
        page.get_by_role("button", name=WORDS["common.clear"]).click()
        page.locator(f"{READING}[data-state=empty]").wait_for()
    return answers, rates


def strokes_alone(browser: Browser) -> list[float]:
    """Milliseconds from lifting the pen to a page changing that consists of the canvas and one line of text."""
    script = "tools/canvas_only.py"
    with tempfile.TemporaryDirectory() as folder, run_server(Path(folder), script) as address, window(browser) as page:
        page.goto(address)
        page.locator(SURFACE).wait_for()
        page.wait_for_timeout(3000)
        return list(draw_and_time(page, ".st-key-answer", "true"))


def inspected(page: Page, address: str) -> dict[str, list[float]]:
    """Milliseconds from a click to the whole page being drawn: Inspect opened, another neuron, a change of surgery.

    The page is opened by its link, with a paused run of 784-512-256-10 to look at; the change is followed by the
    accuracy over all 10,000 test images.
    """
    times: dict[str, list[float]] = {"opened": [], "another neuron": [], "a change and its accuracy": []}
    page.goto(f"{address}/train?{WIDE_RUN}")
    wait_until_drawn(page)
    page.evaluate(CLICK_AND_WAIT, [WORDS["train.step"], "Paused"])
    wait_until_drawn(page)
    squares = ".st-key-inspect-layer_picture_0 canvas"
    for turn in range(INSPECTIONS + 1):
        link = page.get_by_test_id("stSidebar").get_by_role("link", name=WORDS["inspect.title"])
        times["opened"].append(_drawn_after(page, link.click, squares))
        page.wait_for_timeout(1000)
        picture = page.locator(squares).bounding_box()
        middle = (picture["x"] + 30 + 20 * turn, picture["y"] + 40)  # each time another neuron's square
        page.mouse.move(*middle)
        page.wait_for_timeout(500)
        times["another neuron"].append(_drawn_after(page, lambda at=middle: page.mouse.click(*at), squares))
        page.get_by_test_id("stSidebar").get_by_role("link", name=WORDS["train.title"]).click()
        wait_until_drawn(page)
        page.wait_for_timeout(1000)
    page.goto(f"{page.url.replace('/train', '/inspect')}&section=surgery")
    wait_until_drawn(page)
    for turn in range(INSPECTIONS + 1):
        name = WORDS["inspect.silence_layer" if turn % 2 else "inspect.zero_biases"].format(layer=1)
        button = page.get_by_role("button", name=name, exact=True)
        change = _drawn_after(page, button.click, "[data-testid=stMetricValue]")
        times["a change and its accuracy"].append(change)
        page.wait_for_timeout(1000)
    return {f"Inspect, 784-512-256-10: {what}": values[1:] for what, values in times.items()}  # the first warms up


def _drawn_after(page: Page, act: Callable[[], None], selector: str) -> float:
    """Milliseconds until the page's script has run, and what it drew is there."""
    page.evaluate(AWAIT_SCRIPT)
    act()
    page.wait_for_function("() => drawn.ended")
    page.locator(selector).first.wait_for()
    return page.evaluate("() => drawn.ended - drawn.began")


def health(address: str) -> list[float]:
    """Milliseconds that the server needs to say that it is well: all that holds it up, such as a garbage collection."""
    times = []
    for _ in range(REQUESTS):
        started = time.perf_counter()
        with urllib.request.urlopen(f"{address}/_stcore/health") as answer:
            answer.read()
        times.append(1000 * (time.perf_counter() - started))
        time.sleep(0.02)
    return times


def answers_meanwhile(browser: Browser, page: Page, address: str) -> dict[int, list[float]]:
    """Milliseconds of the commands of one run while it and others train, one visitor each, whose windows are closed."""
    times: dict[int, list[float]] = {}
    start_run(page, address)
    running = 1
    for count in RUNS:
        while running < count:
            with window(browser) as visitor:
                start_run(visitor, address)
            running += 1
        times[count] = [time for values in commands(page, turns=COMMANDS // 2).values() for time in values]
    return times


def step_of(page: Page) -> tuple[int, float]:
    """The step that the page shows, just after it has changed, and when that was (seconds)."""
    before = page.evaluate(STATE)
    page.wait_for_function(f"before => ({STATE}).startsWith('Training') && ({STATE}) !== before", arg=before)
    return int(page.evaluate(STATE).split("step ")[1].split(" of")[0].replace(",", "")), time.perf_counter()


def watched(page: Page) -> list[float]:
    """Steps per second while the page shows the curve, over those while nobody looks; interleaved."""
    ratios = []
    for _ in range(TURNS):
        (first, began), address = step_of(page), page.url
        page.wait_for_timeout(1000 * WATCH_SECONDS)
        middle, turned = step_of(page)
        page.goto("about:blank")
        page.wait_for_timeout(1000 * WATCH_SECONDS)
        page.goto(address)
        last, ended = step_of(page)
        ratios.append((middle - first) / (turned - began) * (ended - turned) / (last - middle))
    return ratios
