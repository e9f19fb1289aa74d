"""What only a browser has of the sections on failures: a map pointed at or being made, keys, a click on a matrix."""

import re

from playwright.sync_api import expect

from nnlab.config import CLASSES
from tests.browser.harness import expect_no_sideways_scrolling, expect_soon, wait_until_drawn

MAP = ".nnlab-map"
INK = """() => {
  const brush = document.querySelector(".nnlab-map .card canvas").getContext("2d")
  return brush.getImageData(0, 0, 28, 28).data.filter((value, at) => at % 4 === 0 && value > 127).length
}"""


def test_the_image_is_shown_where_the_pointer_or_the_keyboard_is(server, page):
    page.goto(f"{server}/inspect?lang=en&section=map")
    wait_until_drawn(page)
    canvas, card, speaker = (page.locator(f"{MAP} {part}") for part in ("> canvas", ".card", ".speaker"))
    expect(canvas).to_be_visible()
    expect(card).to_be_hidden()
    canvas.scroll_into_view_if_needed()
    box = canvas.bounding_box()
    for place in range(100):  # across the middle of the map, where some digit is met
        page.mouse.move(box["x"] + box["width"] * place / 100, box["y"] + box["height"] / 2)
        if canvas.get_attribute("data-chosen"):
            break
    expect(card).to_be_visible()
    number = canvas.get_attribute("data-chosen")
    expect(card).to_contain_text(re.compile(rf"Test image {int(number):,}: the digit \d, read as \d"))
    expect_soon(page, lambda: page.evaluate(INK), lambda ink: 20 < ink < 400)  # a digit, from the sheet of all
    page.mouse.move(0, 0)
    expect(card).to_be_hidden()

    canvas.focus()
    page.keyboard.press("Home")  # to the nearest of the chosen image
    first = canvas.get_attribute("data-chosen")
    expect(speaker).to_contain_text(f"Test image {int(first):,}")
    page.keyboard.press("ArrowRight")
    second = canvas.get_attribute("data-chosen")
    assert second not in ("", first)
    expect(speaker).to_contain_text(f"Test image {int(second):,}")
    page.keyboard.press("Escape")
    expect(card).to_be_hidden()

    legend = page.locator(f"{MAP} .legend button[data-digit]")
    expect(legend).to_have_count(CLASSES + 1)
    legend.nth(4).click()
    expect(legend.nth(4)).to_have_attribute("aria-pressed", "true")
    expect(legend.nth(0)).to_have_attribute("aria-pressed", "false")
    with page.expect_download() as download:
        page.get_by_role("button", name="Save picture").click()
    assert download.value.suggested_filename == "inspect-map.png"
    expect_no_sideways_scrolling(page)


def test_a_map_in_the_making_is_followed_cancelled_and_drawn_anew_when_it_is_over(server, page):
    """The server's answers are given by hand: a map takes longer than a test may."""
    known = []  # after which step the browser knew the places, at each question
    sent = []  # to the server, since it was said that the map is over

    def answer(route) -> None:
        known.append(int(re.search(r"step=(-?\d+)", route.request.url)[1]))
        told = {"isOver": False, "words": f"answer {len(known)}", "share": 0.25, "step": len(known)}
        route.fulfill(json={"isOver": True} if len(known) == 2 else told)

    def note(frame) -> None:
        if len(known) >= 2:
            sent.append(frame if isinstance(frame, bytes) else frame.encode())

    page.on("websocket", lambda socket: socket.on("framesent", note))
    page.route("**/maps/*", answer)
    page.goto(f"{server}/inspect?lang=en&section=map")
    wait_until_drawn(page)
    progress, title = page.locator(f"{MAP} progress"), page.locator(f"{MAP} .title")
    expect(progress).to_be_hidden()
    page.locator(".st-key-inspect-map_way").get_by_text("t-SNE").click()
    page.get_by_role("button", name="Make the t-SNE map").click()
    expect(title).to_have_text(re.compile(r"answer \d"))
    expect(progress).to_be_visible()
    assert progress.evaluate("bar => bar.value") == 0.25
    expect_soon(page, lambda: sent, lambda frames: any(b'"over"' in frame for frame in frames))
    assert known[:2] == [-1, 1]
    page.get_by_role("button", name="Cancel").click()
    expect(page.get_by_role("button", name="Make the t-SNE map")).to_be_visible()
    expect(progress).to_have_count(0)


