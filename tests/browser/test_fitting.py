"""The network that follows points with a curve: its arithmetic against PyTorch's, and what a visitor does with it."""

import re
from dataclasses import replace

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from playwright.sync_api import expect

from nnlab.activations import ACTIVATIONS
from nnlab.teaching.fitting import HEIGHT, REACH, FittingSetup, sample
from nnlab.teaching.plane import ACTIVATIONS as CHOSEN_ACTIVATIONS
from nnlab.ui import files
from nnlab.ui.components.fitting import DECIMALS
from nnlab.ui.learn.fitting import LEARNED_SEED, TESTED_SEED, TESTS
from nnlab.ui.text import fill, strings
from tests.browser.harness import expect_soon, wait_until_drawn

EN = strings("en")
# The parts and the loss of a network, its gradients; then its numbers after steps on all of the points.
LEARN = """async ([address, units, activation, reach, xs, ys, steps, rate]) => {
  const { FittingNetwork } = await import(address)
  const network = new FittingNetwork(units, activation, reach, 3), columns = [Float64Array.from(xs)]
  const plain = layers => layers.map(layer => [layer.weights.map(row => [...row]), [...layer.biases]])
  const start = plain(network.layers), bends = Array.from({ length: units }, (_, unit) => network.bendOf(unit))
  const parts = network.parts(columns[0]).map(part => [...part]), outputs = [...network.outputs(columns[0])]
  const { loss } = network.score(columns, ys), gradients = plain(network.gradients(columns, ys))
  for (let step = 0; step < steps; step++) network.learn(columns, ys, rate, 0, 0)
  if (units) network.bend(0, 0.75)
  const moved = units ? network.bendOf(0) : null
  return { start, bends, parts, outputs, loss, gradients, end: plain(network.layers), moved }
}"""

# After each of these epochs, the error at the points that are learned from and at those that test.
FOLLOW = """async ([folder, units, activation, reach, points, tests, rate, batch, moments]) => {
  const { FittingNetwork } = await import(`${folder}/fitting_network.js`)
  const { Batches } = await import(`${folder}/plane_network.js`)
  const network = new FittingNetwork(units, activation, reach, 1), batches = new Batches(points[0].length, 1)
  const errors = ([xs, ys]) => network.score([Float64Array.from(xs)], ys).loss, found = []
  for (let epoch = 1; epoch <= moments[moments.length - 1]; epoch++) {
    for (let step = 0; step < points[0].length / batch; step++) {
      const taken = batches.next(batch), [xs, ys] = points.map(values => taken.map(index => values[index]))
      network.learn([Float64Array.from(xs)], ys, rate, 0, 0)
    }
    if (moments.includes(epoch)) found.push([errors(points), errors(tests)])
  }
  return found
}"""
SIDES = "all => all.map(each => [each.width, each.height].map(side => side.baseVal.value))"


def tensors(layers: list) -> list[torch.Tensor]:
    return [torch.tensor(part, dtype=torch.float64, requires_grad=True) for layer in layers for part in layer]


def output(x: torch.Tensor, numbers: list[torch.Tensor], activation: str) -> torch.Tensor:
    if len(numbers) == 2:
        return F.linear(x, *numbers)
    return F.linear(ACTIVATIONS[activation].function(F.linear(x, *numbers[:2])), *numbers[2:])


