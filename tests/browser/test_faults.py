"""Whatever becomes of the connection or the server: a run is where it was, or the page says what happened."""

import contextlib
import re
import signal
import sqlite3
import time
from pathlib import Path

import pytest
from playwright.sync_api import expect

from nnlab.ui.text import strings
from tests.browser.conftest import PATIENCE
from tests.browser.drawing import ANSWER, DIGITS, draw_with_mouse, expect_network, expect_read
from tests.browser.harness import expect_soon, reserved_port, run_server_at, wait_until_drawn
from tests.browser.held_answers import HeldAnswers
from tests.browser.relay import Relay, break_connection
from tests.browser.training import LONG_RUN, STATE, button, points, run_id, start, start_button, wait_for_more_points

CUT_OFF = strings("en")["runs.interrupted"].split("{")[0]
WORDS = strings("en")
RUNS = re.compile(r"/nnlab/runs/[^/]+$")  # what asks how a run goes on
SOON = 30_000  # milliseconds: usually 3 seconds; where answers take long, as on a busy machine, it is said later
GO_ON = re.compile(strings("en")["runs.go_on"].split("{")[0])

pytestmark = pytest.mark.usefixtures("mnist")


@pytest.fixture
def relay(server):
    relay = Relay(server)
    yield relay
    relay.close()


def test_a_short_break_of_the_connection_is_not_noticed(relay, page):
    """The server keeps the session; what it had to say meanwhile comes afterwards."""
    page.goto(f"{relay.address}/train?lang=en&{LONG_RUN}")
    start(page)
    wait_for_more_points(page, 2)
    identity, seen = run_id(page), points(page)
    break_connection(page, relay, 3)
    wait_for_more_points(page, seen)
    assert run_id(page) == identity
    button(page, "Pause").click()
    expect(button(page, "Resume")).to_be_enabled()


def unheard(language, name="unheard"):
    return strings(language)[f"train.{name}"].replace("**", "")


@pytest.mark.parametrize("language", ["en", "ko"])
def test_a_page_without_a_network_says_so_where_it_said_how_the_run_goes_on(server, page, language):
    """Streamlit takes long to notice, or does not notice at all. The same once the run is paused."""
    words = strings(language)
    page.goto(f"{server}/train?lang={language}&{LONG_RUN}")
    page.locator(".st-key-train-first").get_by_role("button").click()
    wait_for_more_points(page, 2)
    for name in ("unheard", "unheard_paused"):
        page.context.set_offline(True)
        try:
            expect(page.locator(STATE)).to_have_text(unheard(language, name), timeout=SOON)
            expect(page.get_by_role("alert").filter(has_text=unheard(language, name))).to_be_visible()
        finally:
            page.context.set_offline(False)
        expect(page.locator(STATE)).not_to_have_text(unheard(language, name), timeout=SOON)
        expect(page.locator(".nnlab-run-state [role=alert]")).to_have_count(0)
        if name == "unheard":
            wait_for_more_points(page, points(page))
            button(page, words["train.pause"]).click()
            expect(button(page, words["train.resume"])).to_be_enabled()
            wait_until_drawn(page)


def test_a_page_whose_server_is_stuck_says_so(server, page):
    """It takes the question and does not answer."""
    page.goto(f"{server}/train?lang=en&{LONG_RUN}")
    start(page)
    wait_for_more_points(page, 2)
    waiting, is_stuck = [], True
    page.route(RUNS, lambda route: waiting.append(route) if is_stuck else route.continue_())
    expect(page.locator(STATE)).to_have_text(unheard("en"), timeout=SOON)
    assert len(waiting) == 1  # it asks no more often for that
    is_stuck = False
    waiting[0].continue_()
    expect(page.locator(STATE)).to_contain_text(WORDS["train.state_running"].split(" ")[0], timeout=SOON)


def test_an_answer_that_takes_two_seconds_is_no_alarm(server, page):
    page.goto(f"{server}/train?lang=en&{LONG_RUN}")
    start(page)
    wait_for_more_points(page, 2)
    asked, is_slow = [], True
    page.route(RUNS, lambda route: asked.append((time.monotonic(), route)) if is_slow else route.continue_())
    for _ in range(5):  # a busy machine may take longer for it than the slow network
        expect_soon(page, lambda: len(asked), bool)
        page.wait_for_timeout(1900)
        said, (began, question) = page.locator(STATE).inner_text(), asked.pop()
        took = time.monotonic() - began
        is_slow = took >= 2.4
        question.continue_()
        if not is_slow:
            break
    assert "epoch" in said, took


@pytest.fixture
def give_up(page):
    """A function that has Streamlit give the page's connection up: it is sent what it cannot make sense of."""
    sockets = []

    def connect(browser_side):
        sockets.append(browser_side)
        browser_side.connect_to_server()

    def give_up():
        page.evaluate("() => { window.isOld = true }")
        sockets[-1].send("no message of Streamlit's")

    page.route_web_socket(lambda address: True, connect)
    return give_up


