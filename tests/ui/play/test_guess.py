"""The guessing game, played by injection of what the browser would send; test_play in tests/browser uses a mouse."""

from types import SimpleNamespace

import numpy as np
import pytest

from nnlab.games.guessing import GRACE_SECONDS, GuessingGame
from nnlab.games.ranking import Ranking
from nnlab.ui import keys
from nnlab.ui.play import guess as play_guess
from nnlab.ui.play import ranking as play_ranking
from nnlab.ui.text import strings
from tests.ui.drawing import ONE, SEVEN, sent
from tests.ui.play.reading import words

LANGUAGES = ["en", "ko"]
SQUARE = [(80, 80), (250, 80), (250, 250), (80, 250), (80, 80)]
SEED = next(seed for seed in range(1000) if GuessingGame(seed, None, 0).order[:2] == [7, 1])


@pytest.fixture
def clock(monkeypatch):
    """The server's clock, set by hand."""
    clock = SimpleNamespace(now=1000.0)
    monkeypatch.setattr(play_guess, "time", SimpleNamespace(monotonic=lambda: clock.now))
    return clock


@pytest.fixture(autouse=True)
def dice(monkeypatch):
    """The first two digits asked for are 7 and 1; nobody has played on this server yet."""
    monkeypatch.setattr(play_guess, "random", SimpleNamespace(getrandbits=lambda bits: SEED))
    monkeypatch.setattr(play_ranking, "RANKING", Ranking())


def begin(open_page, language="en", limit=0):
    page = open_page("play", language)
    page.segmented_control(key="play.limit").set_value(limit).run()
    page.button(key="play.start").click().run()
    assert not page.exception
    return page


def draw(page, *strokes, number=0):
    """What the canvas of a round sends after these strokes."""
    page.session_state[f"play.{SEED}-{number}.canvas"] = sent(*strokes)
    page.run()
    assert not page.exception
    return page


def game_of(page) -> GuessingGame:
    return page.session_state["play.game"]


def skip_all(page):
    while not game_of(page).is_over:
        page.button(key=f"play.skip.{len(game_of(page).rounds)}").click().run()
        assert not page.exception
    return page


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_start_says_the_rules_and_that_nobody_has_played(open_page, language):
    page = open_page("play", language)
    assert not page.exception
    texts = strings(language)
    for name in ("rules", "what_counts", "ranking_empty"):
        assert texts[f"play.{name}"] in words(page)
    limits = [
        texts["play.no_limit"],
        texts["common.seconds"].format(seconds=20),
        texts["common.seconds"].format(seconds=10),
    ]
    assert page.segmented_control(key="play.limit").options == limits


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_digit_that_is_read_wins_the_round_and_the_next_is_asked_for(open_page, clock, language):
    page = begin(open_page, language)
    texts = strings(language)
    assert texts["play.draw_7"] in words(page)
    assert texts["play.begin"] in words(page)
    clock.now += 2.5
    draw(page, SEVEN)
    won = game_of(page).rounds[0]
    assert (won.asked, won.outcome, won.seconds, won.reading.digit) == (7, "read", 2.5, 7)
    assert texts["play.draw_1"] in words(page)
    assert texts["play.read"].format(digit=7) in words(page)
    assert page.button(key="play.clear").disabled  # the new canvas is empty


def test_the_last_rounds_canvas_cannot_win_the_next_round(open_page, clock):
    """A stroke that was under way when the round was won, sent once more with the old drawing."""
    page = draw(begin(open_page), SEVEN)
    draw(page, SEVEN, ONE, number=0)
    assert len(game_of(page).rounds) == 1
    assert game_of(page).reading is None


def test_another_digit_is_named_and_does_not_count(open_page, clock):
    page = draw(begin(open_page), ONE)
    assert "<b>1</b>" in words(page)
    assert strings("en")["play.not_yet"].format(asked=7) in words(page)
    assert game_of(page).rounds == []
    draw(page, SEVEN)
    assert game_of(page).score == 1


def test_a_scribble_is_doubted_and_does_not_count(open_page, clock):
    generator = np.random.default_rng(0)
    scribble = [tuple(point) for point in generator.uniform(50, 286, (25, 2))]
    page = draw(begin(open_page), scribble)
    assert strings("en")["play.no_digit"] in words(page)


def test_what_is_cleared_is_forgotten(open_page, clock):
    page = draw(begin(open_page), ONE)
    page.button(key="play.clear").click().run()
    draw(page)
    assert game_of(page).reading is None
    page.button(key="play.skip.0").click().run()
    assert game_of(page).rounds[0].image is None
    assert strings("en")["play.nothing_drawn"] in words(page)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_servers_clock_ends_a_round(open_page, clock, language):
    page = begin(open_page, language, limit=10)
    clock.now += 10
    page.run()
    assert game_of(page).rounds == []
    clock.now += GRACE_SECONDS + 0.01
    draw(page, SEVEN)
    assert [(played.outcome, played.seconds) for played in game_of(page).rounds] == [("late", 10)]
    assert strings(language)["play.late"].format(digit=7) in words(page)


def test_a_drawing_and_its_reading_are_kept_in_the_gallery(open_page, clock):
    """Won, given up after a misreading, and given up without a drawing: two of the three have something to keep."""
    page = draw(begin(open_page), SEVEN)
    draw(page, SQUARE, number=1)
    misread = game_of(page).reading.digit
    page.button(key="play.skip.1").click().run()
    page.button(key="play.skip.2").click().run()
    kept = page.session_state[keys.OWN_DIGITS]
    assert [(digit.meant, digit.read) for digit in kept] == [(7, 7), (1, misread)]
    assert misread != 1
    assert kept[0].image.shape == (28, 28)
    assert kept[0].image.max() > 128


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_summary_and_the_ranking(open_page, clock, language):
    page = begin(open_page, language)
    clock.now += 3
    draw(page, SEVEN)
    clock.now += 4
    skip_all(page)
    texts = strings(language)
    assert texts["play.result"].format(score=1, count=10) in words(page)
    values = {metric.label: metric.value for metric in page.metric}
    assert values[texts["play.time"]] == texts["common.seconds"].format(seconds="7.0")
    assert values[texts["play.hardest"]] == "1"  # given up after four seconds
    assert len(page.get("image")) == 10
    page.text_input(key="play.name").set_value("<i>Ada</i>").run()
    page.button(key="play.enter").click().run()
    assert "**iAdai**" in words(page)
    assert [entry.name for entry in play_ranking.RANKING.entries()] == ["iAdai"]
    assert "play.enter" not in [button.key for button in page.button]  # once per game
    assert "iAdai" in words(open_page("play", language))  # another visitor


def test_a_game_without_a_name_may_be_entered(open_page, clock):
    page = skip_all(begin(open_page))
    page.button(key="play.enter").click().run()
    assert f"**{strings('en')['play.anonymous']}**" in words(page)


def test_again_has_the_same_time_limit(open_page, clock):
    page = skip_all(begin(open_page, limit=20))
    page.button(key="play.again").click().run()
    assert game_of(page).limit == 20
    assert game_of(page).rounds == []
    page.button(key="play.stop").click().run()
    assert strings("en")["play.rules"] in words(page)


def test_a_press_that_comes_after_its_round_has_ended_skips_no_other(clock):
    game = GuessingGame(SEED, 20, clock.now)
    play_guess._skip(game, 0)
    play_guess._skip(game, 0)
    assert [played.outcome for played in game.rounds] == ["skipped"]
    for number in range(1, 10):
        play_guess._skip(game, number)
    play_guess._skip(game, 9)  # the last one's time was over a moment before
    assert game.is_over
