"""The keyboard's focus in a real Chromium: a button that gives way to another hands it on."""

from playwright.sync_api import expect

from nnlab.ui.text import strings
from tests.browser.harness import expect_soon, wait_until_drawn
from tests.browser.training import CURVE, LONG_RUN, button, start_button

WORDS = strings("en")
# Both clicks at once: a busy browser takes longer than a double click between two of them. Returns how many
# clicks went past the frame to what the button does.
DOUBLE_CLICK = """() => {
  let heard = 0
  document.querySelector(".st-key-train-commands").addEventListener("click", () => heard++)
  for (const detail of [1, 2]) {
    const button = document.querySelector(".st-key-train-first button")
    button.dispatchEvent(new MouseEvent("click", { bubbles: true, cancelable: true, detail }))
  }
  return heard
}"""
# What should come at once comes after the next look at the run, as it may on a busy machine.
PRESS_MILLISECONDS = 2000
PRESS_WHEN_BUSY = f"""() => {{
  const start = window.setTimeout
  window.setTimeout = (then, wait, ...rest) => start(then, wait || {PRESS_MILLISECONDS}, ...rest)
  document.querySelector(".st-key-train-first button").click()
  window.setTimeout = start
}}"""
FRAME_HAS_COME = "() => sessionStorage.getItem('nnlab.visit')"  # the script that keeps the focus is part of it
LOST_MILLISECONDS = 1500  # in which a redraw of the page would have taken the focus away


def expect_focused(page, found):
    """A button has the focus. While a page is drawn anew an older one of the same name may still stand beside it."""
    expect(found.and_(page.locator(":focus"))).to_be_visible()


def test_enter_trains_pauses_and_goes_on(server, page, mnist):
    page.goto(f"{server}/train?lang=en&{LONG_RUN}")
    page.wait_for_function(FRAME_HAS_COME)
    start_button(page).focus()
    for following in ("Pause", "Resume", "Pause"):
        page.keyboard.press("Enter")
        expect_focused(page, button(page, following))
        page.wait_for_timeout(LOST_MILLISECONDS)
        expect_focused(page, button(page, following))
    for name in ("Stop", "Reset"):
        button(page, name).focus()
        page.keyboard.press("Enter")
        expect(button(page, name)).to_be_disabled()
        expect_focused(page, start_button(page))
        page.wait_for_timeout(LOST_MILLISECONDS)
        expect_focused(page, start_button(page))


def test_a_press_on_a_busy_machine_is_one_command(server, page, mnist):
    """A look at the run that is due may take the press along. It is not sent once more then: paused, and resumed."""
    changes = []  # to the run's shape, made up: each has the page look at the run

    def answer(route):
        response = route.fetch()
        told = response.json()
        told["shape"] += "".join(changes)
        route.fulfill(response=response, json=told)

    page.route("**/nnlab/runs/*", answer)
    page.goto(f"{server}/train?lang=en&{LONG_RUN}")
    start_button(page).click()
    for pressed, following in (("Pause", "Resume"), ("Resume", "Pause"), ("Pause", "Resume")):
        expect(button(page, pressed)).to_be_visible()
        wait_until_drawn(page)
        changes.append(" changed")
        page.evaluate(PRESS_WHEN_BUSY)
        page.wait_for_timeout(PRESS_MILLISECONDS)
        changes.clear()
        expect(button(page, following)).to_be_visible()
        page.wait_for_timeout(LOST_MILLISECONDS)
        expect(button(page, following)).to_be_visible(timeout=1)
    button(page, "Stop").click()
    expect(button(page, "Stop")).to_be_disabled()


def test_a_double_click_on_train_does_not_pause(server, page, mnist):
    page.goto(f"{server}/train?lang=en&{LONG_RUN}")
    expect(page.locator(CURVE)).to_be_visible()
    wait_until_drawn(page)
    assert page.evaluate(DOUBLE_CLICK) == 1
    expect(button(page, "Pause")).to_be_visible()
    page.wait_for_timeout(LOST_MILLISECONDS)
    expect(button(page, "Pause")).to_be_visible()
    button(page, "Stop").click()
    expect(button(page, "Stop")).to_be_disabled()


def test_a_game_is_played_to_its_end_without_looking_for_the_focus(server, page):
    page.goto(f"{server}/play?lang=en")
    page.wait_for_function(FRAME_HAS_COME)
    page.get_by_role("button", name=WORDS["play.start"]).focus()
    for number in range(1, 11):
        page.keyboard.press("Enter")
        expect(page.get_by_text(WORDS["play.round"].format(number=number, count=10))).to_be_visible()
        # The last round's button may still stand there for a moment: a press on it skips no later round.
        expect_focused(page, page.locator(f".st-key-play-skip-{number - 1} button"))
    page.keyboard.press("Enter")
    expect_focused(page, button(page, WORDS["play.again"]))


def test_who_clicks_beside_a_button_has_left_it(server, page):
    page.goto(f"{server}/play?lang=en")
    start = page.get_by_role("button", name=WORDS["play.start"])
    page.wait_for_function(FRAME_HAS_COME)
    start.focus()
    page.get_by_role("heading", level=1).click()
    page.wait_for_timeout(LOST_MILLISECONDS)
    expect(start).not_to_be_focused()


def test_the_button_that_shows_a_picture_on_the_whole_screen_is_seen_by_who_has_no_pointer(server, page):
    """And the picture is as large as the screen then, not as small as on the page."""
    page.goto(f"{server}/inspect?lang=en")
    frame = page.get_by_test_id("stFullScreenFrame").first
    picture, button = frame.get_by_role("img").first, frame.get_by_role("button")
    expect(picture).to_be_visible()
    wait_until_drawn(page)
    assert picture.bounding_box()["height"] < 200
    page.get_by_role("spinbutton", name="No. of 10,000 in MNIST").focus()
    page.keyboard.press("Tab")
    expect(button).to_be_focused()
    expect(frame.get_by_test_id("stElementToolbar")).to_have_css("opacity", "1")
    expect(button).to_have_css("outline-style", "solid")
    page.keyboard.press("Enter")
    expect_soon(page, lambda: picture.bounding_box()["height"], lambda height: height > 600)
    page.keyboard.press("Escape")
    expect_soon(page, lambda: picture.bounding_box()["height"], lambda height: height < 200)


def test_a_switch_that_has_the_focus_is_framed(server, page):
    page.goto(f"{server}/play?lang=en")
    expect(page.get_by_role("button", name=WORDS["play.start"])).to_be_visible()
    wait_until_drawn(page)
    switch = page.get_by_test_id("stCheckbox").filter(has_text=WORDS["common.large_text"])
    track = switch.locator("label > span + div")
    expect(track).to_have_css("outline-style", "none")
    page.get_by_test_id("stSidebar").get_by_role("link", name=WORDS["glossary.title"]).focus()
    page.keyboard.press("Tab")
    expect(switch.get_by_role("switch")).to_be_focused()
    expect(track).to_have_css("outline-style", "solid")
