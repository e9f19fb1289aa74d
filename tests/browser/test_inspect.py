"""The Inspect page in a browser: a unit is clicked in the picture of its layer, and changed where it is read."""

import re
from urllib.parse import parse_qs, urlparse

import pytest
from PIL import Image
from playwright.sync_api import expect

from nnlab.ui.text import strings
from tests.browser.harness import expect_soon, wait_until_drawn

PICTURE = ".st-key-inspect-layer_picture_2"
SQUARES = f"{PICTURE} .nnlab-units canvas"


def click(page, number: int) -> None:
    """Click a unit's square, once the picture says that it is that unit's."""
    corner = f"document.querySelector('{PICTURE} .nnlab-units').grid.corner({number}).map(at => at + 3)"
    x, y = page.evaluate(corner)
    picture = page.locator(SQUARES)
    picture.hover(position={"x": x, "y": y})
    expect(page.locator(f"{PICTURE} .card")).to_contain_text(f"neuron {number + 1} of layer 3")
    picture.click(position={"x": x, "y": y})


def test_a_clicked_unit_is_looked_at_and_silencing_it_is_told_with_the_accuracy(server, page):
    texts = strings("en")
    page.goto(f"{server}/inspect?lang=en&section=units&layer=3&unit=7")
    expect(page.locator(SQUARES)).to_be_visible()
    wait_until_drawn(page)
    for number in (40, 90):
        click(page, number)
        expect_soon(
            page,
            lambda: parse_qs(urlparse(page.url).query)["neuron"],
            lambda unit, number=number: unit == [str(number + 1)],
        )
        wait_until_drawn(page)
    page.get_by_text(texts["inspect.change"], exact=True).click()
    silence = page.get_by_role("button", name=texts["inspect.silence"], exact=True)
    expect(silence).to_be_visible()
    wait_until_drawn(page)  # and the fold is open
    silence.click()
    changed = page.get_by_text(texts["inspect.effect"].format(count=1).removeprefix(":orange[").removesuffix("]"))
    expect(changed).to_be_visible()
    expect(changed.locator("xpath=..")).to_contain_text("Right on the test set")
    page.locator(".st-key-inspect-undo_change").get_by_role("button").click()
    expect(changed).to_have_count(0)


def test_the_layer_has_its_values_as_a_table_and_says_what_it_is(server, page):
    page.goto(f"{server}/inspect?lang=en&section=units&layer=3&neuron=7")
    expect(page.locator(SQUARES)).to_be_visible()
    wait_until_drawn(page)
    expect(page.locator(SQUARES)).to_have_attribute("data-now", re.compile("^neuron 7 of layer 3, z = "))
    fold = page.locator(f"{PICTURE} + .nnlab-values")
    fold.locator("summary").focus()
    page.keyboard.press("Enter")
    rows = fold.locator("tbody tr")
    told = page.evaluate(f"document.querySelector('{PICTURE} .nnlab-units').grid.data")
    expect(rows).to_have_count(len(told["outputs"]))
    expect(fold.locator("thead th")).to_have_text(["Neuron", "z", "output a"])
    third = [cell.replace(",", "").replace("−", "-") for cell in rows.nth(2).locator("th, td").all_inner_texts()]
    assert third[0] == "3"
    assert [float(cell) for cell in third[1:]] == pytest.approx([told["totals"][2], told["outputs"][2]], rel=1e-3)


def test_a_unit_is_chosen_by_the_keyboard(server, page):
    page.goto(f"{server}/inspect?lang=en&section=units&layer=3&neuron=7")
    picture = page.locator(SQUARES)
    expect(picture).to_be_visible()
    wait_until_drawn(page)
    picture.focus()
    page.keyboard.press("ArrowRight")
    expect(page.locator(f"{PICTURE} .speaker")).to_contain_text("neuron 8 of layer 3, z = ")
    page.keyboard.press("Enter")
    expect_soon(page, lambda: parse_qs(urlparse(page.url).query)["neuron"], lambda unit: unit == ["8"])


