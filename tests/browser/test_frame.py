"""What the frame does on every page: it says the language, and the server knows the visitor again."""

import pytest
from playwright.sync_api import expect

from nnlab.ui.text import LANGUAGES, strings
from tests.browser.drawing import DIGITS, INVITATION, draw_with_mouse, expect_read, open_page
from tests.browser.harness import expect_soon, wait_until_drawn

IDENTITY = "() => [sessionStorage.getItem('nnlab.visit'), document.cookie.match(/nnlab_owner=([^;]+)/)?.[1]]"


def identity(page) -> list[str | None]:
    """The names of the visit and of the owner, as the browser keeps them."""
    page.wait_for_function(f"() => ({IDENTITY})().every(Boolean)")
    return page.evaluate(IDENTITY)


def test_the_document_says_its_language_also_after_a_switch(server, page):
    html = page.locator("html")
    page.goto(f"{server}/activations?lang=ko")
    expect(html).to_have_attribute("lang", "ko")
    page.get_by_role("radio", name=LANGUAGES["en"]).click()
    expect(html).to_have_attribute("lang", "en")
    title = strings("en")["learn.title"]
    page.get_by_test_id("stSidebar").get_by_role("link", name=title).click()
    expect(page.get_by_role("heading", level=1)).to_have_text(title)
    expect(html).to_have_attribute("lang", "en")


def test_a_visit_lasts_as_long_as_its_tab_and_an_owner_as_long_as_the_browser(server, page, open_browser):
    page.goto(server)
    visit, owner = identity(page)
    page.reload()
    assert identity(page) == [visit, owner]
    tab = page.context.new_page()
    tab.goto(server)
    other_visit, same_owner = identity(tab)
    assert same_owner == owner
    assert other_visit != visit
    stranger = open_browser()
    stranger.goto(server)
    assert not {visit, owner, other_visit} & set(identity(stranger))


def test_an_address_that_ends_in_no_text_has_a_visit_all_the_same(server, page):
    errors = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.goto(f"{server}/glossary?lang=en#100%")
    wait_until_drawn(page)
    expect_soon(page, lambda: page.evaluate("sessionStorage.getItem('nnlab.visit')"), bool)
    assert errors == []


def test_what_no_server_made_is_not_believed(server, page):
    page.goto(server)
    identity(page)
    page.evaluate("() => { sessionStorage.setItem('nnlab.visit', '<b>'); document.cookie = 'nnlab_owner=x; path=/' }")
    page.reload()
    page.wait_for_function("() => sessionStorage.getItem('nnlab.visit') !== '<b>'")
    assert all(len(name) == 22 for name in identity(page))


def test_a_page_that_is_being_left_says_nothing_more(server, page):
    """A look at a run, or a button, may be due just after a link was followed; the next page comes all the same."""
    open_page(page, server)
    draw_with_mouse(page, DIGITS["7"])
    expect_read(page, "7")
    wait_until_drawn(page)
    link = page.get_by_test_id("stSidebar").get_by_role("link", name=strings("en")["activations.title"])
    undo = page.locator(".st-key-draw-undo").get_by_role(
        "button"
    )  # the canvas has one of its own until it is made ready
    link.evaluate("(link, undo) => { link.click(); undo.click() }", undo.element_handle())
    expect(page.get_by_role("heading", level=1)).to_have_text(strings("en")["activations.title"])
    expect(page.locator(".st-key-activations-section")).to_be_visible()
    page.wait_for_timeout(1500)  # until an answer to the button would have come
    wait_until_drawn(page)
    expect(link).to_be_visible()
    page.get_by_test_id("stSidebar").get_by_role("link", name=strings("en")["draw.title"]).click()
    expect(undo).to_have_count(1)
    undo.click()  # the page speaks again
    expect(page.locator(INVITATION)).to_have_text(strings("en")["draw.invitation"])


def test_a_stroke_just_before_a_page_is_left_is_kept(server, page):
    open_page(page, server)
    draw_with_mouse(page, DIGITS["7"])
    sidebar = page.get_by_test_id("stSidebar")
    sidebar.get_by_role("link", name=strings("en")["learn.title"]).click(delay=150)  # as a quick person's press lasts
    expect(page.get_by_role("heading", level=1)).to_have_text(strings("en")["learn.title"])
    sidebar.get_by_role("link", name=strings("en")["draw.title"]).click()
    expect_read(page, "7")


# Where the headings and, on Home, the cards below the drawing are, in every frame in which they are there.
WATCH = """
window.seen = { h1: new Set(), ".st-key-home-cards": new Set() }
const watch = () => {
  for (const [name, places] of Object.entries(window.seen)) {
    const box = document.querySelector(name)?.getBoundingClientRect()
    if (box?.height) places.add(Math.round(box.top))
  }
  requestAnimationFrame(watch)
}
requestAnimationFrame(watch)
"""


@pytest.mark.parametrize(("width", "height"), [(1366, 768), (390, 844)])
def test_nothing_jumps_while_the_page_is_loaded(server, open_browser, width, height):
    page = open_browser(width, height)
    page.add_init_script(WATCH)
    page.goto(server)
    expect(page.locator(".nnlab-living canvas, .nnlab-living svg").first).to_be_visible()
    wait_until_drawn(page)
    headings, cards = (page.evaluate("name => [...window.seen[name]]", name) for name in ("h1", ".st-key-home-cards"))
    assert len(headings) == 1, "the frame's style comes before the page's first element"
    # Streamlit's own elements, such as the sentence under the heading, settle by some pixels as their scripts come.
    assert max(cards) - min(cards) < 60, "what is drawn by a script has its room from the beginning"


@pytest.mark.parametrize("color_scheme", ["light", "dark"])
def test_what_is_chosen_from_several_rows_is_framed_on_all_sides(server, open_browser, color_scheme):
    """Streamlit leaves out the borders beside what is chosen, which would be open where it stands in another row."""
    page = open_browser(width=390, height=844, color_scheme=color_scheme)
    page.goto(f"{server}/runs?section=replay&lang=ko")
    wait_until_drawn(page)
    others = page.get_by_test_id("stMain").locator("[data-variant=segmented_control]:not([data-selected])")
    tops = {other.bounding_box()["y"] for other in others.all()}
    assert len(tops) == 2
    sides = "box => ['Top', 'Right', 'Bottom', 'Left'].map(side => getComputedStyle(box)[`border${side}Color`])"
    for other in others.all():
        assert "rgba(0, 0, 0, 0)" not in other.evaluate(sides)
