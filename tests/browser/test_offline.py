"""No network at all: the server may connect to nobody, the browser only to the server, and everything works."""

import os
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import expect

from nnlab.config import PRESETS, to_query
from nnlab.ui.text import strings
from tests.browser.drawing import ANSWER, DIGITS, draw_with_mouse, open_page
from tests.browser.harness import run_server

# Python runs a module of this name first, in the server and in its workers.
NO_NETWORK = """
import os, socket

def refuse(name):
    def refused(*args, **kwargs):
        with open(os.environ["ATTEMPTS"], "a") as attempts:
            print(name, args, file=attempts)
        raise ConnectionRefusedError(f"{name}: no network in this test")
    return refused

connect = socket.socket.connect
def guarded(self, address):
    if self.family == socket.AF_UNIX or address[0] in ("127.0.0.1", "::1", "localhost"):
        return connect(self, address)
    return refuse("connect")(address)

look_up = socket.getaddrinfo
def guarded_look_up(host, *args, **kwargs):
    if host in (None, "", "127.0.0.1", "::1", "localhost", "0.0.0.0", "::"):
        return look_up(host, *args, **kwargs)
    return refuse("getaddrinfo")(host)

socket.socket.connect, socket.getaddrinfo = guarded, guarded_look_up
"""


@pytest.fixture(scope="module")
def attempts(tmp_path_factory):
    """The file in which the server's attempts to reach somebody are noted."""
    return tmp_path_factory.mktemp("no-network") / "attempts.txt"


@pytest.fixture(scope="module")
def lonely_server(tmp_path_factory, attempts):
    """The address of a server without MNIST and without a network."""
    (attempts.parent / "sitecustomize.py").write_text(NO_NETWORK)
    path = os.pathsep.join(filter(None, [str(attempts.parent), os.environ.get("PYTHONPATH")]))
    environment = {"PYTHONPATH": path, "ATTEMPTS": str(attempts), "NNLAB_DATA_DIR": ""}
    with run_server(tmp_path_factory.mktemp("server"), **environment) as address:
        yield address


@pytest.fixture
def lonely_page(page, lonely_server):
    """A browser window that reaches the server only; it notes whom else it was asked to reach."""
    page.strangers = []
    home = urlsplit(lonely_server).netloc

    def decide(route):
        address = urlsplit(route.request.url)
        if address.scheme in ("data", "blob") or address.netloc == home:
            route.continue_()
        else:
            page.strangers.append(route.request.url)
            route.abort()

    page.context.route("**/*", decide)
    yield page
    assert page.strangers == []


def test_home_shows_the_built_in_digits(lonely_server, lonely_page):
    words = strings("en")
    lonely_page.goto(lonely_server)
    expect(lonely_page.get_by_text(words["home.builtin_caption"])).to_be_visible()
    expect(lonely_page.get_by_alt_text(words["home.builtin_alt"])).to_be_visible()


def test_a_drawing_is_read(lonely_server, lonely_page):
    open_page(lonely_page, lonely_server)
    draw_with_mouse(lonely_page, DIGITS["7"])
    expect(lonely_page.locator(ANSWER)).to_have_text("7")


def test_a_network_learns(lonely_server, lonely_page):
    words = strings("en")
    lonely_page.goto(f"{lonely_server}/train?{to_query(PRESETS['quick'].setup)}")
    lonely_page.get_by_role("button", name=words["train.start_one"]).click()
    expect(lonely_page.get_by_text(words["train.state_finished"].split("·")[0].strip())).to_be_visible()
    accuracy = lonely_page.locator(".nnlab-run-numbers > div").filter(has_text=words["train.metric_test_accuracy"])
    expect(accuracy.locator(".value")).to_contain_text("9")  # 9x %
    assert float(accuracy.locator(".value").inner_text().rstrip("%")) > 90


@pytest.mark.parametrize("name", ["learn?lesson=backward", "learn?lesson=writing", "activations"])
def test_lessons_and_activations_work(lonely_server, lonely_page, name):
    lonely_page.goto(f"{lonely_server}/{name}")
    expect(lonely_page.locator(".js-plotly-plot").first).to_be_visible()
    expect(lonely_page.get_by_test_id("stException")).to_have_count(0)


def test_nobody_was_called_until_a_download_was_asked_for(lonely_server, lonely_page, attempts):
    """Last in this file: what the tests above did has called nobody. The button says within seconds that it cannot."""
    assert not attempts.exists()
    lonely_page.goto(lonely_server)
    lonely_page.get_by_role("button", name=strings("en")["home.fetch"]).click()
    expect(lonely_page.get_by_text(strings("en")["home.fetch_failed_network"])).to_be_visible(timeout=30_000)
    expect(lonely_page.get_by_text("copy its four files")).to_be_visible()
    lonely_page.get_by_text(strings("en")["problems.details"], exact=True).click()
    expect(lonely_page.get_by_text("could not be downloaded (http")).to_be_visible()
    assert attempts.exists()
