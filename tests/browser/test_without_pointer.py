"""Without a pointer, or without seeing a chart: the keyboard draws, values are a table, the loss is a tone."""

import re

import pytest
from playwright.sync_api import expect

from nnlab.ui.text import strings
from tests.browser.drawing import INVITATION, READING, SURFACE, expect_read, open_page
from tests.browser.harness import expect_soon, wait_until_drawn
from tests.browser.training import LONG_RUN, button, start

SEVEN = ("1", "Space", "3", "8", "Space")
# What is heard: the pitches that the tone is told to go to, and each tone that begins, with its timbre and its pitch.
LISTEN = """() => {
  window.heard = []
  const { setTargetAtTime } = AudioParam.prototype, Usual = OscillatorNode
  AudioParam.prototype.setTargetAtTime = function (value, ...rest) {
    heard.push(["to", value])
    return setTargetAtTime.call(this, value, ...rest)
  }
  window.OscillatorNode = class extends Usual {
    constructor(sound, options) {
      super(sound, options)
      heard.push([options.type, options.frequency])
    }
  }
}"""
TONE_VOLUME = 0.05
LOSSES = "() => document.querySelector('.nnlab-curve .js-plotly-plot').data[1].y.map(loss => 880 * Math.sqrt(loss))"
TEST_LOSSES = LOSSES.replace("data[1]", "data[3]")


def sung_in(heard):
    """The pitches that the tone was told to go to, one after the other."""
    return [pitch for kind, pitch in heard if kind == "to" and pitch not in (0, TONE_VOLUME)]


def press(page, keys):
    for key in keys:
        page.keyboard.press(key)


def test_a_digit_is_drawn_by_the_keyboard_and_read_as_any_other(server, page):
    open_page(page, server)
    page.locator(SURFACE).focus()
    press(page, SEVEN[:-1])
    expect(page.locator(READING)).to_have_attribute("data-state", "drawing")
    expect(page.locator(".nnlab-pen")).to_be_visible()
    down = strings("en")["common.pen_down"].format(row=24, column=15)
    expect(page.locator(".nnlab-pen-spoken")).to_have_text(down)
    press(page, SEVEN[-1:])
    expect_read(page, "7")
    wait_until_drawn(page)
    press(page, ["2", "Space", *["ArrowDown"] * 12, "Space"])  # through the seven: two strokes
    wait_until_drawn(page)
    press(page, "z")  # which is Undo's, though the canvas has the focus
    expect_read(page, "7")
    wait_until_drawn(page)
    press(page, "z")
    expect(page.locator(INVITATION)).to_be_visible()


def test_the_greeting_reads_what_the_keyboard_draws(server, page):
    page.goto(f"{server}/?lang=ko")
    page.locator(".nnlab-greeting-paper canvas").focus()
    press(page, SEVEN)
    expect(page.locator(".nnlab-greeting .spoken")).to_contain_text(strings("ko")["common.digit_7"])
    expect(page.locator(".nnlab-greeting .reply > p b")).to_have_text("7")


@pytest.mark.usefixtures("mnist")
def test_the_loss_is_heard_while_it_falls_and_read_in_a_table(server, page):
    page.goto(f"{server}/train?lang=en&{LONG_RUN}")
    hearing = button(page, strings("en")["train.curve_hear"])
    expect(hearing).to_have_attribute("aria-pressed", "false")
    page.evaluate(LISTEN)
    hearing.focus()
    page.keyboard.press("Enter")
    expect(hearing).to_be_focused()
    expect(hearing).to_have_attribute("aria-pressed", "true")
    assert page.evaluate("heard") == []
    start(page)
    kinds = {"triangle", "square"}
    expect_soon(
        page,
        lambda: page.evaluate("heard"),
        lambda heard: {kind for kind, _ in heard} >= kinds and len(set(sung_in(heard))) > 1,
    )
    button(page, "Pause").click()
    expect(button(page, "Resume")).to_be_visible()
    expect_soon(page, lambda: page.evaluate("heard"), lambda heard: ["to", 0] in heard)  # silence
    heard, pitches, struck = (page.evaluate(what) for what in ("heard", LOSSES, TEST_LOSSES))
    sung = sung_in(heard)
    assert sung
    # The curve may have left out the very point since: the next one is near.
    assert min(abs(sung[-1] - pitch) for pitch in pitches) < 0.01 * sung[-1]
    assert sung[0] > sung[-1]
    strikes = [pitch for kind, pitch in heard if kind == "square"]
    assert all(any(abs(pitch - known) < 1e-6 * known for known in struck) for pitch in strikes)

    fold = page.locator(".st-key-train-live_curve + .nnlab-values")
    fold.locator("summary").focus()
    page.keyboard.press("Enter")
    header = page.get_by_role("columnheader", name=strings("en")["train.curve_smooth"], exact=True)
    expect(fold.locator("table", has=header)).to_be_visible()
    table = fold.locator("table", has=header)
    last = table.locator("tbody tr").last.locator("td").last.inner_text()
    assert float(last) == pytest.approx((pitches[-1] / 880) ** 2, rel=1e-3)
    notes = page.get_by_role("columnheader", name=strings("en")["train.curve_notes"], exact=True)
    row = fold.locator("table", has=notes).get_by_role("row", name=re.compile(r"^0\.5 "))
    expect(row.locator("td")).to_have_text("1.051")
