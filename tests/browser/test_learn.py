"""The Learn page in a real browser: a link to a lesson on a server nobody has visited, and a slider moved by key."""

import re

import pytest
from playwright.sync_api import expect

from nnlab.ui.layout import ONE_ROW
from nnlab.ui.learn.course import LESSONS
from tests.browser.harness import expect_soon, wait_until_drawn
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
    expect(page).to_have_url(re.compile(r"[?&]lesson=layer\b"))
    page.goto(f"{fresh_server}/learn?lang=ko")
    expect_opened(page, "learn", "ko")


CUT_OFF = """() => {
  const end = document.documentElement.clientWidth, main = document.querySelector("[data-testid=stMain]")
  const kinds = "img, .nnlab-hand, .nnlab-plane *, .nnlab-fitting *, .js-plotly-plot, table"
  const pictures = [...main.querySelectorAll(kinds)].filter(element => element.offsetParent)
  const beyond = pictures.filter(element => element.getBoundingClientRect().right > end)
  const formulas = [...main.querySelectorAll(".katex-display")].filter(
    formula => formula.offsetParent && formula.scrollWidth > formula.clientWidth + 4) // slanted letters lean over
  return [...beyond, ...formulas].map(element => `${element.tagName} ${element.innerText || element.alt}`)
}"""


def right(box: dict) -> float:
    return box["x"] + box["width"]


def test_the_lessons_fit_their_row_or_are_a_menu_and_a_term_leads_to_the_glossary(server, open_browser):
    window = open_browser(1366, 768)
    window.goto(f"{server}/learn?lesson=training&lang=en")
    row, menu = window.locator(".st-key-learn-lesson"), window.locator(".st-key-learn-lesson_menu")
    following = window.locator(".st-key-learn-next button")
    expect(row).to_be_visible()
    expect(menu).to_be_hidden()
    for width in (1366, ONE_ROW + 1):
        window.set_viewport_size({"width": width, "height": 768})
        expect(row).to_be_visible()
        end = window.locator(".st-key-learn-course").evaluate("course => course.getBoundingClientRect().right")
        expect_soon(window, following.bounding_box, lambda box, end=end: box is not None and right(box) <= end + 0.5)
    for width in (1200, 390):
        window.set_viewport_size({"width": width, "height": 844})
        expect(menu).to_be_visible()
        expect(row).to_be_hidden()
        expect_soon(window, following.bounding_box, lambda box, width=width: right(box) <= width)
    with window.expect_popup() as opened:
        window.get_by_role("link", name="epoch", exact=True).click()
    heading = opened.value.locator("#epoch")
    expect(heading).to_be_in_viewport()
    expect(heading).to_contain_text("에포크")
    opened.value.close()


# What every lesson has one of, as soon as it is drawn.
SHOWN_FIRST = (
    ".js-plotly-plot, .nnlab-hand svg, .nnlab-plane .tile, .nnlab-fitting .bend, [data-testid=stImage], "
    ".st-key-learn-inside_train"
)
WIDTHS = (320, 390, 820)  # pixels: of a narrow phone, a phone, and a tablet


@pytest.mark.parametrize("lesson", LESSONS)
def test_nothing_of_a_lesson_is_cut_off(server, open_browser, lesson):
    window = open_browser(WIDTHS[0], 1180, has_touch=True, is_mobile=True)
    window.goto(f"{server}/learn?lesson={lesson}")
    expect(window.locator(SHOWN_FIRST).first).to_be_visible()
    for width in WIDTHS:
        window.set_viewport_size({"width": width, "height": 1180})
        wait_until_drawn(window)
        expect_soon(window, lambda: window.evaluate(CUT_OFF), lambda found: found == [])


# The lines of a worksheet at their longest: numbers with three decimals of their own, results with four.
LONG = {"x1": -1.234, "x2": -2.345, "x3": -2.678, "w11": -1.111, "w12": -2.222, "w13": -2.333, "w21": -1.444}


