"""What is said of a drawn and a measured curve: what a person would point at, with the right numbers."""

import numpy as np
import pytest

from nnlab.ui.learn.experiments.comparing import remarks

X = np.linspace(0, 4, 41)


def falling(halfway: float, end: float = 0.0) -> np.ndarray:
    """From 2 to ``end`` in a straight line that is halfway down at an x, level after that."""
    return np.maximum(2 - (2 - end) * X / (2 * halfway), end)


def said(drawn: np.ndarray, measured: np.ndarray) -> list:
    return remarks((X, drawn), (X, measured), 0, 2.5)


def test_nothing_is_said_of_curves_that_nobody_could_tell_apart():
    assert said(falling(1.0), falling(1.2, end=0.1)) == []


def test_a_curve_that_falls_later_is_told_when_each_is_halfway_down():
    assert said(falling(1.5), falling(0.5)) == [
        ("falls_later", {"yours": pytest.approx(1.5), "run": pytest.approx(0.5)})
    ]
    assert said(falling(0.5), falling(1.5))[0][0] == "falls_earlier"


def test_a_rising_curve_likewise():
    ((key, numbers),) = said(2 - falling(1.5), 2 - falling(0.5))
    assert (key, numbers) == ("rises_later", {"yours": pytest.approx(1.5), "run": pytest.approx(0.5)})


def test_another_direction_is_all_that_is_said():
    assert said(np.full(41, 2.3), falling(1)) == [("other_way", {"yours": "flat", "run": "falls"})]
    assert said(2 - falling(1), falling(1)) == [("other_way", {"yours": "rises", "run": "falls"})]


def test_a_rise_at_the_end_comes_first():
    turning = np.where(X > 2, 0.5 * (X - 2), falling(1))
    (first, second) = said(falling(1), turning)
    assert first == ("run_rises_again", {"run": pytest.approx(2)})
    assert second == ("ends_lower", {"yours": 0, "run": pytest.approx(1)})
    assert said(turning, falling(1))[0] == ("yours_rises_again", {"yours": pytest.approx(2)})


def test_another_level_at_the_end():
    assert said(falling(1, end=0.5), falling(1)) == [("ends_higher", {"yours": 0.5, "run": 0})]


def test_curves_of_other_lengths_and_places_are_compared_where_they_are():
    assert remarks(([0, 4], [2, 2]), (X, np.full(41, 2.0)), 0, 2.5) == []
