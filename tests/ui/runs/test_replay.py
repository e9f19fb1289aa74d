"""Playing a run back: what the page shows of it, what its browser asks for, and the film to take along."""

from __future__ import annotations

import base64

import numpy as np
import pytest
from starlette.applications import Starlette

from nnlab.replay import film as films
from nnlab.replay import fonts
from nnlab.replay.counting import Confusions
from nnlab.replay.making import Filmed, Maker
from nnlab.replay.recording import of_job
from nnlab.runs import jobs
from nnlab.ui import digits, keys, routes, text
from nnlab.ui.components import live_reading
from nnlab.ui.runs import recordings, replay_film
from nnlab.ui.text import strings
from tests.nnlab.replay.made import KEPT, played_job
from tests.nnlab.short_runs import SHORT, until
from tests.ui.asking import Client
from tests.ui.drawing import sent_to, words

EN = strings("en")
FOLD = "runs.film"


@pytest.fixture
def job(monkeypatch):
    """A run in memory with seven kept states, which learned from the built-in digits."""
    return given(monkeypatch, played_job())


def given(monkeypatch, job):
    job.data_source = "builtin"
    monkeypatch.setattr(jobs, "get", {job.id: job}.get)
    return job


@pytest.fixture
def maker(monkeypatch):
    """Films are begun, and get on when a test says so."""
    maker = Maker()
    monkeypatch.setattr(maker, "_make", lambda film: None)
    monkeypatch.setattr(replay_film, "maker", maker)
    monkeypatch.setattr("nnlab.replay.making.maker", maker)
    yield maker
    maker.shutdown()


@pytest.fixture
def open_replay(open_runs):
    def open_replay(job, language="en"):
        page = open_runs(language, section="replay", run=job.id)
        assert not page.exception
        return page

    return open_replay


@pytest.fixture
def client():
    return Client(Starlette(routes=routes.routes()))


def open_film(page):
    """AppTest cannot unfold: the fold says that it is open."""
    page.session_state[FOLD] = True
    page.run()
    assert not page.exception
    return page


@pytest.mark.parametrize("language", ["en", "ko"])
def test_a_run_is_played_back_with_a_test_image(open_replay, job, language):
    page = open_replay(job, language)
    told = sent_to(page, "nnlab_replay")
    assert (told["run"], told["language"], told["revision"]) == (job.id, language, "7-24")
    assert told["words"]["play"] == strings(language)["replay.play"]
    images, labels = digits.load_test_set("builtin")
    sent = np.frombuffer(base64.b64decode(told["living"]["image"]), np.float32)
    assert sent == pytest.approx(images[0].flatten() / 255)
    assert told["living"]["truth"] == labels[0]
    page.text_input(key="replay.test_number.typed").set_value("3").run()
    sent = np.frombuffer(base64.b64decode(sent_to(page, "nnlab_replay")["living"]["image"]), np.float32)
    assert sent == pytest.approx(images[2].flatten() / 255)


def test_every_word_that_the_browser_fills_in_is_one_that_it_knows(open_replay, job):
    """A blank that no script fills would stand on the page as {so}."""
    page = open_replay(job)
    told = sent_to(page, "nnlab_replay")["words"]
    assert "{step}" in told["state"]
    assert set(told) >= {"now", "weights", "confusion", "loading"}


@pytest.mark.parametrize("language", ["en", "ko"])
def test_a_run_of_one_state_says_why_it_cannot_be_played(open_replay, monkeypatch, language):
    page = open_replay(given(monkeypatch, played_job(kept=(0,))), language)
    assert strings(language)["replay.too_few"] in words(page)
    assert not sent_to(page, "nnlab_replay")


def test_a_network_that_is_too_large_for_a_browser_says_so(open_replay, job, monkeypatch):
    monkeypatch.setattr(live_reading, "MAX_PARAMETERS", SHORT.model.parameter_count - 1)
    page = open_replay(job)
    assert EN["replay.too_large"].partition("{")[0] in words(page)
    assert not sent_to(page, "nnlab_replay")


def test_without_runs_there_is_nothing_to_play(open_runs):
    page = open_runs(section="replay")
    assert not page.exception
    assert EN["runs.none"] in words(page)


