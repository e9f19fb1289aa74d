"""Saying what a drawing was meant to be, on the drawing page."""

from playwright.sync_api import expect

from tests.browser.drawing import DIGITS, INVITATION, draw_with_mouse, expect_read
from tests.browser.harness import wait_until_drawn

FOLD = ".st-key-draw-why_drawing"


def meant(page, digit: int):
    return page.locator(".st-key-draw-question button").nth(digit)


def draw_and_say(page, drawn: str, said: int, words: str) -> None:
    draw_with_mouse(page, DIGITS[drawn])
    expect_read(page, drawn)
    wait_until_drawn(page)
    meant(page, said).click()
    expect(page.get_by_text(words)).to_be_visible()


def next_digit(page) -> None:
    wait_until_drawn(page)
    page.get_by_role("button", name="Draw the next digit").click()
    expect(page.locator(".st-key-draw-question")).to_have_count(0)
    expect(page.locator(INVITATION)).to_be_visible()
    wait_until_drawn(page)
