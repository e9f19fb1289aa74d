"""Typing numbers in a real Chromium: what is read, what is told in the visitor's language, and by keyboard alone."""

import re

import pytest
from playwright.sync_api import expect

from nnlab.ui import files
from nnlab.ui.text import strings
from tests.browser.harness import choose, expect_soon, wait_until_drawn

LOCALES = {"en-US": "en", "ko-KR": "ko", "de-DE": "en"}  # the browser's, and the language that the app answers in


def words(language: str, name: str, **values: object) -> str:
    return strings(language)[name].format(**values)


def open_training(page, server, language: str, query: str = "") -> None:
    page.goto(f"{server}/train{query}")
    page.get_by_role("tab", name=strings(language)["train.tab_training"], exact=True).click()
    expect(field(page, language, "learning_rate")).to_be_visible()
    wait_until_drawn(page)


def field(page, language: str, name: str):
    label = strings(language)[f"train.{name}"]
    return page.get_by_role("tabpanel").get_by_role("spinbutton", name=label, exact=True)


def type_into(page, box, text: str, end: str = "Enter") -> None:
    """Key by key, as a hand does it; nothing at all empties the field."""
    box.click()
    page.keyboard.press("Control+A")
    page.keyboard.press("Delete")
    page.keyboard.type(text)
    page.keyboard.press(end)


@pytest.mark.parametrize("locale", LOCALES)
def test_a_decimal_comma_is_read_in_browsers_of_every_language(server, open_browser, locale):
    page, language = open_browser(locale=locale), LOCALES[locale]
    open_training(page, server, language)
    rate = field(page, language, "learning_rate")
    type_into(page, rate, "0,05")
    expect(rate).to_have_value("0.05")
    expect(page).to_have_url(re.compile(r"[?&]lr=0\.05(&|$)"))  # what a run would have
    batch = field(page, language, "batch_size")
    type_into(page, batch, "1,000", end="Tab")
    expect(batch).to_have_value("1000")
    expect(page).to_have_url(re.compile(r"[?&]batch=1000(&|$)"))
    expect(page.get_by_role("alert").filter(visible=True)).to_have_count(0)


@pytest.mark.parametrize("locale", LOCALES)
def test_a_wrong_number_is_told_in_the_visitors_language_until_it_is_mended(server, open_browser, locale):
    page, language = open_browser(locale=locale), LOCALES[locale]
    open_training(page, server, language)
    batch = field(page, language, "batch_size")
    alert = page.get_by_role("alert").filter(visible=True)

    type_into(page, batch, "9999999")
    expect(alert).to_have_text(
        words(language, "common.number_range", typed="9999999", low="1", high="8,192", value="64")
    )
    expect(batch).to_have_attribute("aria-invalid", "true")
    expect(batch).to_have_accessible_description(alert.inner_text())
    expect(batch).to_have_value("9999999")  # to be mended, not typed again
    expect(page).not_to_have_url(re.compile("batch="))

    page.keyboard.press("Backspace")
    expect(alert).to_have_count(0)
    expect(batch).to_have_attribute("aria-invalid", "false")
    type_into(page, batch, "32")
    expect(page).to_have_url(re.compile(r"[?&]batch=32(&|$)"))
    expect(alert).to_have_count(0)

    type_into(page, batch, "")
    expect(alert).to_have_text(words(language, "common.number_empty", value="32"))
    expect(batch).to_have_value("32")
    rate = field(page, language, "learning_rate")
    type_into(page, rate, "1,000")
    expect(alert.filter(has_text="1,000")).to_have_text(
        words(language, "common.number_ambiguous", typed="1,000", value="0.01")
    )
    page.keyboard.press("Escape")
    expect(rate).to_have_value("0.01")
    expect(rate).to_have_attribute("aria-invalid", "false")
    expect(page).to_have_url(re.compile(r"[?&]batch=32(&|$)"))
    assert "lr=" not in page.url


def test_the_network_trains_with_what_was_typed(server, page):
    open_training(page, server, "en", "?images=100&hidden=4")
    epochs = field(page, "en", "epochs")
    epochs.click()
    page.keyboard.press("Control+A")
    page.keyboard.type("７")  # full width; not entered: the click on the button leaves the field
    page.get_by_role("button", name=re.compile("Train .* epochs?")).click()
    expect(epochs).to_have_value("7")
    expect(page).to_have_url(re.compile(r"[?&]epochs=7(&|$)"))


