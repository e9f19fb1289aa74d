"""What was collected is there again after a reload, and after a connection that was gone for longer than a session."""

import re
import urllib.request

import pytest
from playwright.sync_api import expect

from nnlab.ui.text import LANGUAGES, strings
from tests.browser.drawing import DIGITS, INVITATION, SURFACE, draw_with_mouse, expect_read, expect_strokes, open_page
from tests.browser.harness import ONE_WORKER, expect_soon, run_server, wait_until_drawn
from tests.browser.meaning import meant
from tests.browser.playing import start_game, wait_for_round
from tests.browser.relay import Relay, break_connection
from tests.browser.training import LONG_RUN, button, points, run_id, start, wait_for_more_points

SESSION_SECONDS = 2  # that a session without a connection lives; 120 of a server that is not told otherwise


@pytest.fixture(scope="module")
def forgetful_server(tmp_path_factory):
    """The address of a server whose sessions end soon after their connection does."""
    folder = tmp_path_factory.mktemp("server")
    patience = {"STREAMLIT_SERVER_DISCONNECTED_SESSION_TTL": str(SESSION_SECONDS)}
    with run_server(folder, **patience, **ONE_WORKER) as address:
        yield address


@pytest.fixture
def relay(forgetful_server):
    relay = Relay(forgetful_server)
    yield relay
    relay.close()


def sleep_and_wake(page, relay):
    """As a laptop does: its connections are gone for longer than the server keeps their sessions."""
    break_connection(page, relay, SESSION_SECONDS + 3)
    page.wait_for_timeout(4000)  # for the new session's runs to begin: until then the page shows the old one's
    wait_until_drawn(page)


def collect(page, digit):
    """Draw a digit and say what it was meant to be."""
    draw_with_mouse(page, DIGITS[digit])
    expect_read(page, digit)
    wait_until_drawn(page)
    meant(page, int(digit)).click()
    expect(page.get_by_role("button", name=strings("en")["gallery.next"])).to_be_visible()
    wait_until_drawn(page)


def go_on(page):
    page.get_by_role("button", name=strings("en")["gallery.next"]).click()
    expect(page.locator(INVITATION)).to_be_visible()
    wait_until_drawn(page)


def score(right, count):
    return strings("en")["gallery.score"].format(right=right, count=count)


def test_a_lost_connection_takes_nothing_away(relay, page):
    open_page(page, relay.address)
    collect(page, "1")
    go_on(page)
    collect(page, "7")
    sleep_and_wake(page, relay)
    expect(page.get_by_text(score(2, 2))).to_be_visible()
    expect_read(page, "7")
    sleep_and_wake(page, relay)  # and once more: the browser has said who it is before
    expect(page.get_by_text(score(2, 2))).to_be_visible()
    expect_read(page, "7")
    expect_strokes(page, 1)
    expect(page.get_by_text(score(2, 2))).to_be_visible()


def test_a_page_that_nobody_has_touched_yet_works_after_a_lost_connection(relay, page):
    """Streamlit asks for no run of its own then, and the new session would ignore the page's fragments."""
    open_page(page, relay.address)
    page.wait_for_function(
        "() => window.nnlabPrints"
    )  # the frame's scripts are there: they cannot be fetched while cut off
    sleep_and_wake(page, relay)
    collect(page, "1")
    expect(page.get_by_text(score(1, 1))).to_be_visible()


def test_a_stroke_without_a_connection_is_there_when_it_is_back(relay, page):
    open_page(page, relay.address)
    draw_with_mouse(page, DIGITS["7"][:3])
    expect(page.get_by_role("button", name="Undo")).to_be_enabled()
    wait_until_drawn(page)
    relay.cut()
    draw_with_mouse(page, DIGITS["7"][2:])
    sleep_and_wake(page, relay)
    expect_read(page, "7")
    expect_strokes(page, 2)


@pytest.mark.usefixtures("mnist")
def test_a_run_is_the_same_and_ones_own_after_a_lost_connection(relay, page):
    page.goto(f"{relay.address}/train?lang=en&{LONG_RUN}")
    start(page)
    wait_for_more_points(page, 2)
    identity, seen = run_id(page), points(page)
    sleep_and_wake(page, relay)
    wait_for_more_points(page, seen)
    assert run_id(page) == identity
    button(page, "Pause").click()  # which only its owner can
    expect(button(page, "Resume")).to_be_enabled()


def open_sessions(server) -> int:
    with urllib.request.urlopen(f"{server}/_stcore/metrics?families=active_sessions") as answer:
        return int(float(re.search(r"^active_sessions (\S+)", answer.read().decode(), re.MULTILINE)[1]))


