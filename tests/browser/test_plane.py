"""What a visitor does in the lesson on points in a plane; its arithmetic is in ``test_plane_arithmetic``."""

import re

import numpy as np
import pytest
from playwright.sync_api import expect

from nnlab.teaching.plane import INPUTS
from nnlab.ui.text import fill, strings
from tests.browser.harness import expect_soon, wait_until_drawn

EN = strings("en")


@pytest.fixture
def lesson(server, page):
    """The lesson, opened, and its box."""
    page.goto(f"{server}/learn?lesson=plane&lang=en")
    box = page.locator(".nnlab-plane")
    expect(box.locator(".tile")).to_have_count(8)  # two inputs, four and two neurons
    return box


def named(box, word, /, **values):
    return box.get_by_role("button", name=fill(EN[f"plane.{word}"], **values) if values else EN[f"plane.{word}"])


def number(box, name) -> float:
    return float(box.get_attribute(f"data-{name}"))


def test_the_ring_is_learned_paused_stepped_and_begun_anew(page, lesson):
    expect(lesson.locator(".state")).to_contain_text("Epoch 0.0")
    named(lesson, "train").click()
    expect_soon(page, lambda: number(lesson, "loss"), lambda loss: loss < 0.1)
    named(lesson, "pause").click()
    steps = number(lesson, "steps")
    expect(lesson.locator(".state")).to_contain_text(re.compile(r"(100.0|99.5)% of 200 right"))
    named(lesson, "step").click()
    assert number(lesson, "steps") == steps + 1
    named(lesson, "again").click()
    assert number(lesson, "steps") == 0
    assert number(lesson, "loss") > 0.4


def test_a_weight_that_is_typed_is_the_networks(lesson):
    lesson.locator(".tile").nth(2).click()
    expect(lesson.locator("figcaption")).to_contain_text("Hidden layer 1, neuron 1")
    before = number(lesson, "loss")
    field = lesson.get_by_label(fill(EN["plane.weight"], name="x₁"))
    field.fill("7.5")
    field.press("Tab")
    expect(field).to_have_value("7.50")
    assert number(lesson, "loss") != before
    field.fill("")  # no number, so nothing is changed
    field.press("Tab")
    named(lesson, "step").click()
    assert abs(float(field.input_value()) - 7.5) < 1
    lesson.locator(".tile").nth(2).click()
    expect(lesson.locator(".numbers b")).to_have_text(EN["plane.output"])


def test_layers_grow_and_shrink_keep_the_focus_and_are_still_so_when_the_lesson_is_opened_again(page, lesson):
    more = named(lesson, "more", name=fill(EN["plane.layer"], layer=2))
    more.focus()
    more.press("Enter")
    expect(lesson.locator(".tile")).to_have_count(9)
    expect(more).to_be_focused()
    named(lesson, "more", name=EN["plane.layers"]).click()
    expect(lesson.locator(".tile")).to_have_count(12)  # the new layer is as wide as the last
    page.locator(".st-key-learn-next button").click()
    expect(lesson).to_have_count(0)
    page.locator(".st-key-learn-previous button").click()
    expect(lesson.locator(".tile")).to_have_count(12)
    for _ in range(3):
        named(lesson, "fewer", name=EN["plane.layers"]).click()
    expect(lesson.locator(".tile")).to_have_count(2)
    expect(named(lesson, "fewer", name=EN["plane.layers"])).to_be_disabled()


def test_ones_own_points_with_the_mouse_and_the_keyboard(page, lesson):
    page.locator(".st-key-learn-plane_points").get_by_text(EN["plane.points_own"]).click()
    expect(lesson.locator(".state")).to_have_text(EN["plane.empty"])
    expect(named(lesson, "train")).to_be_disabled()
    plane = lesson.locator(".points")
    plane.click(position={"x": 60, "y": 60})  # blue at first
    named(lesson, "orange").click()
    plane.click(position={"x": 200, "y": 60})
    plane.focus()
    plane.press("Shift+ArrowDown")
    expect(lesson.locator("figcaption")).to_contain_text("x₁ = 0.0, x₂ = −0.5")
    for key in ["ArrowLeft"] * 3 + ["ArrowRight"] * 3:  # to -3e-17, which has no sign
        plane.press(key)
    expect(lesson.locator("figcaption")).to_contain_text("x₁ = 0.0, x₂ = −0.5")
    plane.press("Space")
    assert number(lesson, "own") == 3
    named(lesson, "train").click()
    expect(lesson.locator(".state")).to_contain_text("100.0% of 3 right")
    named(lesson, "wipe").click()
    plane.click(position={"x": 60, "y": 60})
    assert number(lesson, "own") == 2
    named(lesson, "clear").click()
    assert number(lesson, "own") == 0
    expect(named(lesson, "train")).to_be_disabled()