def test_buttons_and_arrow_keys_count_and_stop_at_the_ends(server, page):
    open_training(page, server, "en", "?lr=0.3&epochs=998")
    rate, epochs = field(page, "en", "learning_rate"), field(page, "en", "epochs")
    rate.click()
    for key in ("ArrowUp", "ArrowUp", "ArrowUp", "ArrowDown"):  # faster than the server answers
        page.keyboard.press(key)
    expect(rate).to_have_value("0.32")  # not 0.31999999999999995
    expect(page).to_have_url(re.compile(r"[?&]lr=0\.32(&|$)"))
    more = page.get_by_role("button", name=f"{strings('en')['common.number_more']}: Epochs")
    more.click()
    more.click()
    expect(epochs).to_have_value("1000")
    expect(more).to_be_disabled()
    expect(page).to_have_url(re.compile(r"[?&]epochs=1000(&|$)"))
    expect(epochs).to_have_attribute("aria-valuenow", "1000")


def test_a_preset_is_shown_by_the_fields_and_ends_what_was_told(server, page):
    open_training(page, server, "en")
    rate = field(page, "en", "learning_rate")
    type_into(page, rate, "fast")
    expect(page.get_by_role("alert").filter(visible=True)).to_have_count(1)
    dead = page.get_by_role("option", name=strings("en")["train.preset_dead"], exact=True)
    choose(page.get_by_role("combobox", name=strings("en")["train.preset"]), dead)
    expect(rate).to_have_value("0.5")
    expect(page.get_by_role("alert").filter(visible=True)).to_have_count(0)


def test_a_field_keeps_its_value_when_its_page_is_left_but_forgets_what_it_told(server, page):
    open_training(page, server, "en")
    type_into(page, field(page, "en", "batch_size"), "48")
    expect(page).to_have_url(re.compile(r"[?&]batch=48(&|$)"))
    type_into(page, field(page, "en", "epochs"), "0")
    alert = page.get_by_role("alert").filter(visible=True)
    expect(alert).to_have_count(1)
    navigation = page.get_by_test_id("stSidebar")
    navigation.get_by_role("link", name=strings("en")["play.title"]).click()
    expect(page.get_by_role("heading", level=1)).to_have_text(strings("en")["play.title"])
    navigation.get_by_role("link", name=strings("en")["train.title"]).click()
    page.get_by_role("tab", name=strings("en")["train.tab_training"], exact=True).click()
    expect(field(page, "en", "batch_size")).to_have_value("48")
    expect(field(page, "en", "epochs")).to_have_value("10")
    expect(alert).to_have_count(0)


def test_a_phone_offers_its_number_keys_and_the_help_stays_in_the_window(server, open_browser):
    page = open_browser(width=390, height=844, has_touch=True, is_mobile=True)
    open_training(page, server, "en")
    rate = field(page, "en", "learning_rate")
    expect(rate).to_have_attribute("inputmode", "decimal")
    expect(field(page, "en", "epochs")).to_have_attribute("inputmode", "numeric")
    words = strings("en")["train.learning_rate_help"]
    page.get_by_role("button", name=words).tap()
    tooltip = page.get_by_role("tooltip").filter(has_text=words)
    expect_soon(page, tooltip.bounding_box, lambda box: 0 <= box["x"] < box["x"] + box["width"] <= 390)


def test_a_picture_without_a_title_has_none_of_plotlys(server, page):
    """Plotly fills in titles that ask to be clicked."""
    page.goto(f"{server}/{files.ROOT}{files.SCRIPTS.address('values_tables.js')}")
    read = """async file => {
      const { tablesOf } = await import(file), words = { value: "Value", place: "Place", row: "Row {number}" }
      const asked = { title: { text: "Click to enter colorscale title" } }
      const more = { visible: true, xaxis: "x", yaxis: "y" }
      const picture = { z: [[1, 2]], colorbar: asked, _input: { colorbar: { title: { text: "" } } }, ...more }
      const squares = { x: [1], y: [1], text: ["a"], marker: { color: [5], colorbar: asked }, _input: {}, ...more }
      return tablesOf({ _fullData: [picture, squares], layout: {} }, words).map(table => [table.caption, ...table.head])
    }"""
    assert page.evaluate(read, page.url) == [["Value", "", "1", "2"], ["Value", "Place", "Value"]]


def test_a_power_of_ten_in_a_table_of_values_is_written_as_on_the_axis(server, page):
    page.goto(f"{server}/{files.ROOT}{files.SCRIPTS.address('values_tables.js')}")
    write = "async ([file, values]) => values.map((await import(file)).written)"
    values = [0.00005776, -2.5e-14, 1.5e8 + 0.5, 0.25]
    assert page.evaluate(write, [page.url, values]) == ["5.776 × 10⁻⁵", "−2.500 × 10⁻¹⁴", "1.500 × 10⁸", "0.25"]
