"""A few real browsers in the middle of a class, each with a run of its own.

They stand for other people's machines, so they give way to the server. Chromium does not by itself: where root runs it,
it puts the processes that draw above all others.
"""

from __future__ import annotations

import ctypes
import os
import sys
import threading
import time

from playwright.sync_api import Page, sync_playwright

from tests.browser.harness import CHROMIUM_ARGUMENTS, chromium_path, wait_until_drawn
from tests.browser.training import STATE
from tests.load.visitor import PATIENCE_SECONDS, Tally

GIVING_WAY = 5  # how much nicer than the server; its workers, while they train, are nicer still (``runs.worker.hands``)
DROP_CAPABILITY, MAY_RAISE_PRIORITY = 24, 23  # PR_CAPBSET_DROP and CAP_SYS_NICE of Linux

LONG_RUN = "lang=en&hidden=128,64&epochs=1000&batch=64"

# Clicks the first button, and measures in the page itself until the curve has a point.
START = """patience => new Promise((done, fail) => {
  const began = performance.now()
  const look = () => {
    const plot = document.querySelector(".nnlab-curve .js-plotly-plot")
    const seconds = (performance.now() - began) / 1000
    if (plot?.data?.[1].x.length) return done(seconds)
    if (seconds > patience) return fail(`no point of the curve after ${patience} s`)
    requestAnimationFrame(look)
  }
  document.querySelector(".st-key-train-first button").click()
  look()
})"""

# Clicks a button by its name, and measures until the state begins otherwise.
COMMAND = """([state, name, wanted, patience]) => new Promise((done, fail) => {
  const began = performance.now()
  const line = () => document.querySelector(state).innerText, before = line()
  const look = () => {
    const seconds = (performance.now() - began) / 1000
    if (line() !== before && line().startsWith(wanted)) return done(seconds)
    if (seconds > patience) return fail(`${name}: ${before}; ${patience} s later: ${line()}`)
    requestAnimationFrame(look)
  }
  const isWanted = button => !button.disabled && button.innerText.trim().endsWith(name)
  ;[...document.querySelectorAll("button")].find(isWanted).click()
  look()
})"""


def use(address: str, count: int, start_at: float, commands_at: float, until: float, tally: Tally) -> threading.Thread:
    """Have so many windows start a run, watch it, command it, and stop it; returns the thread that does so.

    Args:
        start_at, commands_at, until: when to do what, as ``time.monotonic`` has it.
    """
    thread = threading.Thread(target=_use, args=(address, count, start_at, commands_at, until, tally))
    thread.start()
    return thread


def give_way() -> None:
    """Have what this thread starts work after the server has, and unable to change that; on Linux.

    Source: capabilities(7) and prctl(2), https://man7.org/linux/man-pages/man7/capabilities.7.html
    """
    if sys.platform != "linux":
        return
    ctypes.CDLL(None).prctl(DROP_CAPABILITY, MAY_RAISE_PRIORITY, 0, 0, 0)  # refused to who is not root, who may not
    thread = threading.get_native_id()
    os.setpriority(os.PRIO_PROCESS, thread, os.getpriority(os.PRIO_PROCESS, thread) + GIVING_WAY)


def _use(address: str, count: int, start_at: float, commands_at: float, until: float, tally: Tally) -> None:
    give_way()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium_path(), args=CHROMIUM_ARGUMENTS)
        try:
            windows = [browser.new_page(viewport={"width": 1366, "height": 768}) for _ in range(count)]
            for window in windows:
                window.goto(f"{address}/train?{LONG_RUN}")
                wait_until_drawn(window)
            _sleep_until(start_at)
            for window in windows:
                tally.add("browser: start", window.evaluate(START, PATIENCE_SECONDS))
            _sleep_until(commands_at)
            while time.monotonic() < until:
                for window in windows:
                    for what, name, wanted in (
                        ("pause", "Pause", "Paused"),
                        ("one step", "One step", "Paused"),
                        ("resume", "Resume", "Training"),
                    ):
                        tally.add(f"browser: {what}", _command(window, name, wanted))
                        window.wait_for_timeout(500)
            for window in windows:
                tally.add("browser: stop", _command(window, "Stop", "Stopped"))
        except Exception as error:  # whatever it is, a visitor would have met it
            tally.amiss.append(f"a browser: {error}")
        finally:
            browser.close()


def _command(window: Page, name: str, wanted: str) -> float:
    """Press a button, and wait until the state begins with the wanted word; returns the seconds that took."""
    return window.evaluate(COMMAND, [STATE, name, wanted, PATIENCE_SECONDS])


def _sleep_until(moment: float) -> None:
    time.sleep(max(0.0, moment - time.monotonic()))
