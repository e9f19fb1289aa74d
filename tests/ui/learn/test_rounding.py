"""Numbers on paper: school's rounding, both decimal signs, and when an answer agrees."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nnlab.ui.learn.rounding import Typed, agrees, half_up, plain, read, shown, written


@pytest.mark.parametrize(
    ("value", "decimals", "expected"),
    [(0.125, 2, 0.13), (-0.125, 2, -0.13), (1.005, 2, 1.01), (0.5744, 3, 0.574), (0.3 - 0.1, 1, 0.2), (2.5, 0, 3)],
)
def test_a_five_is_rounded_up_as_in_school(value, decimals, expected):
    assert half_up(value, decimals) == expected


@given(st.floats(-1e4, 1e4), st.integers(2, 4))
def test_a_rounded_number_agrees_with_what_it_was_rounded_from(value, decimals):
    assert agrees(half_up(value, decimals), value, decimals)
    assert abs(half_up(value, decimals) - value) <= 0.5 * 10.0**-decimals + 1e-11


@pytest.mark.parametrize(
    ("text", "value", "decimals"),
    [
        ("1.25", 1.25, 2), ("1,25", 1.25, 2), (" 1,250 ", 1.25, 3), ("-0,5", -0.5, 1), ("−0.5", -0.5, 1),
        ("+.5", 0.5, 1), ("3", 3, 0), ("3,", 3, 0), ("１，２５", 1.25, 2), ("4.3e-4", 0.00043, 5), ("− 0,5", -0.5, 1),
    ],
)  # fmt: skip
def test_an_answer_is_read_with_point_or_comma(text, value, decimals):
    assert read(text) == Typed(pytest.approx(value), decimals)


@pytest.mark.parametrize("text", ["", "x", "1.2.3", "1,2,3", "--1", "-", ".", "e5", "1/2", "1" * 31, "nan", "inf", "٣"])
def test_what_is_no_number_is_not_read(text):
    assert read(text) is None


@given(st.text(max_size=40))
def test_whatever_is_typed_gives_a_finite_number_or_none(text):
    answer = read(text)
    assert answer is None or math.isfinite(answer.value)


def test_a_small_number_keeps_two_digits_so_that_nothing_is_divided_or_taken_the_logarithm_of_0():
    assert shown(0.00043219, 3) == 0.00043
    assert shown(0.0049999, 2) == 0.01  # 0.0050 with two digits of its own, and that is 0.01 on the page
    assert written(shown(0.0049999, 2), 2) == "0.01"
    assert written(0.00043, 3) == r"4.3 \cdot 10^{-4}"
    assert plain(-0.00043, 3) == "−4.3·10⁻⁴"
    assert shown(0.1 + 0.2 - 0.3, 3) == 0.0
    assert written(shown(-0.00000000000001, 3), 3) == "0.000"


def test_a_number_that_was_set_is_written_as_it_was_typed_and_a_result_with_its_decimals():
    assert written(0.5, None) == "0.5"
    assert written(0.5, 3) == "0.500"
    assert written(math.inf, 3) == r"\infty"
    assert plain(-0.5, 2) == "−0.50"


def test_half_a_unit_either_way():
    assert agrees(0.12, 0.125, 2)
    assert agrees(0.13, 0.125, 2)
    assert not agrees(0.12, 0.1251, 2)
    assert agrees(0.5749, 0.57, 2)  # more decimals than were asked for
    assert not agrees(0.6, 0.57, 2)
