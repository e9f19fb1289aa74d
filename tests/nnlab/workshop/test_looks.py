"""How images are prepared for a network of a committee: what is upright, what is equally wide."""

from __future__ import annotations

import pytest
import torch
from torch import Tensor

from nnlab.workshop.looks import AS_IT_IS, LOOKS, WIDTH, equally_wide, upright

ROWS = torch.arange(28.0)


def stroke(lean: float, width: int = 3) -> Tensor:
    """(28, 28) uint8: a stroke from row 4 to row 23 that goes ``lean`` pixels to the left with each row."""
    image = torch.zeros(28, 28, dtype=torch.uint8)
    for row in range(4, 24):
        first = round(14 - width / 2 - lean * (row - 13.5))
        image[row, first : first + width] = 255
    return image


def lean(image: Tensor) -> float:
    """Pixels to the left with each row: the regression of where ink is, on its row."""
    ink = image.float()
    places = torch.stack(torch.meshgrid(ROWS, ROWS, indexing="ij"), 2)[ink > 0]  # (n, 2): row, column
    covariance = torch.cov(places.T, aweights=ink[ink > 0])
    return -float(covariance[0, 1] / covariance[0, 0])


def width(image: Tensor) -> int:
    columns = (image > 25).any(0).nonzero()[:, 0]
    return int(columns[-1] - columns[0] + 1)


@pytest.mark.parametrize("slope", [-0.6, -0.2, 0.0, 0.35])
def test_what_leans_is_made_upright(slope):
    image = stroke(slope)
    assert lean(image) == pytest.approx(slope, abs=0.03)
    (result,) = upright(image[None])
    assert lean(result) == pytest.approx(0, abs=0.03)
    assert width(result) <= 5
    assert torch.equal((result > 0).any(1), (image > 0).any(1))  # the rows with ink are the same
    assert float(result.sum()) == pytest.approx(float(image.sum()), rel=0.02)


def test_what_is_upright_stays_as_it_is():
    image = stroke(0.0)
    assert torch.equal(upright(image[None])[0], image)


@pytest.mark.parametrize("columns", [12, 16, 22])
def test_ink_is_made_equally_wide_and_centred(columns):
    image = torch.zeros(28, 28, dtype=torch.uint8)
    image[6:20, 2 : 2 + columns] = 200
    (result,) = equally_wide(image[None])
    assert width(result) == pytest.approx(WIDTH, abs=1)
    assert torch.equal(result, result.flip(1))
    assert torch.equal((result > 0).any(1), (image > 0).any(1))


def test_a_narrow_stroke_is_stretched_by_1_6_at_most():
    image = stroke(0.0)
    (result,) = equally_wide(image[None])
    assert float(result.sum()) == pytest.approx(1.6 * float(image.sum()), rel=0.02)
    assert width(result) < WIDTH / 2


@pytest.mark.parametrize("look", LOOKS.values(), ids=LOOKS)
def test_an_image_without_ink_stays_empty_and_none_is_changed_in_place(look, tiny_digits):
    blank = torch.zeros(2, 28, 28, dtype=torch.uint8)
    assert torch.equal(look(blank), blank)
    before = tiny_digits.train_images.clone()
    changed = look(tiny_digits.train_images)
    assert (changed.shape, changed.dtype) == (before.shape, torch.uint8)
    assert torch.equal(tiny_digits.train_images, before)


def test_as_it_is_changes_nothing(tiny_digits):
    assert LOOKS[AS_IT_IS](tiny_digits.train_images) is tiny_digits.train_images


def test_many_images_are_prepared_as_one_is(monkeypatch, tiny_digits):
    monkeypatch.setattr("nnlab.workshop.looks.PART", 7)
    images = tiny_digits.train_images[:20]
    for look in (upright, equally_wide):
        assert torch.equal(look(images), torch.cat([look(image[None]) for image in images]))
