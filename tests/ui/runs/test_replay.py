"""Playing a run back: what the page shows of it, and what its browser asks for."""

from __future__ import annotations

import base64
import re
import threading
from urllib.parse import parse_qsl

import numpy as np
import pytest

from nnlab.model import MLP
from nnlab.replay.counting import Confusions
from nnlab.replay.recording import of_job
from nnlab.ui import classes, collection, digits, image_choice, kept
from nnlab.ui.components import live_reading, living_network, replay_player
from nnlab.ui.runs import recordings
from nnlab.ui.text import speaking, strings
from tests.nnlab.replay.made import KEPT, give_weights, played_job, put_in_memory
from tests.nnlab.short_runs import SHORT, TIMEOUT, until
from tests.ui.drawing import sent_to, words

EN = strings("en")


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


def test_of_a_run_that_goes_on_more_can_be_fetched(open_replay, job):
    page = open_replay(job)
    give_weights(job, 26, MLP(SHORT.model))
    page.button(key="runs.replay_again").click().run()
    assert sent_to(page, "nnlab_replay")["revision"] == "8-26"
    job.status = "finished"
    page.run()
    assert "runs.replay_again" not in [button.key for button in page.button]


def test_every_word_that_the_browser_fills_in_is_one_that_it_knows(open_replay, job):
    """A blank that no script fills would stand on the page as {so}."""
    page = open_replay(job)
    told = sent_to(page, "nnlab_replay")["words"]
    assert "{step}" in told["state"]
    assert set(told) >= {"now", "weights", "confusion", "loading"}


@pytest.mark.parametrize("language", ["en", "ko"])
def test_a_run_of_one_state_says_why_it_cannot_be_played(open_replay, monkeypatch, language):
    page = open_replay(put_in_memory(monkeypatch, played_job(kept=(0,))), language)
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
    assert EN["replay.look"] in words(page)


def test_a_kept_run_is_played_back_like_one_in_memory(open_replay, past, client):
    page = open_replay(past.finished)
    if len(past.finished.states()) < 2:
        assert EN["replay.too_few"] in words(page)
    assert client.get(f"/nnlab/replays/{past.finished.id}").json()["curve"]["step"] == [*range(1, 25)]


def test_a_kept_run_that_is_opened_leaves_the_weights_along_its_way_on_the_disk(past):
    run = kept.OwnRun(past.finished.id, None, past.store.get(past.finished.id))
    assert past.finished.trail.steps
    assert (run.job().trail.bytes, run.job().trail.put_away) == (0, past.finished.trail.steps)
    assert run.states() == past.finished.states()


@pytest.mark.parametrize("language", ["en", "ko"])
def test_a_run_of_clothes_is_played_back_with_their_names(language):
    with speaking(language):
        told = replay_player.words("fashion")
        assert told["confusion"] != replay_player.words("mnist")["confusion"]
        assert "{accuracy}" in told["confusion"]
        assert living_network.sent(None, None, source="fashion")["words"]["classes"] == classes.names("fashion")


def test_the_player_is_told_which_data_set_it_is(open_replay, job, monkeypatch):
    shown = []
    monkeypatch.setattr(replay_player, "show", lambda *arguments: shown.append(arguments))
    open_replay(job)
    assert shown[0][-1] == job.data_source


def test_a_drawn_seven_is_no_piece_of_clothing(open_replay, job, monkeypatch):
    kept = collection.KeptDigit(np.zeros((28, 28), np.uint8), 7, 7, 0.9)
    monkeypatch.setattr(image_choice, "from_gallery", lambda key: kept)
    monkeypatch.setattr(image_choice, "choose_kind", lambda key: "gallery")
    assert sent_to(open_replay(job), "nnlab_replay")["living"]["truth"] == 7
    job.data_source = "fashion"
    page = open_replay(job)
    assert sent_to(page, "nnlab_replay")["living"]["truth"] is None
    assert "T-shirt, trousers" in words(page)


def links(page) -> dict[str, tuple[str, dict[str, str]]]:
    """Of each link by its words: the page, and what its address says."""
    found = page.get("page_link")
    return {link.proto.label: (link.proto.page, dict(parse_qsl(link.proto.query_string))) for link in found}


@pytest.mark.parametrize("language", ["en", "ko"])
def test_a_run_leads_to_its_replay_and_back(open_replay, open_runs, job, language):
    said = strings(language)
    there, query = links(open_runs(language, page="train", run=job.id))[said["runs.replay"]]
    assert (there, query["section"], query["run"]) == ("runs", "replay", job.id)
    page = open_runs(language, section="list", run=job.id)
    page.button(key="runs.to_replay").click().run()
    assert not page.exception
    assert sent_to(page, "nnlab_replay")["run"] == job.id
    assert page.query_params["section"] in ("replay", ["replay"])
    there, query = links(page)[said["replay.to_train"]]
    assert (there, query["run"]) == ("train", job.id)
    page.button(key="runs.to_run").click().run()
    assert not page.exception
    assert page.query_params["section"] in ("list", ["list"])
    assert "runs.to_replay" in [button.key for button in page.button]


def test_what_cannot_be_played_back_is_not_offered(open_runs, job, monkeypatch):
    def is_offered(job) -> bool:
        return "runs.to_replay" in [button.key for button in open_runs(section="list", run=job.id).button]

    assert is_offered(job)
    monkeypatch.setattr(live_reading, "MAX_PARAMETERS", SHORT.model.parameter_count - 1)
    assert not is_offered(job)
    monkeypatch.undo()
    assert not is_offered(put_in_memory(monkeypatch, played_job(kept=(0,))))


def test_a_run_that_is_kept_alone_has_no_place_on_train(open_replay, past):
    page = open_replay(past.finished)
    assert "runs.to_run" in [button.key for button in page.button]
    assert EN["replay.to_train"] not in links(page)


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


def test_a_browser_that_has_matrices_of_before_the_servers_restart_is_told_how_far_they_are(client, job, monkeypatch):
    monkeypatch.setattr(recordings, "confusions", Confusions())
    is_held = threading.Event()
    monkeypatch.setattr(digits, "load_test_set", lambda source: is_held.wait(TIMEOUT))
    answer = client.get(f"/nnlab/replays/{job.id}/confusions?language=en&known=5")
    is_held.set()
    assert answer.status_code == 200
    assert answer.json() == {"isOver": False, "words": answer.json()["words"]}


def test_matrices_that_cannot_be_counted_say_so(client, job, monkeypatch, capsys):
    monkeypatch.setattr(recordings, "confusions", Confusions())

    def broken(source):
        raise OSError("broken files")

    monkeypatch.setattr(digits, "load_test_set", broken)
    address = f"/nnlab/replays/{job.id}/confusions?language=en"
    until(lambda: client.get(address).json()["isOver"])
    assert client.get(address).json()["words"] == EN["replay.confusion_failed"]
    assert "broken files" in capsys.readouterr().err


def test_runs_that_are_alike_are_told_apart_in_a_menu(open_replay, past, job):
    job.data_source = "fashion"
    page = open_replay(past.finished)
    [menu] = [each for each in page.selectbox if each.key == "runs.choose"]
    assert len({*menu.options}) == len(menu.options) >= 2
    assert all(re.search(r"\d{4}-\d\d-\d\d \d\d:\d\d$", option) for option in menu.options)
    open_replay(job)
    [menu] = [each for each in open_replay(job).selectbox if each.key == "runs.choose"]
    assert any(option.startswith("Fashion-MNIST · ") for option in menu.options)
