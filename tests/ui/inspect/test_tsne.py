"""The t-SNE map on its page: offered, watched, cancelled, shown when it is finished; and what the browser is told."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from nnlab import evaluation, reader
from nnlab.inspection.map import principal_plane, representations, same_class_neighbours
from nnlab.runs import mapping as mapping_module
from nnlab.runs import tasks
from nnlab.runs.mapping import Mapped, Mapping, mapper
from nnlab.ui import keys, saving, text
from nnlab.ui.inspect import tsne
from nnlab.ui.numbers import percent
from nnlab.ui.text import fill, strings
from tests.ui.drawing import sent_to, words

MAKE, CANCEL = "inspect.make_map", "inspect.cancel_map"
PLACES = np.random.default_rng(2).normal(size=(100, 2)).astype(np.float32)


@pytest.fixture(autouse=True)
def never_by_themselves(monkeypatch):
    """Maps are begun, and get on when a test says so."""
    monkeypatch.setattr(tasks, "core_count", lambda: 2)
    monkeypatch.setattr(mapper, "_start", lambda mapping: None)
    mapper.shutdown()
    yield
    mapper.shutdown()


@pytest.fixture
def open_tsne(opened):
    """A function that opens the section on t-SNE of a layer."""

    def open_tsne(language: str = "en", layer: int = 1):
        page = opened("map", language)
        page.segmented_control(key=keys.Inspect.MAP_LAYER).set_value(layer).run()
        page.segmented_control(key=keys.Inspect.MAP_WAY).set_value("tsne").run()
        assert not page.exception
        return page

    return open_tsne


def the_map() -> Mapping:
    (mapping,) = mapper._tasks.values()
    return mapping


def tell(mapping: Mapping, step: int) -> None:
    mapper._receive(mapping, Mapped(step, 750, 0.75, PLACES.tobytes()))


def press(page, key: str):
    page.button(key=key).click().run()
    assert not page.exception
    return page


@pytest.mark.parametrize("language", ["en", "ko"])
@pytest.mark.parametrize("layer", [0, 2])
def test_a_map_is_made_when_asked_for_of_the_outputs_of_the_layer(open_tsne, tested_digits, language, layer):
    page = open_tsne(language, layer)
    assert strings(language)["tsne.look"] in words(page)
    assert not mapper._tasks
    press(page, MAKE)
    images, _ = tested_digits()
    expected = representations(reader.bundled().model, evaluation.to_float(images))[layer]
    assert the_map().points == pytest.approx(expected.numpy())
    sent = sent_to(page, "nnlab_point_map")
    assert sent["feed"]["id"] == the_map().id
    assert sent["feed"]["language"] == language
    assert sent["words"]["title"] == strings(language)["tsne.starting"]
    assert sent["mark"] is None


@pytest.mark.parametrize("language", ["en", "ko"])
def test_a_finished_map_is_shown_with_its_neighbours(open_tsne, tested_digits, monkeypatch, language):
    tables = {}
    monkeypatch.setattr(saving, "offer_table", lambda table, name, key: tables.update({name: table}))
    page = press(open_tsne(language), MAKE)
    tables.clear()
    page.run()
    assert "inspect-map" not in tables  # of a map that is being made there is none
    tell(the_map(), 750)
    page.run()
    assert not page.exception
    images, labels = tested_digits()
    sent = sent_to(page, "nnlab_point_map")
    span = max(np.ptp(PLACES, axis=0))
    assert np.array(sent["places"]).reshape(-1, 2) == pytest.approx(PLACES / span, abs=2e-3)
    assert sent["mark"] == pytest.approx((PLACES[0] / span).tolist(), abs=2e-3)  # the page begins with image 1
    assert sent["feed"] is None
    points = representations(reader.bundled().model, evaluation.to_float(images))[1]
    whole, pca, here = (
        percent(same_class_neighbours(each, labels))
        for each in (points, principal_plane(points).place(points), torch.from_numpy(PLACES))
    )
    said = strings(language)
    assert sent["words"]["title"] == fill(said["failures.map_title"], share=here)
    assert fill(said["tsne.shares"], whole=whole, pca=pca, here=here) in words(page)
    assert fill(said["tsne.divergence"], divergence="0.75") in words(page)
    table = tables["inspect-map"]
    assert [table[name] for name in table if "t-SNE" in name] == [PLACES[:, 0].tolist(), PLACES[:, 1].tolist()]


def test_an_image_that_is_not_in_the_map_has_no_place_in_it(open_tsne):
    page = press(open_tsne(), MAKE)
    tell(the_map(), 750)
    page.run()
    assert strings("en")["tsne.not_among"] not in words(page)
    page.segmented_control(key=keys.Inspect.IMAGE).set_value("drawing").run()
    page.session_state["draw.drawing"] = {**_seven(), "canvas": "draw"}
    page.run()
    assert not page.exception
    assert sent_to(page, "nnlab_point_map")["mark"] is None
    assert strings("en")["tsne.not_among"] in words(page)


def _seven() -> dict:
    from tests.ui.drawing import SEVEN, sent

    return sent(SEVEN)["drawing"]


def test_a_map_is_cancelled_and_offered_again(open_tsne):
    page = press(press(open_tsne(), MAKE), CANCEL)
    assert the_map().status == "cancelled"
    assert press(page, MAKE).button(key=CANCEL)
    assert the_map().status == "making"


def test_each_layer_has_its_own_map_and_it_is_kept(open_tsne):
    page = press(open_tsne(layer=1), MAKE)
    tell(the_map(), 750)
    page.segmented_control(key=keys.Inspect.MAP_LAYER).set_value(2).run()
    assert page.button(key=MAKE)
    page.segmented_control(key=keys.Inspect.MAP_LAYER).set_value(1).run()
    assert sent_to(page, "nnlab_point_map")["feed"] is None
    assert MAKE not in {button.key for button in page.button}


def test_a_map_that_failed_and_a_server_with_too_many_say_so(open_tsne, monkeypatch):
    page = press(open_tsne(), MAKE)
    with mapper.changed:
        mapper._end(the_map(), "failed")
    page.run()
    assert page.error[0].value == strings("en")["tsne.failed"]
    monkeypatch.setattr(mapper, "begin", lambda *_: None)
    press(page, MAKE)
    assert page.warning[0].value == strings("en")["tsne.busy"]


def test_the_browser_is_told_the_places_once_and_how_long_it_takes(monkeypatch):
    now = 50.0
    monkeypatch.setattr(mapping_module.time, "monotonic", lambda: now)
    first = mapper.begin("ada", "first", PLACES)
    second = mapper.begin("bob", "second", PLACES)
    with text.speaking("en"):
        assert tsne.follow(second, -1)["words"] == strings("en")["tsne.waiting"].format(count=1)
        assert tsne.follow(first, -1) == {
            "isOver": False, "words": strings("en")["tsne.starting"], "share": 0.0, "step": -1,
        }  # fmt: skip
        tell(first, 0)
        now = 60.0
        tell(first, 250)
        told = tsne.follow(first, -1)
        assert (told["step"], told["share"], len(told["places"])) == (250, pytest.approx(1 / 3), 200)
        assert told["words"] == "Step 250 of 750 · about 20 s left"
        assert "places" not in tsne.follow(first, 250)
        tell(first, 750)
        assert tsne.follow(first, 250) == {"isOver": True}