DOUBLE_CLICK_MILLISECONDS = 400  # two clicks on a chart in less time are one double click, which chooses nothing
CLICK_MILLISECONDS = 15_000  # for a click to be answered; one that meets a chart while it is drawn anew is not heard


def click_on_cell(plot, truth: int, predicted: int) -> None:
    box = plot.bounding_box()
    plot.click(position={"x": box["width"] * (predicted + 0.5) / CLASSES, "y": box["height"] * (truth + 0.5) / CLASSES})


def test_a_click_on_the_confusion_matrix_opens_its_cell(server, page):
    page.goto(f"{server}/inspect?lang=en&section=failures")
    wait_until_drawn(page)
    plot = page.locator(".st-key-inspect-confusion .nsewdrag").first
    plot.scroll_into_view_if_needed()
    for truth, predicted in ((2, 7), (5, 5)):
        told = rf"images of the digit {truth} are read " + ("correctly" if truth == predicted else f"as {predicted}")
        click_on_cell(plot, truth, predicted)
        try:
            expect(page.get_by_text(re.compile(told))).to_be_visible(timeout=CLICK_MILLISECONDS)
        except AssertionError:  # then a person clicks once more
            click_on_cell(plot, truth, predicted)
            expect(page.get_by_text(re.compile(told))).to_be_visible()
        wait_until_drawn(page)
        page.wait_for_timeout(DOUBLE_CLICK_MILLISECONDS)


# What a map is told that is being made: the same places, their mirror image.
TURN = """() => {
  const { map } = document.querySelector(".nnlab-map"), before = map.canvas.toDataURL()
  map.hear({ words: "", share: 0.5, places: map.data.places.map((value, at) => (at % 2 ? value : -value)) })
  return before
}"""
WORDED = """() => {
  const { map } = document.querySelector(".nnlab-map")
  map.hear({ words: "", share: 0.4, places: map.data.places })
}"""
SEEN = "() => document.querySelector('.nnlab-map > canvas').toDataURL()"
SPOT = "() => document.querySelector('.nnlab-map').map.spots[50]"
SHEET = "() => document.querySelector('.nnlab-map').map.sheet.naturalWidth"


def open_map(page, server):
    page.goto(f"{server}/inspect?lang=en&section=map")
    canvas = page.locator(f"{MAP} > canvas")
    expect(canvas).to_be_visible()
    wait_until_drawn(page)
    canvas.scroll_into_view_if_needed()
    return canvas


def test_who_wants_little_to_move_sees_a_map_in_the_making_too(server, page):
    page.emulate_media(reduced_motion="reduce")
    open_map(page, server)
    page.evaluate(WORDED)
    page.wait_for_timeout(1000)  # the words and the bar have changed the size of the map
    before = page.evaluate(TURN)
    expect_soon(page, lambda: page.evaluate(SEEN), lambda seen: seen != before)
    assert page.evaluate(SEEN) != before
    page.emulate_media(reduced_motion="null")


def test_the_image_that_a_finger_has_asked_for_is_seen_when_it_is_lifted(server, open_browser):
    tablet = open_browser(820, 1180, has_touch=True, is_mobile=True)
    canvas, card = open_map(tablet, server), tablet.locator(f"{MAP} .card")
    x, y = tablet.evaluate(SPOT)
    canvas.tap(position={"x": x, "y": y})
    expect(card).to_be_visible()
    tablet.wait_for_timeout(500)
    expect(card).to_be_visible()
    tablet.locator(f"{MAP} .legend button").first.tap()
    expect(card).to_be_hidden()


def test_images_of_the_map_that_are_lost_on_their_way_are_asked_for_again(server, page):
    lost = []
    page.route("**/made/*", lambda route: (lost.append(route), route.abort()), times=1)
    open_map(page, server)
    expect_soon(page, lambda: page.evaluate(SHEET), lambda width: width > 0)
    assert len(lost) == 1
