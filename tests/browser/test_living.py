"""The living network: it follows the pen, can be walked through by the keyboard, and shows a neuron's arithmetic."""

import re

from playwright.sync_api import expect

from nnlab.ui.components.living_network import WORDS
from nnlab.ui.text import strings
from tests.browser.drawing import DIGITS, expect_network, expect_read, on_screen, open_page, press_and_move
from tests.browser.harness import expect_soon, wait_until_drawn
from tests.browser.training import LONG_RUN, STATE, button, start

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
FOCUS = "() => document.querySelector('.nnlab-living').living.focus"
IN_FOCUS = "() => document.querySelector('.nnlab-living').living.neuronInFocus()"  # from 0 on
PLACE = "() => document.querySelector('.nnlab-living').living.plan.columns[0].places[0]"  # of the first neuron

# Of the lines of a run's pulses: their names, and how many points those of the gradient have in each layer.
LINES = """() => {
  const box = document.querySelector(".nnlab-pulse"), { epochs, gradients } = box.pulse.points
  const { data } = box.querySelector(".js-plotly-plot")
  return { epochs: epochs.length, gradients: gradients.map(line => line.length), names: data.map(({ name }) => name) }
}"""

# What is painted and said when the first of 16 neurons turns out alive, saturated or dead; and which of eight neurons
# are shown where there is room for four, two of them being lost.
MARKS = """() => {
  const { living } = document.querySelector(".nnlab-living"), { canvas } = living
  const marks = ["0", "1", "2"].map(state => {
    living.health = { step: 1, images: 200, states: [state.padEnd(16, "0")] }
    living.look({ layer: 0, row: 0 })
    living.speak()
    const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height)
    return [data.join(), living.speaker.textContent]
  })
  const next = { inputs: 8, units: 1, weights: Float32Array.from([8, 7, 6, 5, 4, 3, 2, 1]) }
  const chosen = new living.chosen[0].constructor(next, [0, 1, 2, 7]).choose(4, null, [6, 7])
  return { pictures: new Set(marks.map(([picture]) => picture)).size, said: marks.map(([, words]) => words), chosen }
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
    *hidden, outputs = [len(layer) for layer in drawn["neurons"]]
    assert len(set(hidden)) == 1
    assert 18 < hidden[0] <= 24  # of 1,024, 768 and 256, as there is room
    assert outputs == 10
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
    number = page.evaluate(IN_FOCUS) + 1  # as Inspect counts
    expect(spoken).to_contain_text(WORD["title_neuron"].format(layer=1, neuron=number) + ": ")
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


def test_a_neuron_that_a_smaller_window_has_no_room_for_gives_way_to_the_last_that_is_there(server, page):
    """It once stood in words without numbers beside a picture that was painted no further."""
    errors = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.goto(f"{server}/?lang=en")
    expect(page.locator(".nnlab-living:not(.without)")).to_be_visible()
    wait_until_drawn(page)
    page.locator(PICTURE).focus()
    page.keyboard.press("Home")
    page.keyboard.press("End")
    last = len(shown(page)["neurons"][0]) - 1
    assert page.evaluate(FOCUS) == {"layer": 0, "row": last}
    page.set_viewport_size({"width": 800, "height": 768})
    expect_soon(page, lambda: len(shown(page)["neurons"][0]), lambda count: count <= last)
    expect_soon(page, lambda: page.evaluate(FOCUS)["row"], lambda row: row == len(shown(page)["neurons"][0]) - 1)
    expect(page.locator(".nnlab-living .tip b")).to_have_text(
        WORD["title_neuron"].format(layer=1, neuron=page.evaluate(IN_FOCUS) + 1)
    )
    assert errors == []


def test_the_first_layer_as_pictures_of_its_weights(server, page):
    open_page(page, server)
    expect_network(page)
    expect(page.locator(".nnlab-living .choice")).to_contain_text("256")
    before, circles = page.evaluate(PIXELS), len(shown(page)["neurons"][0])
    page.get_by_label(WORD["pictures"]).check()
    assert 6 <= len(shown(page)["neurons"][0]) < circles
    assert page.evaluate(PIXELS) != before


def test_home_reads_what_is_drawn_before_torch_is_there(fresh_server, page):
    """Nothing goes to the server for it: the script of the page does not run again."""
    page.goto(f"{fresh_server}/?lang=en")
    said = page.locator(".nnlab-greeting .reply > p")
    expect(said).to_have_text(strings("en")["home.greeting"])
    paper = page.locator(".nnlab-greeting-paper canvas")
    box = paper.bounding_box()
    places = [(box["x"] + x * box["width"], box["y"] + y * box["height"]) for x, y in DIGITS["7"]]
    page.mouse.move(*places[0])
    page.mouse.down()
    for place in places[1:]:
        page.mouse.move(*place, steps=4)
    expect(said).to_have_text(re.compile(r"^7 seven, >?\d+\.\d%$"))  # the pen is still down
    assert page.evaluate(SHOWN)["values"]
    page.mouse.up()
    expect(page.locator(".nnlab-greeting .spoken")).to_have_text(re.compile("^7 seven"))
    page.get_by_test_id("stSidebar").get_by_text("한국어").click()
    expect(said).to_have_text(re.compile(r"^7 칠, "))  # what was drawn stays
    page.get_by_role("button", name=strings("ko")["common.clear"]).click()
    expect(said).to_have_text(strings("ko")["home.greeting"])
    assert page.evaluate(SHOWN).get("values") is None


def test_a_network_that_is_lost_on_its_way_is_asked_for_again(server, page):
    lost = []
    page.route("**/bundled.safetensors", lambda route: (lost.append(route), route.abort()), times=2)
    page.goto(f"{server}/?lang=en")
    page.locator(".nnlab-greeting-paper canvas").focus()
    for key in ("1", "Space", "3", "8", "Space"):
        page.keyboard.press(key)
    said = page.locator(".nnlab-greeting .reply > p")
    expect(said).to_have_text(strings("en")["home.greeting_waiting"])
    expect(said).to_have_text(re.compile("^7 seven"))
    assert len(lost) == 2


def test_on_train_it_changes_as_the_run_learns_and_rests_with_it(server, page):
    page.goto(f"{server}/train?lang=en&{LONG_RUN}")
    start(page)
    asked = []
    page.on("request", lambda request: asked.append(request.url) if "/weights" in request.url else None)
    fold = page.get_by_text(strings("en")["train.inside"], exact=True)
    fold.click()
    step = page.locator(".nnlab-living-run .step")
    expect(step).to_have_text(re.compile(r"Weights after step [\d,]+\."))
    first, before = page.evaluate(SHOWN), step.inner_text()
    expect(step).not_to_have_text(before)
    assert page.evaluate(SHOWN)["values"] != first["values"]
    assert [len(layer) for layer in first["neurons"]] == [16, 10]
    health = page.locator(".nnlab-living-run .health")
    counted = r"^Over [\d,]+ test images, after step [\d,]+: hidden layer 1: \d+ of 16 dead"
    expect(health).to_have_text(re.compile(counted))
    marks = page.evaluate(MARKS)
    assert marks["pictures"] == 3
    assert [WORD["is_saturated"].format(images=200) in words for words in marks["said"]] == [False, True, False]
    assert [WORD["is_dead"].format(images=200) in words for words in marks["said"]] == [False, False, True]
    assert marks["chosen"] == [0, 1, 2, 7]  # a quarter of the places, and those that are shown already go first
    page.get_by_role("radio", name=strings("en")["train.inside_layers"]).click()
    rows = page.locator(".nnlab-pulse tbody tr")
    expected = (r"^Hidden 1[\d.].*\d+ / 16\d+ / 16$", r"^Output[\d.].*none can$")
    expect(rows).to_have_text([*map(re.compile, expected)])
    expect(page.locator(".nnlab-pulse .js-plotly-plot")).to_be_visible()
    drawn = page.evaluate(LINES)
    assert drawn["gradients"] == [drawn["epochs"]] * 2  # a point for each watched step
    expect_soon(page, lambda: page.evaluate(LINES)["epochs"], lambda count: count > drawn["epochs"])
    assert drawn["names"][:2] == ["Hidden 1", "Hidden 1"]
    page.get_by_role("radio", name=strings("en")["train.inside_neurons"]).click()
    expect(step).to_have_text(re.compile(r"Weights after step [\d,]+\."))
    button(page, "Pause").click()
    wait_until_drawn(page)
    state = page.locator(STATE)
    expect(state).to_contain_text("Paused")
    reached = re.search(r"step ([\d,]+) of", state.inner_text())[1]
    step.scroll_into_view_if_needed()  # what is not on the screen is not asked for
    expect(step).to_have_text(f"Weights after step {reached}.")
    fold.click()  # closed: nothing is asked any more
    expect(page.locator(".nnlab-living-run")).to_be_hidden()
    page.wait_for_timeout(500)
    count = len(asked)
    page.wait_for_timeout(2500)
    assert len(asked) == count > 2


def test_the_lines_of_a_run_are_saved_on_a_touch_screen_too(server, open_browser):
    """They have no tools there, which would always be shown; the button below their table draws the file itself."""
    phone = open_browser(390, 844, has_touch=True, is_mobile=True)
    phone.goto(f"{server}/train?lang=en&{LONG_RUN}")
    wait_until_drawn(phone)
    start(phone)
    phone.get_by_text(strings("en")["train.inside"], exact=True).tap()
    phone.get_by_text(strings("en")["train.inside_layers"], exact=True).tap()
    expect(phone.locator(".nnlab-pulse .js-plotly-plot")).to_be_visible()
    wait_until_drawn(phone)  # the chart pushes down what is tapped next
    fold = phone.locator(".st-key-train-pulse + .nnlab-values")
    for _ in range(2):  # once more, as a person would, if something has moved on a machine that is busy
        fold.locator("summary").tap()
        phone.wait_for_timeout(500)
        if fold.evaluate("fold => fold.open"):
            break
    expect(fold).to_have_attribute("open", "")
    with phone.expect_download() as download:
        fold.get_by_role("button", name=strings("en")["common.values_save"]).tap()
    assert download.value.suggested_filename == "gradients-through-training.png"
    assert download.value.path().read_bytes().startswith(b"\x89PNG")


def test_on_a_phone_the_arithmetic_of_a_neuron_that_is_touched_comes_into_view(server, open_browser):
    phone = open_browser(390, 844, has_touch=True, is_mobile=True)
    phone.goto(f"{server}/?lang=en")
    picture = phone.locator(PICTURE)
    expect(phone.locator(".nnlab-living:not(.without)")).to_be_visible()
    wait_until_drawn(phone)
    picture.scroll_into_view_if_needed()
    place = phone.evaluate(PLACE)
    picture.tap(position=place)
    heading = phone.locator(TABLE).get_by_role("heading")
    expect(heading).to_contain_text("hidden layer 1")
    expect(heading).to_be_in_viewport()
    expect(phone.locator(TABLE)).to_be_in_viewport(ratio=0.99)
