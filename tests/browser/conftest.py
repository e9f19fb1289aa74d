"""A freshly started server and a real Chromium, for tests that look at what a person would see."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.browser.harness import CHROMIUM_ARGUMENTS, chromium_path, run_server

PATIENCE = 60_000  # milliseconds; a server that has just started imports torch first, on a busy machine for long


@pytest.fixture(scope="module")
def server(tmp_path_factory) -> Iterator[str]:
    """The address of a server of the app, started for this module and ended with it."""
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
    """A function that opens a window of its own: ``open_browser(width=390, height=844, has_touch=True)``."""
    contexts = []

    def open_browser(width: int = 1366, height: int = 768, **options):
        options.setdefault("locale", "en-US")
        context = chromium.new_context(viewport={"width": width, "height": height}, **options)
        context.set_default_timeout(PATIENCE)
        contexts.append(context)
        return context.new_page()

    yield open_browser
    for context in contexts:
        context.close()


@pytest.fixture
def page(open_browser):
    """A window of a laptop's size."""
    return open_browser()


def pytest_collection_modifyitems(items):
    """Everything below tests/browser carries the marker ``browser``."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.browser)