@pytest.mark.parametrize(
    ("activation", "units"), [*[(activation, 7) for activation in CHOSEN_ACTIVATIONS], ("relu", 0), ("tanh", 16)]
)
def test_the_browser_learns_what_pytorch_learns(server, tab, activation, units):
    script = f"{server}/{files.ROOT}{files.SCRIPTS.address('fitting_network.js')}"
    (x, y), steps, rate = sample("wave", 30, 0.2, seed=4), 25, 0.02
    found = tab.evaluate(LEARN, [script, units, activation, REACH, x.tolist(), y.tolist(), steps, rate])
    numbers, column, target = tensors(found["start"]), torch.tensor(x)[:, None], torch.tensor(y)[:, None]
    optimizer = torch.optim.SGD(numbers, lr=rate)
    for step in range(steps):
        loss = F.mse_loss(output(column, numbers, activation), target)
        optimizer.zero_grad()
        loss.backward()
        if step == 0:
            assert found["loss"] == pytest.approx(loss.item(), abs=1e-12)
            assert found["outputs"] == pytest.approx(output(column, numbers, activation)[:, 0].tolist(), abs=1e-12)
            if units:  # the parts and the output's bias are the output
                assert np.sum(found["parts"], 0) + numbers[3].item() == pytest.approx(found["outputs"], abs=1e-12)
            for gradient, number in zip(tensors(found["gradients"]), numbers, strict=True):
                torch.testing.assert_close(gradient, number.grad, atol=1e-10, rtol=1e-8, check_stride=False)
        optimizer.step()
    end = tensors(found["end"])
    if units:
        assert found["moved"] == pytest.approx(0.75)
        end[1], numbers[1] = end[1][1:], numbers[1][1:]  # the bias of the neuron that was moved
    for learned, number in zip(end, numbers, strict=True):
        torch.testing.assert_close(learned, number, atol=1e-10, rtol=1e-8)


def test_bends_are_spread_over_all_x(server, tab):
    script = f"{server}/{files.ROOT}{files.SCRIPTS.address('fitting_network.js')}"
    many = """async ([address, reach]) => {
      const { FittingNetwork } = await import(address)
      return Array.from({ length: 100 }, (_, seed) => new FittingNetwork(16, "relu", reach, seed)).flatMap(network => (
        Array.from({ length: 16 }, (_, unit) => network.bendOf(unit))))
    }"""
    bends = np.array(tab.evaluate(many, [script, REACH]))
    assert np.abs(bends).max() <= REACH * (1 + 1e-9)
    counts = np.histogram(bends, 8, (-REACH, REACH))[0]
    assert counts == pytest.approx(np.full(8, 200), rel=0.25)


def errors(server, tab, setup: FittingSetup, *moments: int) -> list:
    """What comes of the lesson's own first start, by epoch: the error on training points, and on test points."""
    folder = f"{server}/{files.ROOT}{files.SCRIPTS.address('fitting_network.js')}".rpartition("/")[0]
    seen = [
        [values.round(DECIMALS).tolist() for values in sample(setup.curve, count, setup.noise, seed)]
        for count, seed in ((setup.count, LEARNED_SEED), (TESTS, TESTED_SEED))
    ]
    asked = [setup.hidden, setup.activation, REACH, *seen, setup.rate, setup.batch, moments]
    return tab.evaluate(FOLLOW, [folder, *asked])


def test_what_the_lesson_asks_for_can_be_seen(server, tab):
    """Two ReLU neurons come to the tent and one does not; many neurons without an activation function draw a line; and
    few points with noise are learned by heart."""
    usual = FittingSetup()
    [(tent, _)] = errors(server, tab, replace(usual, curve="tent", hidden=2), 2000)
    assert tent < 0.001
    [(bent_once, _)] = errors(server, tab, replace(usual, curve="tent", hidden=1), 2000)
    assert bent_once > 0.05
    x, y = sample("wave", usual.count, 0.0, LEARNED_SEED)
    line = np.mean((np.polyval(np.polyfit(x, y, 1), x) - y) ** 2)
    [(many, _)] = errors(server, tab, replace(usual, hidden=16, activation="identity"), 1000)
    assert line * (1 - 1e-3) < many < 1.1 * line
    by_heart = replace(usual, curve="tent", hidden=16, count=10, noise=0.4)
    (early, tested_early), (late, tested_late) = errors(server, tab, by_heart, 150, 6000)
    assert late < early / 5
    assert tested_late > 1.2 * tested_early


@pytest.fixture
def lesson(server, page):
    """The lesson, opened, and its box."""
    page.goto(f"{server}/learn?lesson=fitting&lang=en")
    box = page.locator(".nnlab-fitting")
    expect(box.locator(".neurons button")).to_have_count(8)
    return box


def named(box, word, /, **values):
    text = EN.get(f"fitting.{word}") or EN[f"plane.{word}"]
    return box.get_by_role("button", name=fill(text, **values) if values else text, exact=True)


def number(box, name) -> float:
    return float(box.get_attribute(f"data-{name}"))


