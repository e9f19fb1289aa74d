"""The games, played by injection of what the browser would send; test_play in tests/browser uses a mouse."""

from types import SimpleNamespace

import numpy as np
import pytest
import torch

from nnlab.config import ModelConfig
from nnlab.games.fooling import greedy_path, number_of
from nnlab.games.guessing import GRACE_SECONDS, GuessingGame
from nnlab.games.ranking import Ranking
from nnlab.model import MLP
from nnlab.runs import jobs
from nnlab.ui import keys, readers
from nnlab.ui.play import challenge as play_challenge
from nnlab.ui.play import guess as play_guess
from nnlab.ui.play import ranking as play_ranking
from nnlab.ui.text import strings
from tests.nnlab.short_runs import snapshot_of
from tests.ui.drawing import ONE, SEVEN, sent

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


def words(page) -> str:
    kinds = ("markdown", "html", "info", "caption", "error", "success", "warning", "subheader")
    return "\n".join(str(element.proto.body) for kind in kinds for element in page.get(kind))


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


# The guessing game


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


def test_the_address_names_the_section(open_page):
    assert open_page("play").query_params["section"] == "guess"
    page = open_page("play", section="fool")
    assert page.session_state["play.section"] == "fool"
    page = open_page("play", section="nonsense")
    assert page.query_params["section"] == "guess"


# Fool the network


def fool(open_page, language="en"):
    page = open_page("play", language)
    page.segmented_control(key="play.section").set_value("fool").run()
    assert not page.exception
    return page


def challenge_of(page):
    return page.session_state["play.challenge"]


def click(page, *pixels: int, revision=None):
    """What the grid sends once these pixels are changed."""
    revision = challenge_of(page).revision if revision is None else revision
    page.session_state["play.grid"] = {"flipped": {"revision": revision, "pixels": sorted(pixels)}}
    page.run()
    assert not page.exception
    return page


def counts(page) -> list[str]:
    """Pixels changed, the visitor's best, the machine's."""
    html = next(element.proto.body for element in page.get("html") if 'class="nnlab-counts"' in element.proto.body)
    return [part.split("</b>")[0] for part in html.split("<b>")[1:]]


def machines_way(page) -> list[int]:
    challenge = challenge_of(page)
    with torch.inference_mode():
        path = greedy_path(challenge.reader.network, challenge.game.image, challenge.game.label)
    assert path.has_flipped
    return [number_of(change) for change in path.changes]


@pytest.fixture
def run(monkeypatch):
    """A run of this visitor, whose network says 4 to everything."""
    model = MLP(ModelConfig((16,)))
    model.linears[-1].weight.data.zero_()
    model.linears[-1].bias.data.zero_()[4] = 5.0
    job = SimpleNamespace(id="run-1", created=1.0, status="paused", model=model)
    job.snapshot = lambda: snapshot_of(model, 60)
    monkeypatch.setattr(jobs, "jobs_of", lambda owner: [job])
    monkeypatch.setattr(readers, "describe", lambda job: "a run")
    return job


@pytest.fixture
def easy_digit(monkeypatch):
    """A built-in digit by number, instead of one by chance: the first that a few pixels turn."""
    monkeypatch.delenv("NNLAB_DATA_DIR", raising=False)
    monkeypatch.setattr(play_challenge, "random", SimpleNamespace(getrandbits=lambda bits: 1))


@pytest.mark.usefixtures("easy_digit")
@pytest.mark.parametrize("language", LANGUAGES)
def test_clicked_pixels_are_counted_until_the_network_is_fooled(open_page, language):
    page, texts = fool(open_page, language), strings(language)
    label = challenge_of(page).game.label
    assert texts["play.task"].format(label=label) in words(page)
    assert texts["play.not_fooled"] in words(page)
    assert counts(page) == ["0", "–", "?"]
    way = machines_way(page)
    click(page, *way[:1])
    assert counts(page) == ["1", "–", "?"]
    assert texts["play.fooled"] not in words(page)
    click(page, *way)
    assert texts["play.fooled"] in words(page)
    assert counts(page) == [str(len(way))] * 3
    page.button(key="play.fool_over").click().run()
    assert counts(page) == ["0", str(len(way)), str(len(way))]  # the best stays


@pytest.mark.usefixtures("easy_digit")
def test_undo_and_what_was_sent_before_it(open_page):
    page = fool(open_page)
    first = challenge_of(page).revision
    click(page, 5)
    click(page, 5, 6, 7)
    page.button(key="play.fool_undo").click().run()
    assert challenge_of(page).game.flipped == {5}
    click(page, 5, 6, 7, 8, revision=first)  # late, and out of date
    assert challenge_of(page).game.flipped == {5}
    click(page, 9)
    assert challenge_of(page).game.flipped == {9}


