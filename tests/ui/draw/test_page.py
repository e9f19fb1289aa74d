"""The drawing page, drawn on by injection of what the browser would send; test_draw in tests/browser uses a mouse."""

import base64
import struct
from types import SimpleNamespace

import numpy as np
import pytest
import torch
from PIL import Image, ImageDraw

from nnlab import checkpoint
from nnlab.config import ModelConfig, Setup
from nnlab.reader import bundled
from nnlab.records import Evaluation
from nnlab.runs import jobs
from nnlab.ui.components import live_reading
from nnlab.ui.text import strings
from tests.nnlab.short_runs import snapshot_of
from tests.ui.drawing import ONE, SEVEN, SIDE, answer, draw, sent_to, words

LANGUAGES = ["en", "ko"]


@pytest.fixture
def page(open_page):
    return open_page("draw")


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_visitor_who_has_not_drawn_is_asked_something(open_page, language):
    page = open_page("draw", language)
    assert strings(language)["draw.ask"] in words(page)
    assert strings(language)["draw.ask"] not in words(draw(page, ONE))


@pytest.fixture
def two_digits(tmp_path, monkeypatch):
    """A folder that looks like MNIST's, with two test digits: a 1 and a 7, whose label wrongly says 3."""
    images = np.stack([_small(ONE), _small(SEVEN)])
    (tmp_path / "t10k-images-idx3-ubyte").write_bytes(struct.pack(">IIII", 2051, 2, 28, 28) + images.tobytes())
    (tmp_path / "t10k-labels-idx1-ubyte").write_bytes(struct.pack(">II", 2049, 2) + bytes([1, 3]))
    for name in ("train-images-idx3-ubyte", "train-labels-idx1-ubyte"):
        (tmp_path / name).touch()
    monkeypatch.setenv("NNLAB_DATA_DIR", str(tmp_path))


def _small(points) -> np.ndarray:
    picture = Image.new("L", (SIDE, SIDE), 0)
    ImageDraw.Draw(picture).line(points, fill=255, width=24, joint="curve")
    return np.asarray(picture.resize((28, 28), Image.Resampling.BOX))


@pytest.fixture
def run(monkeypatch):
    """A run of this visitor, whose network says 4 to everything."""
    from nnlab.model import MLP

    model = MLP(ModelConfig((16,)))
    model.linears[-1].weight.data.zero_()
    model.linears[-1].bias.data.zero_()[4] = 5.0
    job = SimpleNamespace(
        id="run-1",
        data_source="mnist",
        created=1.0,
        setup=Setup(model=ModelConfig((16,))),
        status="paused",
        epoch=3.25,
        latest_evaluation=Evaluation(60, 3.25, 0.3, 0.91, 0.3, 0.9, 100, 100),
        is_fine_tuning=False,
        own_digits=None,
        model=model,
    )
    sent = {}
    job.send = lambda step: sent.update(latest=snapshot_of(model, step))
    job.snapshot = lambda: sent["latest"]
    job.send(60)
    monkeypatch.setattr(jobs, "jobs_of", lambda owner: [job])
    return job


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_empty_canvas_invites_and_does_not_predict(open_page, language):
    page = open_page("draw", language)
    assert not page.exception
    shown = sent_to(page, "nnlab_reading")
    assert shown["words"]["invitation"] == strings(language)["draw.invitation"]
    assert shown["network"]["address"].partition("?")[0].endswith("bundled.safetensors")
    living = sent_to(page, "nnlab_living")
    assert living["network"] == {name: shown["network"][name] for name in ("id", "address")}
    assert (living["image"], living["probabilities"], living["truth"]) == ("", None, None)
    assert answer(page) is None
    assert page.button(key="draw.undo").disabled
    assert page.button(key="draw.clear").disabled


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(("points", "digit"), [(ONE, "1"), (SEVEN, "7")])
def test_a_drawing_is_read_by_the_bundled_network(open_page, language, points, digit):
    page = draw(open_page("draw", language), points)
    assert answer(page) == digit
    shown = sent_to(page, "nnlab_reading")
    assert shown["words"]["digits"][int(digit)] == strings(language)[f"common.digit_{digit}"]
    assert shown["words"]["invitation"] == ""
    living = sent_to(page, "nnlab_living")
    image = np.frombuffer(base64.b64decode(living["image"]), "<f4").reshape(28, 28)
    assert 0.9 < image.max() <= 1
    assert living["probabilities"] == bundled().read(torch.from_numpy(image.copy())).probabilities
    facts = checkpoint.read_header(checkpoint.BUNDLED)["facts"]
    assert f"{facts['test_accuracy']:.2%}" in words(page)


def test_a_scribble_is_doubted_and_a_digit_is_not(page):
    assert not draw(page, SEVEN).warning
    generator = np.random.default_rng(0)
    scribble = [tuple(point) for point in generator.uniform(0.15 * SIDE, 0.85 * SIDE, (25, 2))]
    assert draw(page, scribble).warning[0].value == strings("en")["draw.doubtful"]


