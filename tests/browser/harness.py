"""Starting the app and a Chromium, for the browser tests, ``tools`` and the load tool."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from nnlab.runs.limits import WORKERS_VARIABLE

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page

ROOT = Path(__file__).parents[2]
START_SECONDS = 90  # for the server to answer; far more than a healthy one needs
SETTLE_SECONDS = 60  # for what is seen to become what it stays; a busy machine needs a few
LIST_MILLISECONDS = 10_000  # for a list that has been pressed to be open; a busy machine needs a few thousand
T = TypeVar("T")
ONE_WORKER = {
    WORKERS_VARIABLE: "1"
}  # for a server that trains one run at a time: each worker imports torch for seconds
CHROMIUM_ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def chromium_path() -> str | None:
    """An installed Chromium, or None; first the one without a window of its own, which takes a fifth less to run."""
    names = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
    found = (shutil.which(name) for name in names)
    return next(filter(None, found), None)


@contextmanager
def reserved_port() -> Iterator[int]:
    """A port that nobody else is given meanwhile, on 127.0.0.1: only who names it may listen on it."""
    with socket.socket() as holder:
        holder.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # as the server's own socket: the two get along
        holder.bind(("127.0.0.1", 0))
        yield holder.getsockname()[1]


@contextmanager
def run_server(folder: Path, script: str = "app.py", path: str = "", **environment: str) -> Iterator[str]:
    """Start ``streamlit run app.py`` with its log and user folders below ``folder``; end it afterwards.

    Args:
        path: at which the app lives, as behind a server that has others too; "" for all of the address.
    """
    with reserved_port() as port, run_server_at(port, folder, script, path, **environment):
        yield _address(port, path)


@contextmanager
def run_server_at(
    port: int, folder: Path, script: str = "app.py", path: str = "", **environment: str
) -> Iterator[subprocess.Popen]:
    """``run_server`` on a port of one's own, as its process."""
    log = folder / "log.txt"
    command = [sys.executable, "-m", "streamlit", "run", script, "--server.headless", "true"]
    with log.open("w") as output:
        process = subprocess.Popen(
            [*command, "--server.port", str(port), "--server.address", "127.0.0.1", "--server.baseUrlPath", path],
            cwd=ROOT,
            env={**os.environ, "NNLAB_HOME": str(folder / "home"), **environment},
            stdout=output,
            stderr=subprocess.STDOUT,
        )
    deadline = time.monotonic() + START_SECONDS
    while not _answers(_address(port, path)):
        if process.poll() is not None or time.monotonic() > deadline:
            process.kill()
            raise RuntimeError(f"the server did not start:\n{log.read_text()}")
        time.sleep(0.1)
    try:
        yield process
    finally:
        process.send_signal(signal.SIGINT)
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _address(port: int, path: str) -> str:
    return "/".join([f"http://127.0.0.1:{port}", *filter(None, [path])])


def _answers(address: str) -> bool:
    try:
        with urllib.request.urlopen(f"{address}/_stcore/health", timeout=2) as answer:
            return answer.status == 200
    except (urllib.error.URLError, ConnectionError, TimeoutError):
        return False


# The script has run, nothing is left of what it replaces, nothing waits for the code that shows it (a skeleton stands
# there then), no fold is still opening, and React draws no more: not a node within two frames.
# While a fold opens, Playwright scrolls within it to what it is to press, which slides away beneath the pointer.
# Asked with every frame. Not asynchronous: wait_for_function takes a promise for a yes.
IS_DRAWN = """() => {
  const app = document.querySelector("[data-testid=stApp]"), unfinished = "[data-stale=true], [data-testid=stSkeleton]"
  const isOpening = () => [...app.querySelectorAll("details")].some(fold => fold.getAnimations().length)
  const isQuiet = app?.dataset.testScriptState === "notRunning" && !app.querySelector(unfinished) && !isOpening()
  const watch = (window.drawing ??= { frames: 0 })
  if (!isQuiet || !app.querySelector("[data-testid=stMain] [data-testid=stElementContainer]")) watch.frames = 0
  else if (!watch.observer) {
    watch.observer = new MutationObserver(() => { watch.frames = 0 })
    watch.observer.observe(app, { childList: true, characterData: true, subtree: true })
  } else if (++watch.frames === 2) {
    watch.observer.disconnect()
    delete window.drawing
    return true
  }
  return false
}"""


def wait_until_drawn(page: Page) -> None:
    """Until the page's script has run to its end and is on the screen: what is clicked before that may be forgotten.

    Places, widths and colours may change a little later still, as a chart is fitted into its column, say: read them
    with ``expect_soon``.
    """
    page.wait_for_function(IS_DRAWN, timeout=60_000)


def expect_soon(page: Page, read: Callable[[], T], holds: Callable[[T], bool]) -> None:
    """Read again and again what is seen on a page, until it is right; else fail with what was read last."""
    deadline = time.monotonic() + SETTLE_SECONDS
    while not holds(found := read()):
        assert time.monotonic() < deadline, found
        page.wait_for_timeout(50)


def choose(menu: Locator, option: Locator) -> None:
    """Open a list and choose from it; once more if it has closed by itself.

    Streamlit closes a list when the page beneath it scrolls, as a page that has just come may while it still grows.
    """
    from playwright.sync_api import TimeoutError as NotFoundError

    menu.click()
    try:
        option.click(timeout=LIST_MILLISECONDS)
    except NotFoundError:
        menu.click()
        option.click()


def expect_no_sideways_scrolling(page: Page) -> None:
    """The page, as far as it is drawn, is no wider than its window; nor is what scrolls within it, beside the menu."""
    wait_until_drawn(page)
    expect_soon(
        page,
        lambda: page.evaluate(
            """() => [document.documentElement, document.querySelector("[data-testid=stMain]")]
                .map(box => box.scrollWidth - box.clientWidth)"""
        ),
        lambda excess: max(excess) <= 0,
    )
