"""The page translated by the browser: every text wrapped in elements of the translator's, and nothing breaks."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.drawing import DIGITS, draw_with_mouse, expect_network
from tests.browser.harness import wait_until_drawn
from tests.browser.playing import start_game
from tests.browser.training import LONG_RUN, STATE, start_button

# As Google's does it, also to what comes later; one kind leaves alone what is marked, the other does not even that.
TRANSLATOR = """(() => {
  const wrap = text => {
    const parent = text.parentElement
    if (!parent || !text.data.trim() || parent.closest("font, script, style, textarea")) return
    if (RESPECTFUL && parent.closest('[translate="no"], .notranslate')) return
    const [outer, inner] = [document.createElement("font"), document.createElement("font")]
    text.replaceWith(outer)
    outer.append(inner)
    inner.append(text)
  }
  const walk = node => {
    if (node.nodeType === Node.TEXT_NODE) return wrap(node)
    const texts = document.createTreeWalker(node, NodeFilter.SHOW_TEXT), found = []
    while (texts.nextNode()) found.push(texts.currentNode)
    found.forEach(wrap)
  }
  new MutationObserver(changes => {
    for (const { addedNodes } of changes) addedNodes.forEach(walk)
  }).observe(document, { childList: true, subtree: true })
})()"""


GUARDED = "() => window.nnlabTranslates"  # static/translation.js has run; before that React may lose its texts


@pytest.fixture(params=["true", "false"], ids=["respectful", "careless"])
def translated(page, request):
    page.add_init_script(TRANSLATOR.replace("RESPECTFUL", request.param))
    return page


def test_a_page_is_turned_while_our_components_are_still_on_their_way(server, translated):
    """What Streamlit runs components with is fetched only when there is one: on a slow line long after the texts."""
    page, held = translated, []
    page.route("**/BidiComponent*.js", lambda route: held.append(route))
    page.goto(f"{server}/learn")
    page.wait_for_function(GUARDED)
    lesson = page.locator(".st-key-learn-lesson [role=radio]").nth(1)
    lesson.click()
    expect(page).to_have_url(re.compile("lesson=layer"))
    assert held, "does Streamlit call it by another name now?"
    for route in held:
        route.continue_()
    expect(lesson).to_be_checked()
    expect(page.locator(".st-key-frame")).to_be_attached()
    expect_whole(page)


def expect_whole(page):
    wait_until_drawn(page)
    assert page.locator("font").count() > 0, "was it translated at all?"
    expect(page.get_by_test_id("stException")).to_have_count(0)
    expect(page.get_by_text("NotFoundError")).to_have_count(0)


@pytest.mark.usefixtures("mnist")
def test_a_run_is_trained_paused_and_stopped(server, translated):
    page = translated
    page.goto(f"{server}/train?{LONG_RUN}")
    wait_until_drawn(page)
    start_button(page).first.click()
    state = page.locator(STATE)
    expect(state).to_contain_text(re.compile("step [1-9]"))
    before = state.inner_text()
    expect(state).not_to_have_text(before)
    page.get_by_role("button", name="Pause", exact=True).click()
    expect(state).to_contain_text("Paused")
    expect_whole(page)
    page.get_by_role("button", name="Stop").click()
    expect(page.get_by_role("button", name="Stop")).to_be_disabled()
    expect_whole(page)


def test_a_digit_is_drawn(server, translated):
    page = translated
    page.goto(f"{server}/draw")
    expect_network(page)
    draw_with_mouse(page, DIGITS["7"])
    expect(page.locator(".nnlab-answer b")).to_have_text("7")
    page.get_by_role("button", name="Clear").click()
    expect(page.locator(".nnlab-reading")).to_have_attribute("data-state", "empty")
    expect_whole(page)


def test_a_round_is_skipped(server, translated):
    page = translated
    start_game(page, server, limit=20)
    clock = page.locator(".nnlab-clock b")
    before = clock.inner_text()
    page.get_by_role("button", name="Skip").click()
    expect(page.locator(".nnlab-prompt small")).to_have_text("Digit 2 of 10")
    expect(clock).not_to_have_text(before)
    expect_whole(page)


@pytest.mark.parametrize("name", ["learn", "activations"])
def test_pages_are_turned_and_the_language_is_said(server, translated, name):
    page = translated
    page.goto(f"{server}/{name}?lang=ko")
    expect(page.locator("html")).to_have_attribute("lang", "ko")  # "en" it says before our frame is there
    page.wait_for_function(GUARDED)
    page.locator('[data-testid="stMain"] [role="radio"]').nth(1).click()
    expect_whole(page)
    page.get_by_test_id("stSidebar").get_by_role("radio", name="English").click()
    expect(page.locator("html")).to_have_attribute("lang", "en")
    expect_whole(page)
