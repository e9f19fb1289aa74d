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
