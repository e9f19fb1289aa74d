"""Saying what was meant, looking into the reasons, turning the digit: what a visitor does after a drawing."""

import io
import zipfile
from pathlib import Path

from playwright.sync_api import expect

from nnlab.sources.archive import LABELS_NAME
from nnlab.ui.text import strings
from tests.browser.drawing import DIGITS, draw_with_mouse, expect_read, open_page
from tests.browser.harness import expect_no_sideways_scrolling, expect_soon, wait_until_drawn
from tests.browser.meaning import FOLD, draw_and_say, meant, next_digit

GALLERY = ".st-key-draw-gallery"


def test_a_misread_digit_goes_into_the_gallery_and_out_as_a_file(server, page):
    open_page(page, server)
    page.locator(f"{GALLERY} summary").click()
    expect(page.locator(GALLERY)).to_contain_text("No digits yet")
    draw_and_say(page, "7", 4, "0 of 1 read right")
    expect(page.get_by_text("Misread: you meant 4, and it was read as 7.")).to_be_visible()
    wait_until_drawn(page)
    meant(page, 1).click()  # no, it was meant to be a 1: still one digit
    expect(page.get_by_text("Misread: you meant 1, and it was read as 7.")).to_be_visible()
    expect(page.locator(f"{GALLERY} img")).to_have_count(1)
    next_digit(page)
    draw_and_say(page, "1", 1, "1 of 2 read right")
    expect(page.locator(f"{GALLERY} img")).to_have_count(2)  # it has stayed open
    next_digit(page)
    expect(page.get_by_text("Your digits: 1 of 2 read right")).to_be_visible()

    with page.expect_download() as download:
        page.get_by_role("button", name="Download 2 as IDX").click()
    archive = zipfile.ZipFile(io.BytesIO(Path(download.value.path()).read_bytes()))
    assert list(archive.read(LABELS_NAME)[8:]) == [1, 1]

    wait_until_drawn(page)
    page.get_by_text("Only the misread ones (1)").click()
    expect(page.locator(f"{GALLERY} img")).to_have_count(1)
    with page.expect_download() as download:
        page.get_by_role("button", name="Download 1 as PNG").click()
    archive = zipfile.ZipFile(io.BytesIO(Path(download.value.path()).read_bytes()))
    assert archive.namelist() == ["001-meant-1-read-7.png"]

    wait_until_drawn(page)
    page.get_by_role("button", name="Remove digit 1").click()
    expect(page.get_by_text("Your digits: 1 of 1 read right")).to_be_visible()


def test_each_view_explains_and_a_slider_changes_the_answer(server, page):
    open_page(page, server)
    draw_and_say(page, "7", 4, "0 of 1 read right")
    page.locator(f"{FOLD} summary").click()
    steps = page.locator(f"{FOLD} .nnlab-step")
    expect(steps).to_have_count(5)
    expect(steps.last.locator("b")).to_have_text("7")
    page.locator(f"{FOLD} img").nth(1).hover()  # nothing covers it

    def view(name: str):
        wait_until_drawn(page)
        page.locator(FOLD).get_by_role("radio", name=name).click()

    view("Pixels for and against")
    expect(page.locator(".st-key-draw-why_map .heatmaplayer image")).to_be_visible()
    expect(page.get_by_text("ink speaks for 7")).to_be_visible()
    expect(steps).to_have_count(0)

    view("Look-alikes")
    expect(page.get_by_text("By distance alone it is nearer to 7 than to 4.")).to_be_visible()
    expect(page.locator(f"{FOLD} img")).to_have_count(11)  # the drawing, five 7s, five 4s

    view("Change it")
    answer = page.locator(FOLD).get_by_text("Still 7: ")
    expect(answer).to_be_visible()
    unchanged = answer.inner_text()
    slider = page.locator(".st-key-draw-why_size").get_by_role("slider")
    expect(slider).to_have_value("100")
    wait_until_drawn(page)
    slider.press("Home")
    expect(slider).to_have_value("50")
    expect(page.locator(FOLD).get_by_text(unchanged, exact=True)).to_have_count(0)
    expect(page.locator(".st-key-draw-why_way").get_by_text("Size in % of the drawing")).to_be_visible()
    wait_until_drawn(page)
    page.get_by_role("button", name="Reset").click()
    expect(slider).to_have_value("100")
    expect(page.locator(FOLD).get_by_text(unchanged, exact=True)).to_be_visible()


def is_within_reach(box) -> bool:
    """On a phone, and as large as a fingertip: 44 pixels."""
    return 0 <= box["x"] < box["x"] + box["width"] <= 390 and min(box["width"], box["height"]) >= 44


def test_the_question_fits_on_a_phone(server, open_browser):
    phone = open_browser(390, 844)
    open_page(phone, server, "ko")
    draw_with_mouse(phone, DIGITS["0"])
    expect_read(phone, "0")
    for digit in range(10):
        expect(meant(phone, digit)).to_be_visible()
        expect_soon(phone, meant(phone, digit).bounding_box, is_within_reach)
    meant(phone, 0).click()
    expect(phone.get_by_text(strings("ko")["gallery.score"].format(right=1, count=1))).to_be_visible()
    phone.locator(f"{FOLD} summary").click()
    expect(phone.locator(".nnlab-step")).to_have_count(5)
    expect_no_sideways_scrolling(phone)