def expect_loaded_anew(page):
    page.wait_for_function("() => !window.isOld")


def times_in_vain(page) -> str | None:
    return page.evaluate("() => sessionStorage.getItem('nnlab.loaded-in-vain')")


def test_a_page_that_streamlit_has_given_up_is_loaded_anew(server, page, give_up):
    """It would never ask the server again. If it was just loaded, we wait longer each time."""
    page.goto(f"{server}/draw?lang=en")
    expect_network(page)
    draw_with_mouse(page, DIGITS["1"])
    expect_read(page, "1")
    for seconds in (1, 2):
        wait_until_drawn(page)
        given_up_at = time.monotonic()
        give_up()
        expect(page.get_by_role("dialog", name=WORDS["common.connection_broken"])).to_be_visible()
        expect_loaded_anew(page)
        assert time.monotonic() - given_up_at > seconds
        expect_read(page, "1")
    assert "lang=en" in page.url
    assert times_in_vain(page) == "2"
    page.wait_for_function("() => !sessionStorage.getItem('nnlab.loaded-in-vain')")  # it is sound


def test_a_page_that_is_loaded_anew_in_vain_says_so_at_last(server, page, give_up):
    """It promises nothing any more, and what is to be done is the visitor's."""
    words = strings("ko")
    page.goto(f"{server}/glossary?lang=ko")
    wait_until_drawn(page)
    page.evaluate("() => sessionStorage.setItem('nnlab.loaded-in-vain', 5)")
    give_up()
    window = page.get_by_role("dialog", name=words["common.connection_given_up"])
    expect(window).to_contain_text(words["common.connection_given_up_help"])
    expect(window).not_to_contain_text(words["common.connection_lost_help"])
    page.wait_for_timeout(3000)
    assert page.evaluate("() => window.isOld")
    window.get_by_role("button", name=words["common.connection_load_anew"]).click()
    expect_loaded_anew(page)
    wait_until_drawn(page)
    expect(page.get_by_role("heading", name=words["glossary.title"], exact=True)).to_be_visible()


def test_a_page_that_was_given_up_before_its_script_came_is_loaded_anew(server, page, give_up):
    held = []
    page.route("**/connection.js", lambda route: held.append(route))
    page.goto(f"{server}/glossary?lang=en")
    wait_until_drawn(page)
    give_up()
    expect(page.get_by_role("dialog")).to_be_visible()
    for route in held:
        route.continue_()
    page.unroute("**/connection.js")
    expect_loaded_anew(page)


def test_who_goes_on_before_the_server_answers_finds_the_page(server, page):
    """Streamlit's browser part would have dropped what the second answer refers to, and given up the connection."""
    held = HeldAnswers(page)
    page.goto(f"{server}/glossary?lang=en")
    wait_until_drawn(page)
    page.get_by_role("link", name="Train", exact=True).click()
    expect(start_button(page)).to_be_enabled()
    wait_until_drawn(page)
    for place in range(4):  # each redraws a part of the page: by then what was sent before is old
        page.locator(".st-key-train-predicted").get_by_role("radio").nth(place).click()
        wait_until_drawn(page)
    held.is_holding = True
    for name in ("My runs", "Glossary"):
        page.get_by_role("link", name=name, exact=True).dispatch_event("click")
        page.wait_for_timeout(2500)  # the server has answered
    held.let_go()
    expect(page.get_by_role("heading", name="Glossary", exact=True)).to_be_visible()
    wait_until_drawn(page)
    expect(page.get_by_test_id("stApp")).to_have_attribute("data-test-connection-state", "CONNECTED")


def test_a_server_that_is_silent_is_told_in_the_visitors_language(relay, page):
    """Streamlit asks in English whether there is internet, which a class does not need."""
    words = strings("ko")
    page.goto(f"{relay.address}/draw?lang=ko")
    wait_until_drawn(page)
    expect(page.locator("html")).to_have_attribute("lang", "ko")  # by the script that hears of the connection
    expect_network(page)
    window = page.get_by_role("dialog", name=words["common.connection_lost"])
    relay.cut()
    expect(window).to_be_visible()
    expect(window).to_contain_text(words["common.connection_lost_help"])
    expect(window.get_by_text("internet")).to_be_hidden()
    window.get_by_role("button", name=words["common.label_close"]).last.press("Enter")
    expect(window).to_have_count(0)
    draw_with_mouse(page, DIGITS["1"])  # the browser reads without the server
    expect(page.locator(ANSWER)).to_have_text("1")
    relay.join()
    expect_read(page, "1")


def test_scripts_that_come_late_draw_what_the_page_shows_by_then(server, page):
    """The elements are called again before their script is there: what they were told first is old by then.

    What is held here is a script that theirs imports. When it comes, Chromium answers the later call before the first.
    """
    held = []
    page.route("**/curve.js", lambda route: held.append(route))
    page.goto(f"{server}/train?lang=en&{LONG_RUN}")
    start(page)
    assert held  # and the page works without it
    for route in held:
        route.continue_()
    page.unroute("**/curve.js")
    wait_for_more_points(page, 2)


