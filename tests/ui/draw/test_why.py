"""The explanations of one answer: each view against the core function it shows, and what it says."""

import numpy as np
import pytest
import torch

from nnlab import checkpoint
from nnlab.config import ModelConfig
from nnlab.inspection import evidence as explain
from nnlab.model import MLP
from nnlab.sources.mnist import FILES
from nnlab.ui import charts, classes, digits, readers
from nnlab.ui.draw import why
from nnlab.ui.readers import NamedReader
from nnlab.ui.text import fill, speaking, strings
from tests.ui.draw.explaining import VIEW, explained
from tests.ui.drawing import SEVEN, draw, words
from tests.ui.latest import latest

LANGUAGES = ["en", "ko"]


def test_look_alikes_are_the_nearest_of_their_class():
    generator = np.random.default_rng(1)
    images = generator.integers(0, 256, (40, 28, 28), dtype=np.uint8)
    labels = np.arange(40, dtype=np.uint8) % 4
    image = torch.rand(28, 28)
    distances = {
        place: np.sqrt(((images[place] / 255 - image.numpy()) ** 2).sum()) for place in np.flatnonzero(labels == 3)
    }
    expected = sorted(distances, key=distances.get)[:5]
    places, found = why.look_alikes(images, labels, image, digit=3)
    assert places == expected
    assert found == pytest.approx([distances[place] for place in expected], rel=1e-4)
    assert why.look_alikes(images[:8], labels[:8], image, digit=3)[0] == sorted([3, 7], key=distances.get)
    assert why.look_alikes(images, labels, image, digit=9) == ([], [])


def test_the_training_set_of_a_folder_is_read_only_and_complete(mnist_folder):
    images, labels = digits.load_training_set("mnist")
    assert np.array_equal(images, mnist_folder["train-images-idx3-ubyte"])
    assert np.array_equal(labels, mnist_folder["train-labels-idx1-ubyte"])
    assert not images.flags.writeable


@pytest.mark.parametrize("language", LANGUAGES)
def test_nothing_is_computed_while_the_fold_is_closed_and_then_one_view(open_page, monkeypatch, language):
    opened = []
    for name in why.VIEWS:
        monkeypatch.setitem(why.VIEWS, name, lambda case, name=name: opened.append(name))
    page = draw(open_page("draw", language), SEVEN)
    assert opened == []
    assert strings(language)["why.title_drawing"] in [fold.label for fold in page.expander]
    for name in why.VIEWS:
        opened.clear()
        explained(page, name, SEVEN)
        assert opened[-1] == name
    assert set(opened) <= {"look_alikes", "changes"}  # the last one, and the one that was open before it


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_step_says_what_would_be_read(open_page, language):
    page = explained(open_page("draw", language), "steps", SEVEN)
    text = words(page)
    for stage in why.STAGES:
        assert strings(language)[f"why.stage_{stage}_text"] in text
    assert "336 × 336 px" in text
    readings = text.split('<div class="nnlab-step"><b>')[1:]
    assert len(readings) == 5
    assert readings[-1].startswith("7</b>")  # the last one is what the network sees


def test_a_step_that_changes_the_answer_tells_the_probability_of_the_meant_digit(open_page):
    page = explained(open_page("draw"), "steps", SEVEN, meant=4)
    last = words(page).split('<div class="nnlab-step"><b>')[-1]
    assert last.startswith("7</b>")
    assert "for 4: " in last


@pytest.fixture
def maps(monkeypatch):
    """The (evidence, ink) of every map that is drawn, in their order."""
    drawn, draw_map = [], charts.pixel_map

    def spy(evidence, scale, hover, ink, height):
        drawn.append((evidence, ink))
        return draw_map(evidence, scale, hover, ink, height)

    monkeypatch.setattr(charts, "pixel_map", spy)
    return drawn


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_map_shows_the_saliency_of_the_answer_and_then_against_what_was_meant(open_page, maps, language):
    page = explained(open_page("draw", language), "pixels", SEVEN)
    text, model = strings(language), checkpoint.load_bundled()
    assert page.selectbox(key="draw.why_rival_7_None").value == why.NO_RIVAL
    evidence, ink = maps[-1]
    assert ink.sum() > 20
    np.testing.assert_allclose(evidence, explain.saliency(model, torch.from_numpy(ink), 7), atol=1e-5)
    assert text["why.pixels_alone"].split("{")[0] in words(page)
    latest(page.pills, "draw.meant").set_value(4).run()
    assert page.selectbox(key="draw.why_rival_7_4").value == 4
    evidence, ink = maps[-1]
    np.testing.assert_allclose(evidence, explain.saliency(model, torch.from_numpy(ink), 7, 4), atol=1e-5)
    gain, loss = f"+{evidence.clip(min=0).sum():.1f}", f"−{-evidence.clip(max=0).sum():.1f}"
    assert fill(text["why.pixels_against"], read=7, rival=4, gain=gain, loss=loss) in words(page)
    page.selectbox(key="draw.why_rival_7_4").set_value(9).run()
    evidence, ink = maps[-1]
    np.testing.assert_allclose(evidence, explain.saliency(model, torch.from_numpy(ink), 7, 9), atol=1e-5)