def test_the_wave_is_learned_paused_stepped_and_begun_anew(page, lesson):
    start = number(lesson, "loss")
    expect(lesson.locator(".state")).to_contain_text("Epoch 0 ")
    lesson.locator(".speed").select_option("1000")
    lesson.locator(".go").click()
    expect_soon(page, lambda: number(lesson, "loss"), lambda loss: loss < 0.2)
    lesson.locator(".go").click()
    steps = number(lesson, "steps")
    named(lesson, "step").click()
    assert number(lesson, "steps") == steps + 1
    named(lesson, "again").click()
    assert number(lesson, "steps") == 0
    assert number(lesson, "loss") != start  # other random weights


def test_a_neuron_is_chosen_its_numbers_are_the_networks_and_its_bend_is_dragged(page, lesson):
    named(lesson, "neuron", unit=3).click()
    expect(lesson.locator(".parts .chosen")).to_have_count(1)
    before = number(lesson, "loss")
    bias, weight = (
        lesson.get_by_label(EN["plane.bias"], exact=True),
        lesson.get_by_label(EN["fitting.weight"], exact=True),
    )
    weight.fill("2")
    bias.fill("-1")
    bias.press("Tab")
    assert number(lesson, "loss") != before
    bend = lesson.get_by_role("slider", name=fill(EN["fitting.neuron"], unit=3))
    expect(bend).to_have_attribute("aria-valuenow", "0.50")  # 2x − 1 = 0
    bend.focus()
    bend.press("ArrowRight")
    expect(bend).to_have_attribute("aria-valuenow", "0.55")
    expect(bias).to_have_value("-1.10")
    points = number(lesson, "own")
    named(lesson, "put").click()
    bend.focus()
    bend.press("Space")  # is no key of the bend, and none of the picture below it
    assert number(lesson, "own") == points
    named(lesson, "put").click()
    place = bend.bounding_box()
    page.mouse.move(place["x"] + 11, place["y"] + 11)
    page.mouse.down()
    page.mouse.move(place["x"] - 60, place["y"] + 11, steps=4)
    page.mouse.up()
    assert float(bend.get_attribute("aria-valuenow")) < 0.3
    page.mouse.move(place["x"] + 80, place["y"] - 60)  # let go of
    assert float(bend.get_attribute("aria-valuenow")) < 0.3


def test_without_hidden_neurons_a_line_comes_to_least_squares(page, server):
    page.goto(f"{server}/learn?lesson=fitting&lang=en&fitting=hidden:0;noise:0.2;curve:step;lr:0.1;batch:50")
    box = page.locator(".nnlab-fitting")
    expect(box.locator(".state")).to_contain_text("Epoch 0 ")
    expect(box.locator(".neurons button")).to_have_count(0)
    x, y = sample("step", 40, 0.2, seed=1)
    best = np.mean((np.polyval(np.polyfit(x, y, 1), x) - y) ** 2)
    assert number(box, "loss") > 1.2 * best
    box.locator(".speed").select_option("1000")
    box.locator(".go").click()
    expect_soon(page, lambda: number(box, "loss"), lambda loss: abs(loss - best) < 1e-4)
    box.locator(".go").click()
    box.locator(".switches input").nth(1).check()
    sides = box.locator(".squares rect").evaluate_all(SIDES)
    assert len(sides) == 40
    assert all(width == pytest.approx(height) for width, height in sides)
    unit = box.locator("clipPath rect").evaluate("rect => rect.height.baseVal.value") / (2 * HEIGHT)
    assert np.mean([(height / unit) ** 2 for _, height in sides]) == pytest.approx(best, rel=0.02)


def test_neurons_come_and_go_keep_the_focus_and_are_still_so_when_the_lesson_is_opened_again(page, lesson):
    more = named(lesson, "more", name=EN["fitting.hidden"])
    more.focus()
    more.press("Enter")
    expect(lesson.locator(".neurons button")).to_have_count(9)
    expect(more).to_be_focused()
    expect(page).to_have_url(re.compile(r"fitting=hidden(:|%3A)9"))
    page.locator(".st-key-learn-next button").click()
    expect(page).not_to_have_url(re.compile(r"[?&]fitting="))
    page.locator(".st-key-learn-previous button").click()
    expect(lesson.locator(".neurons button")).to_have_count(9)


