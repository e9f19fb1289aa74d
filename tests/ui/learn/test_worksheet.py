"""The lines of a worksheet say what ``tiny`` calculates, in symbols and in numbers."""

import math
import re

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from nnlab.tiny import ACTIVATIONS, Layer
from nnlab.ui.learn.worksheet import LONGEST_ROW, Exercise, Worksheet, symbol, visible_length
from tests.ui.learn.worksheets import FORMS, exercises

ONE = Exercise(
    Layer(((0.1, 0.2), (-0.4, 0.1)), (-0.2, 0.5), "relu"),
    Layer(((0.4, -0.9), (-0.2, 0.8)), (-0.4, -0.5), "softmax"),
    (-1.0, 0.5), (1.0, 0.0), 0.5,
)  # fmt: skip


def calculated(latex: str, exercise: Exercise) -> float:
    """What a formula of numbers comes to, read as a person reads it; independent of the rules."""
    slope = {f"{f}'": ACTIVATIONS[layer.activation].slope if layer.activation in ACTIVATIONS else None
             for f, layer in (("f", exercise.hidden), ("g", exercise.output))}  # fmt: skip
    text = latex.replace(r"\frac", "fraction").replace(r"\cdot", "*").replace(r"\ln", "log").replace("\\", "")
    text = (
        text.replace("^", "**")
        .replace("{", "(")
        .replace("}", ")")
        .replace("f'", "f_")
        .replace("g'", "g_")
        .replace(") (", ") * (")
    )
    assert re.fullmatch(r"[-+*(). ,\d]*((fraction|log|max|tanh|e|f_|g_)[-+*(). ,\d]*)*", text), text
    names = {"fraction": lambda top: lambda below: top / below, "log": math.log, "tanh": math.tanh, "e": math.e}
    names |= {"max": max, "f_": slope["f'"], "g_": slope["g'"]}
    return eval(text, {"__builtins__": {}}, names)  # noqa: S307 - a formula of ours, held to its letters above


@settings(max_examples=60)
@given(exercises())
def test_every_line_comes_to_what_tiny_calculates(exercise):
    sheet = Worksheet(exercise, 3)
    lines = [line for step in sheet.steps for line in step.lines]
    assert {line.name for line in lines} == sheet.exact.keys() - exercise.given.keys()
    for line in lines:
        assert line.rule(sheet.exact) == pytest.approx(sheet.exact[line.name], rel=1e-9, abs=1e-9), line.name


ALMOST_HALF = tuple(  # of the last decimal: each of these has a probability a little below 0.005
    Exercise(
        Layer(((first, 0.0), (0.0, other)), (-0.004 * bool(other), 0.004 * bool(other)), "identity"),
        Layer(output, biases, "softmax"), (inputs, 0.0), (0.0, 1.0), 1.443,
    )
    for first, other, output, biases, inputs in (
        (-2.333, 0.0, ((0.0, 0.0), (1.508, 0.0)), (0.0, 0.0), 1.506),
        (-2.141, -0.007, ((0.003, 0.0), (1.53, -0.003)), (0.001, -0.058), 1.508),
    )
)  # fmt: skip


@example(ALMOST_HALF[0], 2)
@example(ALMOST_HALF[1], 2)
@settings(max_examples=60)
@given(exercises(), st.integers(2, 4))
def test_the_numbers_on_the_page_come_to_what_the_rule_says_of_them(exercise, decimals):
    sheet = Worksheet(exercise, decimals)
    for line in (line for step in sheet.steps for line in step.lines):
        numbers = sheet.numbers_of(line)
        if not numbers or abs(sheet.exact[line.name]) > 500 or "infty" in numbers:
            continue
        try:
            expected, found = line.rule(sheet.shown), calculated(numbers, exercise)
        except (OverflowError, ValueError):  # e^1000, or the ln of less than 1e-12; the rule is more careful
            continue
        assert found == pytest.approx(expected, rel=1e-6, abs=1e-9), (line.name, numbers)


def test_each_quantity_is_used_only_after_it_was_calculated():
    for shape, f, g in FORMS:
        sizes = (2, 2) if shape == "2-2-2" else (3, 1)
        inputs, target = (1.0,) * sizes[0], (1.0, 0.0)[: sizes[1]]
        hidden = Layer(((0.1,) * sizes[0],) * 2, (0.1, 0.2), f)
        exercise = Exercise(hidden, Layer(((0.3, 0.2),) * sizes[1], (0.1,) * sizes[1], g), inputs, target, 0.5)
        known = set(exercise.given)
        for step in Worksheet(exercise, 3).steps:
            for line in step.lines:
                assert line.names - {line.name} <= known, (step.name, line.name)
                known.add(line.name)


def test_a_line_in_symbols_and_in_numbers():
    """z2 = -0.4 * (-1) + 0.1 * 0.5 + 0.5 = 0.95."""
    sheet = Worksheet(ONE, 3)
    line = sheet.steps[0].lines[1]
    assert sheet.symbols_of(line) == r"w_{21} \cdot x_{1} + w_{22} \cdot x_{2} + b_{2}"
    assert sheet.numbers_of(line) == r"(-0.4) \cdot (-1) + 0.1 \cdot 0.5 + 0.5"
    assert sheet.number("z2") == "0.950"