@pytest.mark.usefixtures("mnist")
def test_a_closed_browser_ends_its_session_and_not_its_run(forgetful_server, chromium, page):
    before = open_sessions(forgetful_server)
    browser = chromium.new_context(locale="en-US")
    first = browser.new_page()
    first.goto(f"{forgetful_server}/train?lang=en&{LONG_RUN}")
    start(first)
    wait_for_more_points(first, 2)
    address, seen = first.url, points(first)
    cookies = browser.cookies()
    assert open_sessions(forgetful_server) == before + 1
    browser.close()
    expect_soon(page, lambda: open_sessions(forgetful_server), before.__eq__)
    page.context.add_cookies(cookies)
    page.goto(address)
    wait_for_more_points(page, seen)
    button(page, "Pause").click()
    expect(button(page, "Resume")).to_be_enabled()


def test_a_reload_takes_nothing_away(server, page):
    open_page(page, server)
    collect(page, "1")
    go_on(page)
    collect(page, "7")
    for _ in range(2):
        page.reload()
        expect(page.get_by_text(score(2, 2))).to_be_visible()
        expect_read(page, "7")
    wait_until_drawn(page)
    expect_strokes(page, 1)
    page.reload()
    expect(page.get_by_text(score(2, 2))).to_be_visible()
    expect(page.locator(INVITATION)).to_be_visible()


def test_another_tab_is_another_visit(server, page):
    """Also one that was opened by the first, or duplicated, and has a copy of all that the browser keeps for it."""
    open_page(page, server)
    collect(page, "1")
    with page.context.expect_page() as opened:
        page.evaluate("() => { window.open(location.href) }")
    copy, other = opened.value, page.context.new_page()
    open_page(other, server)
    expect(copy.locator(INVITATION)).to_be_visible()
    for tab, digit in ((copy, "7"), (other, "0")):
        tab.bring_to_front()
        wait_until_drawn(tab)
        assert tab.get_by_text(score(1, 1)).count() == 0
        collect(tab, digit)
    for tab, digit in ((page, "1"), (copy, "7"), (other, "0")):
        tab.bring_to_front()
        tab.reload()
        expect(tab.get_by_text(score(1, 1))).to_be_visible()
        expect_read(tab, digit)


def test_a_drawing_that_was_left_is_there_again(server, page):
    """With its buttons, also where the browser says nothing new about it."""
    open_page(page, server)
    draw_with_mouse(page, DIGITS["7"])
    expect_read(page, "7")
    wait_until_drawn(page)
    sidebar = page.get_by_test_id("stSidebar")
    sidebar.get_by_role("link", name=strings("en")["activations.title"]).click()
    expect(page.get_by_role("heading", level=1)).to_have_text(strings("en")["activations.title"])
    wait_until_drawn(page)
    sidebar.get_by_role("link", name=strings("en")["draw.title"]).click()
    expect_read(page, "7")
    wait_until_drawn(page)
    page.get_by_role("button", name="Clear").click()
    expect(page.locator(INVITATION)).to_be_visible()
    wait_until_drawn(page)
    draw_with_mouse(page, DIGITS["1"])
    expect_read(page, "1")
    wait_until_drawn(page)
    expect_strokes(page, 1)


def test_a_game_goes_on_after_a_reload(server, page):
    start_game(page, server)
    page.get_by_role("button", name="Skip").click()
    wait_for_round(page, 2)
    page.reload()
    wait_for_round(page, 2)
    expect(page.locator(".nnlab-rounds .skipped")).to_have_count(1)
    expect(page.locator(SURFACE)).to_be_visible()


def test_the_language_and_the_large_letters_are_remembered(server, page):
    page.goto(f"{server}/activations")
    page.get_by_role("radio", name=LANGUAGES["ko"]).click()
    expect(page.locator("html")).to_have_attribute("lang", "ko")
    wait_until_drawn(page)
    page.get_by_text(strings("ko")["common.large_text"]).click()
    page.wait_for_function("() => getComputedStyle(document.documentElement).fontSize === '20.8px'")
    wait_until_drawn(page)
    page.reload()
    expect(page.locator("html")).to_have_attribute("lang", "ko")
    expect(page.get_by_role("radio", name=LANGUAGES["ko"])).to_be_checked()
    expect(page.get_by_role("heading", level=1)).to_have_text(strings("ko")["activations.title"])
    page.wait_for_function("() => getComputedStyle(document.documentElement).fontSize === '20.8px'")
    page.goto(f"{server}/activations?lang=en")
    expect(page.get_by_role("heading", level=1)).to_have_text(strings("en")["activations.title"])
