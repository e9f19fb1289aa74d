"""Several pointers on the canvas: one draws at a time, and whatever ends a stroke ends it whole."""

import time

import pytest
from playwright.sync_api import expect

from tests.browser.drawing import (
    ANSWER,
    DIGITS,
    HAS_PAPER,
    READING,
    SURFACE,
    draw_with_mouse,
    expect_network,
    expect_read,
    expect_strokes,
    on_screen,
    open_page,
)

MOMENT = 0.016  # seconds between two events of a device
PALM = (0.8, 0.9)  # where a hand rests, in fractions of the canvas
HAS_INK = """(canvas, [x, y]) =>  // of the stroke in progress
  canvas.getContext("2d").getImageData(x * canvas.width, y * canvas.height, 1, 1).data[3] > 0"""


class Hands:
    """Touches, a pen and a mouse on the canvas of a page, by Chromium's own protocol.

    Each event is stamped a moment after the one before it, as on a device, however long a busy machine takes to send
    them: the canvas knows a palm by the time between its touch and the pen.
    """

    def __init__(self, page):
        self.page = page
        self.session = page.context.new_cdp_session(page)
        self.fingers = {}
        self.time = time.time()

    def _stamp(self):
        self.time += MOMENT
        return self.time

    def _touch(self, kind, points):
        message = {"type": kind, "touchPoints": points, "timestamp": self._stamp()}
        self.session.send("Input.dispatchTouchEvent", message)

    def put(self, finger, place):
        """A finger, by its number, comes down, or moves there."""
        kind = "touchMove" if finger in self.fingers else "touchStart"
        x, y = on_screen(self.page, [place])[0]
        self.fingers[finger] = {"x": x, "y": y, "id": finger}
        self._touch(kind, list(self.fingers.values()))

    def lift(self, finger):
        del self.fingers[finger]
        others = list(self.fingers.values())
        self._touch("touchMove" if others else "touchEnd", others)  # a message without a finger lifts it

    def write(self, finger, places):
        for place in places:
            self.put(finger, place)
        self.lift(finger)

    def press(self, kind, place, pointer="mouse", button="left", buttons=1):
        """``kind``: mousePressed, mouseMoved or mouseReleased; ``buttons``: the sum of those that are held."""
        x, y = on_screen(self.page, [place])[0]
        message = {"type": kind, "x": x, "y": y, "pointerType": pointer, "button": button, "buttons": buttons}
        message |= {"clickCount": int(kind != "mouseMoved"), "timestamp": self._stamp()}
        self.session.send("Input.dispatchMouseEvent", message)

    def write_with_pen(self, places):
        first, *others = places
        self.press("mousePressed", first, "pen")
        for place in others:
            self.press("mouseMoved", place, "pen")
        self.press("mouseReleased", places[-1], "pen", buttons=0)


@pytest.fixture
def hands(server, open_browser):
    """The drawing page, open on a tablet that has a pen and a mouse too."""
    page = open_browser(1024, 768, has_touch=True)
    open_page(page, server)
    while not page.locator("canvas.dc-canvas.lower-canvas").evaluate(HAS_PAPER):
        page.wait_for_timeout(50)
    expect_network(page)
    return Hands(page)


def test_a_finger_writes_while_the_palm_rests(hands):
    hands.put(1, PALM)
    hands.write(2, DIGITS["7"])
    hands.lift(1)
    expect_read(hands.page, "7")
    expect_strokes(hands.page, 1)


def test_a_palm_that_comes_during_the_stroke_is_not_seen(hands):
    for number, place in enumerate(DIGITS["7"]):
        hands.put(1, place)
        if number == 2:
            hands.put(2, PALM)
    hands.lift(2)
    hands.lift(1)
    expect_read(hands.page, "7")
    expect_strokes(hands.page, 1)


def test_a_finger_that_comes_down_just_before_the_palm_writes(hands):
    hands.put(1, DIGITS["7"][0])
    hands.put(2, PALM)
    hands.write(1, DIGITS["7"][1:])
    hands.lift(2)
    expect_read(hands.page, "7")
    expect_strokes(hands.page, 1)


def test_a_finger_writes_on_when_the_palm_has_been_lifted(hands):
    """The palm's own touch leaves nothing, and later strokes are as good as the first."""
    hands.put(1, PALM)
    hands.write(2, DIGITS["7"][:3])
    hands.lift(1)
    hands.write(1, DIGITS["7"][2:])
    expect_read(hands.page, "7")
    expect_strokes(hands.page, 2)


def test_a_tap_is_a_dot(hands):
    hands.write(1, [(0.5, 0.5)])
    expect_strokes(hands.page, 1)


def test_a_pen_writes_while_the_palm_rests(hands):
    hands.put(1, PALM)
    hands.write_with_pen(DIGITS["7"])
    hands.lift(1)
    expect_read(hands.page, "7")
    expect_strokes(hands.page, 1)


