"""A browser without what is newer than Safari 15.3: the bars move with the pen, and the curve is drawn."""

from playwright.sync_api import expect

from tests.browser.drawing import DIGITS, expect_network, open_page, press_and_move
from tests.browser.harness import wait_until_drawn

# What Streamlit itself uses stays.
OLDER = """for (const kind of [Array, String, Object.getPrototypeOf(Int8Array)]) {
  for (const name of ["at", "findLast", "findLastIndex"]) delete kind.prototype[name]
}"""


def test_the_bars_move_during_the_stroke(server, page):
    errors = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.add_init_script(OLDER)
    open_page(page, server)  # whose canvas has its hand then
    wait_until_drawn(page)
    expect_network(page)
    press_and_move(page, DIGITS["7"])
    expect(page.locator(".nnlab-reading")).to_have_attribute("data-state", "drawing")
    expect(page.locator(".nnlab-answer b")).to_have_text("7")
    page.mouse.up()
    assert errors == []


def test_the_curve_is_drawn(server, page):
    errors = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.add_init_script(OLDER)
    page.goto(f"{server}/train")
    expect(page.locator(".nnlab-curve .main-svg").first).to_be_visible()
    assert errors == []


def test_the_network_in_the_plane_learns(server, page):
    errors = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.add_init_script(OLDER)
    page.goto(f"{server}/learn?lesson=plane")
    box = page.locator(".nnlab-plane")
    box.locator(".go").click()
    expect(box.locator(".state")).to_contain_text("100.0%")
    assert errors == []
