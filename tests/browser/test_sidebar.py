"""The sidebar in a real Chromium: open where there is room for it, closed on a phone that lies on its side."""

from playwright.sync_api import expect

from nnlab.ui.text import strings
from tests.browser.harness import expect_soon, wait_until_drawn

WORDS = strings("en")
COLLAPSED = "data-collapsed"


def test_a_phone_on_its_side_has_the_page_and_not_the_sidebar(server, open_browser):
    phone = open_browser(width=844, height=390, has_touch=True, is_mobile=True)
    phone.goto(f"{server}/draw?lang=en")
    sidebar = phone.get_by_test_id("stSidebar")
    expect(sidebar).to_have_attribute(COLLAPSED, "true")
    assert phone.locator(".st-key-draw-answer").bounding_box()["width"] > 400
    phone.get_by_test_id("stExpandSidebarButton").tap()
    phone.wait_for_timeout(1000)
    expect(sidebar).to_have_attribute(COLLAPSED, "false")  # it stays
    sidebar.get_by_role("link", name=WORDS["train.title"]).tap()
    expect(phone.get_by_role("heading", level=1)).to_have_text(WORDS["train.title"])
    expect(sidebar).to_have_attribute(COLLAPSED, "true")


def test_on_a_phone_on_its_side_the_menu_lies_upon_the_page_until_a_touch_beside_it(server, open_browser):
    phone = open_browser(width=844, height=390, has_touch=True, is_mobile=True)
    phone.goto(f"{server}/glossary?lang=en")
    sidebar, main = phone.get_by_test_id("stSidebar"), phone.get_by_test_id("stMain")
    expect(sidebar).to_have_attribute(COLLAPSED, "true")
    wait_until_drawn(phone)
    assert main.bounding_box()["x"] == 0
    phone.get_by_test_id("stExpandSidebarButton").tap()
    expect(sidebar).to_have_attribute(COLLAPSED, "false")
    expect(sidebar.get_by_role("link", name=WORDS["train.title"])).to_be_visible()
    expect_soon(phone, main.bounding_box, lambda box: (box["x"], box["width"]) == (0, 844))
    phone.touchscreen.tap(600, 300)
    expect(sidebar).to_have_attribute(COLLAPSED, "true")


def test_a_tablet_on_its_side_has_both(server, open_browser):
    tablet = open_browser(width=1024, height=768, has_touch=True, is_mobile=True)
    tablet.goto(f"{server}/draw?lang=en")
    tablet.wait_for_function("() => sessionStorage.getItem('nnlab.visit')")  # the script has come
    tablet.wait_for_timeout(1000)
    expect(tablet.get_by_test_id("stSidebar")).to_have_attribute(COLLAPSED, "false")
