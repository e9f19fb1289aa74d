"""How long pages take that show kept runs, with 5 and with 500 of them: ``python -m tools.kept``, about four minutes.

Eight of the runs are as large as those of ten epochs of 784-128-64-10, the others are small. Nobody has trained them:
they are put into the store as the keeper puts them. Two servers, with few and with many, are asked in turn, so that
what else the machine does meets both. Needs Chromium; ``--turns`` says how often each is asked.
"""

from __future__ import annotations

import os
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path

import numpy as np
from playwright.sync_api import Browser, Page, sync_playwright
from safetensors.numpy import save

from nnlab.config import ModelConfig, Setup, TrainConfig
from nnlab.keeping.keeper import Keeper
from nnlab.keeping.store import Store
from nnlab.records import Evaluation, StepRecord
from nnlab.runs.history import to_rows
from nnlab.runs.messages import Clock, Evaluated, State, Status, Steps
from nnlab.runs.run import Job
from nnlab.runs.trail import is_mark
from nnlab.ui.state import OWNER_COOKIE
from nnlab.ui.text import strings
from tests.browser.harness import CHROMIUM_ARGUMENTS, chromium_path, run_server, wait_until_drawn
from tools.command_line import parser_of, whole
from tools.measure import row

WORDS = strings("en")
OWNER = "owner-of-500-kept-runs"  # 22 letters, as the server makes them
ACTIVATIONS, RATES = ("relu", "tanh", "sigmoid", "gelu"), (0.01, 0.03)
LARGE = [
    Setup(ModelConfig((128, 64), activation=name), TrainConfig(learning_rate=rate, epochs=10, batch_size=64))
    for name in ACTIVATIONS
    for rate in RATES
]
SMALL = Setup(ModelConfig((8,)), TrainConfig(epochs=2, batch_size=50, training_images=400))
FEW, MANY = 5, 500  # runs besides the large ones
CURVES, ROWS, CURVE = ".st-key-compare-curves .main-svg", "[class*=st-key-runs-row]", ".st-key-runs-curve .main-svg"
# The page's own clock: from a press of the mouse until the script has ended and what is waited for is on the screen,
# where it was not before.
AWAIT = """selector => {
  window.shown = { began: 0, at: 0 }
  for (const element of document.querySelectorAll(selector)) element.dataset.before = true
  addEventListener("mousedown", () => { shown.began ||= performance.now() }, { capture: true, once: true })
  const app = document.querySelector("[data-testid=stApp]")
  const look = () => {
    const isOver = app.dataset.testScriptState === "notRunning" && !app.querySelector("[data-stale=true]")
    const isNew = document.querySelector(`:is(${selector}):not([data-before])`)
    if (shown.began && isOver && isNew) shown.at = performance.now()
    else requestAnimationFrame(look)
  }
  requestAnimationFrame(look)
}"""


def main() -> None:
    parser = parser_of("kept", __doc__)
    parser.add_argument("--turns", type=whole(1, 100), default=5, help="how often each server is asked (default: 5)")
    turns = parser.parse_args().turns
    began = time.perf_counter()
    print(f"load before it began: {os.getloadavg()[0]:.1f}", flush=True)
    times: dict[str, list[float]] = defaultdict(list)
    with tempfile.TemporaryDirectory() as few_folder, tempfile.TemporaryDirectory() as many_folder:
        few, many = Path(few_folder), Path(many_folder)
        runs = {few: keep_runs(few, FEW), many: keep_runs(many, MANY - len(LARGE))}
        print(f"runs kept in {time.perf_counter() - began:.0f} s", flush=True)
        times |= from_disk(many, runs[many])
        with run_server(few) as one, run_server(many) as other, sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=chromium_path(), args=CHROMIUM_ARGUMENTS)
            servers = {FEW + len(LARGE): (one, runs[few]), MANY: (other, runs[many])}
            pages = {count: visitor(browser, address) for count, (address, _) in servers.items()}
            for count, (address, picked) in servers.items():
                for what, milliseconds in first_looks(pages[count], address, picked).items():
                    times[f"{what}, of {count} kept runs, for the first time"] += milliseconds
            for _ in range(turns):
                for count, (address, picked) in servers.items():
                    for what, milliseconds in looks(pages[count], address, picked).items():
                        times[f"{what}, of {count} kept runs"] += milliseconds
            browser.close()
    print("\n| what | median | p95 | times |\n|---|---|---|---|")
    for what, values in times.items():
        row(what, values, "ms", "{:,.0f}".format)
    print(f"\nin all {time.perf_counter() - began:.0f} s, load now {os.getloadavg()[0]:.1f}")


def keep_runs(folder: Path, count: int) -> list[str]:
    """Put the large runs and so many small ones into the store of a server with this folder; the large ones' ids."""
    store, jobs = Store(folder / "home" / "data" / "runs"), []
    keeper = Keeper(store, lambda: [(job, None) for job in jobs])
    for number in range(count):
        jobs[:] = [finished(SMALL, number)]
        keeper.look()
    ids = []
    for number, setup in enumerate(LARGE):
        jobs[:] = [finished(setup, number)]
        keeper.look()
        ids.append(jobs[0].id)
    keeper.close()
    store.close()
    return ids


