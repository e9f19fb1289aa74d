"""What Streamlit says in English alone is said in the visitor's language."""

import re

import pytest
from playwright.sync_api import expect

from nnlab.ui.text import LANGUAGES, strings
from tests.browser.harness import wait_until_drawn

SHOWN = "element => JSON.parse(getComputedStyle(element, '::after').content)"


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_field_says_how_what_is_typed_is_applied(server, page, language):
    page.goto(f"{server}/glossary?lang={language}")
    wait_until_drawn(page)
    page.get_by_role("textbox").first.press_sequentially("x")
    hint = page.get_by_test_id("InputInstructions").locator(":scope > *")
    expect(hint).to_have_text("Press Enter to apply")  # Streamlit's, of which nothing is seen
    expect(hint).to_have_css("font-size", "0px")
    assert hint.evaluate(SHOWN) == strings(language)["common.press_enter"]


def test_a_list_without_anything_says_so(server, open_browser):
    page = open_browser(height=1600)  # nothing scrolls: a list closes when the page beneath it does
    page.goto(f"{server}/draw?lang=ko")
    wait_until_drawn(page)
    menu = page.get_by_role("combobox", name=strings("ko")["common.network"])
    menu.click()
    expect(page.get_by_role("option").first).to_be_visible()
    menu.fill("없는 이름")
    nothing = page.get_by_role("option").locator("span")
    expect(nothing).to_have_css("font-size", "0px")
    assert nothing.evaluate(SHOWN) == strings("ko")["common.nothing_found"]


def test_what_chooses_all_of_a_list_says_so(server, open_browser):
    page, words = open_browser(height=1600), strings("ko")
    page.goto(f"{server}/glossary?lang=ko")
    wait_until_drawn(page)
    page.locator(".st-key-shell-share button").click()
    page.get_by_role("dialog").get_by_text(words["sharing.view_class"]).click()
    menu = page.get_by_role("combobox", name=words["sharing.hide"], exact=True)
    for typed in ("", "기"):
        menu.click()
        menu.fill(typed)
        first = page.get_by_role("listbox").get_by_role("option").first.locator(":scope > *")
        expect(first).to_have_text(re.compile("Select (all|.* matches)"))  # Streamlit's, of which nothing is seen
        expect(first).to_have_css("font-size", "0px")
        assert first.evaluate(SHOWN) == words["common.select_listed"]


def test_the_tool_that_fills_the_screen_says_what_it_does(server, page):
    page.goto(f"{server}/activations?lang=ko")
    wait_until_drawn(page)
    tool = page.locator('.modebar-btn[data-title="Fullscreen"]').first
    expect(tool).to_be_attached()
    assert tool.evaluate(SHOWN) == strings("ko")["common.chart_fullscreen"]


def test_the_first_press_of_the_tabulator_brings_a_link_to_the_content(server, page):
    page.goto(f"{server}/glossary?lang=ko")
    wait_until_drawn(page)
    page.keyboard.press("Tab")
    link = page.get_by_test_id("stSkipToContent")
    expect(link).to_be_focused()
    expect(link).to_have_css("font-size", "0px")
    assert link.evaluate(SHOWN) == strings("ko")["common.skip"]


def test_who_hears_a_page_hears_one_language(server, page):
    page.goto(f"{server}/draw?lang=ko")
    wait_until_drawn(page)
    words = {language: strings(language) for language in LANGUAGES}
    help_of = {name: each["common.label_help"].format(name=each["common.network"]) for name, each in words.items()}
    expect(page.get_by_role("button", name=help_of["ko"], exact=True)).to_be_visible()
    expect(page.get_by_role("region", name=words["ko"]["common.label_sidebar"], exact=True)).to_be_visible()
    expect(page.locator("[aria-label^='Help for'], [aria-label^=Shortcut], [aria-label=Open]")).to_have_count(0)

    page.get_by_role("radio", name="English").locator("..").click()
    expect(page.get_by_role("button", name=help_of["en"], exact=True)).to_be_visible()
    expect(page.get_by_role("region", name=words["en"]["common.label_sidebar"], exact=True)).to_be_visible()


def test_who_hears_a_page_does_not_hear_the_names_of_pictures(server, page):
    page.goto(f"{server}/activations?lang=ko")
    wait_until_drawn(page)
    icons = page.locator("[role=img][aria-label$=' icon']")
    expect(icons.first).to_be_visible()
    expect(icons.and_(page.locator(":not([aria-hidden=true])"))).to_have_count(0)
    expect(page.get_by_role("link", name=strings("ko")["common.label_heading"]).first).to_be_attached()
    expect(page.locator("[aria-label='Link to heading'], [aria-label=Fullscreen]")).to_have_count(0)