CARD = """() => {
  const { grid } = document.querySelector(".nnlab-units"), { pointed, card } = grid
  return [card.textContent, pointed === null ? "" : grid.words(pointed).join("\\n")]
}"""


def test_what_is_said_of_a_unit_changes_with_the_image(server, page):
    """N is a key for another image: the pointer may rest on a square meanwhile."""
    page.goto(f"{server}/inspect?lang=en&section=units&layer=3&neuron=7")
    expect(page.locator(SQUARES)).to_be_visible()
    wait_until_drawn(page)
    x, y = page.evaluate(f"document.querySelector('{PICTURE} .nnlab-units').grid.corner(5).map(at => at + 3)")
    page.locator(SQUARES).hover(position={"x": x, "y": y})
    card = page.locator(f"{PICTURE} .card")
    expect(card).to_contain_text("neuron 6 of layer 3")
    before = card.inner_text()
    told = page.locator(SQUARES).get_attribute("data-now")
    page.keyboard.press("n")
    expect(page.locator(SQUARES)).not_to_have_attribute("data-now", told)
    shown, right = page.evaluate(CARD)
    assert shown == right != before


def test_a_sum_that_rounds_to_zero_has_no_sign(server, page):
    page.goto(f"{server}/inspect?lang=en&section=units&layer=3&neuron=7")
    expect(page.locator(SQUARES)).to_be_visible()
    wait_until_drawn(page)
    written = """() => {
      const { grid } = document.querySelector(".nnlab-units")
      grid.data.totals[5] = -0.0004
      return grid.words(5)[1]
    }"""
    assert page.evaluate(written) == "z = 0.000"


# Which presses a page keeps for itself.
KEPT = """() => {
  window.kept = []
  const note = event => setTimeout(() => event.defaultPrevented && kept.push(event.key))
  document.addEventListener("keydown", note, true)
}"""
PICTURES = {  # that the arrow keys move in
    "inspect?section=units": ".nnlab-units canvas", "inspect?section=map": ".nnlab-map > canvas",
    "play?section=fool": ".nnlab-grid canvas", "": ".nnlab-living:not(.without) .picture",
}  # fmt: skip


@pytest.mark.parametrize("address", PICTURES)
def test_alt_and_an_arrow_stay_the_browsers(server, page, address):
    page.goto(f"{server}/{address}")
    picture = page.locator(PICTURES[address]).first
    expect(picture).to_be_visible()
    wait_until_drawn(page)
    page.evaluate(KEPT)
    picture.focus()
    page.keyboard.press("Alt+ArrowRight")
    page.keyboard.press("Control+ArrowRight")
    page.keyboard.press("ArrowDown")
    expect_soon(page, lambda: page.evaluate("() => kept"), bool)
    assert page.evaluate("() => kept") == ["ArrowDown"]


def test_a_phone_shows_the_digit_and_what_is_read_in_it_first(server, page):
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(f"{server}/inspect?lang=en&section=units")
    wait_until_drawn(page)
    digit, answer, section = (
        page.locator(name).bounding_box()
        for name in (".st-key-inspect-picture", ".st-key-inspect-answer", ".st-key-inspect-layer")
    )
    assert digit["y"] < answer["y"] < section["y"]
    assert answer["y"] + answer["height"] < 844
    assert page.locator(".st-key-inspect-network").bounding_box()["y"] > section["y"]


def test_a_charts_tools_do_not_hide_its_legend(server, page):
    page.goto(f"{server}/inspect?lang=en&section=surgery")
    chart = page.locator(".st-key-inspect-before_after .js-plotly-plot")
    chart.hover()
    wait_until_drawn(page)
    tools, legend = chart.locator(".modebar"), chart.locator(".legend")
    expect(tools).to_be_visible()
    expect_soon(
        page,
        lambda: (tools.bounding_box()["y"], legend.bounding_box()["y"] + legend.bounding_box()["height"]),
        lambda ends: ends[0] > ends[1],
    )
    inside = chart.bounding_box()
    assert tools.bounding_box()["y"] + tools.bounding_box()["height"] <= inside["y"] + inside["height"] + 1


