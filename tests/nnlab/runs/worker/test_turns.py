"""Time is shared fairly among owners, what is waited for goes first, and nobody is left out."""

from __future__ import annotations

from collections import Counter

import pytest

from nnlab.runs.worker.turns import LONGEST_SECONDS, ROUND_SECONDS, SHORTEST_SECONDS, Turns


def turns_of(**owners: str) -> Turns:
    turns = Turns()
    for run, owner in owners.items():
        turns.enter(run, owner)
    return turns


def shares(turns: Turns, wishes: dict[str, bool], count: int, seconds: dict[str, float] | None = None) -> Counter:
    """How many seconds each run gets in so many turns; it takes what it may, or what is said."""
    got: Counter = Counter()
    for _ in range(count):
        turn = turns.next(wishes)
        took = (seconds or {}).get(turn.run, turn.seconds)
        turns.took(turn.run, took)
        got[turn.run] += took
    return got


def test_visitors_share_alike_however_many_runs_each_has():
    turns = turns_of(a="ada", b="ada", c="ada", d="bob")
    got = shares(turns, dict.fromkeys("abcd", False), 600)
    total = sum(got.values())
    assert got["d"] / total == pytest.approx(0.5, abs=0.01)
    assert [got[run] / total for run in "abc"] == pytest.approx([1 / 6] * 3, abs=0.01)


def test_a_run_with_long_steps_has_fewer_turns():
    got = shares(turns_of(a="ada", b="bob"), dict.fromkeys("ab", False), 600, {"a": 0.5, "b": 0.04})
    assert got["a"] / got["b"] == pytest.approx(1, abs=0.1)


def test_who_rested_has_saved_nothing_up():
    turns = turns_of(a="ada", b="bob")
    shares(turns, {"a": False}, 1000)
    got = shares(turns, dict.fromkeys("ab", False), 10)
    assert got["a"] == pytest.approx(got["b"])


def test_a_newcomer_does_not_make_the_others_wait():
    turns = turns_of(a="ada")
    shares(turns, {"a": False}, 1000)
    turns.enter("b", "bob")
    got = shares(turns, dict.fromkeys("ab", False), 10)
    assert got["a"] == pytest.approx(got["b"])


def test_a_second_run_does_not_make_its_owners_first_one_wait():
    turns = turns_of(a="ada")
    shares(turns, {"a": False}, 1000)
    turns.enter("b", "ada")
    got = shares(turns, dict.fromkeys("ab", False), 10)
    assert got["a"] == pytest.approx(got["b"])


def test_what_is_waited_for_goes_first_but_for_every_fourth_turn():
    turns = turns_of(a="ada", b="bob", c="cho")
    order = []
    for _ in range(8):
        turn = turns.next({"a": False, "b": False, "c": True})
        turns.took(turn.run, turn.seconds)
        order.append(turn.run)
    assert order == ["c", "c", "c", "a", "c", "c", "c", "b"]
    assert turns.next({"c": True}).run == "c"


def test_who_trained_long_alone_owes_nothing_to_who_came_later():
    turns = turns_of(a="ada", c="cho")
    shares(turns, {"a": False}, 1000)
    shares(turns, {"c": False}, 10)
    turns.leave("c")
    turns.enter("b", "bob")
    shares(turns, {"b": False}, 10)
    got = shares(turns, dict.fromkeys("ab", False), 100)
    assert got["a"] == pytest.approx(got["b"], abs=2 * ROUND_SECONDS)


def test_a_run_that_trained_long_owes_nothing_to_its_owners_next():
    turns = turns_of(a="ada", c="cho")
    shares(turns, dict.fromkeys("ac", False), 1000)
    turns.enter("b", "ada")
    shares(turns, dict.fromkeys("bc", False), 10)
    got = shares(turns, dict.fromkeys("abc", False), 200)
    assert got["a"] == pytest.approx(got["b"], abs=2 * ROUND_SECONDS)


def test_a_press_is_obeyed_before_what_others_have_been_waited_for_longer():
    turns = turns_of(a="ada", b="bob", c="cho")
    shares(turns, dict.fromkeys("ac", False), 100)  # Bob rested, and has had less than the others
    urgent = [turns.next({"a": False, "b": True, "c": False}).run for _ in range(2)]
    assert urgent == ["b", "b"]
    assert turns.next({"a": True, "b": True, "c": False}).run == "a"
    turns.next({"a": False, "b": True, "c": False})  # what Ada waited for is there
    assert "a" not in turns._urgent_turns


def test_a_press_is_obeyed_next_however_long_the_same_run_was_waited_for_before():
    turns = turns_of(a="ada", b="bob", c="cho")
    wishes = {"a": True, "b": True, "c": False}
    for _ in range(20):
        turns.next({"a": True, "c": False})
    assert [turns.next(wishes).run for _ in range(3)].count("a") == 0  # Bob has had fewer turns so far
    turns.called("a")
    assert "a" in [turns.next(wishes).run for _ in range(2)]


@pytest.mark.parametrize(
    ("count", "seconds"),
    [(1, LONGEST_SECONDS), (10, LONGEST_SECONDS), (12, ROUND_SECONDS / 12), (60, SHORTEST_SECONDS)],
)
def test_turns_are_shorter_when_many_wait(count, seconds):
    runs = {f"run{number}": f"owner{number}" for number in range(count)}
    assert turns_of(**runs).next(dict.fromkeys(runs, False)).seconds == seconds


def test_who_left_is_forgotten():
    turns = turns_of(a="ada", b="ada")
    shares(turns, {"a": False, "b": False}, 10)
    turns.leave("a")
    assert turns.next({"b": False}).run == "b"
    turns.leave("b")
    assert not turns._owner_seconds
    assert not turns._run_seconds
