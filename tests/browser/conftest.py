"""A server and a real Chromium, for tests that look at what a person would see.

Starting a server costs seconds of a core, so that most tests share one. Each is a new visitor to it, with a browser
window of its own, and leaves no run behind that would slow the next.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.browser.harness import CHROMIUM_ARGUMENTS, chromium_path, run_server, wait_until_drawn

PATIENCE = 60_000  # milliseconds; a server that has just started imports torch first, on a busy machine for long
RUN_ADDRESS = re.compile(r"(https?://[^/]+)/[^?]*\?(?:.*&)?run=([^&#]+)")


@pytest.fixture(scope="session")
def server(tmp_path_factory) -> Iterator[str]:
    """The address of a server of the app, the same for all tests of a process."""
    with run_server(tmp_path_factory.mktemp("server")) as address:
        yield address


@pytest.fixture
def fresh_server(tmp_path) -> Iterator[str]:
    """The address of a server that nobody has visited yet."""
    with run_server(tmp_path) as address:
        yield address


@pytest.fixture(scope="session")
def chromium():
    """One Chromium for the whole test session."""
    sync_api = pytest.importorskip("playwright.sync_api", reason="needs the playwright package")
    sync_api.expect.set_options(timeout=PATIENCE)
    path = chromium_path()
    if path is None:
        pytest.skip("needs an installed Chromium (Debian: apt-get install chromium)")
    with sync_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=CHROMIUM_ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture
def open_browser(chromium):
    """A function that opens a window of its own: ``open_browser(width=390, height=844, has_touch=True)``.

    Each is a visitor of its own. With the test its windows are closed, and the runs that it started are stopped.
    """
    contexts = []
    runs = {}  # the address of each run that a window has shown: who showed it first, which is who started it

    def note_runs(page) -> None:
        def note(frame) -> None:
            if found := RUN_ADDRESS.match(frame.url):
                runs.setdefault("{}/train?lang=en&run={}".format(*found.groups()), page.context)

        page.on("framenavigated", note)

    def open_browser(width: int = 1366, height: int = 768, **options):
        options.setdefault("locale", "en-US")
        context = chromium.new_context(viewport={"width": width, "height": height}, **options)
        context.set_default_timeout(PATIENCE)
        context.on("page", note_runs)
        contexts.append(context)
        return context.new_page()

    yield open_browser
    try:
        for address, context in runs.items():
            stop_run(context, address)
    finally:
        for context in contexts:
            context.close()


def stop_run(context, address: str) -> None:
    """Press Stop, if there is something to stop, in the window that shows the run or else in one that opens it."""
    from playwright.sync_api import expect

    run = address.partition("run=")[2]
    page = next((page for page in context.pages if f"run={run}" in page.url), None)
    if page is None:
        page = context.new_page()
        page.goto(address)
    stop = page.locator(".st-key-train-stop").get_by_role("button")
    expect(stop).to_be_visible()
    wait_until_drawn(page)
    if stop.is_enabled():
        stop.dispatch_event("click")  # which does not wait for the button of a run that has just ended by itself
    expect(stop).to_be_disabled()


@pytest.fixture
def page(open_browser):
    """A window of a laptop's size."""
    return open_browser()


def pytest_collection_modifyitems(items):
    """Everything below tests/browser carries the marker ``browser``."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.browser)