def test_a_chart_is_saved_on_a_touch_screen_too(server, open_browser):
    phone = open_browser(390, 844, has_touch=True, is_mobile=True)
    phone.goto(f"{server}/inspect?lang=en&section=health")
    fold = phone.locator(".st-key-inspect-health + .nnlab-values")
    expect(fold).to_be_visible()
    wait_until_drawn(phone)
    fold.locator("summary").tap()
    with phone.expect_download() as download:
        fold.get_by_role("button", name=strings("en")["common.values_save"]).tap()
    assert download.value.suggested_filename == "inspect-health.png"


@pytest.mark.parametrize("touched", [True, False])
def test_pictures_of_digits_and_their_numbers_are_saved_by_mouse_and_by_finger(server, open_browser, touched):
    page = open_browser(390, 844, has_touch=True, is_mobile=True) if touched else open_browser(1366, 768)
    page.goto(f"{server}/inspect?lang=en&section=units")
    expect(page.locator(".st-key-inspect-excites-picture button")).to_be_visible()
    wait_until_drawn(page)
    for what, begins in (("picture", b"\x89PNG"), ("table", b"\xef\xbb\xbfNo.,True digit,z (weighted sum),Pixel 1,")):
        button = page.locator(f".st-key-inspect-excites-{what} button")
        with page.expect_download() as download:
            button.tap() if touched else button.click()
        assert download.value.suggested_filename == f"inspect-excites.{'png' if what == 'picture' else 'csv'}"
        assert download.value.path().read_bytes().startswith(begins)


def test_where_a_chart_has_its_tools_there_is_no_second_button(server, page):
    page.goto(f"{server}/inspect?lang=en&section=health")
    fold = page.locator(".st-key-inspect-health + .nnlab-values")
    expect(fold).to_be_visible()
    wait_until_drawn(page)
    fold.locator("summary").click()
    expect(fold.locator("table").first).to_be_visible()
    expect(fold.get_by_role("button")).to_have_count(0)


def test_on_a_phone_the_accuracy_stands_beside_what_is_done_to_the_network(server, open_browser):
    phone = open_browser(390, 844, has_touch=True, is_mobile=True)
    phone.goto(f"{server}/inspect?lang=en&section=surgery")
    button, accuracy = phone.locator(".st-key-inspect-prune_do button"), phone.get_by_test_id("stMetricValue")
    expect(button).to_be_visible()
    wait_until_drawn(phone)
    expect(phone.locator(".st-key-inspect-another kbd")).to_be_hidden()  # a phone has no keys
    first = accuracy.inner_text()
    above = accuracy.bounding_box()["y"], button.bounding_box()["y"]
    assert 0 < above[1] - above[0] < 400
    phone.locator(".st-key-inspect-pruned-field input").fill("95")
    button.tap()
    expect(accuracy).not_to_have_text(first)
    expect(accuracy).to_be_in_viewport()


@pytest.mark.parametrize(("section", "chart"), [("failures", "reliability"), ("unsure", "trade_off")])
def test_an_axis_of_shares_is_labelled_to_its_end_on_a_phone(server, open_browser, section, chart):
    phone = open_browser(390, 844, has_touch=True, is_mobile=True)
    phone.goto(f"{server}/inspect?lang=en&section={section}")
    labels = phone.locator(f".st-key-inspect-{chart} .xtick text")
    expect(labels.first).to_be_visible()
    expect(labels.filter(has_text="100%")).to_be_visible()