def test_the_longest_lines_of_a_worksheet_fit_a_phone(server, open_browser):
    window = open_browser(390, 844, has_touch=True, is_mobile=True)
    window.goto(f"{server}/learn?lesson=by_hand&lang=en")
    window.get_by_role("radio", name="3-2-1").click()
    window.get_by_role("button", name="Settings").click()
    window.get_by_role("radio", name="4", exact=True).click()
    window.keyboard.press("Escape")
    window.get_by_text("Change the numbers").click()
    for name, value in LONG.items():
        field = window.locator(f".st-key-learn-hand_3-2-1_{name}-field input")
        field.fill(str(value))
        field.press("Enter")
    expect(window.locator(".st-key-learn-hand-lines")).to_contain_text("1.444")
    while True:
        wait_until_drawn(window)
        window.wait_for_function(f"() => ({CUT_OFF})().length === 0")
        step = window.get_by_role("combobox", name="Step")
        before = step.input_value()
        if before.startswith("13/"):
            return
        window.locator(".st-key-learn-hand_forward button").click()
        expect(step).not_to_have_value(before)


def test_blanks_are_filled_in_by_keyboard(server, page):
    page.goto(f"{server}/learn?lesson=by_hand&lang=en")
    page.get_by_role("textbox", name="Your result for z₂").click()
    page.keyboard.type("0,75")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Filled in by yourself: 1 of 14")).to_be_visible()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")  # the button below shows no answer any more, it goes on
    blank = page.get_by_role("textbox", name="Your result for a₂")
    expect(blank).to_be_visible()
    page.keyboard.press("Shift+Tab")
    expect(blank).to_be_focused()


@pytest.mark.parametrize("query", ["lesson=cubes", "lesson=loss&text=Look%20at%20the%20loss"], ids=["note", "teacher"])
def test_the_switch_to_the_experiments_lies_on_nothing_that_is_said_above_it(server, open_browser, query):
    window = open_browser(1366, 768)
    window.goto(f"{server}/learn?lang=en&{query}")
    said = window.get_by_test_id("stMain").locator("[data-testid=stAlert], [data-testid=stExpander]").first
    switch = window.locator(".st-key-learn-parts")
    expect(said).to_be_visible()
    expect(switch).to_be_visible()
    expect_soon(
        window,
        lambda: (said.bounding_box(), switch.bounding_box()),
        lambda boxes: all(boxes) and boxes[0]["y"] + boxes[0]["height"] <= boxes[1]["y"],
    )


# Of each formula in prose with something right behind it: by how much that begins lower than the formula's middle.
LOWER = """() => [...document.querySelectorAll(":is(p, li) > .katex")].flatMap(formula => {
  const text = formula.nextSibling
  if (text?.nodeType !== Node.TEXT_NODE || !/^[,.가-힣]/.test(text.data)) return []
  const range = document.createRange()
  range.setStart(text, 0)
  range.setEnd(text, 1)
  const { top, height } = formula.querySelector(".base:last-child").getBoundingClientRect()
  return [[formula.textContent, text.data.slice(0, 6), range.getBoundingClientRect().top - top - height / 2]]
})"""


@pytest.mark.parametrize(("lesson", "width"), [("loss", 390), ("neuron", 340), ("layer", 360), ("by_hand", 340)])
def test_no_line_begins_with_what_stands_right_behind_a_formula(server, open_browser, lesson, width):
    phone = open_browser(width, 844, has_touch=True, is_mobile=True)
    phone.goto(f"{server}/learn?lesson={lesson}&lang=ko")
    expect(phone.locator(".st-key-learn-prose .katex").first).to_be_visible()
    wait_until_drawn(phone)
    phone.evaluate("() => document.fonts.ready.then(() => true)")
    expect_soon(phone, lambda: phone.evaluate(LOWER), lambda found: found and all(lower < 0 for *_, lower in found))
