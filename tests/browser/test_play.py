"""The games, played as a person would: digits drawn with the mouse, pixels clicked, touched and typed."""

import math

import pytest
from playwright.sync_api import TimeoutError, expect

from nnlab.ui.text import fill, strings
from tests.browser.drawing import DIGITS, SURFACE, draw_with_mouse
from tests.browser.harness import expect_no_sideways_scrolling, expect_soon, wait_until_drawn
from tests.browser.playing import start_game, wait_for_round

GRID = ".nnlab-grid canvas:not(.loupe)"
VERDICT = ".nnlab-verdict"
HAS_CHANGED = "([selector, before]) => document.querySelector(selector)?.innerText !== before"
FEW = 12  # pixels; a digit that the machine turns with no more


def arc(x, y, width, height, first, last):
    """Along an ellipse, by degrees clockwise from its top."""
    turns = [math.radians(first + (last - first) * step / 14) for step in range(15)]
    return [(x + width * math.sin(turn), y - height * math.cos(turn)) for turn in turns]


# Each in one stroke, in fractions of the canvas.
ALL_DIGITS = DIGITS | {
    "2": [*arc(0.5, 0.34, 0.19, 0.17, -70, 120), (0.32, 0.82), (0.72, 0.82)],
    "3": [*arc(0.48, 0.33, 0.18, 0.16, -60, 170), *arc(0.48, 0.66, 0.2, 0.18, 10, 240)],
    "4": [(0.6, 0.85), (0.6, 0.15), (0.27, 0.6), (0.78, 0.6)],
    "5": [(0.7, 0.18), (0.36, 0.18), (0.34, 0.46), *arc(0.48, 0.63, 0.2, 0.2, -20, 220)],
    "6": [(0.62, 0.15), (0.45, 0.3), (0.36, 0.5), *arc(0.5, 0.65, 0.16, 0.17, -80, 280)],
    "8": [*arc(0.5, 0.33, 0.16, 0.16, 180, -180), *arc(0.5, 0.67, 0.19, 0.18, 0, 360)],
    "9": [*arc(0.48, 0.35, 0.17, 0.17, 80, 440), (0.62, 0.6), (0.56, 0.85)],
}


def asked(page) -> str:
    return next(letter for letter in page.locator(".nnlab-prompt b").inner_text() if letter.isdigit())


def draw_until_heard(page, digit):
    """Draw a digit; and again, as a person would, if the new canvas has lost the stroke on a machine that is busy."""
    before = page.locator(VERDICT).inner_text()
    for _ in range(3):
        draw_with_mouse(page, ALL_DIGITS[digit])
        try:
            page.wait_for_function(HAS_CHANGED, arg=[VERDICT, before], timeout=20_000)
            return
        except TimeoutError:
            if page.get_by_role("button", name="Undo").is_enabled():
                raise  # the stroke is there, and was not answered


def test_a_whole_game_is_drawn_counted_and_ranked(server, page):
    start_game(page, server)
    drawn = []
    for number in range(1, 11):
        wait_for_round(page, number)
        drawn.append(asked(page))
        draw_until_heard(page, drawn[-1])
        if number < 10:  # else the summary follows
            expect(page.locator(f"{VERDICT}.won")).to_contain_text(f"Yes, {drawn[-1]}!")
    assert sorted(drawn) == sorted(ALL_DIGITS)
    expect(page.get_by_role("heading", level=3)).to_have_text("The network read 10 of your 10 digits")
    expect(page.get_by_test_id("stImage")).to_have_count(10)
    page.get_by_label("Nickname").fill("Ada")
    page.get_by_role("button", name="Enter the ranking").click()
    expect(page.get_by_role("table")).to_contain_text("Ada")
    page.get_by_role("button", name="Play again").click()
    wait_for_round(page, 1)


def test_a_misread_digit_is_told_and_may_be_skipped(server, page):
    start_game(page, server)
    wrong = "1" if asked(page) != "1" else "0"
    draw_with_mouse(page, ALL_DIGITS[wrong])
    expect(page.locator(f"{VERDICT} b")).to_have_text(wrong)
    expect(page.locator(VERDICT)).to_contain_text(f"Not {asked(page)} yet")
    page.get_by_role("button", name="Clear").click()
    expect(page.locator(f"{VERDICT} b")).to_have_text("?")
    page.get_by_role("button", name="Skip").click()
    wait_for_round(page, 2)
    expect(page.locator(".nnlab-rounds .skipped")).to_have_count(1)