def test_every_step_of_the_example_by_hand():
    """u = (-0.9 * 0.95 - 0.4, 0.8 * 0.95 - 0.5), p = 1 / (1 + e^(u2 - u1)), L = -ln p1, v22+ = 0.8 - 0.5 * 0.95 p2."""
    values = Worksheet(ONE, 3).exact
    p = 1 / (1 + math.exp(0.26 + 1.255))
    assert (values["u1"], values["u2"]) == (pytest.approx(-1.255), pytest.approx(0.26))
    assert values["o1"] == pytest.approx(p)
    assert values["L"] == pytest.approx(-math.log(p))
    assert values["d_u2"] == pytest.approx(1 - p)
    assert values["v22+"] == pytest.approx(0.8 - 0.5 * 0.95 * (1 - p))
    assert values["L+"] < values["L"]


def test_blanks_none_some_all():
    sheet = Worksheet(ONE, 3)
    assert sheet.asked("none") == []
    some = [line.name for line in sheet.asked("one")]
    assert some == ["z2", "a2", "u2", "o2", "L", "d_u2", "d_v22", "d_a2", "s2", "d_z2", "d_w22", "v22+", "w22+", "L+"]
    everything = {line.name for line in sheet.asked("all")}
    again = {"z1+", "z2+", "a1+", "a2+", "u1+", "u2+", "o1+", "o2+"}
    assert everything == sheet.exact.keys() - ONE.given.keys() - again


def test_nothing_is_asked_where_there_is_nothing_to_calculate():
    sheet = Worksheet(Exercise(ONE.hidden, Layer(((0.4, -0.9),), (0.1,), "identity"), ONE.inputs, (1.0,), 0.5), 3)
    assert not {"o1", "r1"} & {line.name for line in sheet.asked("all")}


def test_an_infinite_loss_is_no_blank():
    hopeless = ONE.output._replace(weights=((0.0, -1000.0), (0.0, 1000.0)))
    sheet = Worksheet(Exercise(ONE.hidden, hopeless, ONE.inputs, ONE.target, 0.5), 3)
    assert sheet.exact["L"] == math.inf
    assert "L" not in {line.name for line in sheet.asked("all")}
    assert sheet.number("L") == r"\infty"


def test_a_rate_that_lowers_the_loss_is_found():
    long = Exercise(ONE.hidden, ONE.output, (2.0, 3.0), (0.0, 1.0), 5.0)
    lower = Exercise(Layer(((1, 1), (1, 1)), (0, 0), "identity"), Layer(((1, 1),), (0,), "identity"), (1, 1), (0,), 1.0)
    for exercise in (long, lower):
        shorter = exercise.with_falling_loss()
        assert shorter.values["L+"] < shorter.values["L"]
        assert shorter.learning_rate < exercise.learning_rate
    assert lower.values["L+"] > lower.values["L"]


@pytest.mark.parametrize(
    ("name", "latex"),
    [
        ("w12", "w_{12}"), ("w12+", "w_{12}^{+}"), ("L", "L"), ("L+", "L^{+}"), ("o1", "p_{1}"), ("eta", r"\eta"),
        ("d_o1", r"\frac{\partial L}{\partial p_{1}}"), ("s2", "f'(z_{2})"), ("r1", "g'(u_{1})"),
    ],
)  # fmt: skip
def test_symbols(name, latex):
    assert symbol(name, "softmax") == latex


def test_long_sums_take_several_rows_and_short_lines_one():
    sheet = Worksheet(ONE, 3)
    (z1, _), (d_v11, *_) = sheet.steps[0].lines, sheet.steps[6].lines
    assert sheet.rows(z1, "?") == [
        r"z_{1} &= w_{11} \cdot x_{1} + w_{12} \cdot x_{2} + b_{1}",
        r"&= 0.1 \cdot (-1) + 0.2 \cdot 0.5 + (-0.2) = ?",
    ]
    assert len(sheet.rows(d_v11, "?")) == 1
    z1_again, *_, loss_again = sheet.steps[-1].lines
    assert len(sheet.rows(z1_again, "?")) == 1  # the formula is known by then
    assert len(sheet.rows(loss_again, "?")) == 2
    numbers = [[-1.234, -2.345, -0.678], [0.1, 0.2, 0.3]]
    hidden, output = Layer(numbers, (-1.234, 0), "relu"), Layer(((1, 1),), (0,), "identity")
    long = Worksheet(Exercise(hidden, output, (-1.234, -2.345, -0.678), (1,), 0.5), 4)
    rows = long.rows(long.steps[0].lines[0], "?")
    assert len(rows) == 3
    assert all(visible_length(row) <= LONGEST_ROW + 3 for row in rows)
    assert [row.lstrip()[0] for row in rows[1:]] == ["&", "&"]
    assert visible_length(r"&= 0.5 \cdot x_{1}") == 7
