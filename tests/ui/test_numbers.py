"""How numbers are written: the right text for each way of writing."""

from dataclasses import fields
from random import Random

import pytest
from numpy import float32

from nnlab.config import DataConfig, ModelConfig, Number, TrainConfig
from nnlab.ui import numbers
from nnlab.ui.learn import formula

NAN, INFINITY = float("nan"), float("inf")


@pytest.mark.parametrize(
    ("value", "decimals", "text"),
    [(1.25, 1, "1.2"), (-1.5, 2, "−1.50"), (0, 2, "0.00"), (-0.0, 1, "0.0"), (-0.004, 2, "0.00"), (-0.006, 2, "−0.01"),
     (1234.5, 1, "1234.5"), (INFINITY, 2, "inf"), (-INFINITY, 2, "−inf"), (NAN, 2, "nan")],
)  # fmt: skip
def test_a_fixed_number_of_decimals(value, decimals, text):
    assert numbers.fixed(value, decimals) == text
    assert formula.number(value, decimals) == text.replace("−", "-")


@pytest.mark.parametrize(
    ("value", "text"),
    [(0.25, "0.25"), (-3, "−3"), (0, "0"), (-0.0, "0"), (float32(-0.0), "0"), (1.23e-19, "1.2 × 10⁻¹⁹"),
     (-4.56e7, "−4.6 × 10⁷"), (0.001, "0.001"), (99999, "1e+05"), (1e5, "1.0 × 10⁵"), (3.14159, "3.14")],
)  # fmt: skip
def test_significant_digits(value, text):
    assert numbers.significant(value) == text


def test_an_exponent_is_raised():
    assert numbers.superscript(-1203) == "⁻¹²⁰³"
    assert numbers.mantissa_and_exponent(-1234.5, 2) == ("-1.23", 3)


def test_nothing_is_not_less_than_nothing():
    """A gradient of -0.0 stood beside a difference of 0.0, which it is."""
    assert numbers.mantissa_and_exponent(-0.0, 2) == ("0.00", 0)
    assert formula.scientific(-0.0, 3) == "0.000"


@pytest.mark.parametrize(
    ("value", "text"),
    [(64, "64"), (60_000, "60,000"), (1e-06, "0.000001"), (100.0, "100"), (1234.5, "1,234.5"), (0.0, "0")],
)
def test_all_digits_with_commas_between_thousands(value, text):
    assert numbers.in_full(value, is_grouped=True) == text
    assert numbers.in_full(value) == text.replace(",", "")


def test_the_bounds_of_every_setting_are_written_in_full():
    rules = [
        setting.metadata["rule"] for config in (ModelConfig, TrainConfig, DataConfig) for setting in fields(config)
    ]
    bounds = [bound for rule in rules if isinstance(rule, Number) for bound in (rule.low, rule.high)]
    assert len(bounds) > 10
    assert [numbers.in_full(bound, is_grouped=True) for bound in bounds] == [
        f"{bound:,.6f}".rstrip("0").rstrip(".") for bound in bounds
    ]


@pytest.mark.parametrize(
    ("fraction", "decimals", "text"),
    [
        (0.98765, 1, "98.8%"),
        (0.98765, 2, "98.77%"),
        (0.5, 0, "50%"),
        (1, 1, "100.0%"),
        (NAN, 1, "nan%"),
        (0.9994, 1, "99.9%"),
        (0.99996, 1, ">99.9%"),
        (59_999 / 60_000, 2, ">99.99%"),
        (0.996, 0, ">99%"),
        (0.0, 1, "0.0%"),
    ],
)
def test_percentages(fraction, decimals, text):
    assert numbers.percent(fraction, decimals) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [(1.0, ">99.9%"), (float32(1), ">99.9%"), (0.9996, ">99.9%"), (0.9994, "99.9%"), (0.0, "0.0%"), (NAN, "nan%")],
)
def test_no_probability_is_all_of_it(value, text):
    assert numbers.probability_percent(value) == text


@pytest.mark.parametrize(("count", "text"), [(1200, "+1,200"), (-3, "−3"), (0, "0")])
def test_changes_of_a_count(count, text):
    assert numbers.change(count) == text


@pytest.mark.parametrize(("value", "text"), [(0.17453, "0.1745"), (NAN, "NaN"), (INFINITY, "NaN")])
def test_losses(value, text):
    assert numbers.loss(value) == text


@pytest.mark.parametrize(
    ("value", "text"), [(1.5, "1.500"), (-0.0001, "0.000"), (-2, "-2.000"), (1e4, "1.00e4"), (-1.234e5, "-1.23e5")]
)
def test_numbers_of_a_formula_that_stay_short(value, text):
    assert formula.short(value) == text


@pytest.mark.parametrize(
    ("value", "text"), [(2.5, "2.50"), (0.0025, r"2.50 \cdot 10^{-3}"), (-1234, r"-1.23 \cdot 10^{3}"), (0, "0.00")]
)
def test_powers_of_ten_in_a_formula(value, text):
    assert formula.scientific(value, 2) == text


@pytest.mark.parametrize(
    ("parts", "decimals", "expected"),
    [
        ([0.34, 0.34, 0.34], 1, [0.4, 0.3, 0.3]),  # 1.02 is shown as 1.0; each alone would be 0.3
        ([-0.06, 0.05], 1, [-0.1, 0.1]),  # -0.01 is shown as 0.0
        ([1.25], 3, [1.25]),
        ([], 2, []),
        ([2.4, -2.4], 0, [2, -2]),
    ],
)
def test_parts_are_rounded_so_that_they_add_up(parts, decimals, expected):
    assert numbers.adding_up(parts, decimals) == expected


def test_no_part_is_off_by_more_than_its_last_digit():
    random = Random(4)
    for _ in range(200):
        parts = [random.uniform(-5, 5) for _ in range(9)]
        rounded = numbers.adding_up(parts, 3)
        assert round(sum(rounded), 3) == round(sum(parts), 3)
        assert all(abs(part - shown) < 0.001 for part, shown in zip(parts, rounded, strict=True))
