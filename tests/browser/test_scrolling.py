"""What is too wide for a phone scrolls within itself, and the edge where it is cut says so."""

import io

import pytest
from PIL import Image
from playwright.sync_api import expect

from tests.browser.harness import expect_soon, wait_until_drawn

TABLE = "[data-testid=stMarkdownContainer]:has(> table)"


def commonest_color(picture, left, right):
    found = picture.crop((left, 0, right, picture.height))
    return max(found.getcolors(found.width * found.height))[1]


def shaded_edges(table):
    """Whether a shadow lies on the left edge of a table as a person sees it, and whether one lies on its right edge."""
    picture = Image.open(io.BytesIO(table.screenshot(animations="disabled"))).convert("RGB")
    ground = commonest_color(picture, 0, picture.width)
    ends = ((1, 3), (picture.width - 3, picture.width - 1))
    return tuple(commonest_color(picture, *end) != ground for end in ends)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_table_has_a_shadow_where_it_is_cut(server, open_browser, scheme):
    phone = open_browser(320, 844, has_touch=True, is_mobile=True, color_scheme=scheme)
    phone.goto(f"{server}/activations?lang=en&section=depth")
    wait_until_drawn(phone)
    table = phone.locator(TABLE).first
    expect(table).to_be_visible()
    hidden = table.evaluate("box => box.scrollWidth - box.clientWidth")
    assert hidden > 40  # pixels: then, scrolled by 20, it is cut on both sides
    for scrolled, edges in ((0, (False, True)), (20, (True, True)), (10_000, (True, False))):
        table.evaluate("(box, pixels) => { box.scrollLeft = pixels }", scrolled)
        expect_soon(phone, lambda: shaded_edges(table), edges.__eq__)


def test_what_a_button_says_is_not_cut_on_a_phone(server, open_browser):
    phone = open_browser(320, 844, has_touch=True, is_mobile=True)
    phone.goto(f"{server}/train?lang=ko")
    wait_until_drawn(phone)
    words = phone.locator(".st-key-train-step .stMarkdownEllipsis").last  # the first one is for its help
    expect(words).to_be_visible()
    words.evaluate("box => { box.querySelector('p').textContent = '아직 끝나지 않은 실험입니다. '.repeat(4) }")
    measured = "box => [box.scrollWidth - box.clientWidth, box.getBoundingClientRect().right - innerWidth]"
    expect_soon(phone, lambda: words.evaluate(measured), lambda excess: max(excess) <= 0)


BUBBLE = """() => {
  const { bottom } = [...document.querySelectorAll(".nnlab-bubble")].find(each => !each.hidden).getBoundingClientRect()
  return document.activeElement.getBoundingClientRect().top - bottom
}"""


def test_what_a_question_mark_explains_goes_along_when_the_page_is_scrolled(server, page):
    page.set_viewport_size({"width": 1366, "height": 600})
    page.goto(f"{server}/train?lang=en")
    wait_until_drawn(page)
    mark = page.locator(".nnlab-run-numbers .nnlab-help").first
    mark.focus()
    before = page.evaluate(BUBBLE)
    assert 0 < before < 12
    top = mark.bounding_box()["y"]
    page.get_by_test_id("stMain").evaluate("main => main.scrollBy(0, 60)")
    expect_soon(page, lambda: mark.bounding_box()["y"], lambda y: y < top - 30)
    expect_soon(page, lambda: page.evaluate(BUBBLE), lambda after: abs(after - before) < 2)
    page.keyboard.press("Escape")
    expect(page.locator(".nnlab-bubble:visible")).to_have_count(0)
