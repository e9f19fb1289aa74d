"""A server and a real Chromium, for tests that look at what a person would see.

Starting a server costs seconds of a core, and so does loading the app into a new window: most tests share one server,
and use a window again. Each is a new visitor all the same, and leaves no run behind that would slow the next.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest

from tests.browser.harness import CHROMIUM_ARGUMENTS, ONE_WORKER, chromium_path, run_server, wait_until_drawn

PATIENCE = 60_000  # milliseconds; a server that has just started imports torch first, on a busy machine for long
RUN_ADDRESS = re.compile(r"(https?://[^/]+)/[^?]*\?(?:.*&)?run=([^&#]+)")


@pytest.fixture(scope="session")
def server(tmp_path_factory) -> Iterator[str]:
    """The address of a server of the app, the same for all tests of a process."""
    with run_server(tmp_path_factory.mktemp("server")) as address:
        yield address


@pytest.fixture
def fresh_server(tmp_path) -> Iterator[str]:
    """The address of a server that nobody has visited yet. Its one worker is enough for a test, and soon there."""
    with run_server(tmp_path, **ONE_WORKER) as address:
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


class Windows:
    """The browser's windows, which one test after another uses: a tab that has shown the app loads it much faster.

    Whoever takes one is a new visitor all the same, without cookies and storage. A window whose test has changed what
    it does, by a script or a route of its own, say, is not used again.
    """

    CHANGES = ("add_init_script", "route", "on")  # methods of a tab that would change it for the next test

    def __init__(self, chromium, server: str):
        self._chromium, self._server = chromium, server
        self._free = {}  # tabs that nobody uses, each alone in its window, by the window's options
        self._options = {}  # of each tab's window
        self._changed = set()  # tabs
        self.refused = []  # what the browser says that the app's own policy does not let it load
        self.runs = {}  # the address of each run that a window has shown: who showed it first, which is who started it

    def take(self, width: int, height: int, options: dict):
        """The only tab of a window."""
        free = self._free.get(repr(sorted(options.items())))
        if free:
            page = free.pop()
            page.set_viewport_size({"width": width, "height": height})
            return page
        context = self._chromium.new_context(viewport={"width": width, "height": height}, **options)
        context.set_default_timeout(PATIENCE)
        context.on("console", self._note)
        context.on("page", lambda page: page.on("framenavigated", partial(self._note_run, context)))
        page = context.new_page()
        self._options[page] = options
        for name in self.CHANGES:
            setattr(page, name, partial(self._change, page, getattr(page, name)))
        context.route = partial(self._change, page, context.route)
        return page

    def _note(self, message) -> None:
        if message.type in ("error", "warning"):
            print(f"The browser says: {message.text} {message.location}")  # which pytest shows where a test fails
        if "Content Security Policy" in message.text:
            self.refused.append(message.text)

    def _note_run(self, context, frame) -> None:
        if found := RUN_ADDRESS.match(frame.url):
            self.runs.setdefault("{}/train?lang=en&run={}".format(*found.groups()), context)

    def _change(self, page, method, *arguments, **named):
        self._changed.add(page)
        return method(*arguments, **named)

    def give_back(self, page) -> None:
        """Forget the visitor, but not what the browser has loaded; or close the window, where that cannot be."""
        from playwright.sync_api import Error

        options = self._options[page]
        if page in self._changed or page.is_closed() or not page.url.startswith(self._server):
            return self._close(page)
        for tab in page.context.pages:
            if tab != page:
                tab.close()
        try:
            page.goto(f"{self._server}/_stcore/health")  # at the app's own address: the tab keeps its process
            page.evaluate("() => { sessionStorage.clear(); localStorage.clear() }")
            page.mouse.up()
            page.mouse.move(-1, -1)  # nowhere
            page.emulate_media(media="null", color_scheme=options.get("color_scheme", "light"))
            page.context.clear_cookies()
        except Error:
            return self._close(page)
        self._free.setdefault(repr(sorted(options.items())), []).append(page)

    def _close(self, page) -> None:
        # A route that still waits for the server's answer would fail on the closed window, in whatever test comes next.
        for tab in page.context.pages:
            tab.unroute_all(behavior="ignoreErrors")
        page.context.unroute_all(behavior="ignoreErrors")
        page.context.close()
        self._changed.discard(page)
        del self._options[page]


@pytest.fixture(scope="session")
def windows(chromium, server) -> Windows:
    return Windows(chromium, server)


@pytest.fixture
def open_browser(windows):
    """A function that opens a window: ``open_browser(width=390, height=844, has_touch=True)``.

    Each is a visitor of its own. After the test, the runs that it started are stopped. No window may have needed
    anything that the policy of ``nnlab.ui.headers`` forbids.
    """
    taken = []
    windows.runs.clear()
    windows.refused.clear()

    def open_browser(width: int = 1366, height: int = 768, **options):
        options.setdefault("locale", "en-US")
        taken.append(windows.take(width, height, options))
        return taken[-1]

    yield open_browser
    try:
        for address, context in windows.runs.items():
            stop_run(context, address)
    finally:
        for page in taken:
            windows.give_back(page)
    assert windows.refused == []


def stop_run(context, address: str) -> None:
    """Press Stop, if there is something to stop, in the window that shows the run or else in one that opens it."""
    from playwright.sync_api import expect

    run = address.partition("run=")[2]
    page = next((page for page in context.pages if "/train?" in page.url and f"run={run}" in page.url), None)
    if page is None:
        page = context.pages[0] if context.pages else context.new_page()
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


@pytest.fixture(scope="module")
def tab(server, windows):
    """A tab at the app's own address, with no page of it."""
    tab = windows.take(1366, 768, {"locale": "en-US"})
    tab.goto(f"{server}/_stcore/health")
    yield tab
    windows.give_back(tab)