def test_a_round_ends_by_itself_when_its_time_is_over(server, page):
    start_game(page, server, "ko", limit=10)
    first = asked(page)
    wrong = "1" if first != "1" else "0"
    draw_with_mouse(page, ALL_DIGITS[wrong])
    expect(page.locator(f"{VERDICT} b")).to_have_text(wrong)
    expect(page.locator(f"{VERDICT}.lost")).to_contain_text(strings("ko")["play.late"].format(digit=first))
    wait_for_round(page, 2, "ko")
    expect(page.locator(VERDICT)).to_contain_text(fill(strings("ko")["play.was_read"], digit=wrong))


def open_grid(page, server, language="en"):
    page.goto(f"{server}/play?section=fool&lang={language}")
    expect(page.locator(GRID)).to_be_visible()
    expect(page.locator(VERDICT)).to_be_visible()
    wait_until_drawn(page)


def place(page, pixel):
    """The middle of a pixel on the screen."""
    box = page.locator(GRID).bounding_box()
    row, column = divmod(pixel, 28)
    return box["x"] + (column + 0.5) * box["width"] / 28, box["y"] + (row + 0.5) * box["height"] / 28


def expect_changed(page, count):
    """On the grid, which is ahead, and on the page."""
    expect(page.locator(GRID)).to_have_attribute("data-flipped", str(count))
    expect(page.locator(".nnlab-counts b").first).to_have_text(str(count))


def machines_count(page) -> int:
    """Have the machine do it, and come back."""
    page.get_by_role("button", name="Let the computer do it").click()
    expect(page.get_by_role("slider")).to_be_visible()
    number = page.locator(".nnlab-counts b").last
    expect(number).not_to_have_text("?")
    text = number.inner_text()
    page.get_by_role("button", name="Back to my pixels").click()
    expect(page.get_by_role("slider")).to_have_count(0)
    return int(text) if text.isdigit() else 10**6


def test_the_network_is_fooled_by_clicks_on_the_hints(server, page):
    open_grid(page, server)
    while not 1 < (needed := machines_count(page)) <= FEW:
        number = page.get_by_text("test image no.").inner_text()
        page.get_by_role("button", name="Another digit").click()
        expect(page.get_by_text("test image no.")).not_to_have_text(number)
        expect(page.get_by_text("This is the digit")).to_be_visible()
        wait_until_drawn(page)
    for count in range(1, needed + 1):
        page.get_by_role("button", name="Hint").click()
        expect(page.locator(GRID)).not_to_have_attribute("data-hint", "")
        wait_until_drawn(page)
        page.mouse.click(*place(page, int(page.locator(GRID).get_attribute("data-hint"))))
        expect_changed(page, count)
        expect(page.locator(GRID)).to_have_attribute("data-hint", "")
    expect(page.locator(f"{VERDICT}.won")).to_contain_text("Fooled!")
    expect(page.locator(".nnlab-counts b")).to_have_text([str(needed)] * 3)
    page.get_by_role("button", name="Undo").click()
    expect_changed(page, needed - 1)
    expect(page.locator(f"{VERDICT}.won")).to_have_count(0)
    page.get_by_role("button", name="Start over").click()
    expect_changed(page, 0)
    expect(page.locator(".nnlab-counts b").nth(1)).to_have_text(str(needed))


def test_a_line_is_one_change_and_a_second_click_takes_back(server, page):
    open_grid(page, server)
    page.mouse.move(*place(page, 28 + 4))
    page.mouse.down()
    page.mouse.move(*place(page, 28 + 9), steps=2)
    page.mouse.up()
    expect_changed(page, 6)
    page.mouse.click(*place(page, 28 + 6))
    expect_changed(page, 5)
    page.get_by_role("button", name="Undo").click()
    expect_changed(page, 6)
    page.get_by_role("button", name="Undo").click()
    expect_changed(page, 0)


def test_the_keyboard_changes_pixels_and_says_where_it_is(server, page):
    open_grid(page, server, "ko")
    page.locator(GRID).focus()
    for key in ("ArrowUp", "ArrowLeft", "Space"):
        page.keyboard.press(key)
    expect_changed(page, 1)
    texts = strings("ko")
    speaker = page.locator(".nnlab-grid .speaker")
    expect(speaker).to_contain_text(f"{texts['play.grid_row']} 14, {texts['play.grid_column']} 14")
    expect(speaker).to_contain_text(texts["play.grid_changed"])
    page.keyboard.press("Enter")
    expect_changed(page, 0)


