"""The verdict on a difference, against SciPy, against counting all signs by hand, and against chance itself."""

from __future__ import annotations

import math
from itertools import product

import numpy as np
import pytest
import scipy.stats

from nnlab.compare import luck

QUICK = 999  # resamples: enough where many verdicts are asked for
EIGHT = [0.004, 0.006, -0.001, 0.003, 0.005, 0.002, 0.004, 0.007]


def share_by_hand(differences: list[float]) -> float:
    """All ways of flipping the signs, one after another."""
    means = [abs(np.dot(signs, differences)) for signs in product([1, -1], repeat=len(differences))]
    return sum(mean >= abs(sum(differences)) - 1e-15 for mean in means) / len(means)


@pytest.mark.parametrize(
    "differences",
    [EIGHT, [1, 2, 3, 4, 5, 6], [1, 1, 1, 1, 1, 1, -1], [0, 0, 1, -2, 3, 1, 0, 2], [-2, -3, 1, -5, -4, -1, -1]],
)
def test_the_sign_flip_test_counts_all_ways_of_flipping(differences):
    assert luck.sign_flip_test(np.array(differences, float)) == pytest.approx(share_by_hand(differences), abs=1e-12)


def test_six_pairs_of_one_sign_are_2_of_64_ways_and_five_could_never_be_5_per_cent():
    assert luck.sign_flip_test(np.array([1.0, 2, 3, 4, 5, 6])) == 2 / 64 < luck.LEVEL
    assert luck.sign_flip_test(np.array([1.0, 2, 3, 4, 5])) == 2 / 32 > luck.LEVEL
    assert luck.LEAST_PAIRS == 6


def test_beyond_thirteen_pairs_the_ways_are_sampled():
    differences = np.random.default_rng(1).normal(0.5, 1, 16)
    exact = share_by_hand(differences.tolist())
    assert luck.sign_flip_test(differences) == pytest.approx(exact, abs=0.015)
    assert not luck.judge(differences, np.zeros(16)).is_exact
    assert luck.judge(differences[:13], np.zeros(13)).is_exact


def test_the_interval_is_scipys_bca():
    differences = np.array(EIGHT)
    theirs = scipy.stats.bootstrap(
        (differences,), np.mean, method="BCa", n_resamples=luck.RESAMPLES, rng=np.random.default_rng(0)
    ).confidence_interval
    assert luck.bootstrap_interval(differences) == pytest.approx((theirs.low, theirs.high))


def test_a_clear_difference_is_told_with_its_size():
    verdict = luck.judge([0.90 + each for each in EIGHT], [0.90] * 8)
    assert (verdict.kind, verdict.pairs, verdict.higher, verdict.lower, verdict.ties) == ("different", 8, 7, 1, 0)
    assert verdict.mean == pytest.approx(np.mean(EIGHT))
    assert 0 < verdict.low < verdict.mean < verdict.high
    assert verdict.p == share_by_hand(EIGHT)
    assert verdict.needed is None


def test_the_other_way_round_is_the_same_with_other_signs():
    one, two = luck.judge(EIGHT, [0] * 8), luck.judge([0] * 8, EIGHT)
    assert two.kind == one.kind == "different"
    assert (two.higher, two.lower, two.p) == (one.lower, one.higher, one.p)
    assert (two.low, two.high) == pytest.approx((-one.high, -one.low), rel=0.1)


def test_both_must_say_so(monkeypatch):
    monkeypatch.setattr(luck, "sign_flip_test", lambda *_: 0.04)
    monkeypatch.setattr(luck, "bootstrap_interval", lambda *_: (-0.1, 2.0))
    assert luck.judge(range(8), [0] * 8).kind == "unclear"
    monkeypatch.setattr(luck, "bootstrap_interval", lambda *_: (0.1, 2.0))
    assert luck.judge(range(8), [0] * 8).kind == "different"
    monkeypatch.setattr(luck, "sign_flip_test", lambda *_: 0.05)
    assert luck.judge(range(8), [0] * 8).kind == "unclear"


def test_fewer_than_six_pairs_are_never_judged():
    verdict = luck.judge([1.0] * 5, [0.0] * 5)
    assert (verdict.kind, verdict.p, verdict.low, verdict.mean, verdict.needed) == ("too_few", None, None, 1.0, 6)
    assert luck.judge([1.0], [0.0]).needed is None  # one pair has no spread
    assert luck.judge([], []).kind == "too_few"
    assert math.isnan(luck.judge([], []).mean)


