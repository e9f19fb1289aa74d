"""A phone that lies on its side: what belongs together is seen together in its low window, and nothing is squeezed."""

import pytest
from playwright.sync_api import expect

from nnlab.ui.text import strings
from tests.browser.drawing import DIGITS, SURFACE, draw_with_finger, expect_read, open_page
from tests.browser.harness import expect_no_sideways_scrolling, expect_soon, wait_until_drawn
from tests.browser.training import CURVE, STATE

PHONE = {"has_touch": True, "is_mobile": True, "device_scale_factor": 2}
SIZES = [(844, 390), (667, 375)]
SCROLLED = "() => document.querySelector('[data-testid=stMain]').scrollTop"


@pytest.fixture(params=SIZES, ids=["wide", "small"])
def phone(open_browser, request):
    return open_browser(*request.param, **PHONE)


def height(phone):
    return phone.viewport_size["height"]


def test_a_slider_is_moved_beside_what_it_moves(server, phone):
    phone.goto(f"{server}/learn?lesson=neuron&lang=en")
    slider, diagram = phone.locator(".st-key-learn-neuron_x1"), phone.locator(".st-key-learn-neuron_diagram")
    expect(slider).to_be_visible()
    expect(diagram).to_be_visible()
    wait_until_drawn(phone)
    left, right = slider.bounding_box(), diagram.bounding_box()
    assert left["x"] + left["width"] < right["x"]
    assert abs(left["y"] - right["y"]) < 40
    assert right["width"] >= 300  # within which the diagram fits
    choices = phone.locator(".st-key-learn-neuron_activation").get_by_role("radio")
    edge = phone.locator(".st-key-learn-neuron_activation").evaluate("box => box.getBoundingClientRect().right")
    assert max(choices.evaluate_all("all => all.map(one => one.getBoundingClientRect().right)")) <= edge + 1
    expect_no_sideways_scrolling(phone)


@pytest.mark.usefixtures("mnist")
def test_the_curve_is_seen_beside_the_buttons(server, phone):
    phone.goto(f"{server}/train?lang=en&hidden=16&epochs=90")
    expect(phone.locator(CURVE)).to_be_visible()
    phone.locator(".st-key-train-first").get_by_role("button").tap()
    expect(phone.locator(STATE)).to_contain_text("epoch")
    plots = phone.locator(".nnlab-curve .nsewdrag")  # the two charts without what stands around them
    seen = "all => all.map(one => one.getBoundingClientRect()).map(({ top, bottom, width }) => [top, bottom, width])"
    expect_soon(
        phone,
        lambda: plots.evaluate_all(seen),
        lambda boxes: boxes and all(0 <= top < bottom <= height(phone) and width > 200 for top, bottom, width in boxes),
    )
    assert phone.evaluate(SCROLLED) == 0
    expect_no_sideways_scrolling(phone)


def test_the_whole_canvas_is_seen_beside_the_answer(server, phone):
    open_page(phone, server)
    phone.locator(SURFACE).evaluate("surface => surface.scrollIntoView({ block: 'end' })")
    scrolled = phone.evaluate(SCROLLED)
    draw_with_finger(phone, DIGITS["7"])
    expect_read(phone, "7")
    wait_until_drawn(phone)
    assert phone.evaluate(SCROLLED) == scrolled  # drawing did not scroll
    canvas, answer = phone.locator(SURFACE).bounding_box(), phone.locator(".nnlab-answer").bounding_box()
    for box in (canvas, answer):
        assert box["y"] >= 0
        assert box["y"] + box["height"] <= height(phone) + 1
    assert canvas["height"] <= 0.8 * height(phone)  # a browser's bars take some of it
    network = phone.locator(".st-key-draw-living").bounding_box()
    assert network["width"] >= 260
    menu = phone.locator(".st-key-draw-network").get_by_test_id("stSelectbox").bounding_box()
    assert menu["width"] >= 160  # its word can be read


@pytest.mark.usefixtures("mnist")
@pytest.mark.parametrize("language", ["en", "ko"])
def test_what_the_fooled_network_reads_has_room_beside_the_whole_grid(server, phone, language):
    phone.goto(f"{server}/play?section=fool&lang={language}")
    grid, reads = phone.locator(".nnlab-grid canvas:not(.loupe)"), phone.locator(".st-key-play-reads")
    expect(grid).to_be_visible()
    expect(phone.locator(".st-key-play-bars .bars")).to_be_visible()
    wait_until_drawn(phone)
    assert grid.bounding_box()["height"] <= height(phone) - 40
    assert reads.bounding_box()["width"] >= 220
    button = phone.get_by_role("button", name=strings(language)["play.watch"]).bounding_box()
    edge = button["x"] + button["width"]
    assert edge <= reads.bounding_box()["x"] or button["x"] >= reads.bounding_box()["x"] + reads.bounding_box()["width"]
    right = "box => Math.max(...[...box.querySelectorAll('text')].map(one => one.getBoundingClientRect().right))"
    chart = phone.locator(".st-key-play-bars .main-svg").first
    assert chart.evaluate(right) <= chart.evaluate("box => box.getBoundingClientRect().right") + 1
    expect_no_sideways_scrolling(phone)


def test_the_plane_and_its_network_have_room_beside_the_choices(server, phone):
    phone.goto(f"{server}/learn?lesson=plane&lang=en")
    diagram = phone.locator(".nnlab-plane .diagram")
    expect(diagram.locator("svg")).to_be_visible()
    expect_soon(phone, diagram.bounding_box, lambda box: box["width"] >= 300)
    expect_no_sideways_scrolling(phone)


def test_the_words_of_a_button_are_not_cut(server, phone):
    phone.goto(f"{server}/learn?lesson=inside&lang=en")
    expect(phone.locator(".st-key-learn-inside_network")).to_be_visible()
    wait_until_drawn(phone)
    words = phone.get_by_test_id("stMain").get_by_test_id("stButton").locator(".stMarkdownEllipsis")
    cut = "all => all.filter(one => one.scrollWidth > one.clientWidth + 1).map(one => one.innerText)"
    assert words.evaluate_all(cut) == []
