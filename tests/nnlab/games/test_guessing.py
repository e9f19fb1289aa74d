"""The guessing game's rules: its order, what counts, the clock, the ranking."""

import pytest

from nnlab.config import CLASSES
from nnlab.games.guessing import GRACE_SECONDS, SURE_ENOUGH, GuessingGame, Reading
from tests.nnlab.games.played import DRAWING, finished, sure


@pytest.mark.parametrize("seed", range(5))
def test_each_digit_is_asked_for_once_in_the_seeds_order(seed):
    game, again = GuessingGame(seed, None, 0.0), GuessingGame(seed, None, 9.0)
    assert sorted(game.order) == list(range(CLASSES))
    assert game.order == again.order
    assert game.order != GuessingGame(seed + 1, None, 0.0).order


def test_a_game_by_hand():
    """Read after 2 s; misread, then given up after 3 s more: score 1, 5 s, and the second digit is the hardest."""
    game = GuessingGame(1, None, 100.0)
    first, second = game.order[:2]
    assert game.hear(DRAWING, sure(first), 102.0)
    assert game.asked == second
    assert (game.image, game.reading) == (None, None)
    assert not game.hear(DRAWING, sure(first), 104.0)
    game.skip(105.0)
    assert [(played.asked, played.outcome, played.seconds) for played in game.rounds] == [
        (first, "read", 2.0),
        (second, "skipped", 3.0),
    ]
    assert game.rounds[1].reading == sure(first)
    assert (game.score, game.total_seconds, game.hardest.asked) == (1, 5.0, second)
    assert not game.is_over


@pytest.mark.parametrize(
    ("probability", "is_doubtful", "counts"),
    [(0.99, False, True), (SURE_ENOUGH + 0.01, False, True), (SURE_ENOUGH, False, False), (0.99, True, False)],
)
def test_the_right_answer_counts_when_it_is_sure_and_the_drawing_a_digit(probability, is_doubtful, counts):
    game = GuessingGame(2, None, 0.0)
    assert game.hear(DRAWING, Reading(game.asked, probability, is_doubtful), 1.0) == counts
    assert game.score == counts


def test_all_ten_rounds_end_the_game():
    game = finished(10, 30.0)
    assert game.is_over
    assert game.score == 10
    assert game.total_seconds == pytest.approx(30.0)


def test_the_hardest_of_digits_all_read_took_longest():
    game = GuessingGame(3, None, 0.0)
    for now in (1.0, 5.0, 6.0):
        game.hear(DRAWING, sure(game.asked), now)
    assert game.hardest.asked == game.order[1]
    assert GuessingGame(3, None, 0.0).hardest is None


def test_a_late_drawing_loses_though_it_is_right():
    game = GuessingGame(4, 10, 0.0)
    assert not game.hear(DRAWING, sure(game.asked), 10 + GRACE_SECONDS + 0.01)
    assert (game.rounds[0].outcome, game.rounds[0].seconds, game.rounds[0].image) == ("late", 10, None)
    assert game.began == 10 + GRACE_SECONDS + 0.01  # the next digit has all its time


def test_a_drawing_that_was_under_way_in_time_counts_and_not_for_more_than_the_limit():
    game = GuessingGame(4, 10, 0.0)
    assert game.hear(DRAWING, sure(game.asked), 10 + GRACE_SECONDS / 2)
    assert game.rounds[0].seconds == 10


@pytest.mark.parametrize("limit", [None, 10])
def test_the_clock_ends_a_round_only_where_there_is_a_limit(limit):
    game = GuessingGame(5, limit, 0.0)
    assert not game.check_time(9.9)
    assert game.check_time(1e6) == (limit is not None)
    assert len(game.rounds) == (limit is not None)
    assert game.elapsed(9.0) == (9.0 if limit is None else 0.0)  # the second digit was asked for at 1e6


def test_giving_up_too_late_is_late():
    game = GuessingGame(6, 10, 0.0)
    game.skip(60.0)
    assert [played.outcome for played in game.rounds] == ["late"]


def test_a_cleared_drawing_is_not_kept_with_the_round():
    game = GuessingGame(7, None, 0.0)
    game.hear(DRAWING, sure((game.asked + 1) % CLASSES), 1.0)
    game.wipe()
    game.skip(2.0)
    assert game.rounds[0].image is None
    assert game.rounds[0].reading is None
