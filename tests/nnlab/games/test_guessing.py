"""The guessing game's rules: its order, what counts, the clock, the ranking."""

import threading

import numpy as np
import pytest

from nnlab.config import CLASSES
from nnlab.games.guessing import GRACE_SECONDS, SURE_ENOUGH, GuessingGame, Reading
from nnlab.games.ranking import MAX_NAME_LENGTH, MAX_RANKED, Ranking, clean_name

DRAWING = np.full((28, 28), 7, np.uint8)


def sure(digit: int) -> Reading:
    return Reading(digit, 0.99)


def finished(score: int, seconds: float) -> GuessingGame:
    """A game with this score and this total time."""
    game = GuessingGame(0, None, 0.0)
    for number in range(CLASSES):
        now = seconds * (number + 1) / CLASSES
        if number < score:
            assert game.hear(DRAWING, sure(game.asked), now)
        else:
            game.skip(now)
    return game


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


def test_more_digits_rank_before_less_time():
    ranking = Ranking()
    for name, score, seconds in [("slow", 9, 90.0), ("quick", 8, 20.0), ("best", 9, 60.0)]:
        ranking.add("visitor", name, finished(score, seconds))
    assert [entry.name for entry in ranking.entries()] == ["best", "slow", "quick"]


def test_a_player_counts_with_the_best_game_and_two_may_share_a_computer():
    ranking = Ranking()
    best = ranking.add("visitor", "Ada", finished(9, 50.0))
    assert ranking.add("visitor", "Ada", finished(7, 10.0)) == best
    ranking.add("visitor", "Bo", finished(5, 10.0))
    ranking.add("other", "Ada", finished(6, 10.0))
    assert [(entry.name, entry.score) for entry in ranking.entries()] == [("Ada", 9), ("Ada", 6), ("Bo", 5)]


def test_a_ranking_forgets_the_last_beyond_its_size():
    ranking = Ranking()
    games = [finished(10, float(seconds)) for seconds in range(1, MAX_RANKED + 3)]
    for number, game in reversed(list(enumerate(games))):
        ranking.add(str(number), "", game)
    entries = ranking.entries()
    assert len(entries) == MAX_RANKED
    assert entries[-1].seconds == pytest.approx(MAX_RANKED)


def test_a_whole_class_may_enter_at_once():
    ranking, game = Ranking(), finished(5, 10.0)
    threads = [threading.Thread(target=ranking.add, args=(str(number), "", game)) for number in range(30)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(ranking.entries()) == 30


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("  <b>Ada</b>  L. ", "bAdab L"),
        ("[link](http://x)", "linkhttpx"),
        (":smile: $x$ `|`", "smile x"),
        ("한국어 이름-1", "한국어 이름-1"),
        ("e\u0301\u0301\u200b\n2", "é 2"),
        ("x" * 99, "x" * MAX_NAME_LENGTH),
        ("***", ""),
    ],
)
def test_a_name_is_cleaned_of_markup(given, kept):
    assert clean_name(given) == kept
    assert clean_name(clean_name(given)) == kept
