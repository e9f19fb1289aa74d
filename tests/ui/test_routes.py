"""What the server answers over plain HTTP: files, how a run goes on, whether it is ready."""

import gzip
import math
import re
from types import SimpleNamespace
from urllib.parse import quote, urlencode

import numpy as np
import pytest
import streamlit as st
import torch
from hypothesis import given, strategies
from starlette.applications import Starlette

from nnlab import checkpoint
from nnlab.config import ModelConfig, Setup
from nnlab.model import MLP
from nnlab.records import Evaluation, Pulse
from nnlab.runs import jobs
from nnlab.runs.mapping import Mapping
from nnlab.runs.pulses import to_rows
from nnlab.ui import files, routes, warm_up
from nnlab.ui.components import live_run
from nnlab.ui.text import strings
from tests.hostile import within_bounds
from tests.nnlab.short_runs import snapshot_of
from tests.ui.asking import Client
from tests.ui.train.fake_runs import SETUP, FakeJob


@pytest.fixture
def client():
    return Client(Starlette(routes=routes.routes()))


@pytest.fixture
def job(monkeypatch):
    job = FakeJob(SETUP, "running")
    monkeypatch.setattr(jobs, "get", {job.id: job}.get)
    return job


ASKED = ["steps", "evaluations", "step", "language", "pulses", "counts"]


def evaluation_after(step: int) -> Evaluation:
    return Evaluation(step, step / 10, 1.0, 0.5, 1.0, 0.5, 10_000, 10_000)


@pytest.mark.parametrize("folder", routes.FOLDERS.values(), ids=lambda folder: folder.name)
def test_every_file_is_handed_out_for_ever(client, folder):
    for name in folder.files:
        answer = client.get(f"/nnlab/{folder.address(name)}")
        assert answer.status_code == 200
        assert answer.content == (folder.path / name).read_bytes()
        assert answer.headers["content-encoding"] == "gzip"
        assert "immutable" in answer.headers["cache-control"]


def test_a_browser_that_does_not_unpack_gets_it_plain(client):
    address = f"/nnlab/{files.SCRIPTS.address('curve.js')}"
    plain = client.get(address, headers={"accept-encoding": "identity"})
    assert "content-encoding" not in plain.headers
    assert plain.content == (files.SCRIPTS.path / "curve.js").read_bytes()
    assert plain.headers["content-type"].startswith("text/javascript")  # anything else is no module to a browser
    assert plain.headers["vary"] == "Accept-Encoding"


def test_a_picture_that_was_made_is_handed_out_until_many_others_were(client):
    address = files.keep_made(b"picture 0", "image/png")
    answer = client.get(f"/nnlab/{address}")
    assert (answer.status_code, answer.content) == (200, b"picture 0")
    assert answer.headers["content-type"] == "image/png"
    assert "immutable" in answer.headers["cache-control"]
    for number in range(1, files.KEPT_MADE):
        files.keep_made(f"picture {number}".encode(), "image/png")
    assert files.keep_made(b"picture 0", "image/png") == address  # which makes it the newest
    assert files.keep_made(b"one more", "image/png") != address
    assert client.get(f"/nnlab/{address}").status_code == 200
    for number in range(files.KEPT_MADE):
        files.keep_made(f"another {number}".encode(), "image/png")
    assert client.get(f"/nnlab/{address}").status_code == 404


@pytest.mark.parametrize(
    "address",
    [
        "files/static/{version}/../files.py",
        "files/static/{version}/..%2F..%2Ffiles.py",
        "files/static/{version}/%2Fetc%2Fpasswd",
        "files/static/{version}/nothing.js",
        "files/static/00000000/curve.js",
        "files/nothing/{version}/curve.js",
        "files/plotly/{version}/__init__.py",
    ],
)
def test_nothing_else_is_handed_out(client, address):
    answer = client.get("/nnlab/" + address.format(version=files.SCRIPTS.version))
    assert answer.status_code == 404
    assert b"import" not in answer.content


def test_a_run_is_told_in_the_language_asked_for(client, job):
    for language in ("en", "ko"):
        answer = client.get(f"/nnlab/runs/{job.id}?language={language}&steps=45&evaluations=1")
        assert answer.status_code == 200
        assert answer.headers["cache-control"] == "no-store"
        told = answer.json()
        assert told["state"]["words"].startswith(strings(language)["train.state_running"].split("{")[0])
        assert (told["curve"]["stepsBefore"], len(told["curve"]["steps"]["loss"])) == (45, 5)
        assert told["curve"]["evaluations"] == []


def test_a_steering_key_is_never_told(client, job):
    job.steering_key = "a-secret"
    assert "a-secret" not in client.get(f"/nnlab/runs/{job.id}").text


