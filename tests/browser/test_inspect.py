"""The Inspect page in a browser: a unit is clicked in the picture of its layer, and changed where it is read."""

from urllib.parse import parse_qs, urlparse

from playwright.sync_api import expect

from nnlab.ui.text import strings
from tests.browser.harness import expect_soon, wait_until_drawn

PICTURE = ".st-key-inspect-layer_picture_2"
SQUARES = f"{PICTURE} .scatterlayer .point"


def click(page, number: int) -> None:
    """Click a unit's square: Plotly's own layer lies over it, and takes a click where it has said what is there."""
    square = page.locator(SQUARES).nth(number).bounding_box()
    page.mouse.move(square["x"] + square["width"] / 2, square["y"] + square["height"] / 2)
    expect(page.locator(f"{PICTURE} .hovertext")).to_contain_text(f"neuron {number + 1} of layer 3")
    page.mouse.down()
    page.mouse.up()


def test_a_clicked_unit_is_looked_at_and_silencing_it_is_told_with_the_accuracy(server, page):
    texts = strings("en")
    page.goto(f"{server}/inspect?lang=en&section=units&layer=3&unit=7")
    expect(page.locator(SQUARES)).to_have_count(256)
    wait_until_drawn(page)
    for number in (40, 90):
        click(page, number)
        expect_soon(
            page,
            lambda: parse_qs(urlparse(page.url).query)["unit"],
            lambda unit, number=number: unit == [str(number + 1)],
        )
        wait_until_drawn(page)
    page.get_by_text(texts["inspect.change"], exact=True).click()
    page.get_by_role("button", name=texts["inspect.silence"], exact=True).click()
    changed = page.get_by_text(texts["inspect.effect"].format(count=1).removeprefix(":orange[").removesuffix("]"))
    expect(changed).to_be_visible()
    expect(changed.locator("xpath=..")).to_contain_text("Right on the test set")
    page.get_by_role("button", name=texts["inspect.undo"]).click()
    expect(changed).to_have_count(0)
