"""Is a difference between two set-ups more than luck? Paired by seed, judged by two methods that must agree.

With one seed, two runs differ in what was changed; with another seed they would differ a little otherwise. So each seed
gives one difference, and these are asked two questions:

* The sign-flip test: if nothing but luck told the two apart, each difference might as well have had the other sign. In
  how many of all ways of flipping signs is the mean as far from 0 as it was found? (Fisher 1935, "The Design of
  Experiments", section 21.) With five pairs it is 2 of 32 at best, more than 5 %; so it takes six.
* The bootstrap: if the seeds are drawn again and again from those that there are, how far does the mean move? The BCa
  interval corrects for bias and skew. (Efron 1987, "Better Bootstrap Confidence Intervals".)

Only if the test says less than 5 % and the interval leaves 0 out, the set-ups are called different. SciPy does both; it
takes seconds to import, so it is imported here and not before.
"""

from __future__ import annotations

import math
import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import NormalDist

import numpy as np

LEAST_PAIRS = 6  # with fewer, the sign-flip test cannot come below 5 %
LEVEL = 0.05
POWER = 0.8  # the seeds that are asked for would show the difference in four of five such comparisons
RESAMPLES = 9999
EXACT_PAIRS = 13  # up to here all ways of flipping signs, 8192, are fewer than that, and all are tried
MOST_NEEDED = 1000  # more seeds than that are no advice


@dataclass(frozen=True)
class Verdict:
    """What can be said of the difference first - second of a measure, pair by pair.

    Attributes:
        kind: "different"; "unclear" (it may be luck); "too_few" (pairs); "equal" (every difference is 0).
        differences: of the pairs that count, in the order of their seeds.
        left_out: pairs of which one has no number, since its run diverged.
        mean: of the differences; NaN without any.
        low, high: BCa interval of the mean, 95 %; None below ``LEAST_PAIRS``.
        p: of the sign-flip test, both sides; None below ``LEAST_PAIRS``.
        is_exact: whether every way of flipping signs was tried, and not a sample of them.
        needed: how many pairs it would take, see ``pairs_needed``; None where that cannot be told, or if it is known.
    """

    kind: str
    differences: tuple[float, ...]
    left_out: int
    mean: float
    low: float | None = None
    high: float | None = None
    p: float | None = None
    is_exact: bool = True
    needed: int | None = None

    @property
    def pairs(self) -> int:
        return len(self.differences)

    @property
    def higher(self) -> int:
        """In how many pairs the first is higher; ``lower`` and ``ties`` likewise."""
        return sum(difference > 0 for difference in self.differences)

    @property
    def lower(self) -> int:
        return sum(difference < 0 for difference in self.differences)

    @property
    def ties(self) -> int:
        return self.pairs - self.higher - self.lower


def paired(first: Mapping[int, float], second: Mapping[int, float]) -> list[tuple[int, float, float]]:
    """(seed, first, second) for every seed that both have, ascending."""
    return [(seed, first[seed], second[seed]) for seed in sorted(first.keys() & second.keys())]


def judge(first: Sequence[float], second: Sequence[float], resamples: int = RESAMPLES) -> Verdict:
    """Compare two measures of the same seeds, in the same order.

    Args:
        first, second: one number for each seed; NaN where a run has diverged, whose pair is left out.
        resamples: of the bootstrap, and of the test where there are too many ways of flipping signs.

    Raises:
        ValueError: if they are not of one length.
    """
    if len(first) != len(second):
        raise ValueError(f"pairs need as many of both; given: {len(first)} and {len(second)}")
    all_differences = np.asarray(first, float) - np.asarray(second, float)
    # 0.91 - 0.90 is no more than 0.81 - 0.80, but for the last bits of a double: they must count as equal.
    differences = np.round(all_differences[np.isfinite(all_differences)], 12)
    told, left_out = tuple(differences.tolist()), len(all_differences) - len(differences)
    mean = float(differences.mean()) if told else math.nan
    if told and not differences.any():
        return Verdict("equal" if len(told) >= LEAST_PAIRS else "too_few", told, left_out, 0.0)
    if len(told) < LEAST_PAIRS:
        return Verdict("too_few", told, left_out, mean, needed=pairs_needed(differences))
    p, (low, high) = sign_flip_test(differences, resamples), bootstrap_interval(differences, resamples)
    is_different = p < LEVEL and (low > 0 or high < 0)
    needed = None if is_different else pairs_needed(differences)
    is_exact = len(told) <= EXACT_PAIRS
    return Verdict("different" if is_different else "unclear", told, left_out, mean, low, high, p, is_exact, needed)


def sign_flip_test(differences: np.ndarray, resamples: int = RESAMPLES) -> float:
    """The share of all ways of flipping the signs of (N,) differences that put the mean as far from 0 as it is."""
    from scipy.stats import permutation_test

    most = np.inf if len(differences) <= EXACT_PAIRS else resamples
    result = permutation_test(
        (differences,), _mean, permutation_type="samples", n_resamples=most, vectorized=True, rng=_generator()
    )
    return float(result.pvalue)


def bootstrap_interval(differences: np.ndarray, resamples: int = RESAMPLES) -> tuple[float, float]:
    """The 95 % BCa interval of the mean of (N,) differences.

    All alike leave nothing to draw: the interval is that one number. Where BCa is not defined, it is the plain
    percentile interval.
    """
    if np.ptp(differences) == 0:
        return float(differences[0]), float(differences[0])
    from scipy.stats import bootstrap

    for method in ("BCa", "percentile"):
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # SciPy warns where it returns NaN, which is looked for here
            found = bootstrap(
                (differences,), _mean, confidence_level=1 - LEVEL, n_resamples=resamples, method=method,
                vectorized=True, rng=_generator(),
            ).confidence_interval  # fmt: skip
        if math.isfinite(found.low) and math.isfinite(found.high):
            break
    return float(found.low), float(found.high)


def pairs_needed(differences: np.ndarray) -> int | None:
    """How many pairs would show a difference as large as the mean, in 80 % of such comparisons, at the 5 % level.

    By the normal approximation, ((1.96 + 0.84) * spread / mean)^2, and 1.96^2 / 2 more since the spread is itself
    measured (Guenther 1981); the spread is the standard deviation of the (N,) differences. At least ``LEAST_PAIRS``.

    Returns:
        ``MOST_NEEDED`` + 1 where it would be more than ``MOST_NEEDED``, as where the mean is 0; None with fewer than
        two pairs, or if every difference is 0.
    """
    if len(differences) < 2 or not differences.any():
        return None
    mean, spread = abs(float(differences.mean())), float(differences.std(ddof=1))
    if mean < 1e-12:
        return MOST_NEEDED + 1
    outer, inner = NormalDist().inv_cdf(1 - LEVEL / 2), NormalDist().inv_cdf(POWER)
    needed = ((outer + inner) * spread / mean) ** 2 + outer**2 / 2
    return min(max(LEAST_PAIRS, math.ceil(needed)), MOST_NEEDED + 1)


def _mean(sample: np.ndarray, axis: int = -1) -> np.ndarray:
    return np.mean(sample, axis=axis)


def _generator() -> np.random.Generator:
    """Always the same random numbers: the same runs get the same verdict."""
    return np.random.default_rng(0)