def test_the_whole_network_is_shown_as_it_was_changed_and_saved(server, page):
    """The living network of the bundled network comes from its file, a changed one is sent."""
    texts = strings("en")
    page.goto(f"{server}/inspect?lang=en&section=layers")
    view = page.locator(".st-key-inspect-layers_view").get_by_role("radio", name=texts["layers.view_network"])
    view.click()
    living = page.locator(".st-key-inspect-living .nnlab-living")
    picture = living.locator(".picture")
    expect(picture).to_be_visible()
    outputs = "() => document.querySelector('.nnlab-living').living.layers?.at(-1).outputs.length"
    expect_soon(page, lambda: page.evaluate(outputs), lambda count: count == 10)
    wait_until_drawn(page)
    picture.focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    expect(living.locator("section")).to_be_visible()
    page.keyboard.press("Escape")
    expect(living.locator("section")).to_be_hidden()
    with page.expect_download() as download:
        living.get_by_role("button", name=texts["failures.map_save"]).click()
    assert download.value.suggested_filename == "inspect-network.png"
    with Image.open(download.value.path()) as saved:
        assert saved.getpixel((0, 0))[:3] == (255, 255, 255)  # paper, as on the page

    page.locator(".st-key-inspect-section").get_by_role("radio", name=texts["inspect.section_surgery"]).click()
    page.locator(".st-key-inspect-zero_biases_do button").click()
    expect(page.get_by_text(texts["inspect.changes"].format(count=1), exact=True)).to_be_visible()
    page.locator(".st-key-inspect-section").get_by_role("radio", name=texts["inspect.section_layers"]).click()
    expect(picture).to_be_visible()
    biases = "() => document.querySelector('.nnlab-living').living.network?.layers[1].learnedBias.some(bias => bias)"
    expect_soon(page, lambda: page.evaluate(biases), lambda has_some: has_some is False)


def test_the_chart_of_surgery_stays_in_its_place_when_the_first_change_is_made(server, page):
    page.goto(f"{server}/inspect?lang=en&section=surgery")
    chart = page.locator(".st-key-inspect-before_after")
    expect(chart.locator(".js-plotly-plot")).to_be_visible()
    wait_until_drawn(page)
    before = chart.bounding_box()["y"]
    page.locator(".st-key-inspect-prune_do button").click()
    expect(page.get_by_test_id("stMetricDelta")).to_be_visible()
    wait_until_drawn(page)
    expect_soon(page, lambda: chart.bounding_box()["y"], before.__eq__)


@pytest.mark.parametrize("width", [390, 1366])
def test_a_neuron_is_silenced_and_heard_again_with_everything_in_its_place(server, page, width):
    """On a phone the page once ran to its end under the finger, where the only button to undo it was."""
    page.set_viewport_size({"width": width, "height": 844})
    page.goto(f"{server}/inspect?lang=en&section=units")
    expect(page.locator(".nnlab-units canvas").first).to_be_visible()
    wait_until_drawn(page)
    page.locator(".st-key-inspect-change summary").click()
    silence = page.get_by_role("button", name=strings("en")["inspect.silence"], exact=True)
    undo = page.locator(".st-key-inspect-undo_here").get_by_role("button")
    expect(silence).to_be_visible()
    wait_until_drawn(page)
    expect(undo).to_have_count(0)
    silence.scroll_into_view_if_needed()
    before = silence.bounding_box()["y"]
    for button, there_are in ((silence, 1), (undo, 0)):
        button.click()
        expect(undo).to_have_count(there_are)
        wait_until_drawn(page)
        expect_soon(page, lambda: abs(silence.bounding_box()["y"] - before), lambda moved: moved < 3)


def test_presses_just_before_the_page_is_left_are_obeyed(server, page):
    """The second waits on the server for the answer to the first, and was forgotten with it."""
    texts = strings("en")
    page.goto(f"{server}/inspect?lang=en&section=surgery")
    expect(page.locator(".st-key-inspect-zero_biases_do button")).to_be_visible()
    wait_until_drawn(page)
    page.evaluate("""async () => {
        const frames = async () => { for (let n = 0; n < 4; n++) await new Promise(requestAnimationFrame) }
        for (const name of ["prune", "zero_biases"]) {
            document.querySelector(`.st-key-inspect-${name}_do button`).click()
            await frames()
        }
        document.querySelector("[data-testid=stSidebar] a[href*='draw']").click()
    }""")
    expect(page).to_have_url(re.compile("/draw"))
    wait_until_drawn(page)
    page.get_by_test_id("stSidebar").get_by_role("link", name=texts["inspect.title"], exact=True).click()
    expect(page.get_by_text(texts["inspect.changes"].format(count=2), exact=True)).to_be_visible()
