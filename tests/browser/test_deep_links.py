"""Every page opened by its own address, the first thing a freshly started server is asked for."""

import pytest
from playwright.sync_api import expect

from nnlab.ui.shell import PAGES
from nnlab.ui.text import strings


@pytest.mark.parametrize("name", PAGES)
def test_a_deep_link_opens_its_page(fresh_server, page, name):
    for language in ("en", "ko"):
        page.goto(f"{fresh_server}/{'' if name == 'home' else name}?lang={language}")
        expect(page.get_by_role("heading", level=1)).to_have_text(strings(language)[f"{name}.title"])
        expect(page.get_by_test_id("stException")).to_have_count(0)


def test_moving_between_pages_keeps_the_language(server, page):
    page.goto(server)
    page.get_by_text("한국어").click()
    expect(page.get_by_text(strings("ko")["home.purpose"])).to_be_visible()
    page.get_by_test_id("stSidebar").get_by_text(strings("ko")["learn.title"]).click()
    expect(page.get_by_role("heading", level=1)).to_have_text(strings("ko")["learn.title"])


def test_a_phone_sees_the_page_without_sideways_scrolling(server, open_browser):
    phone = open_browser(390, 844, has_touch=True, is_mobile=True)
    for name in PAGES:
        phone.goto(f"{server}/{'' if name == 'home' else name}")
        expect(phone.get_by_role("heading", level=1)).to_be_visible()
        assert phone.evaluate("document.documentElement.scrollWidth") <= 390