@pytest.mark.parametrize("count", ["", "-1", "51", "1e3", "0x10", "٣", "9" * 10, "9" * 5000, "nan", "%00", "'"])
def test_a_count_that_is_none_or_too_large_asks_for_everything(client, job, count):
    answer = client.get(f"/nnlab/runs/{job.id}?steps={count}&evaluations={count}&language=xx")
    assert answer.status_code == 200
    curve = answer.json()["curve"]
    assert (curve["stepsBefore"], len(curve["steps"]["loss"]), len(curve["evaluations"])) == (0, 50, 1)


def test_the_newest_weights_are_handed_out_once_to_each_who_looks(client, job):
    model = MLP(SETUP.model, seed=2)
    newest = snapshot_of(model, 60)
    job.snapshot, job.request_snapshot = lambda: newest, lambda: job.commands.append("snapshot")
    answer = client.get(f"/nnlab/runs/{job.id}/weights?step=-1")
    assert (answer.status_code, answer.headers["nnlab-step"]) == (200, "60")
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["content-encoding"] == "identity"  # or Streamlit's server would pack it for each who looks
    assert torch.equal(checkpoint.from_bytes(answer.content).linears[0].bias, model.linears[0].bias.half().float())
    assert client.get(f"/nnlab/runs/{job.id}/weights?step=60").status_code == 204
    assert job.commands == ["snapshot"]


def test_what_became_of_the_neurons_comes_beside_the_weights_and_without_others(client, job):
    newest = snapshot_of(MLP(SETUP.model, seed=2), 60)
    job.snapshot, job.request_snapshot = lambda: newest, lambda: None
    assert "nnlab-neurons" not in client.get(f"/nnlab/runs/{job.id}/weights?step=-1").headers
    job.pulses.add_neurons(evaluation_after(60), bytes([0, 2, 1, 0, 2]))
    for step in (-1, 60):
        assert client.get(f"/nnlab/runs/{job.id}/weights?step={step}").headers["nnlab-neurons"] == "60 10000 02102"


def test_pulses_are_told_once_to_each_who_looks(client, job):
    job.pulses.expected = [0.5, 0.25]
    job.pulses.add(to_rows([Pulse(1, (0.1, 0.2), (0.01, math.nan)), Pulse(2, (0.3, 0.4), (0.02, 0.03))]))
    job.pulses.add_neurons(evaluation_after(2), bytes([0, 2, 1, 0, 2]))
    answer = client.get(f"/nnlab/runs/{job.id}/pulses?pulses=1&counts=0")
    assert answer.headers["cache-control"] == "no-store"
    told = answer.json()
    assert (told["before"], told["gradients"], told["updates"]) == (1, [[0.3], [0.4]], [[0.02], [0.03]])
    assert (told["expected"], told["dead"], told["neurons"]) == ([0.5, 0.25], [[2]], [2, 10_000, ["02102"]])
    assert client.get(f"/nnlab/runs/{job.id}/pulses?pulses=2&counts=1").json()["epochs"] == []
    assert client.get(f"/nnlab/runs/{job.id}/pulses").json()["updates"] == [[0.01, 0.02], [None, 0.03]]
    assert client.get("/nnlab/runs/unknown/pulses").status_code == 404


def test_weights_that_are_not_there_are_no_answer(client, job):
    job.request_snapshot = lambda: None
    assert client.get(f"/nnlab/runs/{job.id}/weights").status_code == 204
    diverged = MLP(SETUP.model)
    diverged.linears[0].bias.data[0] = float("nan")
    job.snapshot = lambda: snapshot_of(diverged, 60)
    assert client.get(f"/nnlab/runs/{job.id}/weights").status_code == 204


def test_the_weights_of_no_run_and_of_a_large_one_are_not_handed_out(client, job):
    assert client.get("/nnlab/runs/unknown/weights").status_code == 404
    job.setup = Setup(ModelConfig((512, 256)))
    assert client.get(f"/nnlab/runs/{job.id}/weights").status_code == 404


@pytest.mark.parametrize("name", ["unknown", "..", "%2e%2e%2f", "a" * 5000, "%00", "학습"])
def test_a_run_that_there_is_not_is_none(client, job, name):
    answer = client.get(f"/nnlab/runs/{name}", follow_redirects=True)
    assert answer.status_code == 404
    assert "Traceback" not in answer.text


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH"])
def test_nothing_can_be_changed_over_a_route(client, job, method):
    assert client.ask(method, f"/nnlab/runs/{job.id}").status_code == 405
    assert job.commands == []


