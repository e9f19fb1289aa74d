"""A page on paper: what a teacher hands out, without the sidebar, each figure whole and within the sheet."""

import pytest
from playwright.sync_api import expect

from tests.browser.harness import wait_until_drawn

SHEET = 686  # CSS pixels: A4 without its margins
WITH_CHARTS = ["train", "learn?section=neuron", "learn?section=loss", "activations", "play?section=fool"]
WIDER = """width => [...document.querySelectorAll("p, li, td, button, input, img, canvas, .svg-container")].filter(
  element => element.checkVisibility() && element.type !== "range" && element.getBoundingClientRect().right > width + 1
).map(element => element.outerHTML.slice(0, 200))"""
CHARTS = """() => [...document.querySelectorAll(".js-plotly-plot .svg-container")].map(box => {
  const layer = box.querySelector(".main-svg")
  return {
    box: box.getBoundingClientRect().width,
    drawn: layer.viewBox.baseVal.width * layer.getScreenCTM().a,
    broken: getComputedStyle(box.closest("[data-testid=stPlotlyChart], .nnlab-curve")).breakInside,
  }
})"""

ALL_DRAWN = """() => !document.querySelector("[data-testid=stSkeleton]") && [
  ...document.querySelectorAll("[data-testid=stPlotlyChart], .nnlab-curve")
].every(place => place.querySelector(".main-svg"))"""


def put_on_paper(page):
    page.wait_for_function("() => window.nnlabPrints")
    page.evaluate("window.dispatchEvent(new Event('beforeprint'))")
    page.emulate_media(media="print")
    page.set_viewport_size({"width": SHEET, "height": 1000})


@pytest.mark.parametrize("name", ["", "draw", "play", *WITH_CHARTS])
def test_a_sheet_holds_the_page(server, page, name):
    page.goto(f"{server}/{name}")
    wait_until_drawn(page)
    if name in WITH_CHARTS:
        expect(page.locator(".js-plotly-plot .main-svg").first).to_be_visible()
        page.wait_for_function(ALL_DRAWN)
    put_on_paper(page)
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    expect(page.get_by_test_id("stSidebar")).to_be_hidden()
    expect(page.get_by_test_id("stButton").filter(visible=True)).to_have_count(0)
    assert page.evaluate(WIDER, SHEET) == []
    charts = page.evaluate(CHARTS)
    assert bool(charts) == (name in WITH_CHARTS)
    for chart in charts:
        assert chart["drawn"] == pytest.approx(chart["box"], abs=2)  # all of it, and not beyond
        assert chart["broken"] == "avoid"


def test_a_dark_page_prints_black_on_white(server, open_browser):
    page = open_browser(color_scheme="dark")
    page.goto(f"{server}/learn")
    wait_until_drawn(page)
    put_on_paper(page)
    color = "([selector, name]) => getComputedStyle(document.querySelector(selector))[name]"
    assert page.evaluate(color, ["[data-testid=stApp]", "backgroundColor"]) == "rgb(255, 255, 255)"
    assert page.evaluate(color, ["[data-testid=stMarkdownContainer] p", "color"]) == "rgb(0, 0, 0)"


def test_after_printing_a_chart_is_as_it_was(server, page):
    page.goto(f"{server}/activations")
    layer = page.locator(".js-plotly-plot .main-svg").first
    expect(layer).to_be_visible()
    page.wait_for_function("() => window.nnlabPrints")
    page.evaluate("window.dispatchEvent(new Event('beforeprint'))")
    assert layer.get_attribute("viewBox")
    page.evaluate("window.dispatchEvent(new Event('afterprint'))")
    assert layer.get_attribute("viewBox") is None
