"""How the browser tests start their server, use a window again, and know that a page is drawn."""

import socket

import pytest
from playwright.sync_api import Error

from tests.browser.harness import IS_DRAWN, choose, expect_soon, reserved_port


def test_a_reserved_port_is_its_servers_alone():
    with reserved_port() as port:
        with socket.socket() as stranger, pytest.raises(OSError, match="in use"):
            stranger.bind(("127.0.0.1", port))
        address = ("127.0.0.1", port)
        with socket.create_server(address) as server, socket.create_connection(address) as client, server.accept()[0]:
            assert client.getpeername() == address


IDENTITY = "() => [sessionStorage.getItem('nnlab.visit'), document.cookie]"
LAPTOP = {"locale": "en-US"}


def test_who_takes_a_used_window_is_a_new_visitor(windows, server):
    identities = []
    for width in (1366, 390):
        page = windows.take(width, 768, LAPTOP)
        page.goto(f"{server}/activations")
        page.wait_for_function(f"() => ({IDENTITY})().every(Boolean)")
        assert page.evaluate("innerWidth") == width
        identities.append((page, *page.evaluate(IDENTITY)))
        page.evaluate("localStorage.setItem('left', 'behind')")
        page.emulate_media(media="print", color_scheme="dark")
        page.context.new_page()
        windows.give_back(page)
    (page, *identity), (same_page, *other_identity) = identities
    assert same_page is page
    assert not set(identity) & set(other_identity)
    assert page.context.pages == [page]
    assert page.evaluate("localStorage.length") == 0
    assert not page.evaluate("matchMedia('print').matches || matchMedia('(prefers-color-scheme: dark)').matches")


@pytest.mark.parametrize(
    "change",
    [
        lambda page: page.add_init_script("window.isChanged = true"),
        lambda page: page.route("**/*.js", lambda route: route.abort()),
        lambda page: page.context.route("**/*.js", lambda route: route.abort()),
        lambda page: page.on("pageerror", lambda error: None),
    ],
    ids=["script", "route", "route of all tabs", "listener"],
)
def test_a_window_that_a_test_has_changed_is_not_used_again(windows, server, change):
    page = windows.take(1366, 768, LAPTOP)
    page.goto(f"{server}/_stcore/health")
    change(page)
    windows.give_back(page)
    assert page.is_closed()


def test_a_route_that_has_not_finished_does_not_outlive_its_window(windows, server):
    """A fault of a route is raised by whatever is asked of the browser next: by another test."""
    page, other = windows.take(1366, 768, LAPTOP), windows.take(390, 844, LAPTOP)
    answers = []

    def read_when_closed(route):
        answers.append(route.fetch())
        while not page.is_closed():
            other.wait_for_timeout(10)
        answers[0].text()

    page.goto(f"{server}/_stcore/health")
    page.route("**/asked", read_when_closed)
    page.evaluate("() => { fetch('/asked') }")
    expect_soon(page, lambda: len(answers), lambda count: count == 1)
    windows.give_back(page)
    other.wait_for_timeout(100)
    windows.give_back(other)
    with pytest.raises(Error, match="disposed"):
        answers[0].text()


DRAWN = """<div data-testid="stApp" data-test-script-state="notRunning"><div data-testid="stMain">
<div data-testid="stElementContainer">drawn</div></div></div>"""
MOVES = "<script>(function move() { document.querySelector('.moving').textContent = performance.now();"


PAGES = {
    "drawn": DRAWN,
    "nothing of the app is there": "",
    "its script runs": DRAWN.replace("notRunning", "running"),
    "its script has not begun": DRAWN.replace("stElementContainer", "stAppSkeleton"),
    "something is still to come": DRAWN.replace("drawn<", "<i data-testid='stSkeleton'></i><"),
    "something is left of what was replaced": DRAWN.replace(">drawn", " data-stale='true'>drawn"),
    "a fold is still opening": DRAWN.replace(
        "drawn<",
        "<details open></details><script>document.querySelector('details')"
        ".animate({ height: ['0px', '100px'] }, 10000)</script><",
    ),
    "it changes": DRAWN.replace("drawn<", f"<i class='moving'></i>{MOVES} requestAnimationFrame(move) }})()</script><"),
}


WITHIN_FRAMES = f"""async () => {{
  for (let frame = 0; frame < 8; frame++) {{
    if (({IS_DRAWN})()) return true
    await new Promise(requestAnimationFrame)
  }}
  return false
}}"""


def test_a_page_is_drawn_when_its_script_has_run_and_nothing_changes(page):
    for name, document in PAGES.items():
        page.set_content(document)
        assert page.evaluate(WITHIN_FRAMES) == (name == "drawn"), name


def test_what_is_not_right_yet_is_read_again(page):
    readings = iter([3, 2, 1, 0])
    expect_soon(page, lambda: next(readings), lambda reading: reading < 2)
    assert next(readings) == 0


CLOSING_LIST = """<button>menu</button><p hidden>option</p><output></output><script>
  let presses = 0
  const [menu, option] = ["button", "p"].map(name => document.querySelector(name))
  menu.onclick = () => { option.hidden = ++presses < 2 } // the first time it closes at once
  option.onclick = () => { document.querySelector("output").textContent = `chosen after ${presses}` }
</script>"""


def test_a_list_that_closes_by_itself_is_opened_once_more(page, monkeypatch):
    monkeypatch.setattr("tests.browser.harness.LIST_MILLISECONDS", 300)
    page.set_content(CLOSING_LIST)
    choose(page.get_by_role("button"), page.get_by_text("option", exact=True))
    assert page.locator("output").text_content() == "chosen after 2"
