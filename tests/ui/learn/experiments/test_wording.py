"""Numbers are written in the question's unit."""

import pytest

from nnlab.teaching.steps import Guess
from nnlab.ui import text
from nnlab.ui.learn.experiments.wording import measure


@pytest.mark.parametrize(
    ("unit", "step", "value", "written"),
    [
        ("percent", 1, 62.34, "62.3%"),
        ("percent", 1, 62.0, "62%"),
        ("nats", 0.1, 0.25, "0.25 nats"),
        ("neurons", 1, 32.0, "32 neurons"),
        ("times", 1, 12_345.0, "12,300 times"),
        ("times", 1, 2.26, "2.3 times"),
    ],
)
def test_a_number_has_its_unit_and_no_more_digits_than_mean_something(unit, step, value, written):
    with text.speaking("en"):
        assert measure(value, Guess("", unit, 0, 100, step, 1, lambda results: 0)) == written