def test_a_kept_run_is_played_back_like_one_in_memory(open_replay, past, client):
    page = open_replay(past.finished)
    if len(past.finished.states()) < 2:
        assert EN["replay.too_few"] in words(page)
    assert client.get(f"/nnlab/replays/{past.finished.id}").json()["curve"]["step"] == [*range(1, 25)]


# What the browser asks for


def test_the_browser_is_told_where_everything_lies_on_each_axis(client, job):
    answer = client.get(f"/nnlab/replays/{job.id}")
    assert answer.headers["cache-control"] == "no-store"
    told, timeline = answer.json(), of_job(job).timeline
    assert told["perEpoch"] == 8
    assert told["states"]["step"] == list(KEPT)
    assert told["curve"]["step"] == [*range(1, 25)]
    assert told["tests"]["accuracy"] == [0.58, 0.66, 0.74]
    assert told["tests"]["images"] == [200] * 3
    for axis in ("step", "epoch", "time"):
        expected = timeline.places(axis, np.array(KEPT))
        assert told["states"]["places"][axis] == pytest.approx(expected, abs=1e-6)
        assert told["curve"]["places"][axis][-1] == 1
        assert len(told["tests"]["places"][axis]) == 3
    assert told["states"]["seconds"][-1] == 48
    assert [text for _, text in told["ticks"]["step"]] == ["0", "1", "10"]
    assert told["ticks"]["epoch"] == [[pytest.approx(index / 6, abs=1e-6), f"{index / 2:g}"] for index in range(7)]
    assert told["ticks"]["time"][-1] == [pytest.approx(40 / 48, abs=1e-6), "40"]


def test_a_state_is_handed_out_as_it_was(client, job):
    for state in of_job(job).states:
        answer = client.get(f"/nnlab/replays/{job.id}/states/{state.step}")
        assert answer.status_code == 200
        assert answer.content == state.weights
        assert answer.headers["cache-control"].startswith("private")


@pytest.mark.parametrize(
    "path", ["unknown", "unknown/states/0", "unknown/confusions", "{run}/states/3", "{run}/states/x"]
)
def test_what_is_not_there_is_not_found(client, job, path):
    assert client.get(f"/nnlab/replays/{path.format(run=job.id)}").status_code == 404


@pytest.mark.parametrize("language", ["en", "ko"])
def test_matrices_are_told_as_they_are_counted(client, job, tiny_digits, monkeypatch, language):
    counted = Confusions()
    monkeypatch.setattr(recordings, "confusions", counted)
    found = tiny_digits.test_images.numpy(), tiny_digits.test_labels.numpy()
    monkeypatch.setattr(digits, "load_test_set", {"builtin": found}.get)
    address = f"/nnlab/replays/{job.id}/confusions?language={language}"
    first = client.get(f"{address}&known=0").json()
    if not first["isOver"]:
        assert first["words"].startswith(strings(language)["replay.counting"].partition("{")[0])
    until(lambda: client.get(f"{address}&known=0").json()["isOver"])
    told = client.get(f"{address}&known=0").json()
    assert (told["isOver"], told["words"], told["images"]) == (True, "", 200)
    assert told["matrices"] == {str(step): matrix.tolist() for step, matrix in counted.known(job.id).items()}
    assert sorted(map(int, told["matrices"])) == list(KEPT)
    assert "matrices" not in client.get(f"{address}&known={len(KEPT)}").json()


def test_matrices_that_cannot_be_counted_say_so(client, job, monkeypatch, capsys):
    monkeypatch.setattr(recordings, "confusions", Confusions())

    def broken(source):
        raise OSError("broken files")

    monkeypatch.setattr(digits, "load_test_set", broken)
    address = f"/nnlab/replays/{job.id}/confusions?language=en"
    until(lambda: client.get(address).json()["isOver"])
    assert client.get(address).json()["words"] == EN["replay.confusion_failed"]
    assert "broken files" in capsys.readouterr().err


# The film


