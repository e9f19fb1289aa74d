"""The activations page in a real Chromium: opened by its address, its point moved by the keyboard."""

from playwright.sync_api import expect

from tests.browser.harness import wait_until_drawn

PATIENCE = 40_000  # milliseconds; a server that has just started imports torch first, on a busy machine slowly


def test_the_point_moves_by_the_keyboard_and_the_values_follow(server, page):
    page.goto(f"{server}/activations")
    expect(page.locator(".js-plotly-plot .main-svg").first).to_be_visible(timeout=PATIENCE)
    table = page.get_by_role("table")
    expect(table).to_contain_text("0.6225")  # sigmoid at 0.5
    wait_until_drawn(page)
    point = page.locator(".st-key-activations-x").get_by_role("slider")
    for _ in range(5):
        point.press("ArrowLeft")
    expect(point).to_have_value("0")
    expect(table).to_contain_text("0.2500")  # its slope at 0
    expect(page.get_by_test_id("stException")).to_have_count(0)


def test_the_address_names_the_section_and_choices_survive_a_change_of_language(server, page):
    page.goto(f"{server}/activations?section=depth")
    expect(page.get_by_text("vanishes").first).to_be_visible(timeout=PATIENCE)
    wait_until_drawn(page)
    page.get_by_role("button", name="GELU").click()
    expect(page.get_by_role("table")).to_contain_text("GELU")
    page.get_by_text("한국어").click()
    expect(page.get_by_text("사라집니다").first).to_be_visible()
    for name in ("시그모이드", "GELU"):
        expect(page.get_by_role("table")).to_contain_text(name)
