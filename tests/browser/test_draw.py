"""Drawing with the mouse and with a finger, as a person would, and what the page then says."""

import re

import pytest
from playwright.sync_api import expect

from nnlab.ui.text import strings
from tests.browser.drawing import (
    ANSWER,
    DIGITS,
    INVITATION,
    READING,
    SEEN,
    SURFACE,
    draw_with_finger,
    draw_with_mouse,
    expect_network,
    expect_read,
    expect_strokes,
    on_screen,
    open_page,
    press_and_move,
)
from tests.browser.harness import choose, expect_no_sideways_scrolling, expect_soon, wait_until_drawn
from tests.browser.opening import expect_opened
from tests.browser.training import STATE

FOUR = [[(0.32, 0.2), (0.3, 0.52)], [(0.3, 0.52), (0.72, 0.52)], [(0.6, 0.22), (0.58, 0.85)]]  # three strokes


FRAMES = "async () => { for (let i = 0; i < 4; i++) await new Promise(requestAnimationFrame) }"


# The canvas holds a stroke back for longer than its 200 milliseconds: until a key is pressed on a busy machine too.
SLOW_CANVAS = """(start => {
  window.setTimeout = (end, wait, ...rest) => start(end, wait === 200 ? 900 : wait, ...rest)
})(window.setTimeout)"""


def test_digits_drawn_with_the_mouse_are_read(server, page):
    open_page(page, server)
    for digit, points in DIGITS.items():
        expect(page.locator(ANSWER)).to_be_hidden()
        draw_with_mouse(page, points)
        expect_read(page, digit)
        expect(page.locator(f"{READING} .bar")).to_have_count(10)
        expect(page.locator(INVITATION)).to_be_hidden()
        page.get_by_role("button", name="Clear").click()
        expect(page.locator(INVITATION)).to_be_visible()


def test_strokes_that_follow_each_other_leave_the_page_whole(fresh_server, page):
    """Each rerun overtakes the one before it; a second of them once cost the page its canvas."""
    errors = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    open_page(page, fresh_server)  # its first reading waits for torch: reruns pile up
    expect_opened(page, "draw", "en")  # the first thing that the server was asked for
    clear = page.get_by_role("button", name="Clear")
    for pause in (0, 120, 240, 360):
        for stroke in FOUR:
            draw_with_mouse(page, stroke)
            page.wait_for_timeout(pause)
        expect(page.locator(READING)).to_have_attribute("data-state", "read")
        expect(page.get_by_test_id("stExpander")).to_have_count(3)  # why, files that can be brought, and the gallery
        wait_until_drawn(page)
        clear.click()
        expect(page.locator(INVITATION)).to_be_visible()
    assert not errors
    page.goto(f"{fresh_server}/draw?lang=ko")
    expect_opened(page, "draw", "ko")


def test_the_bars_move_while_the_pen_moves(server, page):
    open_page(page, server)
    expect_network(page)
    press_and_move(page, DIGITS["7"][:2])
    expect(page.locator(READING)).to_have_attribute("data-state", "drawing")
    begun = page.locator(READING).inner_text()
    for point in on_screen(page, DIGITS["7"][2:]):
        page.mouse.move(*point, steps=4)
    expect(page.locator(ANSWER)).to_have_text("7")
    assert page.locator(READING).inner_text() != begun
    expect(page.locator(READING)).to_have_attribute("data-state", "drawing")  # the pen is still down
    page.evaluate(FRAMES)
    in_browser = page.evaluate(SEEN)
    page.mouse.up()
    expect_read(page, "7")
    by_python = page.evaluate(SEEN)
    assert max(in_browser) > 200
    # The canvas smooths a stroke when the pen is lifted, so the two images are not the same, but hold as much ink.
    assert sum(in_browser) == pytest.approx(sum(by_python), rel=0.15)


def test_what_was_drawn_before_the_network_came_is_read_when_it_comes(server, page):
    held = []
    page.route("**/bundled.safetensors", lambda route: held.append(route))
    open_page(page, server)
    press_and_move(page, DIGITS["7"])
    expect_soon(page, lambda: page.evaluate("() => window.nnlabReading.networks.size"), lambda networks: networks == 1)
    page.evaluate(FRAMES)
    expect(page.locator(READING)).to_have_attribute("data-state", "empty")
    [route] = held
    route.continue_()
    expect(page.locator(READING)).to_have_attribute("data-state", "drawing")  # without another movement
    expect(page.locator(ANSWER)).to_have_text("7")
    page.mouse.up()
    expect_read(page, "7")


