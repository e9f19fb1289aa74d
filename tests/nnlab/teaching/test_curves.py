"""The vocabulary, on curves whose answers can be read off: exact, noisy, with ties, flat and diverged."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nnlab.teaching.curves import averaged, clipped, crosses, falls_below, rises_after, shaped_like, stays_above

NAN, INF = float("nan"), float("inf")
X = [0, 1, 2, 3]


@pytest.mark.parametrize(
    ("y", "found"),
    [
        ([2.0, 1.5, 0.9, 0.5], 2.0),
        ([2.0, 1.0, 1.0, 1.0], None),  # on the level is not below it
        ([0.9, 2.0, 2.0, 2.0], 0.0),
        ([2.0, 0.9, 3.0, 0.8], 1.0),  # the first time, noise or not
        ([NAN, NAN, NAN, NAN], None),
        ([2.0, NAN, 0.9, INF], 2.0),
    ],
)
def test_falls_below(y, found):
    assert falls_below(X, y, 1.0) == found


@pytest.mark.parametrize(
    ("y", "since", "stays"),
    [
        ([2.0, 1.5, 1.1, 1.01], -INF, True),
        ([2.0, 1.5, 1.0, 1.5], -INF, False),  # on the level is not above it
        ([0.5, 1.5, 1.6, 1.7], 1, True),
        ([0.5, 1.5, 1.6, 0.7], 1, False),
        ([2.0, 0.5, 1.6, 1.7], 1, False),  # the x of "since" counts
        ([2.0, NAN, INF, NAN], -INF, True),  # diverged: infinitely high
        ([2.0, 2.0, 2.0, 2.0], 4, False),  # nothing is there
    ],
)
def test_stays_above(y, since, stays):
    assert stays_above(X, y, 1.0, since) is stays


@pytest.mark.parametrize(
    ("y", "found"),
    [
        ([2.0, 0.5, 0.6, 0.9], 1.0),
        ([2.0, 0.5, 0.6, 0.6], None),  # by 0.1 and no more
        ([2.0, 0.5, 0.9, 0.5], None),  # it has come down again
        ([2.0, 1.5, 1.0, 0.5], None),
        ([2.0, 0.5, 0.5, 0.9], 2.0),  # of two lowest points the last
        ([2.0, 0.5, NAN, NAN], 1.0),  # it rose beyond all numbers
        ([NAN, NAN, NAN, NAN], None),
    ],
)
def test_rises_after(y, found):
    assert rises_after(X, y, least=0.1) == found


def test_a_rise_by_exactly_the_least_is_none():
    assert rises_after([0, 1, 2], [1.0, 0.5, 0.75], least=0.25) is None


def test_it_crosses_where_the_straight_line_does():
    """From 0 to 4 it passes 1 after a quarter of the way."""
    assert crosses([0, 1], [0.0, 4.0], 1.0) == 0.25


@pytest.mark.parametrize(
    ("y", "other", "found"),
    [
        ([0.0, 1.0, 2.0, 3.0], 1.5, 1.5),  # halfway between two points
        ([0.0, 1.0, 2.0, 3.0], [3.0, 2.0, 1.0, 0.0], 1.5),
        ([3.0, 1.0, 1.0, 0.0], 1.0, 1.0),  # where they meet
        ([3.0, 1.0, 1.0, 2.0], 1.0, None),  # touches and turns back
        ([1.0, 1.0, 1.0, 1.0], 1.0, None),
        ([1.0, 1.0, 2.0, 3.0], 1.0, None),  # starts on it and leaves to one side
        ([0.0, 0.5, INF, NAN], 1.0, 2.0),
        ([NAN, NAN, NAN, NAN], [INF, INF, INF, INF], None),  # both have diverged
    ],
)
def test_crosses(y, other, found):
    assert crosses(X, y, other) == found


def test_a_curve_has_as_many_x_as_y():
    with pytest.raises(ValueError, match="3 and 2"):
        falls_below([0, 1, 2], [1.0, 2.0], 0)


def test_noise_is_averaged_away():
    """Six points in three parts: means of two each."""
    x, y = averaged([1, 2, 3, 4, 5, 6], [2.0, 0.0, 5.0, 3.0, 1.0, 1.0], 3)
    assert (x.tolist(), y.tolist()) == ([1.5, 3.5, 5.5], [1.0, 4.0, 1.0])


def test_fewer_points_than_parts_stay_as_they_are():
    x, y = averaged([1, 2], [2.0, 0.5], 50)
    assert (x.tolist(), y.tolist()) == ([1, 2], [2.0, 0.5])


def test_a_part_that_has_diverged_is_infinite():
    assert averaged([1, 2, 3, 4], [1.0, 1.0, 5.0, NAN], 2)[1].tolist() == [1.0, INF]


def test_a_chart_shows_what_has_diverged_at_its_edge():
    assert clipped([-1.0, 0.5, 1e30, NAN], 0, 2.5).tolist() == [0, 0.5, 2.5, 2.5]


# The shape of a curve

PLACES = np.linspace(0, 1, 200)
SHAPES = {
    "falling": np.exp(-5 * PLACES),
    "straight": 1 - PLACES,
    "rising": PLACES,
    "late": np.where(PLACES < 0.6, 1.0, 1 - (PLACES - 0.6) / 0.4),
    "valley": (PLACES - 0.4) ** 2,
}


@pytest.mark.parametrize("name", SHAPES)
def test_a_shape_is_like_itself_and_nothing_else_so_much(name):
    degrees = {other: shaped_like(PLACES, SHAPES[name], PLACES, SHAPES[other]).degree for other in SHAPES}
    assert degrees.pop(name) == 1
    assert max(degrees.values()) < 0.8


def test_what_somebody_draws_by_hand_is_alike():
    """Five points of 2.3 e^-5x with an unsteady hand, on a noisy measured curve."""
    noise = 0.1 * np.random.default_rng(0).normal(size=200)
    drawn = shaped_like(PLACES, 2.3 * SHAPES["falling"] + noise, [0, 0.1, 0.3, 0.6, 1], [2.4, 1.5, 0.4, 0.3, 0.2])
    assert drawn.is_alike
    assert drawn.degree < 1


def test_it_says_which_part_differs():
    early, late = SHAPES["falling"], SHAPES["late"]
    assert shaped_like(PLACES, late, PLACES, np.where(PLACES < 0.3, 0, late)).differs == "beginning"
    assert shaped_like(PLACES, early, PLACES, np.where(PLACES > 0.7, 1, early)).differs == "end"
    assert shaped_like(PLACES, early, PLACES, early).differs is None


def test_a_flat_curve_is_like_a_flat_one_only():
    flat = 2.3 + 0.01 * np.sin(40 * PLACES)
    assert shaped_like(PLACES, flat, PLACES, np.full(200, 1.0), flat=0.1).degree == 1
    assert not shaped_like(PLACES, flat, PLACES, SHAPES["falling"], flat=0.1).is_alike
    assert not shaped_like(PLACES, flat, PLACES, SHAPES["straight"], flat=0.1).is_alike
    assert shaped_like(
        PLACES, flat + (PLACES < 0.02), [0, 1], [2.3, 2.3], flat=0.1
    ).is_alike  # but for its first batches
    assert not shaped_like(PLACES, flat + (PLACES < 0.2), [0, 1], [2.3, 2.3], flat=0.1).is_alike


@pytest.mark.parametrize("y", [[1.0], [1.0, NAN], [1.0, INF]])
def test_a_shape_needs_two_finite_points(y):
    with pytest.raises(ValueError, match="two points"):
        shaped_like(range(len(y)), y, [0, 1], [0, 1])


curves = st.lists(st.integers(-1000, 1000), min_size=2, max_size=30)
factors = st.sampled_from([0.125, 0.5, 2.0, 16.0])  # powers of 2, so that nothing is rounded
shifts = st.integers(-100, 100)


@given(curves, curves, factors, shifts, factors, shifts)
def test_no_scale_changes_the_shape(y, other, factor, shift, x_factor, x_shift):
    plain = shaped_like(range(len(y)), y, range(len(other)), other)
    moved_x = np.arange(len(other)) * x_factor + x_shift
    moved = shaped_like(range(len(y)), y, moved_x, np.array(other) * factor + shift)
    assert moved.degree == pytest.approx(plain.degree, abs=1e-6)


@given(curves, curves)
def test_likeness_is_mutual_and_lies_between_0_and_1(y, other):
    one, back = (shaped_like(range(len(a)), a, range(len(b)), b) for a, b in ((y, other), (other, y)))
    assert one.degree == back.degree
    assert 0 <= one.degree <= 1
    assert shaped_like(range(len(y)), y, range(len(y)), y).degree == 1


@given(st.lists(st.integers(-1000, 1000), min_size=2, max_size=30, unique=True))
def test_turned_upside_down_it_is_another_shape(y):
    assert shaped_like(range(len(y)), y, range(len(y)), [-value for value in y]).degree < 1