def test_a_drawing_in_the_dark_theme_is_read_alike(page):
    assert answer(draw(page, SEVEN, ink="#f5f5f5", paper="#101010")) == "7"


def test_paper_alone_is_no_drawing(page):
    assert answer(draw(page, [(5, 5), (6, 6)], ink="#ffffff")) is None


def test_the_browser_is_sent_a_run_once_and_again_when_it_asks(page, run):
    page.run().selectbox(key="draw.network").set_value("run-1").run()
    sent = sent_to(page, "nnlab_reading")["network"]
    model = checkpoint.from_bytes(base64.b64decode(sent["weights"]))
    assert all(map(torch.equal, model.parameters(), run.model.parameters()))
    assert sent_to(draw(page, ONE), "nnlab_reading")["network"] == {"id": sent["id"]}
    page.session_state["live_reading.sent"] = set()  # what its callback does when the browser misses it
    assert sent_to(page.run(), "nnlab_reading")["network"] == sent
    run.send(61)
    assert "weights" in sent_to(page.run(), "nnlab_reading")["network"]


def test_a_run_that_is_too_large_for_the_browser_says_so(page, run, monkeypatch):
    monkeypatch.setattr(live_reading, "MAX_PARAMETERS", run.model.parameter_count - 1)
    page.run().selectbox(key="draw.network").set_value("run-1")
    draw(page, ONE)
    assert sent_to(page, "nnlab_reading")["network"] is None
    assert sent_to(page, "nnlab_reading")["canvas"] == ""
    assert sent_to(page, "nnlab_reading")["hasBars"]
    assert not sent_to(page, "nnlab_living")
    assert len(base64.b64decode(sent_to(page, "nnlab_sight")["pixels"])) == 28 * 28
    assert answer(page) == "4"
    assert strings("en")["draw.too_large"].format(count=f"{run.model.parameter_count:,}") in words(page)


def test_a_run_is_named_by_its_network_its_state_and_its_accuracy(page, run):
    page.run()
    assert page.selectbox(key="draw.network").options == [
        "Ready-trained network",
        "784-16-10, ReLU · paused at epoch 3.2 · 90.0% on the test set",
    ]


def test_a_chosen_run_reads_the_drawing(page, run):
    page.run().selectbox(key="draw.network").set_value("run-1")
    assert answer(draw(page, ONE)) == "4"
    assert "Weights after step 60" in words(page)


def test_a_run_in_training_is_asked_for_its_newest_weights(page, run):
    run.status = "running"
    run.request_snapshot = lambda: run.send(75)
    page.run().selectbox(key="draw.network").set_value("run-1")
    draw(page, ONE)
    assert "Weights after step 75" in words(page)
    assert not page.button(key="draw.again").disabled


def test_a_run_without_weights_says_so(page, run):
    run.snapshot = lambda: None
    page.run().selectbox(key="draw.network").set_value("run-1")
    assert strings("en")["common.no_weights"] in words(draw(page, ONE))
    assert answer(page) is None


def test_a_diverged_run_says_so(page, run):
    run.model.linears[0].weight.data.fill_(float("nan"))
    run.send(61)
    page.run().selectbox(key="draw.network").set_value("run-1")
    assert strings("en")["common.not_a_number"] in words(draw(page, ONE))
    assert answer(page) is None


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_test_digit_is_read_and_its_label_told(open_page, two_digits, language):
    page = open_page("draw", language)
    page.session_state["draw.digit"] = 0
    page.segmented_control(key="draw.source").set_value("test").run()
    assert not page.exception
    assert answer(page) == "1"
    assert strings(language)["draw.right"].format(truth=1) in words(page)
    page.session_state["draw.digit"] = 1
    page.run()
    assert answer(page) == "7"
    assert strings(language)["draw.wrong"].format(truth=3) in words(page)


def test_another_test_digit_and_back_to_drawing(page, two_digits, monkeypatch):
    from nnlab.ui.draw import subject

    page.session_state["draw.digit"] = 0
    page.segmented_control(key="draw.source").set_value("test").run()
    monkeypatch.setattr(subject.random, "randrange", lambda count: count - 1)
    page.button(key="draw.another").click().run()
    assert page.session_state["draw.digit"] == 1
    page.segmented_control(key="draw.source").set_value("canvas").run()
    assert sent_to(page, "nnlab_reading")["words"]["invitation"] == strings("en")["draw.invitation"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_without_mnist_built_in_digits_are_read(open_page, monkeypatch, language):
    monkeypatch.delenv("NNLAB_DATA_DIR", raising=False)
    page = open_page("draw", language)
    page.segmented_control(key="draw.source").set_value("test").run()
    assert not page.exception
    assert strings(language)["draw.source_builtin"] in page.segmented_control(key="draw.source").options
    assert answer(page) in "0123456789"


def test_broken_test_digits_are_explained(page, two_digits, tmp_path):
    (tmp_path / "t10k-images-idx3-ubyte").write_bytes(b"nothing of the kind")
    page.segmented_control(key="draw.source").set_value("test").run()
    assert not page.exception
    assert "t10k-images" in page.error[0].value
