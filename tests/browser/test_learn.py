"""The Learn page in a real browser: a link to a lesson on a server nobody has visited, and a slider moved by key."""

import pytest
from playwright.sync_api import expect

from nnlab.ui.learn.course import LESSONS
from tests.browser.harness import wait_until_drawn
from tests.browser.opening import expect_opened


def test_a_neuron_answers_the_keyboard(fresh_server, page):
    page.goto(f"{fresh_server}/learn?lesson=neuron&lang=en")
    expect_opened(page, "learn", "en")  # the first thing that the server was asked for
    formula = page.locator(".katex-display annotation")  # the LaTeX that KaTeX has drawn
    expect(formula).to_contain_text(r"\mathbf{0.40}", timeout=45_000)  # torch is imported first
    bias = page.locator(".st-key-learn-neuron_b").get_by_role("slider")
    bias.focus()
    bias.press("ArrowRight")
    expect(formula).to_contain_text(r"\mathbf{0.50}")  # the bias of 0.1 has become 0.2
    page.locator(".st-key-learn-next button").click()
    expect(page).to_have_url(f"{fresh_server}/learn?lesson=layer&lang=en")
    page.goto(f"{fresh_server}/learn?lang=ko")
    expect_opened(page, "learn", "ko")


CUT_OFF = """() => {
  const end = document.documentElement.clientWidth, main = document.querySelector("[data-testid=stMain]")
  const pictures = [...main.querySelectorAll("img, .js-plotly-plot, table")].filter(element => element.offsetParent)
  const beyond = pictures.filter(element => element.getBoundingClientRect().right > end)
  const formulas = [...main.querySelectorAll(".katex-display")].filter(
    formula => formula.offsetParent && formula.scrollWidth > formula.clientWidth + 4) // slanted letters lean over
  return [...beyond, ...formulas].map(element => `${element.tagName} ${element.innerText || element.alt}`)
}"""


@pytest.mark.parametrize("width", [390, 820], ids=["phone", "tablet"])
def test_nothing_of_a_lesson_is_cut_off(server, open_browser, width):
    window = open_browser(width, 1180, has_touch=True, is_mobile=True)
    for lesson in LESSONS:
        window.goto(f"{server}/learn?lesson={lesson}")
        expect(window.locator(".js-plotly-plot").first).to_be_visible()
        wait_until_drawn(window)
        window.wait_for_function(f"() => ({CUT_OFF})().length === 0")
