"""What the frame does on every page: it says the language, and the server knows the visitor again."""

from playwright.sync_api import expect

from nnlab.ui.text import LANGUAGES, strings

IDENTITY = "() => [sessionStorage.getItem('nnlab.visit'), document.cookie.match(/nnlab_owner=([^;]+)/)?.[1]]"


def identity(page) -> list[str | None]:
    """The names of the visit and of the owner, as the browser keeps them."""
    page.wait_for_function(f"({IDENTITY})().every(Boolean)")
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


def test_what_no_server_made_is_not_believed(server, page):
    page.goto(server)
    identity(page)
    page.evaluate("() => { sessionStorage.setItem('nnlab.visit', '<b>'); document.cookie = 'nnlab_owner=x; path=/' }")
    page.reload()
    page.wait_for_function("() => sessionStorage.getItem('nnlab.visit') !== '<b>'")
    assert all(len(name) == 22 for name in identity(page))
