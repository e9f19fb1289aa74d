"""Every page opened by its own address, the first thing a freshly started server is asked for.

Those of Learn, Draw, Train and Play are in test_learn.py, test_draw.py, test_steering.py and test_embedded.py, where a
server is fresh anyway: starting one for each test takes long.
"""

import pytest
from playwright.sync_api import expect

from nnlab.ui.shell import PAGES
from nnlab.ui.text import strings
from tests.browser.drawing import INVITATION
from tests.browser.harness import expect_no_sideways_scrolling, expect_soon, wait_until_drawn
from tests.browser.opening import expect_opened
from tests.browser.training import CURVE

# Home is opened below, when it is warmed up; the glossary in test_learn.py, by the link of a lesson.
OPENED_ELSEWHERE = {"home", "learn", "draw", "train", "play", "glossary"}
WARM_UP_MILLISECONDS = 8000  # its head start, and enough to import torch and all that comes with it

WIDGET_VALUES = """() => [...document.querySelectorAll(
  '[data-testid=stMain] input, [data-testid=stMain] [role=slider], [data-testid=stMain] [role=radio]')].map(
    widget => [widget.ariaLabel, widget.value, widget.ariaValueNow, widget.ariaChecked].join())"""


@pytest.mark.parametrize("name", [name for name in PAGES if name not in OPENED_ELSEWHERE])
def test_a_deep_link_opens_its_page(fresh_server, page, name):
    for language in ("en", "ko"):
        page.goto(f"{fresh_server}/{name}?lang={language}")
        expect_opened(page, name, language)


def test_what_an_address_says_wrongly_is_still_told_when_the_tab_is_loaded_again(server, page):
    """The frame has the page drawn twice then; what was told with the first drawing must stand after the second."""
    page.goto(f"{server}/train?lr=fast&fbclid=abc&lang=en")
    warning = page.get_by_test_id("stMain").get_by_test_id("stAlert").filter(has_text="lr=fast")
    expect(warning).to_be_visible()
    page.goto(f"{server}/train?lr=fast&fbclid=abc&lang=en&loaded=again")
    wait_until_drawn(page)
    page.wait_for_timeout(3000)
    wait_until_drawn(page)
    expect(warning).to_be_visible()
    expect(warning).not_to_contain_text("fbclid")


def test_pages_opened_after_the_home_page_has_warmed_up_have_their_curve_and_their_reading(fresh_server, page):
    """What the warm-up thread imports first must not be a component: Streamlit would not serve its script."""
    page.goto(f"{fresh_server}/?lang=en")
    expect_opened(page, "home", "en")
    page.wait_for_timeout(WARM_UP_MILLISECONDS)
    sidebar, components = page.get_by_test_id("stSidebar"), {"train": CURVE, "draw": INVITATION}
    for name, component in components.items():
        sidebar.get_by_role("link", name=strings("en")[f"{name}.title"]).click()
        expect(page.locator(component)).to_be_visible()
    page.goto(f"{fresh_server}/?lang=ko")
    expect_opened(page, "home", "ko")


def settled_values(page):
    """What the page's widgets show once that stays: the script ends before the browser has drawn it all."""
    values, before = page.evaluate(WIDGET_VALUES), None
    while values != before:
        page.wait_for_timeout(400)
        values, before = page.evaluate(WIDGET_VALUES), values
    return values


def test_all_pages_can_be_walked_through_twice_without_touching_anything(server, page):
    """A widget that nobody touched must be as it was when its page is opened again, and no script may stumble."""
    errors = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.goto(server)
    expect(page.get_by_role("heading", level=1)).to_have_text("nnlab")
    sidebar, shown = page.get_by_test_id("stSidebar"), {}
    for _ in range(2):
        for name in [*PAGES][1:]:
            title = strings("en")[f"{name}.title"]
            sidebar.get_by_role("link", name=title).click()
            expect(page.get_by_role("heading", level=1)).to_have_text(title)
            wait_until_drawn(page)
            expect(page.get_by_test_id("stException")).to_have_count(0)
            values = settled_values(page)
            assert shown.setdefault(name, values) == values, name
        sidebar.get_by_role("link", name=strings("en")["common.home"]).click()
        expect(page.get_by_role("heading", level=1)).to_have_text("nnlab")
    assert errors == []


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
        expect_no_sideways_scrolling(phone)


@pytest.mark.parametrize(("width", "narrowest"), [(390, 300), (820, 200), (1366, 300)])  # one, two, three in a row
def test_the_cards_of_the_home_page_are_wide_enough_to_read(server, open_browser, width, narrowest):
    window = open_browser(width, 844)
    window.goto(server)
    cards = window.locator(".st-key-home-cards").get_by_test_id("stColumn")
    expect(cards).to_have_count(6)
    wait_until_drawn(window)
    expect_soon(
        window,
        lambda: [card.bounding_box()["width"] for card in cards.all()],
        lambda widths: min(widths) >= narrowest,
    )
