"""No page keeps anybody out, so far as axe-core can tell: in both themes, on a desktop and on a phone."""

import pytest
from playwright.sync_api import expect

from nnlab.ui.places import PAGES
from tests.browser.axe import violations
from tests.browser.harness import expect_soon, wait_until_drawn

DESKTOP, PHONE = (1366, 768), (390, 844)
# Each theme and each size; the first view of a page also the other way round.
USUAL = (("light", DESKTOP), ("dark", PHONE))
CROSSED = (("dark", DESKTOP), ("light", PHONE))
SECTIONS = ".st-key-{name}-section, .st-key-learn-lesson"
IS_DRESSED = "scheme => getComputedStyle(document.querySelector('[data-testid=stApp]')).colorScheme === scheme"


def look(page, views) -> None:
    """Nothing is found in any of these views, once the page has settled in it."""
    for scheme, (width, height) in views:
        page.emulate_media(color_scheme=scheme)
        page.set_viewport_size({"width": width, "height": height})
        page.wait_for_function(IS_DRESSED, arg=scheme)
        expect_soon(page, lambda: violations(page), lambda found: found == [])


def open_folds(page) -> None:
    folds = page.get_by_test_id("stMain").locator("details:not([open]) > summary")
    folds.evaluate_all("folds => folds.filter(fold => fold.checkVisibility()).forEach(fold => fold.click())")
    wait_until_drawn(page)


@pytest.mark.parametrize("name", PAGES)
def test_a_page_and_its_sections(server, page, name):
    page.goto(f"{server}/{'' if name == 'home' else name}?lang=en")
    wait_until_drawn(page)
    open_folds(page)
    look(page, USUAL + CROSSED)
    sections = page.locator(SECTIONS.format(name=name)).get_by_role("radio")
    for number in range(1, len(PAGES[name].sections)):
        page.set_viewport_size({"width": DESKTOP[0], "height": DESKTOP[1]})  # on a phone, lessons are a menu
        sections.nth(number).click()
        expect(sections.nth(number)).to_be_checked()
        wait_until_drawn(page)
        look(page, USUAL if number % 2 else USUAL[::-1])


def test_the_teachers_pages_the_experiments_the_dialog_and_the_settings_by_hand(server, page):
    page.goto(f"{server}/learn?lang=en&experiment=all&teacher=1")
    wait_until_drawn(page)
    look(page, USUAL)
    page.set_viewport_size({"width": DESKTOP[0], "height": DESKTOP[1]})
    page.locator(".st-key-learn-teacher_view").get_by_role("radio").nth(1).click()
    cards = page.locator("[class*=st-key-learn-open_]")
    expect(cards.first).to_be_visible()
    wait_until_drawn(page)
    look(page, USUAL[::-1])
    page.set_viewport_size({"width": DESKTOP[0], "height": DESKTOP[1]})
    cards.first.get_by_role("button").click()
    expect(page.locator(".st-key-learn-experiment-step")).to_be_visible()
    wait_until_drawn(page)
    look(page, USUAL)

    page.set_viewport_size({"width": DESKTOP[0], "height": DESKTOP[1]})
    page.locator(".st-key-shell-share button").click()
    views = page.locator(".st-key-sharing-view").get_by_role("radio")
    expect(page.locator(".nnlab-qr")).to_be_visible()
    look(page, USUAL[::-1])
    page.set_viewport_size({"width": DESKTOP[0], "height": DESKTOP[1]})
    views.nth(1).click()
    expect(page.locator(".st-key-sharing-page")).to_be_visible()
    wait_until_drawn(page)
    look(page, USUAL)
    page.keyboard.press("Escape")
    expect(views).to_have_count(0)

    page.set_viewport_size({"width": DESKTOP[0], "height": DESKTOP[1]})
    page.locator(".st-key-learn-part").get_by_role("radio").first.click()
    page.locator(".st-key-learn-lesson").get_by_role("radio").nth(PAGES["learn"].sections.index("by_hand")).click()
    page.locator(".st-key-learn-hand_settings button").click()
    expect(page.locator(".st-key-learn-hand_decimals")).to_be_visible()
    look(page, (("dark", DESKTOP), ("light", DESKTOP)))
