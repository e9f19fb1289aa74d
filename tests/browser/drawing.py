"""The drawing page, as a person uses it: drawing with the mouse or a finger, and what is read."""

import math

from playwright.sync_api import expect

from nnlab.ui.text import strings
from tests.browser.harness import expect_soon, wait_until_drawn

ANSWER = ".nnlab-answer b"
READING = ".nnlab-reading"  # its data-state: "empty", "drawing" (the browser reads) or "read" (Python has read)
INVITATION = ".nnlab-reading .invitation"
SURFACE = "canvas.upper-canvas"  # of fabric.js, within the canvas's shadow root
PAPER = "canvas.dc-canvas.lower-canvas"

# In fractions of the canvas, to the right and down: an egg, a stroke, an edge.
DIGITS = {
    "0": [
        (0.5 + 0.2 * math.sin(turn / 12 * math.pi), 0.5 - 0.32 * math.cos(turn / 12 * math.pi)) for turn in range(25)
    ],
    "1": [(0.52, 0.18), (0.5, 0.5), (0.47, 0.84)],
    "7": [(0.27, 0.22), (0.5, 0.21), (0.72, 0.22), (0.56, 0.52), (0.44, 0.84)],
}

# Whether the canvas has drawn its paper; before that it may forget a stroke.
HAS_PAPER = "paper => paper.getContext('2d').getImageData(0, 0, 1, 1).data[3] === 255"
# The 784 brightnesses of what the network sees.
SEEN = """() => Array.from(document.querySelector(".nnlab-sight").getContext("2d").getImageData(0, 0, 28, 28).data)
  .filter((_, index) => index % 4 === 0)"""


def on_screen(page, points):
    box = page.locator(SURFACE).bounding_box()
    return [(box["x"] + x * box["width"], box["y"] + y * box["height"]) for x, y in points]


def press_and_move(page, points):
    """A stroke whose end is still to come."""
    paper = page.locator(PAPER)
    while not paper.evaluate(HAS_PAPER):
        page.wait_for_timeout(50)
    first, *others = on_screen(page, points)
    page.mouse.move(*first)
    page.mouse.down()
    for point in others:
        page.mouse.move(*point, steps=4)


def draw_with_mouse(page, points):
    press_and_move(page, points)
    page.mouse.up()


def draw_with_finger(page, points):
    """Playwright's touchscreen only taps; Chromium's own protocol drags."""
    session = page.context.new_cdp_session(page)
    places = [{"x": x, "y": y} for x, y in on_screen(page, points)]
    session.send("Input.dispatchTouchEvent", {"type": "touchStart", "touchPoints": places[:1]})
    for place in places[1:]:
        session.send("Input.dispatchTouchEvent", {"type": "touchMove", "touchPoints": [place]})
    session.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})


def expect_network(page, count=1):
    """The browser holds this many networks to read with."""
    loaded = "async () => (await Promise.all(window.nnlabReading?.networks.values() ?? [])).length"
    expect_soon(page, lambda: page.evaluate(loaded), lambda networks: networks == count)


def open_page(page, server, language="en"):
    page.goto(f"{server}/draw?lang={language}")
    expect(page.locator(SURFACE)).to_be_visible()
    expect(page.locator(INVITATION)).to_have_text(strings(language)["draw.invitation"])
    expect(page.locator(SURFACE)).to_have_attribute("aria-label", strings(language)["common.canvas_alt"])


def expect_read(page, digit):
    """Python has read this digit: the state and the answer are of the same moment, not of two strokes."""
    expect(page.locator(f'{READING}[data-state="read"] {ANSWER}')).to_have_text(digit)


def expect_strokes(page, count):
    """So many are on the canvas: Undo takes them back, one by one, and is enabled exactly as long as there are some."""
    undo, clear = (page.get_by_role("button", name=name) for name in ("Undo", "Clear"))
    for left in reversed(range(count)):
        expect(undo).to_be_enabled()
        expect(clear).to_be_enabled()
        wait_until_drawn(page)
        seen = page.evaluate(SEEN)
        undo.click()
        if left:  # the page has answered when the network sees something else
            page.wait_for_function(f"before => ({SEEN})().join() !== before", arg=",".join(map(str, seen)))
            wait_until_drawn(page)
    expect(undo).to_be_disabled()
    expect(clear).to_be_disabled()
    expect(page.locator(INVITATION)).to_be_visible()
