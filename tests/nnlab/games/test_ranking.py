"""The ranking of a class: who is before whom, and what a name may be."""

import threading
import tracemalloc

import hypothesis
import pytest

from nnlab.games.ranking import MAX_NAME_LENGTH, MAX_RANKED, Ranking, clean_name
from tests.hostile import TEXTS, within_bounds
from tests.nnlab.games.played import finished


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


@hypothesis.given(TEXTS)
def test_whatever_a_name_says_it_is_short_and_without_markup(name):
    with within_bounds():
        kept = clean_name(name)
    assert len(kept) <= MAX_NAME_LENGTH
    assert all(letter.isalnum() or letter in " -" for letter in kept)
    assert clean_name(kept) == kept.strip()
    kept.encode()


def test_of_a_name_as_long_as_a_book_only_the_beginning_is_looked_at():
    name = "e\u0301" * 500_000
    tracemalloc.start()
    try:
        assert clean_name(name) == "é" * MAX_NAME_LENGTH
        assert tracemalloc.get_traced_memory()[1] < 100_000
    finally:
        tracemalloc.stop()