@pytest.mark.parametrize("language", ["en", "ko"])
def test_a_film_is_asked_for_watched_and_saved(open_replay, job, maker, client, language):
    page = open_film(open_replay(job, language))
    page.button(key="runs.make_film").click().run()
    assert not page.exception
    (film,) = maker._films.values()
    assert (film.run, film.kind, film.frames, film.status) == (job.id, "gif", 120, "making")
    film.done = 30
    told = sent_to(page, "nnlab_making")
    assert told["feed"] == {"id": film.id, "language": language, "share": 0, "folder": "films"}
    answer = client.get(f"/nnlab/films/{film.id}?language={language}").json()
    assert answer["share"] == 0.25
    assert answer["words"].startswith(strings(language)["replay.film_frame"].format(done=30, count=120))
    maker._receive(film, Filmed(120, "", b"GIF89a" + bytes(1_500_000)))
    assert client.get(f"/nnlab/films/{film.id}").json() == {"isOver": True}
    page.run()
    assert not page.exception
    labels = [button.proto.label for button in page.get("download_button")]
    assert labels == [strings(language)["replay.film_save"].format(kind="GIF", size="1.5")]


def test_a_film_shows_the_chosen_image_and_the_states(open_replay, job, maker):
    page = open_film(open_replay(job))
    page.text_input(key="replay.test_number.typed").set_value("5").run()
    page.selectbox(key=keys.Replay.FILM_AXIS).set_value("time").run()
    page.button(key="runs.make_film").click().run()
    (film,) = maker._films.values()
    scene = film.make_scene()
    images, labels = digits.load_test_set("builtin")
    assert scene.image == pytest.approx(images[4] / 255)
    assert scene.truth == labels[4]
    assert scene.state_steps.tolist() == list(KEPT)
    assert len(scene) == 120
    assert scene.words["axis"] == EN["replay.axis_time"]
    assert scene.frame_seconds == pytest.approx(np.linspace(0, 48, 120), abs=3.01)  # as even as steps of 1 and 3 s


def test_a_film_in_the_making_can_be_cancelled(open_replay, job, maker):
    page = open_film(open_replay(job))
    page.button(key="runs.make_film").click().run()
    (film,) = maker._films.values()
    page.button(key="runs.cancel_film").click().run()
    assert film.status == "cancelled"
    assert page.button(key="runs.make_film")
    assert not page.error


def test_a_film_that_failed_says_so_and_can_be_begun_again(open_replay, job, maker):
    page = open_film(open_replay(job))
    page.button(key="runs.make_film").click().run()
    (film,) = maker._films.values()
    maker._receive(film, Filmed(3, "too_large", b""))
    page.run()
    assert [error.value for error in page.error] == [EN["replay.film_too_large"]]
    page.button(key="runs.make_film").click().run()
    assert len(maker._films) == 2


def test_a_line_that_is_too_long_is_refused(open_replay, job, maker, monkeypatch):
    monkeypatch.setattr(maker, "begin", lambda *arguments: None)
    page = open_film(open_replay(job))
    page.button(key="runs.make_film").click().run()
    assert [warning.value for warning in page.warning] == [EN["replay.film_busy"]]


def test_without_its_package_mp4_says_what_to_install(open_replay, job, maker, monkeypatch):
    monkeypatch.setattr(films, "find_spec", lambda name: None)
    page = open_film(open_replay(job))
    assert not page.button(key="runs.make_film").disabled
    page.segmented_control(key=keys.Replay.FILM_KIND).set_value("mp4").run()
    assert page.button(key="runs.make_film").disabled
    assert "pip install imageio-ffmpeg" in words(page)


def test_without_letters_for_korean_a_film_is_written_in_english_and_says_so(open_replay, job, maker, monkeypatch):
    for font, language in ((None, "en"), ("NanumGothic.ttf", "ko")):
        monkeypatch.setattr(fonts, "_korean", lambda font=font: font)
        with text.speaking("ko"):
            written = replay_film.words(of_job(job), "step")
        assert written["step"] == strings(language)["replay.film_step"]
        assert written["state"].count("{step}") == 1
    monkeypatch.setattr(fonts, "_korean", lambda: None)
    page = open_film(open_replay(job, "ko"))
    assert strings("ko")["replay.film_letters"] in words(page)
