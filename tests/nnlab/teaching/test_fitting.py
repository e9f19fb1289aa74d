"""Points of a curve: evenly spread, the same from a seed; and the set-up of their network as a text."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nnlab.teaching.fitting import (
    COUNTS,
    CURVES,
    FITTING_TEXT,
    HEIGHT,
    MOST_HIDDEN,
    NOISES,
    RATES,
    REACH,
    FittingSetup,
    sample,
)
from nnlab.teaching.plane import ACTIVATIONS, BATCHES
from nnlab.teaching.points import MOST_NOISE, OWN

ALL = pytest.mark.parametrize("name", CURVES)
SETUPS = st.builds(
    FittingSetup,
    curve=st.sampled_from([*CURVES, OWN]),
    hidden=st.integers(0, MOST_HIDDEN),
    activation=st.sampled_from(ACTIVATIONS),
    rate=st.sampled_from(RATES),
    count=st.sampled_from(COUNTS),
    noise=st.sampled_from(NOISES),
    batch=st.sampled_from(BATCHES),
)


@ALL
def test_points_lie_on_their_curve_and_leave_no_large_gap(name):
    x, y = sample(name, 40, seed=3)
    assert np.array_equal(y, CURVES[name](x))
    assert np.abs(y).max() <= HEIGHT
    gaps = np.diff(np.sort(np.concatenate([[-REACH], x, [REACH]])))
    assert gaps.max() < 3 * 2 * REACH / 40


@ALL
def test_a_seed_gives_the_same_points_and_fewer_are_the_first_of_more(name):
    more, fewer = sample(name, 60, 0.3, seed=1), sample(name, 17, 0.3, seed=1)
    assert np.array_equal(more.x[:17], fewer.x)
    assert np.array_equal(more.y[:17], fewer.y)
    assert not np.allclose(sample(name, 60, 0.3, seed=2).x, more.x)


@ALL
def test_noise_moves_points_up_and_down_alone(name):
    calm, moved = sample(name, 400), sample(name, 400, 0.2)
    assert np.array_equal(calm.x, moved.x)
    inside = np.abs(moved.y) < HEIGHT
    assert (moved.y - calm.y)[inside].std() == pytest.approx(0.2, rel=0.1)
    assert np.abs(sample(name, 400, MOST_NOISE).y).max() <= HEIGHT


def relu_error(name: str, bends: list[float]) -> float:
    """The largest error of the best sum of ReLU neurons that bend at these places, one of each way, at 201 points."""
    x = np.linspace(-REACH, REACH, 201)
    parts = [np.maximum(way * (x - bend), 0) for bend in bends for way in (-1, 1)]
    terms = np.stack([np.ones_like(x), *parts], 1)
    weights = np.linalg.lstsq(terms, CURVES[name](x), rcond=None)[0]
    return float(np.abs(terms @ weights - CURVES[name](x)).max())


def test_two_neurons_are_a_tent_and_no_bend_is_a_line():
    assert relu_error("tent", [0.0]) < 1e-9
    assert relu_error("line", [-REACH]) < 1e-9
    assert relu_error("tent", [1.0]) > 0.3
    assert relu_error("wave", [0.0]) > 0.3


def test_of_ones_own_there_are_none():
    assert [len(each) for each in sample(OWN, 40)] == [0, 0]


@pytest.mark.parametrize("wrong", [{"count": -1}, {"count": 5, "noise": 0.6}, {"count": 5, "noise": float("nan")}])
def test_what_cannot_be_sampled(wrong):
    with pytest.raises(ValueError, match="points with a noise"):
        sample("wave", **wrong)
    with pytest.raises(KeyError):
        sample("cube", 4)


@given(setup=SETUPS)
def test_what_is_written_is_read(setup):
    assert FITTING_TEXT.parse(FITTING_TEXT.write(setup)) == setup


def test_what_is_usual_is_left_out():
    assert FITTING_TEXT.write(FittingSetup()) == ""
    assert FITTING_TEXT.parse("") == FittingSetup()
    assert FITTING_TEXT.write(FittingSetup(curve="tent", hidden=0, rate=0.5)) == "curve:tent;hidden:0;lr:0.5"


@pytest.mark.parametrize(
    "text",
    [
        "curve", "curve:", "curve:cube", "curve:wave;curve:wave", "hidden:17", "hidden:-1", "hidden:8,8", "hidden:",
        "act:gelu", "lr:0.3", "lr:nan", "lr:1e9", "count:11", "noise:0.51", "batch:0", "seed:1", "curve:wave;", ";",
        "lr:0.1" + ";lr:0.1" * 50, "lr:" + "1" * 5000,
    ],
)  # fmt: skip
def test_what_is_no_set_up_is_refused(text):
    with pytest.raises(ValueError, match="a curve, a network and a rate"):
        FITTING_TEXT.parse(text)


@given(text=st.text(max_size=60) | st.from_regex(r"(curve|hidden|lr|act):[\w,.;:-]*", fullmatch=True))
def test_no_text_does_anything_worse_than_being_refused(text):
    try:
        setup = FITTING_TEXT.parse(text)
    except ValueError:
        return
    assert FITTING_TEXT.parse(FITTING_TEXT.write(setup)) == setup