def test_a_stroke_that_began_before_the_page_had_its_script_is_read(server, page):
    """The script once kept the stroke's end from the canvas: on a busy machine the first stroke was lost."""
    held = []
    page.route("**/canvas.js", lambda route: held.append(route))
    page.goto(f"{server}/draw?lang=en")
    wait_until_drawn(page)
    press_and_move(page, DIGITS["7"][:3])
    assert len(held) == 1
    expect(page.locator(SURFACE)).not_to_have_attribute("aria-label", re.compile("."))
    held[0].continue_()
    expect(page.locator(SURFACE)).to_have_attribute("aria-label", strings("en")["common.canvas_alt"])
    for place in on_screen(page, DIGITS["7"][3:]):
        page.mouse.move(*place, steps=4)
    page.mouse.up()
    expect_read(page, "7")
    expect_strokes(page, 1)


def test_a_network_of_ones_own_reads_during_the_stroke(server, page):
    page.goto(f"{server}/train?hidden=16&lr=0.1&epochs=1&n=2000")
    page.get_by_role("button", name=strings("en")["train.start_one"]).click()
    finished = strings("en")["train.state_finished"].partition("{")[0]
    expect(page.locator(STATE)).to_contain_text(finished)
    page.get_by_test_id("stSidebar").get_by_role("link", name="Draw").click()
    expect(page.locator(INVITATION)).to_be_visible()
    choose(page.get_by_role("combobox", name="Network"), page.get_by_role("option").nth(1))
    expect_network(page, 2)
    press_and_move(page, DIGITS["1"])
    expect(page.locator(READING)).to_have_attribute("data-state", "drawing")
    page.mouse.up()
    expect(page.locator(READING)).to_have_attribute("data-state", "read")
    expect(page.get_by_text("784-16-10").last).to_be_visible()


def test_with_another_canvas_each_stroke_is_read_when_it_ends(server, page):
    """As after an update of the canvas that changes its markup."""

    def rename(route):
        answer = route.fetch()
        route.fulfill(response=answer, body=answer.text().replace("canvas.upper-canvas", "canvas.of-another-name"))

    page.route("**/live_reading.js*", rename)
    open_page(page, server)
    expect_network(page)
    press_and_move(page, DIGITS["7"])
    expect(page.locator(READING)).to_have_attribute("data-state", "empty")
    page.mouse.up()
    expect_read(page, "7")


def test_undo_takes_back_the_last_stroke(server, page):
    open_page(page, server)
    draw_with_mouse(page, DIGITS["1"])
    expect_read(page, "1")
    draw_with_mouse(page, [(0.1, 0.1), (0.9, 0.1), (0.9, 0.9), (0.1, 0.9), (0.1, 0.1)])
    expect(page.locator(ANSWER)).not_to_have_text("1")
    expect(page.locator(READING)).to_have_attribute("data-state", "read")
    wait_until_drawn(page)
    page.get_by_role("button", name="Undo").click()
    expect_read(page, "1")
    wait_until_drawn(page)
    page.get_by_role("button", name="Undo").click()
    expect(page.locator(INVITATION)).to_be_visible()


def test_undo_pressed_just_after_a_stroke_takes_back_no_more_than_that(server, page):
    """The canvas waits a little before it sends a stroke: Undo used to take back what the page knew, and that too."""
    page.add_init_script(SLOW_CANVAS)
    open_page(page, server)
    draw_with_mouse(page, DIGITS["1"])
    expect_read(page, "1")
    wait_until_drawn(page)
    draw_with_mouse(page, [(0.1, 0.1), (0.9, 0.1), (0.9, 0.9)])
    page.keyboard.press("z")
    undo = page.get_by_role("button", name="Undo")
    expect_read(page, "1")
    expect(undo).to_be_enabled()
    wait_until_drawn(page)
    undo.click()
    expect(page.locator(INVITATION)).to_be_visible()


def test_undo_and_clear_by_the_keyboard(server, page):
    open_page(page, server)
    draw_with_mouse(page, DIGITS["1"])
    expect_read(page, "1")
    wait_until_drawn(page)
    page.keyboard.press("z")
    expect(page.locator(INVITATION)).to_be_visible()
    wait_until_drawn(page)
    draw_with_mouse(page, DIGITS["7"])
    expect_read(page, "7")
    wait_until_drawn(page)
    page.keyboard.press("x")
    expect(page.locator(INVITATION)).to_be_visible()


