"""The first game: starting it and waiting for a round."""

from playwright.sync_api import expect

from nnlab.ui.text import strings
from tests.browser.drawing import SURFACE
from tests.browser.harness import wait_until_drawn


def start_game(page, server, language="en", limit=None):
    page.goto(f"{server}/play?lang={language}")
    texts = strings(language)
    if limit:
        page.get_by_role("radio", name=texts["common.seconds"].format(seconds=limit)).click()
        expect(page.get_by_role("radio", name=texts["common.seconds"].format(seconds=limit))).to_be_checked()
    page.get_by_role("button", name=texts["play.start"]).click()
    wait_for_round(page, 1, language)


def wait_for_round(page, number, language="en"):
    expect(page.locator(".nnlab-prompt small")).to_have_text(
        strings(language)["play.round"].format(number=number, count=10)
    )
    expect(page.locator(f"[class*='st-key-play'][class*='-{number - 1}-canvas'] {SURFACE}")).to_be_visible()
    expect(page.locator(SURFACE)).to_have_count(1)  # the last round's is gone
    wait_until_drawn(page)