def test_a_link_brings_a_set_up_and_what_is_chosen_stands_in_the_address(server, page):
    page.goto(f"{server}/learn?lesson=plane&lang=en&plane=points:spiral;hidden:8,8;act:relu")
    box = page.locator(".nnlab-plane")
    expect(box.locator(".tile")).to_have_count(18)
    named(box, "fewer", name=fill(EN["plane.layer"], layer=2)).click()
    expect(page).to_have_url(re.compile(r"plane=points(:|%3A)spiral(;|%3B)hidden(:|%3A)8(,|%2C)7(;|%3B)act(:|%3A)relu"))
    page.locator(".st-key-learn-next button").click()
    expect(page).to_have_url(re.compile(r"lesson=training"))
    expect(page).not_to_have_url(re.compile(r"[?&]plane="))
    page.locator(".st-key-learn-previous button").click()
    expect(box.locator(".tile")).to_have_count(17)
    expect(page).to_have_url(re.compile(r"[?&]plane="))


def test_an_l1_penalty_leaves_the_inputs_that_the_ring_needs(server, page):
    """Given all seven values of a point and no hidden layer, it keeps the squares: x₁² + x₂² says it all."""
    page.goto(f"{server}/learn?lesson=plane&lang=en&plane=inputs:{','.join(INPUTS)};hidden:;lr:0.2;batch:50;l1:0.1")
    box = page.locator(".nnlab-plane")
    expect(box.locator(".tile")).to_have_count(len(INPUTS))
    state = box.locator(".state")
    expect(state).not_to_contain_text("weights at 0")
    top = page.locator(".nnlab-plane .sizes").bounding_box()["y"]
    named(box, "train").click()
    expect(state).to_contain_text(fill(EN["plane.zeros"], count=5, all=7))
    named(box, "pause").click()
    assert page.locator(".nnlab-plane .sizes").bounding_box()["y"] == top, "what is below the sentence has moved"
    fields = box.locator(".numbers input").evaluate_all("fields => fields.map(field => Number(field.value))")
    kept = [name for name, weight in zip(INPUTS, fields, strict=False) if weight]
    assert kept == ["square_1", "square_2"]
    widths = box.locator(".diagram path").evaluate_all(
        "lines => lines.map(line => Number(line.getAttribute('stroke-width')))"
    )
    assert [name for name, width in zip(INPUTS, widths, strict=True) if width] == kept


COLORS = """canvas => {
  const pixels = new Uint32Array(canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data.buffer)
  return new Set(pixels).size
}"""


def test_the_border_is_sharp_when_that_is_wanted_and_a_neurons_map_as_it_is(lesson):
    colors = lesson.locator(".map .colors")
    assert colors.evaluate(COLORS) > 10
    lesson.get_by_label(EN["plane.sharp"]).check()
    assert colors.evaluate(COLORS) == 2
    expect(lesson.locator("figcaption")).to_have_text(EN["plane.map_sharp"])
    lesson.locator(".tile").nth(3).click()
    assert colors.evaluate(COLORS) > 10
    lesson.get_by_label(EN["plane.sharp"]).uncheck()
    lesson.locator(".tile").nth(3).click()
    expect(lesson.locator("figcaption")).to_have_text(EN["plane.map_output"])


def test_a_projector_shows_a_large_plane_and_all_of_it(page, lesson):
    page.set_viewport_size({"width": 1920, "height": 1080})
    plane = lesson.locator(".map")
    expect_soon(page, lambda: plane.bounding_box()["width"], lambda width: width > 380)
    assert lesson.locator("figcaption").bounding_box()["y"] < 1080
    expect_soon(page, lambda: lesson.locator(".points").evaluate("canvas => canvas.width"), lambda width: width > 380)


def test_a_rate_that_is_far_too_large_ends_in_a_sentence(page, lesson):
    page.locator(".st-key-learn-plane_activation").get_by_text(EN["learn.activation_identity"]).click()
    slider = page.locator(".st-key-learn-plane_rate").get_by_role("slider")
    slider.press("End")
    wait_until_drawn(page)
    named(lesson, "train").click()
    expect(lesson.locator(".state")).to_have_text(EN["plane.broken"])
    expect(named(lesson, "step")).to_be_disabled()
    lesson.locator(".points").hover(position={"x": 60, "y": 60})
    expect(lesson.locator("figcaption")).to_have_text(EN["plane.broken"])
    lesson.locator(".tile").nth(3).hover()
    expect(lesson.locator("figcaption")).to_have_text(EN["plane.broken"])
    expect(lesson.locator(".points")).not_to_have_attribute("aria-label", re.compile("NaN|Infinity"))
    slider.press("Home")
    named(lesson, "again").click()
    expect(lesson.locator(".state")).to_contain_text("Epoch 0.0")