def test_the_canvas_in_the_dark_and_in_korean(server, open_browser):
    page = open_browser(color_scheme="dark")
    open_page(page, server, "ko")
    draw_with_mouse(page, DIGITS["7"])
    expect_read(page, "7")
    expect(page.locator(".nnlab-answer")).to_contain_text(strings("ko")["common.digit_7"])


@pytest.mark.parametrize(("width", "height"), [(390, 844), (320, 640)])
def test_a_finger_draws_on_a_phone(server, open_browser, width, height):
    phone = open_browser(width, height, has_touch=True, is_mobile=True)
    open_page(phone, server)
    # From the upper right corner, where the canvas's own toolbar would be.
    draw_with_finger(phone, [(0.95, 0.03), (0.5, 0.5), (0.05, 0.97)])
    draw_with_finger(phone, [(0.05, 0.03), (0.5, 0.5), (0.95, 0.97)])
    expect(phone.locator(READING)).to_have_attribute("data-state", "read")
    wait_until_drawn(phone)
    phone.get_by_role("button", name="Clear").tap()
    expect(phone.locator(INVITATION)).to_be_visible()
    draw_with_finger(phone, DIGITS["0"])
    expect_read(phone, "0")
    expect_no_sideways_scrolling(phone)
    assert phone.locator(SURFACE).evaluate("surface => surface.getBoundingClientRect().right") <= width
    assert phone.evaluate("document.querySelector('[data-testid=stMain]').scrollTop") == 0  # drawing did not scroll


@pytest.mark.usefixtures("mnist")
def test_a_random_test_digit(server, page):
    open_page(page, server)
    page.get_by_role("radio", name="An MNIST digit").click()
    expect(page.get_by_text("MNIST: test image no.")).to_be_visible()
    expect(page.get_by_text("the label says")).to_be_visible()
    first = page.get_by_text("MNIST: test image no.").inner_text()
    page.get_by_role("button", name="Another digit").click()
    expect(page.get_by_text("MNIST: test image no.")).not_to_have_text(first)
    page.get_by_role("radio", name="My drawing").click()
    expect(page.locator(INVITATION)).to_be_visible()


def test_the_language_switch_reaches_what_the_browser_remembers(page, server):
    """The word in a menu, and what the reading's script has written."""
    open_page(page, server)
    english, korean = strings("en"), strings("ko")
    title, menu = page.locator(f"{READING} .title"), page.get_by_test_id("stSelectbox").get_by_role("combobox")
    expect(title).to_have_text(english["draw.bars_title"])
    expect(menu).to_have_value(english["common.bundled"])
    page.get_by_test_id("stSidebar").get_by_text("한국어").click()
    expect(title).to_have_text(korean["draw.bars_title"])
    expect(menu).to_have_value(korean["common.bundled"])


# In each frame: how far down the page each of these stands, as soon as it is there.
NOTE_PLACES = """window.places = {};
(function look() {
  for (const name of ["draw-undo", "draw-living", "shell-share"]) {
    const top = document.querySelector(`.st-key-${name}`)?.getBoundingClientRect().top
    if (top) (window.places[name] ??= []).push(Math.round(top))
  }
  requestAnimationFrame(look)
})()"""


def test_nothing_jumps_while_the_page_comes(server, page):
    page.add_init_script(NOTE_PLACES)
    page.goto(f"{server}/draw?lang=en")
    expect(page.locator(INVITATION)).to_be_visible()
    wait_until_drawn(page)
    places = page.evaluate("window.places")
    jumps = {name: max(tops) - min(tops) for name, tops in places.items()}
    assert set(jumps) == {"draw-undo", "draw-living", "shell-share"}
    assert max(jumps.values()) <= 8, places


def test_on_an_upright_tablet_the_network_can_be_read(server, open_browser):
    """Beside the menu and the canvas it had 134 pixels, in which its columns and what stands above them were one."""
    tablet = open_browser(834, 1112, has_touch=True, is_mobile=True)
    open_page(tablet, server)
    expect_soon(tablet, lambda: tablet.locator(".st-key-draw-living").bounding_box(), lambda box: box["width"] >= 256)
    expect_no_sideways_scrolling(tablet)
