"""With forced colours, as of Windows' contrast themes: the system paints each background, and no meaning is lost."""

import io

import pytest
from PIL import Image
from playwright.sync_api import expect

from tests.browser.drawing import DIGITS, draw_with_mouse, expect_network
from tests.browser.harness import expect_soon, wait_until_drawn
from tests.browser.playing import start_game

ROWS = ".nnlab-reading .chart > div"
SELECTED, OTHER = '[role="radio"][aria-checked="true"]', '[role="radio"][aria-checked="false"]'


@pytest.fixture(params=["light", "dark"])
def page(open_browser, request):
    return open_browser(forced_colors="active", color_scheme=request.param)


def color_of(locator):
    """The commonest colour within an element, as a person sees it: (red, green, blue)."""
    picture = Image.open(io.BytesIO(locator.screenshot(animations="disabled"))).convert("RGB")
    return max(picture.getcolors(picture.width * picture.height))[1]


def background(page):
    picture = Image.open(io.BytesIO(page.screenshot(clip={"x": 1000, "y": 2, "width": 9, "height": 9}))).convert("RGB")
    return picture.getpixel((4, 4))


def expect_seen(locator):
    expect_soon(locator.page, lambda: (color_of(locator), background(locator.page)), lambda colors: len({*colors}) == 2)


def expect_unseen(locator):
    expect_soon(locator.page, lambda: (color_of(locator), background(locator.page)), lambda colors: len({*colors}) == 1)


def share_seen(locator) -> float:
    """How much of an element is of another colour than the page."""
    paper = background(locator.page)
    picture = Image.open(io.BytesIO(locator.screenshot(animations="disabled"))).convert("RGB")
    colors = picture.getcolors(picture.width * picture.height)
    return sum(count for count, color in colors if color != paper) / (picture.width * picture.height)


def test_the_network_and_where_there_is_none_the_ten_bars_are_seen(server, page):
    page.goto(f"{server}/draw")
    expect_network(page)
    draw_with_mouse(page, DIGITS["7"])
    expect(page.locator(".nnlab-reading")).to_have_attribute("data-state", "read")
    expect_soon(page, lambda: share_seen(page.locator(".nnlab-living .picture")), lambda share: share > 0.02)
    page.locator(".nnlab-reading").evaluate("box => box.classList.remove('bare')")  # as of a network that is too large
    tracks = page.locator(f"{ROWS} .track")
    expect_seen(tracks.nth(7))
    expect_unseen(tracks.nth(0))


def test_the_true_class_alone_is_framed(server, page):
    page.goto(f"{server}/draw")
    page.locator(f".st-key-draw-source {OTHER}").click()
    expect(page.locator(".nnlab-reading")).to_have_attribute("data-state", "read")
    framed = "rows => rows.filter(row => getComputedStyle(row).outlineStyle !== 'none').length"
    assert page.locator(ROWS).evaluate_all(framed) == 1


def test_the_clock_and_the_rounds_are_seen(server, page):
    start_game(page, server, limit=20)
    expect_seen(page.locator(".nnlab-clock i"))
    expect_seen(page.locator(f".st-key-play-section {SELECTED}"))
    expect_unseen(page.locator(f".st-key-play-section {OTHER}"))


def test_the_pressed_button_of_the_loss_axis_is_seen(server, page):
    page.goto(f"{server}/train")
    pressed, other = (page.locator(f".nnlab-curve .tools .{axis}") for axis in ("linear", "log"))
    expect(pressed).to_be_visible()
    expect_seen(pressed)
    expect_unseen(other)


def test_what_is_pressed_in_a_lesson_is_seen(server, page):
    page.goto(f"{server}/learn?lesson=fitting")
    neurons = page.locator(".nnlab-fitting .neurons button")
    neurons.nth(2).click()
    page.mouse.move(2, 2)
    expect_seen(neurons.nth(2))
    expect_unseen(neurons.nth(3))
    page.goto(f"{server}/learn?lesson=plane")
    tiles = page.locator(".nnlab-plane .tile")
    tiles.nth(3).click()
    page.mouse.move(2, 2)
    page.locator(".nnlab-plane .state").click()  # the focus has a frame of its own
    outline = "tile => getComputedStyle(tile).outlineStyle"
    assert [tiles.nth(place).evaluate(outline) for place in (3, 4)] == ["solid", "none"]


def test_sliders_and_switches_are_seen(server, page):
    page.goto(f"{server}/learn?section=neuron")
    wait_until_drawn(page)
    thumb = page.get_by_test_id("stSlider").first.locator('[role="group"] > div > [data-rac]')
    expect_seen(thumb)
    knob = page.get_by_test_id("stCheckbox").first.locator("label > span + div > div")
    expect_seen(knob)


@pytest.mark.usefixtures("mnist")
def test_tabs_and_progress_are_seen(server, page):
    page.goto(f"{server}/train?images=600&epochs=1&hidden=16")
    page.get_by_role("button", name="Train 1 epoch").click()
    expect(page.get_by_role("progressbar")).to_have_attribute("aria-valuenow", "100")
    expect_seen(page.locator(".nnlab-run-state .bar"))
    decoration = "tab => getComputedStyle(tab.querySelector('p')).textDecorationLine"
    assert page.locator('[role="tab"][aria-selected="true"]').first.evaluate(decoration) == "underline"
