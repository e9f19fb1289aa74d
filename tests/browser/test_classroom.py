"""A class in a real Chromium: a teacher opens it, a student trains, and the board shows the run while it trains."""

import re

from playwright.sync_api import expect

from nnlab.ui.text import strings
from tests.browser.harness import wait_until_drawn
from tests.browser.training import LONG_RUN, button, start

WORDS, KOREAN = strings("en"), strings("ko")
ROWS = ".nnlab-class tbody tr"
TRACES = "() => document.querySelector('.nnlab-class .js-plotly-plot')?.data?.map(({ name, x, y }) => ({ name, x, y }))"


def code_in(page) -> str:
    expect(page).to_have_url(re.compile(r"[?&]class=\w{8}"))
    return re.search(r"[?&]class=(\w{8})", page.url)[1]


def test_the_board_shows_what_the_class_trains_and_leads_there(server, open_browser):
    teacher = open_browser(1366, 768)
    teacher.goto(f"{server}/classroom?lang=en")
    button(teacher, WORDS["classroom.open"]).click()
    expect(teacher.locator(".nnlab-class .title")).to_contain_text(WORDS["classroom.none_yet"])
    code = code_in(teacher)

    student = open_browser(390, 844, has_touch=True, is_mobile=True)
    student.goto(f"{server}/train?lang=ko&class={code.lower()}&hidden=8&act=tanh&epochs=500")
    button(student, KOREAN["train.start_many"].format(epochs=500)).click()
    expect(teacher.locator(ROWS)).to_have_count(1)
    row = teacher.locator(ROWS)
    expect(row).to_contain_text("784-8-10, tanh")
    expect(row).to_contain_text("Guest 2")
    expect(row.locator(".accuracy")).to_contain_text("%")
    teacher.wait_for_function(f"() => ({TRACES})()?.length === 1")
    (trace,) = teacher.evaluate(TRACES)
    assert trace["name"] == WORDS["train.activation_tanh"]
    assert trace["x"] == [784 * 8 + 8 + 8 * 10 + 10]

    # The student's own board: their row is marked, and what they call themselves is read by the teacher.
    wait_until_drawn(student)
    student.goto(f"{server}/classroom?lang=ko&class={code}")
    expect(student.locator(f"{ROWS}.own")).to_contain_text(KOREAN["classroom.you"])
    name = student.get_by_role("textbox", name=KOREAN["classroom.name"])
    name.fill("민지")
    name.press("Enter")
    expect(row).to_contain_text("민지")
    expect(student.get_by_role("button", name=KOREAN["classroom.invite"])).to_have_count(0)

    teacher.get_by_role("radio", name=WORDS["classroom.view_epochs"]).click()
    teacher.wait_for_function(f"() => ({TRACES})()?.[0]?.x.length > 1")
    row.get_by_role("button", name=re.compile("^Watch 민지")).click()
    expect(teacher.get_by_role("heading", name=WORDS["train.title"], exact=True)).to_be_visible()
    expect(teacher.locator(".nnlab-run-state p")).to_contain_text("of 500")

    # The board is as it was left; what the teacher takes off it goes for everybody.
    teacher.get_by_test_id("stSidebar").get_by_role("link", name=WORDS["classroom.title"], exact=True).click()
    row.get_by_role("button", name=re.compile("^Take 민지")).click()
    expect(teacher.locator(ROWS)).to_have_count(0)
    expect(student.locator(ROWS)).to_have_count(0)


def test_a_row_keeps_the_focus_while_the_board_changes(server, open_browser):
    page = open_browser(1366, 768)
    page.goto(f"{server}/classroom?lang=en")
    button(page, WORDS["classroom.open"]).click()
    code = code_in(page)
    page.goto(f"{server}/train?lang=en&class={code}&{LONG_RUN}")
    start(page)
    wait_until_drawn(page)
    page.get_by_test_id("stSidebar").get_by_role("link", name=WORDS["classroom.title"], exact=True).click()
    name = page.locator(f"{ROWS} .watch")
    name.focus()
    before = page.locator(f"{ROWS} small").first.inner_text()
    expect(page.locator(f"{ROWS} small").first).not_to_have_text(before)
    expect(name).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name=WORDS["train.title"], exact=True)).to_be_visible()
