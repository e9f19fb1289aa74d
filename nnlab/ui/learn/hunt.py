"""What there is to find inside a network, and whether an answer is right for this very network, measured.

Every check returns what is to be said: whether it was found, and the numbers. Nothing here knows a page; ``inside``
asks and tells.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from nnlab.inspection.roles import Roles

LIKES = 0.8  # of the images that excite a neuron most show one digit: then it likes that digit
MOST_NEEDED = 3  # any of so many neurons will do
TINY, LARGE = (
    0.005,
    0.02,
)  # of accuracy on one digit, a fraction: what is lost is less than the first, or more than the other
LOSSES = ("hardly", "some", "much")


class Verdict(NamedTuple):
    """Whether an answer is right, and the numbers that the page tells with it; fractions are accuracies or shares."""

    is_found: bool
    numbers: dict[str, float]


def worst_digit(roles: Roles, digit: int) -> Verdict:
    """The digit that is read worst; of equals any."""
    share = float(roles.by_digit[digit])
    return Verdict(share == float(roles.by_digit.min()), {"digit": digit, "share": share})


def likes_one(roles: Roles, unit: int) -> Verdict:
    """A neuron that likes one digit: ``LIKES`` of its favourites show it, or as many as of any other neuron."""
    share, best = float(roles.shares[unit]), float(roles.shares.max())
    return Verdict(share >= min(LIKES, best), {"digit": int(roles.liked[unit]), "of_favourites": share})


def loss_of_liked(roles: Roles, unit: int) -> tuple[str, dict[str, float]]:
    """What silencing a neuron does to the digit that it likes: one of ``LOSSES``, and the numbers."""
    digit = int(roles.liked[unit])
    before, after = float(roles.by_digit[digit]), float(roles.by_digit_without[unit, digit])
    lost = before - after
    kind = "hardly" if lost < TINY else "much" if lost > LARGE else "some"
    total = {"all_before": roles.accuracy, "all_after": float(roles.accuracy_without[unit])}
    return kind, {"digit": digit, "before": before, "after": after, **total}


def needless(roles: Roles, unit: int) -> Verdict:
    """A neuron that is not missed: no fewer images are read rightly without it, or no fewer than without any other."""
    enough = min(roles.accuracy, float(roles.accuracy_without.max()))
    return Verdict(float(roles.accuracy_without[unit]) >= enough, _without(roles, unit))


def most_needed(roles: Roles, unit: int) -> Verdict:
    """One of the neurons that cost most when they are silenced."""
    return Verdict(roles.rank_of(unit) <= MOST_NEEDED, _without(roles, unit))


def _without(roles: Roles, unit: int) -> dict[str, float]:
    after = float(roles.accuracy_without[unit])
    return {"before": roles.accuracy, "after": after, "rank": roles.rank_of(unit), "count": len(roles.liked)}


class Task(NamedTuple):
    """Something to find.

    Attributes:
        section: of the Inspect page, where to look.
        check: of an answer; None for the neuron that is to be silenced, which is an answer given there.
        is_digit: whether the answer is a digit; else it is a neuron.
    """

    section: str
    check: Callable[[Roles, int], Verdict] | None
    is_digit: bool = False


TASKS = {
    "worst": Task("failures", worst_digit, is_digit=True),
    "likes": Task("units", likes_one),
    "silence": Task("units", None),
    "needless": Task("units", needless),
    "needed": Task("units", most_needed),
}