def test_a_pen_takes_the_place_of_a_palm_that_slips(hands):
    """Its ink goes away at once, also from what is read during the pen's stroke."""
    hands.put(1, PALM)
    for x in (0.75, 0.7, 0.65):
        hands.put(1, (x, 0.9))
    expect(hands.page.locator(READING)).to_have_attribute("data-state", "drawing")
    surface = hands.page.locator(SURFACE)
    assert surface.evaluate(HAS_INK, [0.75, 0.9])
    first, *others = DIGITS["1"]
    hands.press("mousePressed", first, "pen")
    for place in others:
        hands.press("mouseMoved", place, "pen")
    expect(hands.page.locator(READING)).to_have_attribute("data-state", "drawing")
    expect(hands.page.locator(ANSWER)).to_have_text("1")
    assert surface.evaluate(HAS_INK, [0.5, 0.5])
    assert not surface.evaluate(HAS_INK, [0.75, 0.9])
    assert not surface.evaluate(HAS_INK, [0.6, 0.55])  # halfway from the palm to the pen
    hands.put(1, (0.4, 0.9))
    hands.press("mouseReleased", others[-1], "pen", buttons=0)
    hands.lift(1)
    expect_read(hands.page, "1")
    expect_strokes(hands.page, 1)


def test_a_palm_that_touches_between_two_strokes_of_a_pen_leaves_no_dot(hands):
    hands.write_with_pen([(0.27, 0.22), (0.5, 0.21), (0.72, 0.22)])
    hands.write(1, [PALM])
    hands.write_with_pen([(0.72, 0.22), (0.56, 0.52), (0.44, 0.84)])
    expect_read(hands.page, "7")
    expect_strokes(hands.page, 2)


def test_a_pen_just_after_a_touch_writes(hands):
    hands.write(1, DIGITS["7"][:3])
    hands.write_with_pen(DIGITS["7"][2:])
    expect_read(hands.page, "7")
    expect_strokes(hands.page, 2)


def test_a_mouse_just_after_a_touch_draws(hands):
    hands.write(1, DIGITS["7"][:3])
    draw_with_mouse(hands.page, DIGITS["7"][2:])
    expect_read(hands.page, "7")
    expect_strokes(hands.page, 2)


def test_a_right_click_in_the_middle_of_a_stroke_changes_nothing(hands):
    hands.page.evaluate("addEventListener('contextmenu', event => (window.hasMenu = !event.defaultPrevented))")
    first, *others = DIGITS["7"]
    hands.press("mousePressed", first)
    for number, place in enumerate(others):
        hands.press("mouseMoved", place)
        if number == 1:
            hands.press("mousePressed", place, button="right", buttons=3)
            hands.press("mouseReleased", place, button="right", buttons=1)
    expect(hands.page.locator(READING)).to_have_attribute("data-state", "drawing")
    hands.press("mouseReleased", others[-1], buttons=0)
    assert not hands.page.evaluate("window.hasMenu ?? false")
    expect_read(hands.page, "7")
    hover(hands)
    expect_strokes(hands.page, 1)


def test_other_buttons_do_not_draw(hands):
    for button, buttons in (("right", 2), ("middle", 4)):
        hands.press("mousePressed", (0.3, 0.3), button=button, buttons=buttons)
        hands.press("mouseMoved", (0.6, 0.6), button=button, buttons=buttons)
        hands.press("mouseReleased", (0.6, 0.6), button=button, buttons=0)
    draw_with_mouse(hands.page, DIGITS["1"])
    expect_read(hands.page, "1")
    expect_strokes(hands.page, 1)


def hover(hands):
    """Over the whole canvas, with no button held."""
    for step in range(9):
        hands.press("mouseMoved", (step / 8, 0.9 - 0.6 * (step % 2)), button="none", buttons=0)


def leave_the_button_unheard(hands):
    """Let go over another window: the next that the page hears is a move with no button."""
    hover(hands)


def leave_the_button_unheard_and_press_again(hands):
    hands.press("mousePressed", (0.9, 0.05))
    hands.press("mouseReleased", (0.9, 0.05), buttons=0)


def let_go_outside(hands):
    hands.press("mouseMoved", (1.3, 0.5))
    hands.press("mouseReleased", (1.3, 0.5), buttons=0)


def lose_the_window(hands):
    hands.page.evaluate("window.dispatchEvent(new Event('blur'))")


def let_go_while_the_right_button_is_held(hands):
    hands.press("mousePressed", DIGITS["7"][-1], button="right", buttons=3)
    hands.press("mouseReleased", DIGITS["7"][-1], buttons=2)
    hands.press("mouseReleased", DIGITS["7"][-1], button="right", buttons=0)


@pytest.mark.parametrize(
    ("end", "strokes"),
    [
        (leave_the_button_unheard, 1),
        (leave_the_button_unheard_and_press_again, 2),
        (let_go_outside, 1),
        (lose_the_window, 1),
        (let_go_while_the_right_button_is_held, 1),
    ],
)
def test_whatever_ends_a_stroke_of_the_mouse_ends_it_whole(hands, end, strokes):
    first, *others = DIGITS["7"]
    hands.press("mousePressed", first)
    for place in others:
        hands.press("mouseMoved", place)
    end(hands)
    expect(hands.page.locator(READING)).to_have_attribute("data-state", "read")
    hover(hands)
    if end is not let_go_outside and strokes == 1:
        expect_read(hands.page, "7")
    expect_strokes(hands.page, strokes)


def test_a_cancelled_touch_ends_its_stroke_whole(hands):
    for place in DIGITS["7"]:
        hands.put(1, place)
    hands._touch("touchCancel", [])
    hands.fingers.clear()
    expect_read(hands.page, "7")
    hands.write(1, [(0.1, 0.95), (0.3, 0.95)])
    expect(hands.page.locator(READING)).to_have_attribute("data-state", "read")
    expect_strokes(hands.page, 2)