@pytest.mark.usefixtures("easy_digit")
def test_nonsense_from_a_browser_changes_nothing(open_page):
    page = fool(open_page)
    page.session_state["play.grid"] = {
        "flipped": {"revision": challenge_of(page).revision, "pixels": [-1, 784, "x", 3]}
    }
    page.run()
    assert not page.exception
    assert challenge_of(page).game.flipped == {3}


@pytest.mark.usefixtures("easy_digit")
def test_a_hint_is_the_machines_next_pixel_and_goes_with_the_next_change(open_page):
    page = fool(open_page)
    way = machines_way(page)
    page.button(key="play.fool_hint").click().run()
    assert challenge_of(page).hint == way[0]
    click(page, way[0])
    assert challenge_of(page).hint is None
    page.button(key="play.fool_hint").click().run()
    assert challenge_of(page).hint == way[1]


@pytest.mark.usefixtures("easy_digit")
@pytest.mark.parametrize("language", LANGUAGES)
def test_the_machine_shows_its_way_step_by_step(open_page, language):
    page, texts = fool(open_page, language), strings(language)
    way = machines_way(page)
    click(page, 3, 4)
    page.button(key="play.watch").click().run()
    assert not page.exception
    assert page.slider(key="play.step").value == len(way)
    assert counts(page) == [str(len(way)), "–", str(len(way))]  # not the visitor's best
    assert texts["play.fooled"] in words(page)
    page.slider(key="play.step").set_value(1).run()
    assert counts(page)[0] == "1"
    assert texts["play.not_fooled"] in words(page)
    page.button(key="play.own").click().run()
    assert challenge_of(page).game.flipped == {3, 4}
    assert counts(page)[0] == "2"


@pytest.mark.usefixtures("easy_digit")
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_machine_that_gives_up_says_so(open_page, run, language):
    """The run's network says 4 whatever it is shown."""
    page, texts = fool(open_page, language), strings(language)
    page.selectbox(key="draw.network").set_value("run-1").run()
    assert not page.exception
    assert challenge_of(page).game.label == 4
    page.button(key="play.watch").click().run()
    assert not page.exception
    assert counts(page)[2] == texts["play.gave_up"]
    assert texts["play.machine_failed"].split("{")[0] in words(page)


@pytest.mark.usefixtures("easy_digit")
def test_another_digit_begins_anew(open_page, monkeypatch):
    page = click(fool(open_page), 5)
    first = challenge_of(page)
    monkeypatch.setattr(play_challenge, "random", SimpleNamespace(getrandbits=lambda bits: 2))
    page.button(key="play.another").click().run()
    assert challenge_of(page).index != first.index
    assert challenge_of(page).game.count == 0
    assert counts(page)[0] == "0"


@pytest.mark.usefixtures("easy_digit")
def test_networks_that_cannot_play_say_why(open_page, run):
    page = fool(open_page)
    run.snapshot = lambda: None
    page.selectbox(key="draw.network").set_value("run-1").run()
    assert strings("en")["common.no_weights"] in words(page)
    run.snapshot = lambda: snapshot_of(run.model, 60)
    run.model.linears[0].weight.data.fill_(float("nan"))
    page.button(key="play.wait").click().run()
    assert strings("en")["common.not_a_number"] in words(page)
    assert not page.exception


@pytest.mark.usefixtures("easy_digit")
def test_a_network_that_misreads_all_digits_is_not_fooled(open_page, monkeypatch):
    monkeypatch.setattr("nnlab.games.fooling.answer", lambda model, image: -1)
    page = fool(open_page)
    assert not page.exception
    assert strings("en")["play.reads_nothing"] in words(page)


def test_a_digit_of_mnist_is_taken_where_it_is(open_page, monkeypatch, tiny_folder):
    monkeypatch.setenv("NNLAB_DATA_DIR", str(tiny_folder))
    monkeypatch.setattr("nnlab.games.fooling.answer", lambda model, image: 3)
    page = fool(open_page)
    assert challenge_of(page).source == "mnist"
    assert challenge_of(page).game.label == 3


def test_broken_test_digits_are_explained(open_page, monkeypatch, tiny_folder, tmp_path):
    for file in tiny_folder.iterdir():
        (tmp_path / file.name).write_bytes(file.read_bytes()[:-100])
    monkeypatch.setenv("NNLAB_DATA_DIR", str(tmp_path))
    page = fool(open_page)
    assert not page.exception
    assert "t10k-images" in page.error[0].value
