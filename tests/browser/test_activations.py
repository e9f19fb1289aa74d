"""The activations page in a real Chromium: opened by its address, its point moved by the keyboard."""

from playwright.sync_api import expect

from tests.browser.harness import expect_soon, wait_until_drawn

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


# How far a legend reaches down into the headings below it, and how high it is, in pixels.
LEGEND = """() => {
  const plot = document.querySelector(".js-plotly-plot")
  const box = name => plot.querySelector(name)?.getBoundingClientRect()
  const legend = box(".legend"), heading = box(".annotation-text")
  return legend && heading ? [legend.bottom - heading.top, legend.height] : null
}"""


def test_a_legend_stays_above_the_headings_when_a_phone_is_turned(server, open_browser):
    """At 320 pixels it needs two rows, at 390 one; plotly.js alone leaves it a row too low."""
    phone = open_browser(320, 640, has_touch=True, is_mobile=True)
    phone.goto(f"{server}/activations?lang=en&section=depth")
    expect(phone.locator(".js-plotly-plot .legend")).to_be_visible(timeout=PATIENCE)
    wait_until_drawn(phone)
    narrow = phone.evaluate(LEGEND)
    assert narrow[0] < 5
    phone.set_viewport_size({"width": 390, "height": 844})
    expect_soon(phone, lambda: phone.evaluate(LEGEND), lambda found: found[1] < narrow[1] and found[0] < 5)
