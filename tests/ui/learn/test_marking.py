"""Answers: right from exact and from displayed numbers, and a hint for each mistake that can be told."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nnlab.tiny import Layer
from nnlab.ui.learn.marking import mark
from nnlab.ui.learn.rounding import half_up
from nnlab.ui.learn.worksheet import Exercise, Worksheet
from nnlab.ui.text import strings
from tests.ui.learn.test_worksheet import ONE
from tests.ui.learn.worksheets import exercises

SIGMOID = Exercise(
    Layer(((0.3, -0.7), (0.9, 0.4)), (0.2, -0.6), "sigmoid"),
    Layer(((0.8, -0.5), (-1.1, 0.6)), (0.1, 0.3), "sigmoid"),
    (1.0, 2.0), (1.0, 0.0), 0.5,
)  # fmt: skip
TANH = Exercise(SIGMOID.hidden._replace(activation="tanh"), SIGMOID.output, SIGMOID.inputs, SIGMOID.target, 0.5)
SOFTMAX = Exercise(
    SIGMOID.hidden, SIGMOID.output._replace(activation="softmax"), SIGMOID.inputs, SIGMOID.target, SIGMOID.learning_rate
)


def marked(exercise: Exercise, name: str, answer: float | str, decimals: int = 3):
    sheet = Worksheet(exercise, decimals)
    (line,) = (line for step in sheet.steps for line in step.lines if line.name == name)
    return mark(sheet, line, answer if isinstance(answer, str) else f"{half_up(answer, decimals):.{decimals}f}")


@settings(max_examples=60)
@given(exercises(), st.integers(2, 4), st.sampled_from([".", ","]))
def test_whoever_calculates_rightly_is_right(exercise, decimals, sign):
    """With unrounded numbers, and with those on the page; with a point and with a comma."""
    sheet = Worksheet(exercise, decimals)
    for line in sheet.asked("all"):
        for values in (sheet.exact, sheet.shown):
            try:
                result = line.rule(values)
            except (ArithmeticError, ValueError):
                continue
            if abs(result) < 1e6:
                text = f"{half_up(result, decimals):.{decimals}f}".replace(".", sign)
                assert mark(sheet, line, text).is_right, (line.name, text)


def test_the_last_digit_may_be_that_of_the_displayed_numbers_or_of_the_exact_ones():
    """Both count, and what lies beyond them does not."""
    sheet = Worksheet(SIGMOID, 2)
    (line,) = (line for step in sheet.steps for line in step.lines if line.name == "d_z1")
    exact, displayed = (half_up(line.rule(values), 2) for values in (sheet.exact, sheet.shown))
    assert mark(sheet, line, f"{exact}").is_right
    assert mark(sheet, line, f"{displayed}").is_right
    outside = [half_up(max(exact, displayed) + 0.01, 2), half_up(min(exact, displayed) - 0.01, 2)]
    assert not any(mark(sheet, line, f"{wrong}").is_right for wrong in outside)


def test_where_the_two_ways_differ_both_are_right():
    found = 0
    for exercise in (SIGMOID, TANH, SOFTMAX):
        sheet = Worksheet(exercise, 2)
        for line in sheet.asked("all"):
            exact, displayed = (half_up(line.rule(values), 2) for values in (sheet.exact, sheet.shown))
            found += exact != displayed
            assert mark(sheet, line, f"{exact:.2f}").is_right
            assert mark(sheet, line, f"{displayed:.2f}").is_right
    assert found > 3  # so that the test is about something


def test_more_decimals_than_asked_for_are_right_and_fewer_are_told():
    assert marked(SIGMOID, "a1", "0.28905").is_right  # sigmoid(0.3 - 1.4 + 0.2) = sigmoid(-0.9) = 0.28905
    assert marked(SIGMOID, "a1", "0,289").is_right
    assert marked(SIGMOID, "a1", "0.29").hint == "too_few"
    assert marked(SIGMOID, "a1", "0.290").hint == "close"
    assert marked(SIGMOID, "z1", "-0.9").is_right


V = Worksheet(SIGMOID, 3).exact
S = Worksheet(SOFTMAX, 3).exact
T = Worksheet(TANH, 3).exact
MISTAKES = [
    (SIGMOID, "z1", V["z1"] - 0.2, "forgot_bias"),
    (SIGMOID, "z1", -1.4 + 0.2, "left_out"),
    (SIGMOID, "z1", 0.3 * 1 + 0.9 * 2 + 0.2, "turned"),
    (SIGMOID, "z1", 0.9, "sign"),
    (SIGMOID, "z1", -9.0, "decimal_point"),
    (SIGMOID, "z1", 5.7, "sum"),
    (SIGMOID, "z1", "minus one", "unreadable"),
    (SIGMOID, "a1", V["z1"], "no_activation"),
    (SIGMOID, "a1", 1 - V["a1"], "exponent_sign"),
    (SIGMOID, "a1", 0.6, "activation_sigmoid"),
    (TANH, "a1", T["z1"], "no_activation"),
    (ONE, "a1", -0.2, "no_activation"),  # ReLU lets nothing negative pass
    (ONE, "a1", 0.7, "activation_relu"),
    (SOFTMAX, "o1", 2.718281828 ** S["u1"], "not_divided"),
    (SOFTMAX, "o1", S["u1"] / (S["u1"] + S["u2"]), "no_exponential"),
    (SOFTMAX, "o1", S["o2"], "other_neuron"),
    (SOFTMAX, "L", -S["L"], "sign"),
    (SOFTMAX, "L", S["L"] / 2.302585, "log_ten"),
    (SOFTMAX, "L+", S["L"], "old_loss"),
    (SOFTMAX, "d_u1", S["o1"], "forgot_target"),
    (SOFTMAX, "d_u1", -S["d_u1"], "sign"),
    (SIGMOID, "L", 2 * V["L"], "no_half"),
    (SIGMOID, "L", (1 - V["o1"] + V["o2"]) / 2, "no_square"),
    (SIGMOID, "d_o1", V["o1"], "forgot_target"),
    (SIGMOID, "r1", V["o1"], "value_for_slope"),
    (SIGMOID, "s1", V["z1"] * (1 - V["z1"]), "sum_for_output"),
    (TANH, "s1", 1 - T["z1"] ** 2, "sum_for_output"),
    (SIGMOID, "d_u1", V["d_o1"], "forgot_slope"),
    (SIGMOID, "d_u1", V["r1"], "slope_alone"),
    (SIGMOID, "d_v11", V["d_u1"], "forgot_input"),
    (SIGMOID, "d_v11", V["a1"], "forgot_error"),
    (SIGMOID, "d_v11", V["d_u1"] * V["z1"], "sum_for_output"),
    (SIGMOID, "d_v11", V["d_u1"] * V["a2"], "other_input"),
    (SIGMOID, "d_v11", V["d_u2"] * V["a1"], "other_error"),
    (SIGMOID, "d_a1", V["d_u1"] * 0.8, "one_path"),
    (SIGMOID, "d_a1", V["d_u1"] * 0.8 + V["d_u2"] * -0.5, "turned"),
    (SIGMOID, "d_a1", V["d_a2"], "other_neuron"),
    (SIGMOID, "v11+", 0.8 + 0.5 * V["d_v11"], "uphill"),
    (SIGMOID, "v11+", 0.8 - V["d_v11"], "forgot_rate"),
    (SIGMOID, "v11+", 0.5 * V["d_v11"], "change_only"),
    (SIGMOID, "v11+", 0.3, "update"),
]  # fmt: skip


@pytest.mark.parametrize(("exercise", "name", "answer", "hint"), MISTAKES)
def test_the_hint_says_what_went_wrong(exercise, name, answer, hint):
    found = marked(exercise, name, answer)
    assert not found.is_right
    assert found.hint == hint


@settings(max_examples=60)
@given(exercises())
def test_there_are_words_for_every_hint(exercise):
    hints = {f"by_hand.hint_{name}" for name in ("sign", "too_few", "decimal_point", "close", "unreadable")}
    for step in Worksheet(exercise, 3).steps:
        for line in step.lines:
            hints |= {f"by_hand.hint_{name}" for name, _ in line.mistakes}
    hints |= {f"by_hand.hint_{line.kind}" for line in Worksheet(exercise, 3).asked("all")}
    assert hints <= strings("en").keys()
