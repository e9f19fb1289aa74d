"""What becomes of a drawing when the page around the canvas changes."""

import io

import pytest
from PIL import Image
from playwright.sync_api import expect

from nnlab.ui.text import strings
from tests.browser.drawing import (
    DIGITS,
    READING,
    SEEN,
    SURFACE,
    draw_with_mouse,
    expect_read,
    expect_strokes,
    on_screen,
    open_page,
    press_and_move,
)
from tests.browser.harness import wait_until_drawn
from tests.browser.held_answers import HeldAnswers

SCHEMES = ("light", "dark")


def change_theme(page, scheme):
    page.emulate_media(color_scheme=scheme)
    expect(page.locator("html")).to_have_attribute("data-paper", scheme)


def brightness_at(page, place) -> float:
    """Of the canvas as the screen shows it; 0 is black, 255 white."""
    (x, y), box = on_screen(page, [place])[0], page.locator(SURFACE).bounding_box()
    picture = Image.open(io.BytesIO(page.screenshot(clip=box))).convert("L")
    return picture.getpixel((round(x - box["x"]), round(y - box["y"])))


def expect_colors(page, scheme, ink_at):
    """Dark ink on light paper, or, in the dark theme, light ink on dark paper."""
    ink, paper = brightness_at(page, ink_at), brightness_at(page, (0.05, 0.5))
    assert (ink < 40 and paper > 240) if scheme == "light" else (ink > 210 and paper < 20)


@pytest.mark.parametrize(("before", "after"), [SCHEMES, SCHEMES[::-1]])
def test_a_drawing_survives_a_change_of_the_theme(server, open_browser, before, after):
    page = open_browser(color_scheme=before)
    open_page(page, server)
    corner = DIGITS["7"][2]
    draw_with_mouse(page, DIGITS["7"][:3])
    expect(page.locator(READING)).to_have_attribute("data-state", "read")
    wait_until_drawn(page)
    expect_colors(page, before, corner)
    seen = page.evaluate(SEEN)
    change_theme(page, after)
    expect_colors(page, after, corner)
    draw_with_mouse(page, DIGITS["7"][2:])
    expect_read(page, "7")
    wait_until_drawn(page)
    expect_colors(page, after, DIGITS["7"][1])
    expect_colors(page, after, DIGITS["7"][3])
    page.get_by_role("button", name="Undo").click()
    wait_until_drawn(page)
    page.wait_for_function(f"before => JSON.stringify(({SEEN})()) === before", arg=str(seen).replace(" ", ""))
    expect_strokes(page, 1)


def test_the_theme_may_change_in_the_middle_of_a_stroke(server, page):
    open_page(page, server)
    press_and_move(page, DIGITS["7"][:3])
    change_theme(page, "dark")
    for point in on_screen(page, DIGITS["7"][3:]):
        page.mouse.move(*point, steps=4)
    page.mouse.up()
    expect_read(page, "7")
    expect_colors(page, "dark", DIGITS["7"][1])
    expect(page.get_by_role("button", name="Undo")).to_be_enabled()
    expect_strokes(page, 1)


def test_the_canvas_may_be_cleared_in_the_middle_of_a_stroke(server, page):
    """By the key, or by a press on Clear just before the stroke: all of the stroke is there when it ends."""
    open_page(page, server)
    draw_with_mouse(page, DIGITS["7"][:3])
    expect(page.get_by_role("button", name="Undo")).to_be_enabled()
    wait_until_drawn(page)
    press_and_move(page, DIGITS["1"][:2])
    page.keyboard.press("x")
    expect(page.get_by_role("button", name="Undo")).to_be_disabled()
    wait_until_drawn(page)
    for point in on_screen(page, DIGITS["1"][2:]):
        page.mouse.move(*point, steps=4)
    page.mouse.up()
    expect_read(page, "1")
    wait_until_drawn(page)
    seen = page.evaluate(SEEN)
    rows = [row for row in range(28) if any(value > 128 for value in seen[28 * row : 28 * row + 28])]
    columns = [column for column in range(28) if any(value > 128 for value in seen[column::28])]
    assert len(rows) > 3 * len(columns)  # its lower half alone would be stouter
    expect_strokes(page, 1)


def test_a_drawing_survives_larger_letters_and_another_language(server, page):
    """The canvas grows with the letters; what was drawn stays, and the next stroke is added to it."""
    open_page(page, server)
    draw_with_mouse(page, DIGITS["7"][:3])
    expect(page.locator(READING)).to_have_attribute("data-state", "read")
    wait_until_drawn(page)
    page.get_by_text(strings("en")["common.large_text"]).click()
    page.wait_for_function("() => document.querySelector('.st-key-draw-canvas').getBoundingClientRect().width > 350")
    wait_until_drawn(page)
    draw_with_mouse(page, [(0.62, 0.19), (0.5, 0.45), (0.4, 0.72)])  # of the larger canvas
    expect(page.locator(READING)).to_have_attribute("data-state", "read")
    wait_until_drawn(page)
    page.get_by_test_id("stSidebar").get_by_text("한국어").click()
    expect(page.locator(SURFACE)).to_have_attribute("aria-label", strings("ko")["common.canvas_alt"])
    page.get_by_test_id("stSidebar").get_by_text("English").click()
    expect_strokes(page, 2)


@pytest.mark.parametrize(("press", "strokes"), [("Undo", 2), ("Clear", 1)])
def test_a_stroke_that_ends_before_a_press_is_answered_stays(server, page, press, strokes):
    answers = HeldAnswers(page)
    open_page(page, server)
    for points in (DIGITS["7"][:3], [(0.1, 0.9), (0.9, 0.9)]):
        draw_with_mouse(page, points)
        expect(page.locator(READING)).to_have_attribute("data-state", "read")
        wait_until_drawn(page)
    answers.is_holding = True
    page.get_by_role("button", name=press).click()
    draw_with_mouse(page, [(0.5, 0.4), (0.45, 0.7)])
    answers.let_go()
    wait_until_drawn(page)
    expect_strokes(page, strokes)
