"""The living network: it follows the pen, can be walked through by the keyboard, and shows a neuron's arithmetic."""

import re

from playwright.sync_api import expect

from nnlab.ui.components.living_network import WORDS
from nnlab.ui.text import strings
from tests.browser.drawing import DIGITS, expect_network, expect_read, on_screen, open_page, press_and_move
from tests.browser.harness import expect_soon

WORD = {name: strings("en")[f"living.{name}"] for name in WORDS}
PICTURE, SPOKEN, TABLE = (f".nnlab-living {part}" for part in (".picture", ".speaker", "section"))
# What is on the canvas now: the neurons that are shown of each layer, and the values that pass through them.
SHOWN = """() => {
  const { neurons, view } = document.querySelector(".nnlab-living").living
  return { neurons, values: view.layers?.map(({ outputs }, layer) => neurons[layer].map(neuron => outputs[neuron])) }
}"""
PIXELS = """() => {
  const canvas = document.querySelector(".nnlab-living .picture")
  return canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data.join()
}"""


def shown(page):
    return page.evaluate(SHOWN)


def numbers_of(page) -> list[float]:
    """The last column of the table."""
    cells = page.locator(f"{TABLE} tbody td:last-child").all_inner_texts()
    return [float(text.replace("−", "-")) for text in cells]


def test_it_follows_the_pen(server, page):
    open_page(page, server)
    expect_network(page)
    expect(page.locator(".nnlab-living .choice")).to_contain_text(WORD["heaviest"].partition(" (")[0])
    assert shown(page).get("values") is None  # its weights alone
    press_and_move(page, DIGITS["7"][:2])
    expect(page.locator(".nnlab-living .choice")).to_contain_text(WORD["strongest"].partition(" (")[0])
    begun, seen = shown(page), page.evaluate(PIXELS)
    for point in on_screen(page, DIGITS["7"][2:]):
        page.mouse.move(*point, steps=4)
    expect_soon(page, lambda: shown(page)["values"][-1], lambda logits: logits.index(max(logits)) == 7)
    assert shown(page) != begun
    assert page.evaluate(PIXELS) != seen
    drawn = shown(page)
    assert [len(layer) for layer in drawn["neurons"]] == [23, 23, 23, 10]
    assert all(len(set(layer)) == len(layer) for layer in drawn["neurons"])
    page.mouse.up()
    expect_read(page, "7")
    values = shown(page)["values"]
    assert values[-1].index(max(values[-1])) == 7


def test_the_keyboard_walks_from_neuron_to_neuron_and_opens_the_arithmetic(server, page):
    open_page(page, server)
    expect_network(page)
    press_and_move(page, DIGITS["7"])
    page.mouse.up()
    expect_read(page, "7")
    picture, spoken = page.locator(PICTURE), page.locator(SPOKEN)
    picture.focus()
    page.keyboard.press("ArrowDown")
    expect(spoken).to_have_text(re.compile("^" + WORD["title_neuron"].format(layer=1, neuron=r"\d+") + ": value "))
    page.keyboard.press("ArrowRight")
    expect(spoken).to_contain_text(WORD["title_neuron"].partition("{neuron}")[2].format(layer=2))
    for _ in range(3):
        page.keyboard.press("ArrowRight")
    page.keyboard.press("End")
    expect(spoken).to_contain_text(WORD["title_digit"].format(neuron=9))
    page.keyboard.press("Enter")
    table = page.locator(TABLE)
    expect(table.get_by_role("heading")).to_have_text(WORD["title_digit"].format(neuron=9))
    *parts, total = numbers_of(page)
    assert len(parts) == 7  # five terms, the rest, the bias
    assert f"{sum(parts):.3f}" == f"{total:.3f}"
    table.get_by_role("button").nth(1).click()  # the strongest input
    expect(table.get_by_role("heading")).to_contain_text(WORD["title_neuron"].partition("{neuron}")[2].format(layer=3))
    *parts, total = numbers_of(page)
    assert f"{sum(parts):.3f}" == f"{total:.3f}"
    expect(table).to_contain_text(f"{strings('en')['train.activation_relu']}(z) = ")
    table.get_by_role("button", name=WORD["close"]).click()
    expect(table).to_be_hidden()
    expect(picture).to_be_focused()


def test_the_first_layer_as_pictures_of_its_weights(server, page):
    open_page(page, server)
    expect_network(page)
    expect(page.locator(".nnlab-living .choice")).to_contain_text("23")
    before = page.evaluate(PIXELS)
    page.get_by_label(WORD["pictures"]).check()
    assert [len(layer) for layer in shown(page)["neurons"]][:2] == [12, 23]
    assert page.evaluate(PIXELS) != before