def test_ones_own_points_with_the_mouse_and_the_keyboard(page, lesson):
    page.locator(".st-key-learn-fitting_curve").get_by_text(EN["fitting.curve_own"]).click()
    expect(lesson.locator(".state")).to_have_text(EN["fitting.empty"])
    expect(lesson.locator(".go")).to_be_disabled()
    chart = lesson.locator(".chart")
    chart.click(position={"x": 150, "y": 60})
    assert number(lesson, "own") == 1
    chart.focus()
    chart.press("Shift+ArrowRight")
    expect(lesson.locator("figcaption")).to_contain_text("At x = 0.25 (y = 0.00)")
    chart.press("Space")
    assert number(lesson, "own") == 2
    named(lesson, "step").click()
    assert number(lesson, "steps") == 1
    named(lesson, "wipe").click()
    chart.click(position={"x": 150, "y": 60})
    assert number(lesson, "own") == 1
    named(lesson, "clear").click()
    expect(lesson.locator(".go")).to_be_disabled()


def test_a_rate_that_is_far_too_large_ends_in_a_sentence(page, lesson):
    page.locator(".st-key-learn-fitting_rate").get_by_role("slider").press("End")
    wait_until_drawn(page)
    lesson.locator(".go").click()
    expect(lesson.locator(".state")).to_have_text(EN["plane.broken"])
    expect(named(lesson, "step")).to_be_disabled()
    lesson.locator(".chart").hover(position={"x": 200, "y": 100})
    expect(lesson.locator("figcaption")).to_have_text(EN["plane.broken"])  # not what it says there, which is no number


def test_what_rounds_to_zero_has_no_sign(page, lesson):
    lesson.locator(".chart").focus()
    for key in ["ArrowLeft"] * 3 + ["ArrowRight"] * 3:  # to -2e-17
        page.keyboard.press(key)
    expect(lesson.locator("figcaption")).to_contain_text("At x = 0.00 (y = 0.00)")
    named(lesson, "neuron", unit=3).click()
    bias = lesson.get_by_label(EN["plane.bias"], exact=True)
    lesson.get_by_label(EN["fitting.weight"], exact=True).fill("1")
    bias.fill("0.001")
    bias.press("Tab")
    bend = lesson.get_by_role("slider", name=fill(EN["fitting.neuron"], unit=3))
    expect(bend).to_have_attribute("aria-valuenow", "0.00")
    bias.fill("-0.001")
    bias.press("Tab")
    expect(bias).to_have_value("0.00")


def test_a_number_that_is_not_taken_gives_way_to_the_one_that_holds(lesson):
    named(lesson, "neuron", unit=3).click()
    bias = lesson.get_by_label(EN["plane.bias"], exact=True)
    for typed in ("5000", ""):
        bias.fill("-0.5")
        bias.fill(typed)
        bias.press("Tab")
        expect(bias).to_have_value("-0.50")


def test_a_dead_neuron_is_marked_and_counted(page, lesson):
    named(lesson, "neuron", unit=1).click()
    before = number(lesson, "dead")
    lesson.get_by_label(EN["fitting.weight"], exact=True).fill("1")
    bias = lesson.get_by_label(EN["plane.bias"], exact=True)
    bias.fill("-9")  # x − 9 is below 0 for every x that is shown
    bias.press("Tab")
    assert number(lesson, "dead") == before + 1
    expect(lesson.locator(".neurons button").first).to_have_class("dead")
    expect(lesson.locator(".state")).to_contain_text(fill(EN["plane.dead"], count=round(before) + 1))
    expect(lesson.get_by_role("slider", name=fill(EN["fitting.neuron"], unit=1))).to_have_count(
        0
    )  # its bend is far away


def test_the_language_changes_and_what_was_learned_stays(page, lesson):
    named(lesson, "step").click()
    page.get_by_text("한국어").click()
    expect(lesson.locator(".go")).to_contain_text(strings("ko")["plane.train"])
    assert number(lesson, "steps") == 1
