"""Drawing with the mouse and with a finger, as a person would, and what the page then says."""

import math

import pytest
from playwright.sync_api import expect

from nnlab.ui.text import strings

expect.set_options(timeout=30_000)  # the first answer waits for torch, on a busy machine for long

ANSWER = ".nnlab-answer b"
SURFACE = "canvas.upper-canvas"  # of fabric.js, within the canvas's shadow root

# In fractions of the canvas, to the right and down: an egg, a stroke, an edge.
DIGITS = {
    "0": [
        (0.5 + 0.2 * math.sin(turn / 12 * math.pi), 0.5 - 0.32 * math.cos(turn / 12 * math.pi)) for turn in range(25)
    ],
    "1": [(0.52, 0.18), (0.5, 0.5), (0.47, 0.84)],
    "7": [(0.27, 0.22), (0.5, 0.21), (0.72, 0.22), (0.56, 0.52), (0.44, 0.84)],
}


def on_screen(page, points):
    box = page.locator(SURFACE).bounding_box()
    return [(box["x"] + x * box["width"], box["y"] + y * box["height"]) for x, y in points]


def draw_with_mouse(page, points):
    first, *others = on_screen(page, points)
    page.mouse.move(*first)
    page.mouse.down()
    for point in others:
        page.mouse.move(*point, steps=3)
    page.mouse.up()


def draw_with_finger(page, points):
    """Playwright's touchscreen only taps; Chromium's own protocol drags."""
    session = page.context.new_cdp_session(page)
    places = [{"x": x, "y": y} for x, y in on_screen(page, points)]
    session.send("Input.dispatchTouchEvent", {"type": "touchStart", "touchPoints": places[:1]})
    for place in places[1:]:
        session.send("Input.dispatchTouchEvent", {"type": "touchMove", "touchPoints": [place]})
    session.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})


def open_page(page, server, language="en"):
    page.goto(f"{server}/draw?lang={language}")
    expect(page.locator(SURFACE)).to_be_visible()
    expect(page.get_by_test_id("stAlert")).to_contain_text("0")  # the invitation: 0 to 9


def test_digits_drawn_with_the_mouse_are_read(server, page):
    open_page(page, server)
    invitation = page.get_by_test_id("stAlert")
    for digit, points in DIGITS.items():
        expect(page.locator(ANSWER)).to_have_count(0)
        draw_with_mouse(page, points)
        expect(page.locator(ANSWER)).to_have_text(digit)
        expect(page.locator(".st-key-draw-bars .bars .point")).to_have_count(10)
        expect(invitation).to_have_count(0)
        page.get_by_role("button", name="Clear").click()
        expect(invitation).to_be_visible()


def test_undo_takes_back_the_last_stroke(server, page):
    open_page(page, server)
    draw_with_mouse(page, DIGITS["1"])
    expect(page.locator(ANSWER)).to_have_text("1")
    draw_with_mouse(page, [(0.1, 0.1), (0.9, 0.1), (0.9, 0.9), (0.1, 0.9), (0.1, 0.1)])
    expect(page.locator(ANSWER)).not_to_have_text("1")
    page.get_by_role("button", name="Undo").click()
    expect(page.locator(ANSWER)).to_have_text("1")
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_test_id("stAlert")).to_be_visible()


def test_the_canvas_in_the_dark_and_in_korean(server, open_browser):
    page = open_browser(color_scheme="dark")
    open_page(page, server, "ko")
    draw_with_mouse(page, DIGITS["7"])
    expect(page.locator(ANSWER)).to_have_text("7")
    expect(page.locator(".nnlab-answer")).to_contain_text(strings("ko")["draw.digit_7"])
    expect(page.locator(SURFACE)).to_have_attribute("aria-label", strings("ko")["draw.canvas_alt"])


def test_a_finger_draws_on_a_phone(server, open_browser):
    phone = open_browser(390, 844, has_touch=True, is_mobile=True)
    open_page(phone, server)
    # From the upper right corner, where the canvas's own toolbar would be.
    draw_with_finger(phone, [(0.95, 0.03), (0.5, 0.5), (0.05, 0.97)])
    draw_with_finger(phone, [(0.05, 0.03), (0.5, 0.5), (0.95, 0.97)])
    expect(phone.locator(ANSWER)).to_be_visible()
    phone.get_by_role("button", name="Clear").tap()
    expect(phone.get_by_test_id("stAlert")).to_be_visible()
    draw_with_finger(phone, DIGITS["0"])
    expect(phone.locator(ANSWER)).to_have_text("0")
    assert phone.evaluate("document.documentElement.scrollWidth") <= 390
    assert phone.locator(SURFACE).evaluate("surface => surface.getBoundingClientRect().right") <= 390
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
    expect(page.get_by_test_id("stAlert")).to_be_visible()
