"""Whose run it is, in several windows of a real Chromium: nobody changes a run unmeant, or unasked."""

import re

import pytest
from playwright.sync_api import expect

from nnlab.ui.text import strings
from tests.browser.harness import expect_soon, wait_until_drawn
from tests.browser.opening import expect_opened
from tests.browser.training import CURVE, LONG_RUN, button, points, run_id, start, start_button, wait_for_more_points

pytestmark = pytest.mark.usefixtures("mnist")

WORDS = strings("en")
MARKS = f"document.querySelector('{CURVE}').layout.annotations.map(mark => mark.text).join()"
UNTOUCHED_MILLISECONDS = 2500  # several looks of the ticking panel


@pytest.fixture
def running(server, page):
    """A window with a run at a rate of its own."""
    page.goto(f"{server}/train?lang=en&{LONG_RUN}&lr=0.02")
    start(page)
    wait_for_more_points(page, 2)
    return page


def rate_field(page):
    return page.get_by_role("spinbutton", name=WORDS["train.live_rate"], exact=True).first


def says(page, key):
    return page.get_by_text(WORDS[key].split("**")[0].strip())


def links(page) -> list[str]:
    """The addresses on the tab for links: settings, to watch, to steer."""
    page.get_by_role("tab", name=WORDS["train.tab_link"]).click()
    codes = page.locator(".nnlab-link code")
    expect(codes).to_have_count(3)
    return [text.strip() for text in codes.all_inner_texts()]


def test_who_opens_the_address_of_a_run_changes_nothing(running, open_browser):
    """The field of a window that had just opened used to send its least value, and the run went on with that."""
    stranger, tab = open_browser(), running.context.new_page()
    for window in (stranger, tab):
        window.goto(running.url)
        wait_for_more_points(window, 5)
    expect(says(stranger, "train.watching")).to_be_visible()
    expect(rate_field(stranger)).to_have_count(0)
    expect(rate_field(tab)).to_have_value("0.02")
    seen = points(running)
    running.wait_for_timeout(UNTOUCHED_MILLISECONDS)  # which passes in all three
    for window in (running, stranger, tab):
        assert window.evaluate(MARKS) == ""
    wait_for_more_points(running, seen)
    expect(rate_field(running)).to_have_value("0.02")


def test_a_changed_rate_is_shown_after_a_reload_and_in_other_windows(running):
    tab = running.context.new_page()
    tab.goto(running.url)
    expect(rate_field(tab)).to_have_value("0.02")
    rate_field(running).fill("0.3")
    rate_field(running).press("Enter")
    expect(rate_field(tab)).to_have_value("0.3")
    running.reload()
    expect(rate_field(running)).to_have_value("0.3")
    rate_field(running).press("ArrowUp")
    rate_field(running).press("Enter")
    expect(rate_field(tab)).to_have_value("0.31")
    tab.wait_for_timeout(UNTOUCHED_MILLISECONDS)
    for window in (running, tab):
        expect(rate_field(window)).to_have_value("0.31")
        expect_soon(window, lambda window=window: window.evaluate(MARKS), "rate 0.3,rate 0.31".__eq__)


def test_a_run_is_steered_by_whoever_was_given_the_link_to_steer(running, open_browser):
    _, watch, steer = links(running)
    watcher, helper = open_browser(), open_browser()
    watcher.goto(f"{watch}&lang=en")
    helper.goto(f"{steer}&lang=en")
    expect(says(watcher, "train.watching")).to_be_visible()
    expect(says(helper, "train.steering")).to_be_visible()
    expect(button(watcher, "Stop")).to_be_disabled()
    button(helper, "Pause").click()
    expect(button(running, "Resume")).to_be_visible()
    helper.reload()
    wait_until_drawn(helper)
    button(helper, "Resume").click()
    expect(button(running, "Pause")).to_be_visible()
    button(watcher, WORDS["train.leave"]).click()
    expect(start_button(watcher)).to_be_enabled()
    expect(watcher).not_to_have_url(re.compile("run="))
    seen = points(running)
    wait_for_more_points(running, seen)


def test_a_link_is_copied(running):
    _, watch, _ = links(running)
    running.get_by_role("button", name=WORDS["common.copy"], exact=True).nth(1).click()
    expect(running.get_by_role("button", name=WORDS["common.copied"], exact=True)).to_be_visible()
    running.evaluate("document.body.append(Object.assign(document.createElement('textarea'), { id: 'pasted' }))")
    running.locator("#pasted").focus()
    running.keyboard.press("Control+V")
    assert running.locator("#pasted").input_value() == watch
    expect(running.get_by_role("button", name=WORDS["common.copy"], exact=True)).to_have_count(3)
    running.locator("#pasted").evaluate("pasted => pasted.remove()")


def test_one_press_of_reset_ends_a_run_and_it_stays_away(running):
    button(running, "Reset").click()
    expect(start_button(running)).to_be_enabled()
    running.wait_for_timeout(UNTOUCHED_MILLISECONDS)
    expect(start_button(running)).to_be_enabled()
    expect(button(running, "Reset")).to_be_disabled()
    expect(running).not_to_have_url(re.compile("run="))


def test_a_reset_in_a_window_that_has_just_opened_leaves_no_error(fresh_server, tmp_path, page):
    page.goto(f"{fresh_server}/train?lang=en&{LONG_RUN}")
    expect_opened(page, "train", "en")  # the first thing that the server was asked for
    start(page)
    identity = run_id(page)
    tab = page.context.new_page()
    tab.goto(f"{fresh_server}/train?lang=en&run={identity}")
    button(tab, "Reset").click()
    expect(start_button(tab)).to_be_enabled()
    expect(start_button(page)).to_be_enabled()  # the run has been stopped
    for window in (page, tab):
        expect(window.get_by_test_id("stException")).to_have_count(0)
    page.goto(f"{fresh_server}/train?lang=ko")
    expect_opened(page, "train", "ko")
    assert "Error" not in (tmp_path / "log.txt").read_text()
