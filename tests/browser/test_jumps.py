"""What is on a phone's screen stays where it is: while a page comes, and while a run starts, pauses and ends."""

import re

import pytest
from playwright.sync_api import expect

from nnlab.ui.text import strings
from tests.browser.harness import wait_until_drawn
from tests.browser.training import CURVE, STATE, button

PHONE = {"has_touch": True, "is_mobile": True, "device_scale_factor": 2}
LATE = re.compile(r"/static/js/.*(katex|Plotly)")  # what draws formulas and charts: on a slow network it comes last
MOST_SHIFT = 0.1  # Cumulative Layout Shift; browsers call that good, and the pages had up to 0.4
WATCH = """
window.shifts = []
new PerformanceObserver(list => {
  for (const { value, sources } of list.getEntries()) {
    const place = ({ x, y, width, height }) => [x, y, width, height].map(Math.round).join(" ")
    const moved = sources.map(({ node, previousRect, currentRect }) =>
      `${(node?.innerText ?? "").slice(0, 30)} from ${place(previousRect)} to ${place(currentRect)}`)
    window.shifts.push({ value, moved })
  }
}).observe({ type: "layout-shift", buffered: true })
"""


@pytest.mark.parametrize("language", ["en", "ko"])
@pytest.mark.parametrize(
    "address",
    ["learn?lesson=neuron", "learn?lesson=layer", "train?", "activations?", "draw?", "play?section=fool", "inspect?"],
)
def test_nothing_jumps_while_a_page_comes(server, open_browser, address, language):
    """Formulas and charts come when all the rest is there."""
    phone = open_browser(390, 844, **PHONE)
    phone.add_init_script(WATCH)
    held, is_late = [], True
    phone.route(LATE, lambda route: held.append(route) if is_late else route.continue_())
    phone.goto(f"{server}/{address}&lang={language}")
    expect(phone.locator("[data-testid=stApp][data-test-script-state=notRunning]")).to_be_attached()
    expect(phone.get_by_test_id("stElementContainer").nth(5)).to_be_attached()
    phone.wait_for_timeout(500)
    is_late = False
    for route in held:
        route.continue_()
    wait_until_drawn(phone)
    phone.wait_for_timeout(500)
    shifts = phone.evaluate("() => window.shifts")
    assert sum(shift["value"] for shift in shifts) < MOST_SHIFT, shifts


@pytest.mark.usefixtures("mnist")
@pytest.mark.parametrize("language", ["en", "ko"])
@pytest.mark.parametrize("width", [320, 390])
def test_the_curve_stays_where_it_is_in_every_state_of_a_run(server, open_browser, width, language):
    words = strings(language)
    phone = open_browser(width, 844, **PHONE)
    phone.goto(f"{server}/train?lang={language}&hidden=16&epochs=90")
    expect(phone.locator(CURVE)).to_be_visible()
    wait_until_drawn(phone)
    curve = phone.locator(".st-key-train-live_curve")
    places = {"none": curve.bounding_box()["y"]}

    def note(state):
        expect(phone.locator(STATE)).to_contain_text(words[f"train.state_{state}"].split(" ")[0])
        wait_until_drawn(phone)
        places[state] = curve.bounding_box()["y"]

    phone.locator(".st-key-train-first").get_by_role("button").click()
    note("running")
    button(phone, words["train.pause"]).click()
    note("paused")
    button(phone, words["train.stop"]).click()
    note("stopped")
    assert max(places.values()) - min(places.values()) <= 2, places


@pytest.mark.parametrize("address", ["?", "glossary?", "inspect?", "train?"])
def test_nothing_jumps_while_a_page_comes_to_a_phone_on_its_side(server, open_browser, address):
    """Streamlit opens its sidebar there, and the page is not pushed aside until it is closed."""
    phone = open_browser(844, 390, **PHONE)
    phone.add_init_script(WATCH)
    phone.goto(f"{server}/{address}&lang=en")
    expect(phone.get_by_test_id("stSidebar")).to_have_attribute("data-collapsed", "true")
    wait_until_drawn(phone)
    phone.wait_for_timeout(500)
    shifts = phone.evaluate("() => window.shifts")
    assert sum(shift["value"] for shift in shifts) < MOST_SHIFT, shifts


def test_nothing_jumps_while_a_page_with_large_letters_comes(server, open_browser):
    """They are large from the first moment."""
    tablet = open_browser(820, 1180, **PHONE)
    tablet.add_init_script(WATCH)
    tablet.goto(f"{server}/glossary?lang=en&size=large")
    tablet.wait_for_function("() => getComputedStyle(document.documentElement).fontSize === '20.8px'")
    wait_until_drawn(tablet)
    tablet.wait_for_timeout(500)
    shifts = tablet.evaluate("() => window.shifts")
    assert sum(shift["value"] for shift in shifts) < MOST_SHIFT, shifts


DISTANCES = """boxes => {
  const [first, ...others] = boxes.map(box => box.getBoundingClientRect().top)
  return others.map(top => top - first)
}"""


def test_pictures_and_the_fold_below_a_chart_have_their_room_before_they_come(server, open_browser):
    """In the lesson that shows both: what stands below the last of them stays where it is when they come."""
    phone = open_browser(390, 844, **PHONE)
    held, is_late = [], True
    for late in (LATE, re.compile("/media/")):
        phone.route(late, lambda route: held.append(route) if is_late else route.continue_())
    phone.goto(f"{server}/learn?lesson=writing&lang=en", wait_until="commit")
    rows = phone.locator("[class*=st-key-learn-writing_row_of_]")
    expect(rows).to_have_count(2)
    names = "writing_picture", "writing_row_of_path", "writing_row_of_start", "writing-table"
    below = phone.locator(", ".join(f".st-key-learn-{name}" for name in names))
    expect(below).to_have_count(4)
    expect(phone.locator(".st-key-learn-writing_bars").get_by_test_id("stSkeleton")).to_be_attached()
    before = below.evaluate_all(DISTANCES)
    is_late = False
    for route in held:
        route.continue_()
    expect(phone.locator(".st-key-learn-writing_bars + .nnlab-values")).to_be_visible()
    expect(phone.locator("[class*=st-key-learn-writing_row_of_] img")).to_have_count(2)
    phone.wait_for_timeout(1000)
    after = below.evaluate_all(DISTANCES)
    assert max(abs(now - then) for now, then in zip(after, before, strict=True)) <= 2, (before, after)
