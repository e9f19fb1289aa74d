"""Fooling the network, played by injection of what the browser would send; test_play in tests/browser uses a mouse."""

from types import SimpleNamespace

import pytest
import torch

from nnlab.config import ModelConfig
from nnlab.games.fooling import greedy_path, number_of
from nnlab.model import MLP
from nnlab.runs import jobs
from nnlab.ui import readers
from nnlab.ui.play import challenge as play_challenge
from nnlab.ui.text import strings
from tests.nnlab.short_runs import snapshot_of
from tests.ui.play.reading import words

LANGUAGES = ["en", "ko"]


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
    job = SimpleNamespace(id="run-1", data_source="mnist", created=1.0, status="paused", model=model)
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
