"""Training in a real Chromium: the curve moves, a run is paused, changed, left, found again, and fits a phone."""

import re

import pytest
from playwright.sync_api import Locator, expect

from nnlab.ui.text import LANGUAGES, strings
from tests.browser.harness import choose, expect_no_sideways_scrolling, expect_soon, wait_until_drawn
from tests.browser.training import (
    CURVE,
    LONG_RUN,
    TEST,
    button,
    points,
    run_id,
    start,
    start_button,
    wait_for_more_points,
)

pytestmark = pytest.mark.usefixtures("mnist")


@pytest.fixture
def train(server):
    """A function that opens the page in a window."""

    def open_page(page, query=LONG_RUN):
        page.goto(f"{server}/train?lang=en&{query}")
        expect(page.locator(CURVE)).to_be_visible()
        return page

    return open_page


def x_range(page):
    return page.evaluate(f"document.querySelector('{CURVE}').layout.xaxis.range")


def step_shown(page):
    """The step in the sentence over the progress bar."""
    words = page.locator(".st-key-train-set-up").get_by_text(re.compile(r"step [\d,]+ of"))
    return int(re.search(r"step ([\d,]+) of", words.inner_text())[1].replace(",", ""))


def test_the_curve_moves_while_it_trains_and_stands_still_in_a_pause(train, page):
    train(page)
    page.evaluate(f"document.querySelector('{CURVE}').isTheFirst = true")
    start(page)
    wait_for_more_points(page, 5)
    wait_for_more_points(page, points(page))
    assert page.evaluate(f"document.querySelector('{CURVE}').isTheFirst")  # updated in place, not drawn anew

    button(page, "Pause").click()
    expect(button(page, "Resume")).to_be_enabled()
    expect(page.get_by_role("img", name="A handwritten")).to_have_count(12)  # the page is drawn to its end
    wait_until_drawn(page)
    step = step_shown(page)
    button(page, "One step").click()
    expect(page.get_by_text(f"step {step + 1:,} of")).to_be_visible()
    expect(page.get_by_text(f"(step {step + 1:,});")).to_be_visible()  # the examination below the curve follows
    seen = points(page)
    button(page, "Resume").click()
    wait_for_more_points(page, seen)


def test_a_zoom_and_a_changed_learning_rate_stay_on_the_curve(train, page):
    train(page)
    start(page)
    wait_for_more_points(page, 5)
    box = page.locator(f"{CURVE} .xy .nsewdrag, {CURVE} .nsewdrag").first.bounding_box()
    page.mouse.move(box["x"] + 0.2 * box["width"], box["y"] + 20)
    page.mouse.down()
    page.mouse.move(box["x"] + 0.6 * box["width"], box["y"] + 22, steps=4)
    page.mouse.up()
    page.wait_for_function(f"() => document.querySelector('{CURVE}').layout.xaxis.range[0] > 0")
    zoomed = x_range(page)
    rate = page.get_by_role("spinbutton", name="Learning rate")
    rate.fill("0.05")
    rate.press("Enter")
    marks = f"document.querySelector('{CURVE}').layout.annotations.map(mark => mark.text).join()"
    page.wait_for_function(f"() => {marks} === 'rate 0.05'")  # on screen only where the zoom shows it
    wait_for_more_points(page, points(page))
    assert x_range(page) == zoomed


def test_a_run_goes_on_while_the_page_is_left_and_is_found_after_a_reload(train, page):
    train(page)
    start(page)
    wait_for_more_points(page, 5)
    identity, step = run_id(page), step_shown(page)
    page.get_by_role("link", name=strings("en")["draw.title"]).click()
    expect(page.get_by_role("heading", level=1)).to_have_text(strings("en")["draw.title"])
    page.get_by_role("link", name=strings("en")["train.title"]).click()
    expect(button(page, "Pause")).to_be_enabled()
    wait_for_more_points(page, 5)
    assert step_shown(page) > step

    page.reload()
    expect(button(page, "Pause")).to_be_enabled()
    wait_for_more_points(page, 5)
    assert run_id(page) == identity
    assert step_shown(page) > step


def test_an_answer_from_before_the_page_was_drawn_is_not_the_last_word(train, page):
    """It may say that the run is over, when what is drawn is a run that goes on: then nobody would ask any more."""
    train(page)
    start(page)
    wait_for_more_points(page, 5)
    wait_until_drawn(page)
    held = []
    page.route("**/nnlab/runs/**", lambda route: held.append(route), times=1)
    expect_soon(page, lambda: len(held), lambda count: count == 1)
    page.get_by_text("한국어", exact=True).click()
    expect(button(page, strings("ko")["train.pause"])).to_be_enabled()
    wait_until_drawn(page)
    late = held[0].fetch()
    held[0].fulfill(response=late, json=late.json() | {"status": "finished"})
    wait_for_more_points(page, points(page) + 5)


def test_a_diverging_run_says_so(train, page):
    train(page, "")
    diverging = page.get_by_role("option", name=strings("en")["train.preset_diverging"])
    choose(page.get_by_role("combobox", name="Preset"), diverging)
    expect(page.get_by_text(strings("en")["train.preset_diverging_ask"].partition("** ")[2])).to_be_visible()
    wait_until_drawn(page)  # only then are all of the preset's values in the controls
    start_button(page).click()
    expect(page.get_by_test_id("stAlert").filter(has_text="no longer a number")).to_be_visible()
    expect(start_button(page)).to_be_enabled()


