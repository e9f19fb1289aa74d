"""The app below a path of an address that it shares with others, shown within a page of another server."""

import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from playwright.sync_api import expect

from nnlab.ui import headers
from tests.browser.drawing import ANSWER, DIGITS, HAS_PAPER, INVITATION, PAPER, SURFACE
from tests.browser.harness import ONE_WORKER, expect_soon, run_server
from tests.browser.opening import expect_opened
from tests.browser.training import LONG_RUN, button, start, wait_for_more_points

PATH = "class/7a"
PAGE = '<!doctype html><title>A course</title><iframe src="{}" width="1200" height="700" title="the app"></iframe>'


@pytest.fixture(scope="module")
def course():
    """A page of another server, which shows the address after its question mark: its own address."""

    class Course(BaseHTTPRequestHandler):
        def do_GET(self):
            self.send_response(200)
            self.send_header("Content-Type", "text/html")
            self.end_headers()
            self.wfile.write(PAGE.format(self.path.partition("?")[2]).encode())

        def log_message(self, *_):
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Course) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


@pytest.fixture(scope="module")
def address(tmp_path_factory, course):
    """The address of the app, which lets that server embed it."""
    folder = tmp_path_factory.mktemp("server")
    with run_server(folder, path=PATH, **{headers.EMBEDDING_VARIABLE: course}, **ONE_WORKER) as address:
        assert address.endswith(PATH)
        yield address


def test_a_deep_link_opens_play(address, page):
    """The first thing that this server is asked for, as in test_deep_links.py, and below its path."""
    for language in ("en", "ko"):
        page.goto(f"{address}/play?lang={language}")
        expect_opened(page, "play", language)


@pytest.mark.usefixtures("mnist")
def test_a_run_is_watched_below_a_path(address, page):
    page.goto(f"{address}/train?lang=en&{LONG_RUN}")
    start(page)
    wait_for_more_points(page, 5)
    button(page, "Stop").click()
    expect(button(page, "Stop")).to_be_disabled()


def test_a_drawing_is_read_within_another_page(address, course, page):
    page.goto(f"{course}/?{address}/draw?lang=en")
    frame = page.frame_locator("iframe")
    expect(frame.locator(INVITATION)).to_be_visible()
    expect(frame.locator(SURFACE)).to_be_visible()
    expect_soon(page, lambda: frame.locator(PAPER).evaluate(HAS_PAPER), bool)
    box = frame.locator(SURFACE).bounding_box()
    first, *others = [(box["x"] + x * box["width"], box["y"] + y * box["height"]) for x, y in DIGITS["1"]]
    page.mouse.move(*first)
    page.mouse.down()
    for place in others:
        page.mouse.move(*place, steps=4)
    page.mouse.up()
    expect(frame.locator(ANSWER)).to_have_text("1")


def test_nobody_else_may_show_it_within_their_page(server, course, page, windows):
    page.goto(f"{course}/?{server}/draw?lang=en")
    expect_soon(page, lambda: windows.refused, lambda words: any("frame-ancestors" in word for word in words))
    expect(page.frame_locator("iframe").locator(INVITATION)).to_have_count(0)
    windows.refused.clear()