@pytest.mark.parametrize("count", [6, 12])
def test_runs_that_all_came_out_equal_are_called_equal(count):
    verdict = luck.judge([0.9] * count, [0.9] * count)
    assert (verdict.kind, verdict.mean, verdict.ties) == ("equal", 0.0, count)


def test_equal_but_for_the_last_bits_is_equal():
    """0.3 - 0.1 and 0.7 - 0.5 are not 0.2 to the last bit."""
    assert luck.judge([0.1 + 0.2] * 6, [0.3] * 6).kind == "equal"
    same = luck.judge([0.3, 0.7, 0.3, 0.7, 0.3, 0.7], [0.1, 0.5, 0.1, 0.5, 0.1, 0.5])
    assert (same.kind, same.low, same.high, same.p) == ("different", 0.2, 0.2, 2 / 64)


def test_a_diverged_run_takes_its_pair_out_and_is_counted():
    nan = math.nan
    verdict = luck.judge([1, 2, nan, 3, 4, 5, 6], [0, 0, 0, nan, 0, 0, 0])
    assert (verdict.kind, verdict.pairs, verdict.left_out) == ("too_few", 5, 2)
    assert luck.judge([nan] * 8, [0] * 8).left_out == 8


def test_one_that_stands_out_does_not_make_a_number_nan():
    """A jackknife of such differences is as skewed as it can be, and BCa of some of them is not defined."""
    for differences in ([0, 0, 0, 0, 0, 1], [1, 1, 1, 1, 1, 2], [0, 0, 0, 0, 0, 1e-12], [1e9, 0, 0, 0, 0, 0]):
        low, high = luck.bootstrap_interval(np.array(differences, float), QUICK)
        assert math.isfinite(low)
        assert math.isfinite(high)
        assert low <= high


def test_pairs_need_as_many_of_both():
    with pytest.raises(ValueError, match="6 and 7"):
        luck.judge([0] * 6, [0] * 7)


def test_pairs_are_made_of_the_seeds_that_both_have():
    assert luck.paired({3: 0.3, 1: 0.1, 2: 0.2}, {1: 1.1, 3: 1.3, 4: 1.4}) == [(1, 0.1, 1.1), (3, 0.3, 1.3)]


# Calibration: what the verdict is for


def verdicts(count: int, pairs: int, difference: float, draw) -> list[str]:
    generator = np.random.default_rng(11)
    return [luck.judge(draw(generator, pairs) + difference, np.zeros(pairs), QUICK).kind for _ in range(count)]


DRAWS = {
    "normal": lambda generator, pairs: generator.normal(0, 1, pairs),
    # accuracies of 1,000 images are multiples of a thousandth: many differences are equal, some are 0
    "coarse": lambda generator, pairs: generator.integers(-3, 4, pairs) / 1000,
    "heavy": lambda generator, pairs: generator.standard_t(2, pairs),
}


@pytest.mark.parametrize("name", DRAWS)
@pytest.mark.parametrize("pairs", [6, 9])
def test_where_there_is_no_difference_one_is_seen_in_at_most_5_per_cent(name, pairs):
    """300 comparisons: with 5 %, 15 are expected, and more than 23 in less than 2 of 100 such tests."""
    found = verdicts(300, pairs, 0, DRAWS[name])
    assert found.count("different") <= 23
    assert set(found) <= {"different", "unclear", "equal"}


def test_a_real_difference_is_found():
    """Of the size of its own spread twice, with ten seeds: nearly always."""
    assert verdicts(60, 10, 2.0, DRAWS["normal"]).count("different") >= 57


def test_as_many_seeds_as_were_asked_for_find_the_difference_in_four_of_five_cases():
    differences = np.array([-0.5, 0.2, 1.1, 1.6, 0.1])  # mean 0.5, standard deviation 0.840
    spread = differences.std(ddof=1)
    needed = luck.pairs_needed(differences)
    assert needed == math.ceil((2.8016 * spread / 0.5) ** 2 + 1.9208) == 25
    scaled = verdicts(150, needed, 0.5, lambda generator, pairs: generator.normal(0, spread, pairs))
    assert 0.7 < scaled.count("different") / 150 < 0.92


def test_what_no_number_of_seeds_would_show_is_not_promised():
    assert luck.pairs_needed(np.array([1.0, -1.0])) == luck.MOST_NEEDED + 1
    assert luck.pairs_needed(np.array([1.0, -0.999])) == luck.MOST_NEEDED + 1
    assert luck.pairs_needed(np.zeros(4)) is None
    assert luck.pairs_needed(np.array([5.0, 5.0, 5.0])) == luck.LEAST_PAIRS
