"""Explanations against finite differences, exhaustive search and moves whose outcome is known."""

import pytest
import torch

from nnlab.config import ModelConfig
from nnlab.inspection.evidence import best_pixel, saliency
from nnlab.model import MLP
from tests.nnlab.inspection.pictures import dot


@pytest.fixture
def model():
    return MLP(ModelConfig((16,), activation="tanh"), seed=1).eval()


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


def test_the_best_pixel_lowers_the_probability_as_far_as_any(model, image):
    change = best_pixel(model, image, label=3)
    assert change.value == float(image[change.row, change.column] < 0.5)
    changed = image.clone()
    changed[change.row, change.column] = change.value
    assert float(model.predict_proba(changed[None])[0, 3]) == pytest.approx(change.probability, abs=1e-6)
    assert change.probability < float(model.predict_proba(image[None])[0, 3])
