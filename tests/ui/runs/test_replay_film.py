"""The film of a run: asked for, watched while it is made, saved; and what stands in its way."""

from __future__ import annotations

import numpy as np
import pytest

from nnlab.replay import film as films
from nnlab.replay import fonts
from nnlab.replay.making import Filmed, Maker
from nnlab.replay.recording import of_job
from nnlab.ui import classes, digits, keys, text
from nnlab.ui.runs import replay_film
from nnlab.ui.text import strings
from tests.nnlab.replay.made import KEPT
from tests.ui.drawing import sent_to, words

EN = strings("en")
FOLD = "runs.film"


@pytest.fixture
def maker(monkeypatch):
    """Films are begun, and get on when a test says so."""
    maker = Maker()
    monkeypatch.setattr(maker, "_make", lambda film: None)
    monkeypatch.setattr(replay_film, "maker", maker)
    monkeypatch.setattr("nnlab.replay.making.maker", maker)
    yield maker
    maker.shutdown()


def open_film(page):
    """AppTest cannot unfold: the fold says that it is open."""
    page.session_state[FOLD] = True
    page.run()
    assert not page.exception
    return page


@pytest.mark.parametrize("language", ["en", "ko"])
def test_a_film_is_asked_for_watched_and_saved(open_replay, job, maker, client, language):
    page = open_film(open_replay(job, language))
    page.button(key="runs.make_film").click().run()
    assert not page.exception
    (film,) = maker._tasks.values()
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
    of_digit = [strings(language)[f"common.download_{what}"] for what in ("picture", "table")]
    assert labels == [*of_digit, strings(language)["replay.film_save"].format(kind="GIF", size="1.5")]


def test_a_film_shows_the_chosen_image_and_the_states(open_replay, job, maker):
    page = open_film(open_replay(job))
    page.text_input(key="replay.test_number.typed").set_value("5").run()
    page.selectbox(key=keys.Replay.FILM_AXIS).set_value("time").run()
    page.button(key="runs.make_film").click().run()
    (film,) = maker._tasks.values()
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
    (film,) = maker._tasks.values()
    page.button(key="runs.cancel_film").click().run()
    assert film.status == "cancelled"
    assert page.button(key="runs.make_film")
    assert not page.error


def test_a_film_that_failed_says_so_and_can_be_begun_again(open_replay, job, maker):
    page = open_film(open_replay(job))
    page.button(key="runs.make_film").click().run()
    (film,) = maker._tasks.values()
    maker._receive(film, Filmed(3, "too_large", b""))
    page.run()
    assert [error.value for error in page.error] == [EN["replay.film_too_large"]]
    page.button(key="runs.make_film").click().run()
    assert len(maker._tasks) == 2


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
        assert written["seconds"] == {"en": "{seconds} s", "ko": "{seconds}초"}[language]
    monkeypatch.setattr(fonts, "_korean", lambda: None)
    page = open_film(open_replay(job, "ko"))
    assert strings("ko")["replay.film_letters"] in words(page)


def test_a_film_names_the_classes_or_says_how_they_sound(job, monkeypatch):
    recording = of_job(job)
    assert replay_film.class_names(recording) == list("0123456789")
    job.data_source = "kmnist"
    recording = of_job(job)
    monkeypatch.setattr(fonts, "can_write", lambda text: True)
    assert replay_film.class_names(recording) == classes.names("kmnist")
    assert replay_film.words(recording, "step")["confusion"].startswith("Rows: true class")
    monkeypatch.setattr(fonts, "can_write", fonts.is_latin)  # a server without other letters
    assert replay_film.class_names(recording)[:3] == ["o", "ki", "su"]
