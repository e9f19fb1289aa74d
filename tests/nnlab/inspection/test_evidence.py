"""Explanations against finite differences, exhaustive search and moves whose outcome is known."""

import pytest
import torch

from nnlab.config import ModelConfig
from nnlab.drawing import stages
from nnlab.inspection.evidence import best_pixel, saliency
from nnlab.inspection.stages import stage_inputs
from nnlab.inspection.variations import nearest, transform
from nnlab.model import MLP


@pytest.fixture
def model():
    return MLP(ModelConfig((16,), activation="tanh"), seed=1).eval()


@pytest.fixture
def image():
    return torch.rand(28, 28, generator=torch.Generator().manual_seed(2))


def dot(row, column):
    blank = torch.zeros(28, 28)
    blank[row, column] = 1
    return blank


@pytest.mark.parametrize("rival", [None, 7])
def test_saliency_is_ink_times_the_central_difference(model, image, rival):
    exact, picture = model.double(), image.double()
    found = saliency(exact, picture, 3, rival)
    for row, column in [(0, 0), (14, 9), (27, 27)]:
        step = 1e-5 * dot(row, column).double()
        up, down = exact(torch.stack([picture + step, picture - step])).detach()
        slope = (up - down) / 2e-5
        expected = (slope[3] - (slope[rival] if rival else 0)) * picture[row, column]
        assert float(found[row, column]) == pytest.approx(float(expected), abs=1e-8)


def test_the_nearest_of_a_class_come_first():
    images = torch.stack([dot(5, 5), dot(5, 5), torch.zeros(28, 28), dot(5, 5) + dot(9, 9) + dot(1, 1)])
    labels = torch.tensor([1, 4, 4, 4])
    assert nearest((images * 255).byte(), labels, dot(5, 5), target=4, count=2).tolist() == [1, 2]


def test_no_change_gives_the_same_image(image):
    torch.testing.assert_close(transform(image), image, atol=1e-4, rtol=0)


def test_a_shift_of_whole_pixels_moves_the_ink():
    torch.testing.assert_close(transform(dot(10, 10), right=3, down=-2), dot(8, 13), atol=1e-4, rtol=0)


def test_a_quarter_turn_is_counter_clockwise(image):
    torch.testing.assert_close(transform(image, degrees=90), image.rot90(), atol=1e-3, rtol=0)


def test_thicker_and_larger_hold_more_ink():
    bar = torch.zeros(28, 28)
    bar[8:20, 13:15] = 1
    assert transform(bar, thickness=1).sum() > bar.sum() > transform(bar, scale=0.7).sum()


def test_the_best_pixel_lowers_the_probability_as_far_as_any(model, image):
    change = best_pixel(model, image, label=3)
    assert change.value == float(image[change.row, change.column] < 0.5)
    changed = image.clone()
    changed[change.row, change.column] = change.value
    assert float(model.predict_proba(changed[None])[0, 3]) == pytest.approx(change.probability, abs=1e-6)
    assert change.probability < float(model.predict_proba(image[None])[0, 3])


def test_each_stage_gives_an_image_and_the_last_is_what_the_network_sees():
    canvas = torch.zeros(280, 280, dtype=torch.uint8)
    canvas[20:120, 200:220] = 255
    found = stages(canvas)
    inputs = stage_inputs(found)
    assert all(image.shape == (28, 28) and image.min() >= 0 and image.max() <= 1 for image in inputs.values())
    assert inputs["result"] is found.result
    assert inputs["crop"].min() == pytest.approx(1)  # a full box, stretched to the whole field
    assert inputs["ink"][2:12, 20:22].min() == pytest.approx(1)  # one tenth of the canvas, at its place
    assert stage_inputs(stages(torch.zeros(9, 9, dtype=torch.uint8)))["crop"].sum() == 0