@pytest.mark.parametrize("script", ["live_run.js", "run_feed.js", "plotly.min.js"])
def test_a_script_that_is_lost_on_its_way_is_asked_for_again(server, page, script):
    lost = []

    def lose(route):
        lost.append(route)
        route.abort()

    page.route(f"**/{script}", lose, times=2)
    page.goto(f"{server}/train?lang=en&{LONG_RUN}")
    start(page)
    wait_for_more_points(page, 2)
    assert len(lost) == 2


def test_two_tabs_of_a_visitor_show_one_run(server, page):
    page.goto(f"{server}/train?lang=en&{LONG_RUN}")
    start(page)
    tab = page.context.new_page()
    tab.goto(page.url)
    button(tab, "Pause").click()
    expect(button(page, "Resume")).to_be_enabled()
    wait_until_drawn(page)
    button(page, "Resume").click()
    expect(button(tab, "Pause")).to_be_enabled()
    assert run_id(tab) == run_id(page)


def workers_of(server) -> list[int]:
    """The processes that it has started."""
    return [int(status.parent.name) for status in Path("/proc").glob("[0-9]*/stat") if parent_of(status) == server.pid]


def parent_of(status: Path) -> int:
    """Of a process that lives; 0 of one that has ended."""
    try:
        state, parent, *_ = status.read_text().rpartition(")")[2].split()
    except OSError:
        return 0
    return 0 if state == "Z" else int(parent)


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="needs Linux, to find the workers")
def test_a_server_that_is_ended_leaves_no_worker_and_the_next_one_goes_on(chromium, tmp_path):
    """Killed, and then asked to end; in the page that is still open, and in one that opens the old address."""
    context = chromium.new_context(locale="en-US")
    context.set_default_timeout(PATIENCE)
    page = context.new_page()
    with reserved_port() as port:
        with run_server_at(port, tmp_path) as server:
            page.goto(f"http://127.0.0.1:{port}/train?lang=en&{LONG_RUN}")
            start(page)
            address, identity = page.url, run_id(page)
            expect_soon(page, lambda: resumes_at(tmp_path, identity), lambda step: step is not None)
            end_while_it_trains(server, page, signal.SIGKILL)
        with run_server_at(port, tmp_path) as server:
            tab = context.new_page()
            tab.goto(address)
            for window in (page, tab):
                expect(start_button(window)).to_be_enabled()
                window.wait_for_timeout(2000)  # in which the browser says who it is, and the page runs again
                wait_until_drawn(window)
                expect(window.get_by_text(CUT_OFF)).to_be_visible()
            go_on(tab)
            assert run_id(tab) == identity
            start(page)
            expect(page.get_by_text(CUT_OFF)).to_have_count(0)
            end_while_it_trains(server, page, signal.SIGKILL)
        with run_server_at(port, tmp_path) as server:  # and the run that was gone on with, a second time
            tab.goto(address)
            tab.get_by_role("button", name=GO_ON).click()
            expect_to_train(tab)
            assert run_id(tab) == identity
            end_while_it_trains(server, tab, signal.SIGTERM)
    context.close()


def resumes_at(folder: Path, run: str) -> int | None:
    """The step from which a run can go on, as it is on the disk; None before it is there."""
    for file in folder.rglob("nnlab.db"):
        with contextlib.closing(sqlite3.connect(file)) as data_base, contextlib.suppress(sqlite3.Error):
            return (data_base.execute("SELECT resumes_at FROM run WHERE id = ?", [run]).fetchone() or [None])[0]
    return None


def go_on(page):
    """From Train to the kept run, which leads back there as it goes on from where the server was killed."""
    page.get_by_role("link", name=strings("en")["train.to_kept_run"]).click()
    expect(page.locator(".st-key-runs-curve .js-plotly-plot")).to_be_visible()
    page.get_by_role("button", name=GO_ON).click()
    expect_to_train(page)


def expect_to_train(page):
    """The run that goes on says so, and the page that shows it obeys and hears of what changes."""
    expect(page.get_by_text("Training ·")).to_be_visible()
    wait_for_more_points(page, 2)
    button(page, "Pause").click()
    expect(button(page, "Resume")).to_be_enabled()
    wait_until_drawn(page)
    button(page, "Resume").click()
    expect(button(page, "Pause")).to_be_enabled()


def end_while_it_trains(server, page, number):
    """Send the server a signal, and wait until it is gone with all its workers."""
    wait_for_more_points(page, 2)
    workers = workers_of(server)
    assert workers
    server.send_signal(number)
    server.wait(20)
    expect_soon(page, lambda: [pid for pid in workers if parent_of(Path(f"/proc/{pid}/stat"))], [].__eq__)
