"""The picture of the network that is calculated by hand: numbers at their places, and no answer given away."""

import re
from xml.etree import ElementTree

from nnlab.ui.learn.hand_picture import COLUMNS, RADII, letters, picture, values_in_words
from nnlab.ui.learn.rounding import plain
from nnlab.ui.learn.worksheet import Worksheet
from tests.ui.learn.test_worksheet import ONE

SHEET = Worksheet(ONE, 3)
NUMBERS = {step.name: number for number, step in enumerate(SHEET.steps)}


def drawn(step: str, pending=()) -> list[ElementTree.Element]:
    (svg,) = ElementTree.fromstring(picture(SHEET, NUMBERS[step], pending, "what & where"))
    assert svg.get("aria-label") == "what & where"
    return list(svg)


def texts(step: str, pending=()) -> list[str]:
    return [element.text for element in drawn(step, pending) if element.tag == "text"]


def test_at_first_what_is_given_stands_there_and_nothing_else():
    words = texts("sums", {"z1", "z2"})
    assert {"−1", "0.5", "0.1", "−0.4", "b₁ = −0.2", "c₂ = −0.5", "y₁ = 1", "y₂ = 0"} <= set(words)
    assert words.count("z ?") == 2
    assert not [word for word in words if word.startswith(("a ", "u ", "p ", "L", "∂"))]


def test_a_blank_is_a_question_mark_until_it_is_filled_in():
    assert "z ?" in texts("sums", {"z2"})
    assert "z 0.950" not in texts("sums", {"z2"})
    assert "z 0.950" in texts("sums")


def test_on_the_way_back_errors_stand_below_the_neurons_and_gradients_on_the_lines():
    assert f"∂L/∂u₂ = {SHEET.shown['d_u2']:.3f}" in texts("error")
    assert f"{SHEET.shown['d_v22']:.3f}" in texts("output_gradient")
    assert f"∂L/∂c₂ = {SHEET.shown['d_c2']:.3f}" in texts("output_gradient")
    assert f"{SHEET.shown['d_v22']:.3f}" not in texts("back")


def test_after_the_step_the_new_numbers_stand_there():
    words = texts("again")
    assert plain(SHEET.shown["v22+"], 3) in words
    assert f"u {plain(SHEET.shown['u2+'], 3)}" in words
    assert f"L⁺ = {SHEET.shown['L+']:.3f}" in words
    assert "L = 1.714" not in words


def test_what_a_step_deals_with_is_drawn_thick():
    lines = [element for element in drawn("sums") if element.tag == "line"]
    assert [line.get("opacity") for line in lines] == ["0.9"] * 4 + ["0.25"] * 4
    circles = [element for element in drawn("loss") if element.tag == "circle"]
    assert [circle.get("stroke-width") for circle in circles] == ["1.5"] * 4 + ["3.5", "1.5"]  # only p1 is in -ln p1


def test_lines_end_at_the_circles_and_show_sign_and_size():
    first, second = [element for element in drawn("sums") if element.tag == "line"][::2][:2]
    assert float(first.get("x1")) == COLUMNS[0] + RADII[0]
    assert float(first.get("x2")) == COLUMNS[1] - RADII[1]
    assert first.get("stroke") != second.get("stroke")  # 0.1 and -0.4
    assert float(second.get("stroke-width")) > float(first.get("stroke-width"))


def test_in_words():
    assert values_in_words(SHEET, SHEET.steps[0], {"z2"}) == "z₁ = −0.200, z₂ = ?"
    assert (letters("d_o1", "softmax"), letters("w12+"), letters("eta"), letters("s1")) == (
        "∂L/∂p₁", "w₁₂⁺", "η", "f′(z₁)",
    )  # fmt: skip


def test_the_picture_is_one_line_so_that_markdown_takes_it_as_it_is():
    assert re.fullmatch(r"<div[^\n]*</div>", picture(SHEET, 0, (), "alt"))