@pytest.mark.parametrize("language", ["en", "ko"])
def test_fingers_on_a_phone(server, open_browser, language):
    """A tap changes the pixel where the finger leaves, a longer way all on it; the order is task, grid, answer."""
    phone = open_browser(390, 844, has_touch=True, is_mobile=True)
    open_grid(phone, server, language)
    session = phone.context.new_cdp_session(phone)

    def touch(kind, *pixels):
        points = [dict(zip("xy", place(phone, pixel), strict=True)) for pixel in pixels]
        session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})

    touch("touchStart", 28 * 3 + 3)
    touch("touchMove", 28 * 3 + 4)
    expect(phone.locator(".loupe")).to_be_visible()
    touch("touchEnd")
    expect(phone.locator(".loupe")).to_be_hidden()
    expect_changed(phone, 1)
    touch("touchStart", 28 * 1 + 3)
    touch("touchMove", 28 * 1 + 8)
    touch("touchEnd")
    expect_changed(phone, 7)
    assert phone.evaluate("document.querySelector('[data-testid=stMain]').scrollTop") == 0
    expect_no_sideways_scrolling(phone)
    task = strings(language)["play.task"].split("{")[0].strip("*")
    in_order = (phone.get_by_text(task), phone.locator(GRID), phone.locator(VERDICT))
    expect_soon(phone, lambda: [thing.bounding_box()["y"] for thing in in_order], lambda tops: tops == sorted(tops))


def test_what_shows_a_fingers_surroundings_goes_when_the_page_changes_the_digit_meanwhile(server, open_browser):
    """As the answer to Undo may come late: then the finger's end belonged to nothing, and the loupe stayed."""
    phone = open_browser(390, 844, has_touch=True, is_mobile=True)
    open_grid(phone, server)
    session, undo = phone.context.new_cdp_session(phone), phone.get_by_role("button", name="Undo")

    def touch(kind, *pixels):
        points = [dict(zip("xy", place(phone, pixel), strict=True)) for pixel in pixels]
        session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})

    touch("touchStart", 28 * 3 + 3)
    touch("touchEnd")
    expect_changed(phone, 1)
    expect(undo).to_be_enabled()
    touch("touchStart", 28 * 9 + 9)
    expect(phone.locator(".loupe")).to_be_visible()
    undo.dispatch_event("click")
    expect_changed(phone, 0)
    touch("touchEnd")
    expect(phone.locator(".loupe")).to_be_hidden()


def test_the_games_fit_a_projector(server, page):
    open_grid(page, server)
    expect_above_the_lower_edge(page, GRID, VERDICT, ".nnlab-counts", ".st-key-play-bars")
    start_game(page, server)
    expect_above_the_lower_edge(page, SURFACE, VERDICT, ".nnlab-rounds")


def expect_above_the_lower_edge(page, *things):
    for thing in things:
        expect_soon(page, page.locator(thing).bounding_box, lambda box: box["y"] + box["height"] <= 768)


CUT_OFF = """() => [...document.querySelectorAll("[data-testid=stMetricValue] *")]
  .filter(part => part.scrollWidth > part.clientWidth + 1 && getComputedStyle(part).overflowX !== "visible")
  .map(part => part.textContent)"""


def test_no_number_of_a_game_is_cut_off_on_a_phone_that_lies_on_its_side(server, open_browser):
    """It said "0개 중 …"."""
    phone = open_browser(844, 390, has_touch=True, is_mobile=True)
    start_game(phone, server, "ko")
    expect(phone.get_by_test_id("stMetricValue").first).to_contain_text("중 0개")
    assert phone.evaluate(CUT_OFF) == []


@pytest.mark.usefixtures("mnist")
def test_what_the_fooled_network_reads_has_room_on_a_tablet_on_its_side(server, open_browser):
    """Between the grid and the buttons it had 150 pixels."""
    tablet = open_browser(1180, 820, has_touch=True, is_mobile=True)
    tablet.goto(f"{server}/play?section=fool&lang=en")
    expect(tablet.locator(".st-key-play-bars .bars")).to_be_visible()
    expect_soon(tablet, lambda: tablet.locator(".st-key-play-reads").bounding_box(), lambda box: box["width"] >= 256)
    expect_no_sideways_scrolling(tablet)