def test_a_phone_shows_the_curve_before_the_settings(train, open_browser):
    phone = train(open_browser(390, 844, has_touch=True, is_mobile=True), "images=500&epochs=2")
    phone.get_by_role("button", name="Train 2 epochs").tap()
    expect(phone.get_by_text("Finished")).to_be_visible()
    wait_for_more_points(phone, 2, TEST)  # before the first epoch and after each
    curve, layers = phone.locator(CURVE), button(phone, "Add a hidden layer")
    places = (curve, layers)
    expect_soon(phone, lambda: [place.bounding_box()["y"] for place in places], lambda tops: tops[0] < tops[1])
    expect_soon(phone, lambda: curve.evaluate("plot => plot.getBoundingClientRect().right"), lambda right: right <= 390)
    expect_no_sideways_scrolling(phone)
    layers.tap()
    expect(button(phone, "Remove hidden layer 3").first).to_be_visible()
    expect(phone.get_by_text("113,546 weights")).to_be_visible()


@pytest.mark.parametrize("language", ["en", "ko"])
def test_the_commands_stand_in_one_row_on_a_zoomed_projector(server, open_browser, language):
    window = open_browser(1280, 680)
    window.goto(f"{server}/train?lang={language}")
    wait_until_drawn(window)
    tops = "row => [...row.children].map(child => child.getBoundingClientRect().top)"
    row = window.locator(".st-key-train-commands")
    expect(row.get_by_role("button")).to_have_count(5)
    expect_soon(window, lambda: row.evaluate(tops), lambda found: len(found) == 5 and len({*found}) == 1)


def test_the_curves_tools_speak_the_visitors_language_and_send_it_nowhere(server, page):
    """Plotly offers to upload a chart to a company's server, and says so in English."""
    page.goto(f"{server}/train?lang=ko")
    tools = page.locator(f"{CURVE} .modebar-btn")
    words = strings("ko")
    names = [words[f"common.chart_{name}"] for name in ("save", "zoom", "pan", "zoom_in", "zoom_out", "autoscale")]
    expect(tools).to_have_count(len(names))
    assert [tool.get_attribute("data-title") for tool in tools.all()] == names
    assert all(re.search("[가-힣]", name) for name in names)


def test_on_the_log_axis_the_losses_named_are_round_and_apart(train, page):
    train(page, "images=2000&epochs=2")
    start_button(page).click()
    expect(page.get_by_text("Finished")).to_be_visible()
    wait_until_drawn(page)
    log_axis = page.locator(".nnlab-curve button.log")
    log_axis.click()
    expect(log_axis).to_have_attribute("aria-pressed", "true")
    labels = page.locator(f"{CURVE} .ytick text")
    expect(labels.filter(has_text=re.compile("^0.5$"))).to_be_visible()
    expect_soon(page, labels.all_text_contents, lambda texts: all(text[-1] in "125" for text in texts))
    expect_soon(
        page,
        lambda: sorted((box["y"], box["height"]) for box in map(Locator.bounding_box, labels.all()) if box),
        are_apart,
    )


def are_apart(places) -> bool:
    """More than two places, each by its top and its height, of which none reaches into the next."""
    pairs = zip(places, places[1:], strict=False)
    return len(places) > 2 and all(y + height <= following for (y, height), (following, _) in pairs)


def test_the_open_tab_stays_open_in_another_language_and_on_the_way_back(train, page):
    """Not the first one, which is what Streamlit would open."""
    train(page)
    wait_until_drawn(page)
    page.get_by_role("tab", name=strings("en")["train.tab_training"]).click()
    wait_until_drawn(page)

    def expect_open(language):
        words = strings(language)
        tab = page.get_by_role("tab", name=words["train.tab_training"], exact=True)
        expect(tab).to_have_attribute("aria-selected", "true")
        wait_until_drawn(page)
        expect(tab).to_have_attribute("aria-selected", "true")
        expect(page.locator(".st-key-train-epochs-field")).to_be_visible()

    for language in ("ko", "en", "ko"):
        page.locator("[class*=st-key-shell-language]").get_by_text(LANGUAGES[language]).click()
        expect_open(language)
    sidebar = page.get_by_test_id("stSidebar")
    sidebar.get_by_role("link", name=strings("ko")["glossary.title"]).click()
    expect(page.get_by_role("heading", level=1)).to_have_text(strings("ko")["glossary.title"])
    sidebar.get_by_role("link", name=strings("ko")["train.title"]).click()
    expect_open("ko")


SAID = """() => {
  const line = document.querySelector(".nnlab-run-state p"), said = (window.said = [])
  const watch = { childList: true, characterData: true, subtree: true }
  new MutationObserver(() => said.push(line.innerText)).observe(line, watch)
}"""


def test_another_theme_brings_no_old_numbers_back(train, open_browser):
    """Streamlit calls a component again with what it told it last, which was long ago while a run goes on."""
    page = train(open_browser(390, 844, has_touch=True, is_mobile=True))
    start(page)
    wait_for_more_points(page, 0)
    figures = page.locator(".nnlab-run-numbers")
    wait_for_more_points(page, points(page) + 100)
    page.route("**/nnlab/runs/**", lambda route: route.abort())  # no answer any more
    page.wait_for_timeout(1500)  # for the one that was on its way
    before, steps = figures.inner_text(), step_shown(page)
    page.evaluate(SAID)
    page.emulate_media(color_scheme="dark")
    expect(page.locator("[data-testid=stApp]")).to_have_css("color-scheme", "dark")
    page.wait_for_timeout(3000)  # for Streamlit, which takes its time
    after, said = figures.inner_text(), page.evaluate("() => window.said")
    page.unroute_all()
    assert after == before
    states = [re.search(r"step ([\d,]+)", words) for words in said]
    assert [found[0] for found in states if found and int(found[1].replace(",", "")) < steps] == []
