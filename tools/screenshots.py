"""The READMEs' screenshots, taken of the running app: ``python -m tools.screenshots``; the Korean ones lie in ``ko``.

Trains a network and draws a digit as a visitor would. Needs Chromium and the MNIST files (``NNLAB_DATA_DIR``).
"""

from __future__ import annotations

import re
import tempfile
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

from nnlab.ui.shell import PAGES
from nnlab.ui.text import strings
from tests.browser.drawing import DIGITS, draw_with_mouse
from tests.browser.harness import CHROMIUM_ARGUMENTS, ROOT, chromium_path, run_server
from tests.browser.meaning import FOLD, meant
from tools.command_line import parser_of

FOLDER = ROOT / "docs" / "screenshots"
LOCALES = {"en": "en-US", "ko": "ko-KR"}
HOME_GREETING = {"x": 0, "y": 0, "width": 1366, "height": 560}  # below it the page names a folder of this machine
SETTLE_MS = 2500  # until charts have drawn themselves
LONG_FLAG = [(0.3, 0.45), (0.5, 0.2), (0.5, 0.5), (0.48, 0.8)]  # a 1, or a 7?


def open_page(page: Page, address: str, name: str, query: str = "") -> None:
    page.goto(f"{address}/{'' if name == 'home' else name}{query}")
    page.get_by_role("heading", level=1).wait_for()
    page.wait_for_timeout(SETTLE_MS)


def train(page: Page, language: str) -> None:
    words = strings(language)
    page.get_by_role("button", name=words["train.start_many"].format(epochs=10)).first.click()
    progress = words["train.state_running"].split(" · ")[1]
    page.get_by_text(re.compile(progress.format(epoch=r"[2-9]\.\d+", epochs=10))).first.wait_for()  # the third or later


def greet(page: Page) -> None:
    """A 7 on the paper of the home page."""
    box = page.locator(".nnlab-greeting-paper canvas").bounding_box()
    (left, top), *others = [(box["x"] + x * box["width"], box["y"] + y * box["height"]) for x, y in DIGITS["7"]]
    page.mouse.move(left, top)
    page.mouse.down()
    for x, y in others:
        page.mouse.move(x, y, steps=4)
    page.mouse.up()
    page.wait_for_timeout(SETTLE_MS)


def explain(page: Page, folder: Path, language: str) -> None:
    """A 1 that was meant as a 7, and what turning it does to the two."""
    page.get_by_role("button", name=strings(language)["common.clear"]).click()  # what was drawn before is still there
    page.wait_for_timeout(SETTLE_MS)
    draw_with_mouse(page, LONG_FLAG)
    page.wait_for_timeout(SETTLE_MS)
    meant(page, 7).click()
    page.wait_for_timeout(SETTLE_MS)
    page.locator(f"{FOLD} summary").click()
    page.wait_for_timeout(SETTLE_MS)
    page.locator(f"{FOLD} [role=radio]").last.click(force=True)
    page.wait_for_timeout(SETTLE_MS)
    fold = page.locator(FOLD)
    fold.scroll_into_view_if_needed()
    page.mouse.move(0, 0)  # no chart's buttons over the picture
    page.wait_for_timeout(500)
    fold.screenshot(path=folder / "draw-why.png")


def learn_spiral(page: Page, language: str) -> None:
    """Two layers of eight neurons that have learned the spiral."""
    words = strings(language)
    page.locator(".st-key-learn-plane_points").get_by_text(words["plane.points_spiral"]).click()
    page.wait_for_timeout(SETTLE_MS)
    for layer, presses in ((1, 4), (2, 6)):
        name = words["plane.more"].format(name=words["plane.layer"].format(layer=layer))
        for _ in range(presses):
            page.get_by_role("button", name=name).click()
    page.get_by_role("button", name=words["plane.train"]).click()
    page.wait_for_function("() => document.querySelector('.nnlab-plane').dataset.loss < 0.02")
    page.get_by_role("button", name=words["plane.pause"]).click()


def take(page: Page, address: str, folder: Path, language: str) -> None:
    """Every page as a visitor of this language sees it, and why a drawing was misread."""
    folder.mkdir(parents=True, exist_ok=True)
    for name in PAGES:
        open_page(page, address, name)
        if name == "train":
            train(page, language)
        if name == "draw":
            draw_with_mouse(page, DIGITS["7"])
            page.wait_for_timeout(SETTLE_MS)
        if name == "home":
            greet(page)
        page.mouse.move(0, 0)  # no button's help over the picture
        page.wait_for_timeout(500)
        page.screenshot(path=folder / f"{name}.png", clip=HOME_GREETING if name == "home" else None)
    open_page(page, address, "learn", "?lesson=plane")
    learn_spiral(page, language)
    page.mouse.move(0, 0)
    page.wait_for_timeout(500)
    page.screenshot(path=folder / "learn-plane.png")
    open_page(page, address, "draw")
    explain(page, folder, language)


def main() -> None:
    parser_of("screenshots", __doc__).parse_args()  # it has no options: -h says what it does, instead of doing it
    with tempfile.TemporaryDirectory() as folder, run_server(Path(folder)) as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium_path(), args=CHROMIUM_ARGUMENTS)
        for language, locale in LOCALES.items():
            page = browser.new_page(viewport={"width": 1366, "height": 768}, locale=locale)
            take(page, address, FOLDER if language == "en" else FOLDER / language, language)
            page.close()
        phone = browser.new_page(viewport={"width": 390, "height": 844}, locale="ko-KR", color_scheme="dark")
        open_page(phone, address, "draw")
        draw_with_mouse(phone, DIGITS["7"])
        phone.wait_for_timeout(SETTLE_MS)
        phone.screenshot(path=FOLDER / "draw-phone.png")
        browser.close()


if __name__ == "__main__":
    main()
