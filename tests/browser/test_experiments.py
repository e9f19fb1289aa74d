"""The guided experiments in a real browser: a curve drawn by mouse and by keys, and an experiment done to its end."""

import re

from playwright.sync_api import expect

from nnlab.ui.components.sketch import COLUMNS
from nnlab.ui.text import strings
from tests.browser.axe import violations
from tests.browser.harness import wait_until_drawn

TEXTS = strings("en")
CHART = ".nnlab-sketch > svg"
HAND = """() => document.querySelector(".nnlab-sketch .hand path").getAttribute("d")"""


def press(page, name):
    page.locator(f".st-key-learn-{name} button").click()


def draw(page, *points):
    """A stroke through points, each as fractions of the chart's width and height."""
    box = page.locator(CHART).bounding_box()
    places = [(box["x"] + x * box["width"], box["y"] + y * box["height"]) for x, y in points]
    page.mouse.move(*places[0])
    page.mouse.down()
    for place in places[1:]:
        page.mouse.move(*place, steps=5)
    page.mouse.up()


def heights(page):
    """Where the drawn curve runs: {column's place in pixels: height in pixels}."""
    return {x: float(y) for x, y in re.findall(r"[ML](\S+?) ([\d.]+)", page.evaluate(HAND))}


def test_a_curve_is_drawn_by_mouse_and_by_keys(server, page):
    page.goto(f"{server}/learn?experiment=overfitting&lang=en")
    chart = page.locator(CHART)
    expect(chart).to_have_attribute("data-columns", "0")
    wait_until_drawn(page)
    draw(page, (0.08, 0.1), (0.5, 0.6), (0.75, 0.7))
    expect(page.locator(".st-key-learn-commit button")).to_be_disabled()  # the right quarter is missing
    drawn = heights(page)
    assert list(drawn.values()) == sorted(drawn.values()), "it falls from left to right, as it was drawn"
    draw(page, (0.7, 0.3), (0.99, 0.3))
    expect(page.locator(".st-key-learn-commit button")).to_be_enabled()
    redrawn = heights(page)
    kept = [place for place in drawn if redrawn[place] == drawn[place]]
    assert len(drawn) / 2 < len(kept) < len(drawn), "a second stroke changes where it passes, and nothing else"
    page.get_by_role("button", name="Undo", exact=True).click()
    assert heights(page) == drawn

    page.get_by_role("button", name="Clear", exact=True).click()
    expect(chart).to_have_attribute("data-columns", "0")
    expect(chart).to_be_focused()
    page.keyboard.press("Home")
    for _ in range(10):
        page.keyboard.press("ArrowUp")  # each by a fiftieth of the axis, from its middle
    page.keyboard.press("End")
    page.keyboard.press("Shift+ArrowDown")
    expect(chart).to_have_attribute("data-columns", str(COLUMNS))  # a straight line closes the gap
    speaker = page.locator(".nnlab-sketch .speaker")
    expect(speaker).to_contain_text(TEXTS["experiments.series_test_loss"])
    value = 2.5 * (0.5 + 10 / 50 - 5 / 50)
    expect(speaker).to_contain_text(f"{value:.2f}")
    page.keyboard.press("Control+z")
    expect(chart).to_have_attribute("data-columns", "1")
    page.keyboard.press("Control+y")  # nothing of ours
    page.keyboard.press("Enter")
    expect(page.locator(".st-key-learn-commit button")).to_be_enabled()
    press(page, "commit")
    expect(page.locator(".nnlab-sketch.fixed")).to_be_visible()
    expect(page).to_have_url(re.compile("step=2"))


def test_an_experiment_is_done_from_its_start_to_its_end(server, page):
    page.goto(f"{server}/learn?experiment=three_functions&seed=1&lang=en")
    answer = page.get_by_role("radio", name=TEXTS["experiments/three_functions.last_tanh"], exact=True)
    expect(answer).to_be_attached()
    wait_until_drawn(page)
    answer.dispatch_event("click")
    press(page, "commit")
    expect(page.locator(CHART)).to_have_attribute("data-columns", "0")
    wait_until_drawn(page)
    draw(page, (0.08, 0.2), (0.99, 0.2))
    assert violations(page) == []
    press(page, "commit")
    expect(page).to_have_url(re.compile("step=3"))
    press(page, "run")
    expect(page.locator(".nnlab-sketch .state")).to_contain_text("ReLU")  # it tells how its first run goes on
    press(page, "on")  # which comes when all three are over
    expect(page).to_have_url(re.compile("step=4"))
    explanation = TEXTS["experiments/three_functions.sigmoid_last_holds"].partition("{")[0]
    expect(page.get_by_text(explanation)).to_be_visible()
    points = page.locator(CHART).get_attribute("data-points").split()
    assert len(points) == 3
    assert all(int(count) > 10 for count in points)
    wait_until_drawn(page)
    assert violations(page) == []
    press(page, "on")
    expect(page).to_have_url(re.compile("step=5"))
    wait_until_drawn(page)
    press(page, "on")
    expect(page.get_by_text("As you expected:")).to_be_visible()
    press(page, "all")
    card = page.locator(".st-key-learn-card-three_functions")
    expect(card).to_contain_text(TEXTS["experiments.done"])
    page.reload()  # the visit knows it
    expect(card).to_contain_text(TEXTS["experiments.done"])