def test_the_language_changes_and_what_was_learned_stays(page, lesson):
    named(lesson, "step").click()
    named(lesson, "step").click()
    page.get_by_text("한국어").click()
    expect(lesson.locator(".go")).to_contain_text(strings("ko")["plane.train"])
    assert number(lesson, "steps") == 2


@pytest.fixture
def by_finger(server, open_browser):
    """The lesson on a phone: its window, its box, and what brings the places that fingers touch."""
    phone = open_browser(width=390, height=844, has_touch=True, is_mobile=True)
    phone.goto(f"{server}/learn?lesson=plane&lang=en")
    box = phone.locator(".nnlab-plane")
    expect(box.locator(".tile")).to_have_count(8)
    wait_until_drawn(phone)
    box.locator(".points").scroll_into_view_if_needed()
    session = phone.context.new_cdp_session(phone)

    def touch(kind: str, *places) -> None:
        corner = box.locator(".points").bounding_box()
        points = [{"x": corner["x"] + x, "y": corner["y"] + y, "id": finger} for finger, (x, y) in enumerate(places)]
        session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})

    return phone, box, touch


def test_a_second_finger_puts_no_points(by_finger):
    _, box, touch = by_finger
    named(box, "orange").tap()
    touch("touchStart", (100, 150))
    touch("touchStart", (100, 150), (250, 250))
    for shake in range(6):
        touch("touchMove", (100, 150 + shake % 2), (250, 250 + shake % 2))
    touch("touchEnd")
    assert number(box, "own") == 1


def test_what_a_finger_has_asked_for_is_read_when_it_is_lifted(by_finger):
    phone, box, touch = by_finger
    touch("touchStart", (100, 150))
    touch("touchEnd")
    expect(box.locator("figcaption")).to_contain_text("x₁ = −1.3, x₂ = 0.5")
    box.locator(".tile").first.tap()
    expect(box.locator("figcaption")).to_contain_text(fill(EN["plane.input"], name="x₁"))


@pytest.mark.parametrize("layer", [None, 2])
def test_a_finger_finds_its_buttons(by_finger, layer):
    _, box, _ = by_finger
    view(box, layer).tap()
    expect(box.locator(".tools")).to_be_visible(visible=layer is not None)
    for control in box.locator(":is(button, select, input:is([type=number], [type=range])):visible").all():
        assert control.bounding_box()["height"] >= 40
    for field in box.locator(":is(select, input[type=number]):visible").all():  # a phone zooms in on smaller letters
        assert field.evaluate("field => parseFloat(getComputedStyle(field).fontSize)") >= 16


def test_only_all_of_the_points_are_100_percent(page, lesson):
    """199 of 200 once were. And no place is blue for certain."""
    state = lesson.locator(".state")
    named(lesson, "train").click()
    expect_soon(page, lambda: number(lesson, "loss"), lambda loss: loss < 0.05)
    named(lesson, "pause").click()
    sums = lesson.locator(".numbers input")
    for field, weight in zip(sums.all(), ["900", "900", "900"], strict=True):
        field.fill(weight)
    lesson.locator(".points").hover(position={"x": 20, "y": 20})
    expect(lesson.locator("figcaption")).to_contain_text(">99.9%")
    shares = re.findall(r"([\d.]+)% of (\d+)", state.inner_text())
    assert [count for _, count in shares] == ["100", "200"]
    assert all(re.fullmatch(r"\d+\.\d", share) for share, _ in shares)


def test_what_is_painted_is_explained(lesson):
    expect(lesson.locator("figcaption")).to_contain_text("ring is misread")
    expect(lesson.locator(".legend")).to_contain_text(EN["plane.below"])


PLACED = "box => box.plane.space.placed.map(({ x, y, class: color }) => [x, y, color])"
LINE = "box => [...box.plane.network.layers[2].weights[0]]"
PICTURE = "canvas => canvas.toDataURL()"


def view(box, layer=None):
    name = fill(EN["plane.view_layer"], layer=layer) if layer else EN["plane.view_plane"]
    return box.locator(".views").get_by_role("button", name=name)


