"""The map: what the browser is sent, and how far the digits have come apart, against the core."""

from __future__ import annotations

from io import BytesIO

import numpy as np
import pytest
import torch
from PIL import Image

from nnlab import evaluation, reader
from nnlab.config import ModelConfig
from nnlab.inspection.map import principal_plane, representations, same_class_neighbours
from nnlab.model import MLP
from nnlab.ui import files, keys
from nnlab.ui.numbers import percent
from nnlab.ui.text import strings
from tests.ui.drawing import sent_to, words

COMPONENT = "nnlab_point_map"


def map_of(page) -> dict:
    return sent_to(page, COMPONENT)


@pytest.mark.parametrize("language", ["en", "ko"])
@pytest.mark.parametrize("layer", [0, 2, 4])
def test_images_lie_where_the_two_components_place_them(opened, drawn, tested_digits, language, layer):
    page = opened("map", language)
    page.segmented_control(key=keys.Inspect.MAP_LAYER).set_value(layer).run()
    assert not page.exception
    images, labels = tested_digits()
    model = reader.bundled().model
    found = representations(model, evaluation.to_float(images))
    plane = principal_plane(found[layer])
    places, sent = plane.place(found[layer]), map_of(page)
    span = max(np.ptp(places.numpy(), axis=0))
    assert np.array(sent["places"]).reshape(-1, 2) == pytest.approx(places.numpy() / span, abs=2e-3)
    assert sent["labels"] == "".join(map(str, labels.tolist()))
    assert sent["predicted"] == "".join(map(str, found[-1].argmax(1).tolist()))
    assert sent["numbers"] == list(range(1, 101))
    assert sent["mark"] == pytest.approx((places[0] / span).tolist(), abs=2e-3)  # the page begins with image 1
    first, second = plane.shares.tolist()
    assert f"**{percent(first + second)}**" in words(page)
    whole, in_map = list(drawn["inspect.apart"][1].values())[1:]
    assert whole == pytest.approx([same_class_neighbours(points, labels) for points in found])
    expected = [same_class_neighbours(principal_plane(points).place(points), labels) for points in found]
    assert in_map == pytest.approx(expected)


def test_the_sheet_holds_every_image_in_its_order(opened, tested_digits):
    sent = map_of(opened("map"))
    served = files.get_made(sent["sheet"].removeprefix("made/"))
    sheet = np.array(Image.open(BytesIO(served.plain)))
    images, _ = tested_digits()
    columns = sent["columns"]
    assert columns**2 >= 100
    for number in (0, 1, columns, 57, 99):
        row, column = divmod(number, columns)
        tile = sheet[28 * row : 28 * row + 28, 28 * column : 28 * column + 28]
        assert np.array_equal(tile, images[number].numpy())


@pytest.mark.parametrize(("hidden", "layers"), [((), 2), ((3, 2), 4)])
def test_networks_of_any_depth_have_their_layers_to_choose_from(opened, use, hidden, layers):
    use(MLP(ModelConfig(hidden), seed=5), f"map-{hidden}")
    page = opened("map")
    control = page.segmented_control(key=keys.Inspect.MAP_LAYER)
    assert len(control.options) == layers
    control.set_value(layers - 1).run()
    assert not page.exception
    assert len(map_of(page)["labels"]) == 100


def test_a_layer_that_another_network_lacks_gives_way_to_the_logits(opened, use):
    page = opened("map")
    page.segmented_control(key=keys.Inspect.MAP_LAYER).set_value(4).run()
    use(MLP(ModelConfig((6,)), seed=6), "map-shallow")
    page.run()
    assert not page.exception
    assert page.segmented_control(key=keys.Inspect.MAP_LAYER).value == 2


def test_a_layer_that_says_the_same_of_every_image_is_said_to(opened, use):
    use(MLP(ModelConfig((6,), initialization="zeros")), "map-zeros")
    page = opened("map")
    page.segmented_control(key=keys.Inspect.MAP_LAYER).set_value(1).run()
    assert not page.exception
    assert strings("en")["failures.map_flat"] in words(page)
    assert set(map_of(page)["places"]) == {0.0}


def test_the_picture_says_how_many_of_the_nearest_neighbours_are_alike(opened, tested_digits):
    page = opened("map")
    images, labels = tested_digits()
    points = representations(reader.bundled().model, evaluation.to_float(images))[0]
    share = percent(same_class_neighbours(principal_plane(points).place(points), labels))
    assert map_of(page)["words"]["title"] == strings("en")["failures.map_title"].format(share=share)


def test_the_map_tells_the_layers_apart(opened, tested_digits, drawn):
    """A trained network brings images of one digit together: the logits hold them nearer than the pixels do."""
    opened("map")
    whole, _ = list(drawn["inspect.apart"][1].values())[1:]
    assert whole[-1] > whole[0] + 0.05
    assert torch.tensor(whole).min() > 0.2