@pytest.mark.parametrize("is_loading", [True, False])
@pytest.mark.parametrize("are_warm", [True, False])
def test_it_is_ready_when_nobody_would_wait_for_libraries(client, monkeypatch, is_loading, are_warm):
    monkeypatch.setattr(warm_up, "start", lambda: SimpleNamespace(is_alive=lambda: is_loading))
    monkeypatch.setattr(jobs, "are_warm", lambda: are_warm)
    is_ready = are_warm and not is_loading
    answer = client.get("/nnlab/ready")
    assert answer.status_code == (200 if is_ready else 503)
    assert answer.json() == {"ready": is_ready}
    assert ("retry-after" in answer.headers) != is_ready


@pytest.mark.parametrize("prefix", ["class/7a", "/class/7a/", "class/7a/"])
def test_they_lie_below_the_path_that_the_app_lives_at(monkeypatch, job, prefix):
    monkeypatch.setattr(st, "get_option", {"server.baseUrlPath": prefix}.get)
    client = Client(Starlette(routes=routes.routes()))
    assert client.get(f"/class/7a/nnlab/runs/{job.id}").status_code == 200
    assert client.get(f"/nnlab/runs/{job.id}").status_code == 404


def test_plotly_is_packed_once(client):
    served = live_run.PLOTLY.get(live_run.PLOTLY.version, live_run.PLOTLY_FILE)
    assert served is live_run.PLOTLY.get(live_run.PLOTLY.version, live_run.PLOTLY_FILE)
    assert gzip.decompress(served.packed) == served.plain
    assert len(served.packed) < len(served.plain) / 2


def test_a_loader_names_a_script_that_there_is():
    script = files.loader("curve.js", "draw")
    assert f'"{files.SCRIPTS.address("curve.js")}"' in script
    with pytest.raises(ValueError, match="missing.js"):
        files.loader("missing.js", "draw")
    used = re.findall(r'loader\("(\w+\.js)"', "".join(file.read_text("utf-8") for file in _components()))
    assert len(used) > 5
    assert set(used) <= set(files.SCRIPTS.files)


def _components():
    return (files.SCRIPTS.path.parent).glob("*.py")


@given(
    name=strategies.text(),
    queries=strategies.lists(
        strategies.tuples(strategies.sampled_from(ASKED), strategies.text()),
        max_size=6,
    ),
)
def test_whatever_is_asked_is_answered_with_a_sentence(name, queries):
    job = FakeJob(SETUP, "running")
    job.request_snapshot = lambda: None
    with pytest.MonkeyPatch.context() as monkeypatch, within_bounds():
        monkeypatch.setattr(jobs, "get", {job.id: job}.get)
        client = Client(Starlette(routes=routes.routes()))
        for address in (
            f"runs/{quote(name, safe='')}",
            f"runs/{job.id}",
            f"runs/{quote(name, safe='')}/weights",
            f"runs/{job.id}/weights",
            f"runs/{job.id}/pulses",
            f"files/static/{quote(name, safe='')}/curve.js",
            f"made/{quote(name, safe='')}",
        ):
            answer = client.get(f"/nnlab/{address}?{urlencode(queries)}", follow_redirects=True)
            assert answer.status_code in (200, 204, 404)
            assert answer.content or answer.status_code == 204
            assert "Traceback" not in answer.text
            if answer.status_code == 200 and not address.endswith("pulses"):
                assert len(answer.json()["curve"]["steps"]["loss"]) <= 50


def test_a_thousand_requests_leave_nothing_behind(client, job):
    address = f"/nnlab/runs/{job.id}?steps=7"
    first = client.get(address).json()
    assert all(client.get(address).json() == first for _ in range(1000))
    assert client.get(f"/nnlab/runs/{job.id}").json()["curve"]["stepsBefore"] == 0


@pytest.fixture
def mapping(monkeypatch):
    """A map in the making that has come to step 3 of 750."""
    made = Mapping("a layer", None, {"ada"}, count=2, status="making", step=3, steps=750)
    made.places = np.array([[0, 0], [2, 1]], np.float32)
    monkeypatch.setattr(routes.mapper, "get", {made.id: made}.get)
    return made


@pytest.mark.parametrize("language", ["en", "ko"])
@pytest.mark.parametrize(("step", "is_news"), [("-1", True), ("2", True), ("3", False), ("", True), ("x", True)])
def test_who_watches_a_map_being_made_is_told_its_places_if_they_are_others(client, mapping, language, step, is_news):
    answer = client.get(f"/nnlab/maps/{mapping.id}?language={language}&step={step}")
    assert answer.status_code == 200
    assert answer.headers["cache-control"] == "no-store"
    told = answer.json()
    assert told["words"] == strings(language)["tsne.step"].format(step=3, steps=750)
    assert told.get("places") == ([0, 0, 1, 0.5] if is_news else None)
    assert not told["isOver"]


def test_an_unknown_map_is_not_found(client, mapping):
    assert client.get("/nnlab/maps/unknown?step=1").status_code == 404