def test_a_layer_bends_the_plane_until_its_border_is_straight(page, lesson):
    named(lesson, "train").click()
    expect_soon(page, lambda: number(lesson, "loss"), lambda loss: loss < 0.05)
    named(lesson, "pause").click()
    expect(lesson.locator(".state")).to_contain_text(re.compile(r"100.0% of 100 right"))
    view(lesson, 2).click()
    caption, way = lesson.locator("figcaption"), lesson.locator(".way input")
    expect(caption).to_have_text(fill(EN["plane.space_border"], layer=2))
    expect(way).to_have_attribute("aria-valuetext", "a₁, a₂")
    expect(view(lesson, 2)).to_have_attribute("aria-pressed", "true")
    places = np.array(lesson.evaluate(PLACED))
    assert len(places) == 100
    assert abs(places[:, :2]).max() < 1
    (across, up), is_blue = lesson.evaluate(LINE), places[:, 2] == 1
    along = places[:, 0] * across + places[:, 1] * up
    assert along[is_blue].min() > along[~is_blue].max(), "no straight line lies between blue and orange"
    view(lesson).click()
    expect(caption).to_have_text(EN["plane.map_output"])
    expect(lesson.locator(".space")).to_be_hidden()


def test_the_way_to_a_layer_is_gone_by_the_keyboard(page, lesson):
    view(lesson, 1).click()
    caption, way, picture = lesson.locator("figcaption"), lesson.locator(".way input"), lesson.locator(".space")
    expect(caption).to_have_text(fill(EN["plane.space_next"], layer=1, next=2))
    seen = [picture.evaluate(PICTURE)]
    way.press("ArrowLeft")
    expect(caption).to_have_text(EN["plane.space_bent"])
    way.fill("1")
    expect(caption).to_have_text(EN["plane.space_straight"])
    expect(way).to_have_attribute("aria-valuetext", "z₁, z₂")
    seen.append(picture.evaluate(PICTURE))
    way.press("Home")
    expect(caption).to_have_text(fill(EN["plane.space_start"], layer=1))
    expect(way).to_have_attribute("aria-valuetext", "x₁, x₂")
    seen.append(picture.evaluate(PICTURE))
    lesson.locator(".tools select").nth(1).select_option("a₄")
    way.press("End")
    expect(way).to_have_attribute("aria-valuetext", "a₁, a₄")
    seen.append(picture.evaluate(PICTURE))
    assert len(set(seen)) == 4
    way.fill("1")
    before = picture.evaluate(PICTURE)
    named(lesson, "again").click()
    expect(way).to_have_attribute("aria-valuetext", "z₁, z₄")
    assert picture.evaluate(PICTURE) != before, "it does not follow the network"


def test_a_view_stands_in_the_address_and_is_there_again(server, page):
    page.goto(f"{server}/learn?lesson=plane&lang=en&plane=hidden:1,3;view:2")
    box = page.locator(".nnlab-plane")
    expect(view(box, 2)).to_have_attribute("aria-pressed", "true")
    caption, way = box.locator("figcaption"), box.locator(".way input")
    expect(caption).to_have_text(fill(EN["plane.space_weighed"], layer=2, count=3))
    expect(way).to_have_attribute("aria-valuetext", "w·a/|w|, a₁")
    across, up = box.locator(".tools select").all()
    across.select_option("a₃")
    expect(caption).to_have_text(fill(EN["plane.space_many"], layer=2, count=3))
    expect(way).to_have_attribute("aria-valuetext", "a₃, a₁")
    expect(named(box, "blue")).to_be_hidden()
    view(box, 1).click()
    expect(page).to_have_url(re.compile(r"view(:|%3A)1"))
    expect(way).to_have_attribute("aria-valuetext", "a₁")
    expect(across).to_be_hidden()  # of one neuron
    expect(up).to_be_hidden()
    wait_until_drawn(page)
    page.locator(".st-key-learn-next button").click()
    page.locator(".st-key-learn-previous button").click()
    expect(view(box, 1)).to_have_attribute("aria-pressed", "true")
    for _ in range(2):
        named(box, "fewer", name=EN["plane.layers"]).click()
    expect(box.locator(".views")).to_be_hidden()
    expect(box.locator("figcaption")).to_have_text(EN["plane.map_output"])
    expect(page).not_to_have_url(re.compile("view"))


def test_no_point_is_put_where_a_layer_is_seen(page, lesson):
    named(lesson, "blue").click()
    surface = lesson.locator(".points").bounding_box()
    view(lesson, 1).click()
    expect(named(lesson, "blue")).to_be_hidden()
    page.mouse.click(surface["x"] + 60, surface["y"] + 60)
    expect(lesson.locator(".points")).to_have_attribute("tabindex", "-1")
    assert number(lesson, "own") == 0
    view(lesson).click()
    page.mouse.click(surface["x"] + 60, surface["y"] + 60)
    assert number(lesson, "own") == 1


def test_without_activation_nothing_is_bent(server, page):
    page.goto(f"{server}/learn?lesson=plane&lang=en&plane=hidden:2;act:identity;view:1")
    box = page.locator(".nnlab-plane")
    box.locator(".way input").fill("1.5")
    expect(box.locator("figcaption")).to_have_text(EN["plane.space_unbent"])