@pytest.mark.parametrize("language", LANGUAGES)
def test_look_alikes_of_the_answer_and_of_what_was_meant(open_page, mnist_folder, language):
    page = explained(open_page("draw", language), "look_alikes", SEVEN, meant=4)
    text = strings(language)
    source = text["common.source_mnist"]
    assert text["why.look_alikes_text"].format(count="30", source=source) in words(page)
    assert text["why.named_read"].format(digit=7) in words(page)
    assert text["why.named_meant"].format(digit=4) in words(page)
    image = torch.from_numpy(page.session_state["own_digits"][0].image.copy()) / 255
    images, labels = (mnist_folder[name] for name in FILES[:2])
    for digit in (7, 4):
        places, distances = why.look_alikes(images, labels, image, digit)
        assert len(places) == 3
        for place, distance in zip(places, distances, strict=True):
            assert text["why.look_alike"].format(number=place + 1, distance=f"{distance:.2f}") in words(page)


def test_without_mnist_the_look_alikes_are_built_in_digits(open_page, monkeypatch):
    monkeypatch.delenv("NNLAB_DATA_DIR", raising=False)
    page = explained(open_page("draw"), "look_alikes", SEVEN)
    expected = strings("en")["why.look_alikes_text"].format(count="200", source=strings("en")["common.source_builtin"])
    assert expected in words(page)


def test_broken_training_digits_are_explained(open_page, mnist_folder, tmp_path):
    (tmp_path / "train-images-idx3-ubyte").write_bytes(b"nothing of the kind")
    page = explained(open_page("draw"), "look_alikes", SEVEN)
    assert "train-images" in page.error[0].value


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_test_digit_has_no_steps_and_its_label_is_what_was_meant(open_page, mnist_folder, language):
    page = open_page("draw", language)
    page.session_state["draw.digit"] = 3
    page.session_state["draw.why_digit"] = True
    page.segmented_control(key="draw.source").set_value("test").run()
    assert not page.exception
    assert not page.pills
    view = page.segmented_control(key="draw.why_digit_view")
    assert view.options == [strings(language)[f"why.view_{name}"] for name in ("pixels", "look_alikes", "changes")]
    read = next(digit for digit in range(10) if f"draw.why_rival_{digit}_3" in [box.key for box in page.selectbox])
    assert page.selectbox(key=f"draw.why_rival_{read}_3").value == (why.NO_RIVAL if read == 3 else 3)
    for name in ("look_alikes", "changes"):
        page.segmented_control(key="draw.why_digit_view").set_value(name).run()
        assert not page.exception


def test_a_run_of_the_visitors_own_is_explained(open_page, maps, monkeypatch):
    monkeypatch.delenv("NNLAB_DATA_DIR", raising=False)
    model = MLP(ModelConfig((16,)), seed=2).eval()
    monkeypatch.setattr(readers, "load", lambda choice: NamedReader(model, "my run"))
    page = explained(open_page("draw"), "pixels", SEVEN)
    evidence, ink = maps[-1]
    read = int(model.predict_proba(torch.from_numpy(ink)[None]).argmax())
    np.testing.assert_allclose(evidence, explain.saliency(model, torch.from_numpy(ink), read), atol=1e-5)
    for name in ("steps", "look_alikes", "changes"):
        page.segmented_control(key=VIEW).set_value(name).run()
        assert not page.exception


def test_where_no_pixel_speaks_for_anything_nothing_is_added_and_nothing_taken(open_page, monkeypatch):
    """As in a network whose weights are all 0: it once took −-0.0 away."""
    monkeypatch.setattr(explain, "saliency", lambda *_: torch.zeros(28, 28))
    page = explained(open_page("draw"), "pixels", SEVEN)
    assert fill(strings("en")["why.pixels_alone"], read=7, gain="+0.0", loss="0.0") in words(page)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_network_of_clothes_is_explained_by_their_names(open_page, monkeypatch, language):
    model, asked, drawn, draw_bars = MLP(ModelConfig((16,)), seed=2).eval(), [], [], charts.probability_bars
    generator = np.random.default_rng(1)
    some = generator.integers(0, 256, (30, 28, 28), dtype=np.uint8), np.arange(30) % 10
    monkeypatch.setattr(readers, "load", lambda choice: NamedReader(model, "my run", source="fashion"))
    monkeypatch.setattr(readers, "source_of", lambda choice: "fashion")
    monkeypatch.setattr(digits, "load_training_set", lambda source: (asked.append(source), some)[1])
    monkeypatch.setattr(charts, "probability_bars", lambda *given: drawn.append(given) or draw_bars(*given))
    with speaking(language):
        names = classes.names("fashion")
    page, text = explained(open_page("draw", language), "steps", SEVEN), strings(language)
    assert text["why.title_digit"] in [fold.label for fold in page.expander]
    assert not page.pills  # it is not asked which digit was meant
    readings = words(page).split('<div class="nnlab-step named"><b>')[1:]
    assert len(readings) == 5
    assert all(reading.startswith(tuple(f"{name}</b>" for name in names)) for reading in readings)
    page.segmented_control(key=VIEW).set_value("pixels").run()
    [menu] = [menu for menu in page.selectbox if menu.key.startswith("draw.why_rival_")]
    read = names[int(menu.key.split("_")[2])]
    assert menu.label == fill(text["why.rival_other"], read=read)
    assert menu.options[0] == text["why.rival_none_other"]
    assert len(menu.options) == 10
    page.segmented_control(key=VIEW).set_value("look_alikes").run()
    assert asked == ["fashion"]
    assert text["why.named_read"].format(digit=read) in words(page)
    page.segmented_control(key=VIEW).set_value("changes").run()
    assert not page.exception
    assert drawn[-1][2] == text["common.digit_other"]
    assert drawn[-1][-1] == names
    assert f"**{read}**" in words(page)
