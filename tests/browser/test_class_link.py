"""A teacher's link in a real Chromium: what it locks cannot be typed into, and its code is a picture.

One test, since each page that is loaded takes seconds.
"""

import re
from urllib.parse import urlencode

from playwright.sync_api import expect

from nnlab.ui.text import strings
from tests.browser.harness import expect_soon, wait_until_drawn

WORDS = strings("en")
TEXT = "Train **twice**.\n<b>Compare.</b>"
LINK = {"lang": "en", "epochs": "3", "hide": "optimizer,play", "lock": "epochs,section", "text": TEXT}


def test_a_link_for_a_class_holds_on_the_way_through_the_pages(server, page):
    page.goto(f"{server}/train?{urlencode(LINK)}")
    page.get_by_role("tab", name=WORDS["train.tab_training"], exact=True).click()
    epochs = page.get_by_role("spinbutton", name=WORDS["train.epochs"], exact=True)
    expect(epochs).to_have_value("3")
    expect(epochs).to_be_disabled()
    expect(page.get_by_role("button", name=f"{WORDS['common.number_more']}: {WORDS['train.epochs']}")).to_be_disabled()
    expect(page.get_by_role("combobox", name=WORDS["train.optimizer"], exact=True)).to_have_count(0)
    expect(page.get_by_test_id("stText")).to_have_text(TEXT)

    page.locator(".st-key-shell-share button").click()
    code = page.get_by_role("dialog").get_by_role("img", name=re.compile("QR"))
    expect(code).to_be_visible()
    width, natural = code.evaluate("image => [image.clientWidth, image.naturalWidth]")
    assert natural > 0, "the browser shows it as a broken picture"
    assert width >= 300  # pixels: from the last row
    page.set_viewport_size({"width": 1280, "height": 720})  # a projector's
    expect_soon(
        page, lambda: code.evaluate("image => image.getBoundingClientRect().bottom"), lambda bottom: bottom < 720
    )
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)
    wait_until_drawn(page)

    sidebar = page.get_by_test_id("stSidebar")
    sidebar.get_by_role("link", name=WORDS["activations.title"]).click()
    expect(page).to_have_url(re.compile(r"/activations\?.*lock=epochs%2Csection.*section=curves"))
    expect(page.get_by_role("radio", name=WORDS["activations.section_depth"])).to_be_disabled()
    expect(sidebar.get_by_role("link", name=WORDS["play.title"])).to_have_count(0)
    wait_until_drawn(page)
    page.reload()
    expect(page.get_by_role("radio", name=WORDS["activations.section_depth"])).to_be_disabled()
    expect(sidebar.get_by_role("link", name=WORDS["play.title"])).to_have_count(0)
    # A new session knows the text from the address alone.
    expect(page.get_by_test_id("stText")).to_have_text(TEXT)