def finished(setup: Setup, number: int) -> Job:
    """A run that is over, with the curve, the evaluations and the weights on its way that a worker would have sent."""
    chance, job = np.random.default_rng(number), Job(setup, OWNER)
    job.data_source, train = "mnist", setup.train
    each, total = train.steps_per_epoch, train.total_steps
    losses = 2.3 * np.exp(-4 * np.arange(1, total + 1) / total) + chance.normal(0.1, 0.02, total)
    neurons = sum(setup.model.hidden_sizes)

    def receive(message: object) -> None:
        with job.changed:
            job.receive(message)

    receive(Status(job.id, "running", 0, total))
    for step in filter(lambda step: is_mark(step, each), range(total + 1)):
        taken = range(job.step + 1, step + 1)
        if taken:
            records = [StepRecord(at, at / each, float(losses[at - 1]), 0.9, train.learning_rate, train.batch_size)
                       for at in taken]  # fmt: skip
            rows = to_rows(records, [at / 1000 for at in taken]).tobytes()
            receive(Steps(job.id, rows, step * train.batch_size, Clock(step / 1000)))
        if step and step % each == 0:
            found = Evaluation(step, step / each, 0.3, 0.9, 0.32, 0.9 + 0.001 * (number % 50), 10_000, 10_000)
            receive(Evaluated(job.id, found, neurons=bytes(neurons)))
        receive(State(job.id, step, weights(setup.model, chance), {"run": {"step": step}, "notes": {}}, b""))
    receive(Status(job.id, "finished", 0, total))
    return job


def weights(model: ModelConfig, chance: np.random.Generator) -> bytes:
    """Weights as a worker sends them, at random."""
    tensors, sizes = {}, model.layer_sizes
    for layer, (inputs, outputs) in enumerate(zip(sizes[:-1], sizes[1:], strict=True)):
        tensors[f"linears.{layer}.weight"] = chance.normal(0, inputs**-0.5, (outputs, inputs)).astype(np.float32)
        tensors[f"linears.{layer}.bias"] = np.zeros(outputs, np.float32)
    return save(tensors)


def from_disk(folder: Path, ids: list[str]) -> dict[str, list[float]]:
    """Milliseconds without a page: a kept run read whole, and the list of all."""
    from nnlab.keeping import shelves

    store = Store(folder / "home" / "data" / "runs")
    found = {
        "a kept run read from the disk": [_milliseconds(lambda run=run: store.past(run).job()) for run in ids],
        f"the list of {MANY} kept runs": [
            _milliseconds(lambda: store.runs(shelves.known_shelf_of(store, OWNER))) for _ in ids
        ],
    }
    store.close()
    return found


def _milliseconds(act: Callable[[], object]) -> float:
    began = time.perf_counter()
    act()
    return 1000 * (time.perf_counter() - began)


def visitor(browser: Browser, address: str) -> Page:
    """The owner of the runs, on the home page."""
    context = browser.new_context(viewport={"width": 1366, "height": 768}, locale="en-US")
    context.set_default_timeout(60_000)
    context.add_cookies([{"name": OWNER_COOKIE, "value": OWNER, "url": address}])
    page = context.new_page()
    page.goto(address)
    wait_until_drawn(page)
    page.wait_for_timeout(3000)  # until what a server loads after its first page is there
    return page


def first_looks(page: Page, address: str, picked: list[str]) -> dict[str, list[float]]:
    """Milliseconds of what no visitor has asked this server for yet; pages themselves have been open."""
    found = {"My runs opened by its link": [by_link(page, "runs", ROWS)]}
    found["Compare opened by its link, none picked"] = [by_link(page, "compare", ".st-key-compare-begin")]
    began = time.perf_counter()
    page.goto(f"{address}/compare?runs={','.join(picked)}&lang=en")
    page.locator(CURVES).first.wait_for()
    found["Compare with eight runs opened by its address"] = [1000 * (time.perf_counter() - began)]
    wait_until_drawn(page)
    return found


def looks(page: Page, address: str, picked: list[str]) -> dict[str, list[float]]:
    """The same once more, and a kept run opened in the list."""
    found: dict[str, list[float]] = defaultdict(list)
    found["home opened by its link, to compare with"].append(by_link(page, "home", ".st-key-home-cards"))
    found["Compare with eight runs opened by its link"].append(by_link(page, "compare", CURVES))
    found["My runs opened by its link"].append(by_link(page, "runs", ROWS))
    for run in picked[:4]:
        opened = page.locator(f".st-key-runs-open_{run} button")
        opened.wait_for()
        found["a kept run opened"].append(shown_after(page, opened.click, CURVE))
        back = page.locator(".st-key-runs-back button")
        found["back to the list"].append(shown_after(page, back.click, ROWS))
        page.wait_for_timeout(300)
    return found


def by_link(page: Page, name: str, selector: str) -> float:
    """Milliseconds from the click on a page's link to the page being drawn."""
    words = WORDS["common.home"] if name == "home" else WORDS[f"{name}.title"]
    link = page.get_by_test_id("stSidebar").get_by_role("link", name=words, exact=True)
    taken = shown_after(page, link.click, selector)
    wait_until_drawn(page)
    page.wait_for_timeout(500)
    return taken


def shown_after(page: Page, act: Callable[[], None], selector: str) -> float:
    """Milliseconds from a click until what it asks for is on the screen."""
    page.evaluate(AWAIT, selector)
    act()
    page.wait_for_function("() => shown.at")
    return page.evaluate("() => shown.at - shown.began")


if __name__ == "__main__":
    main()
