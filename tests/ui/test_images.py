"""Pictures of digits: each is packed once, and is the picture of the pixels that were given."""

from io import BytesIO

import numpy as np
import pytest
import torch
from PIL import Image

from nnlab.config import INPUT_NORMALIZATION, ModelConfig
from nnlab.model import MLP
from nnlab.ui.images import paper_and_ink, to_png
from nnlab.ui.numbers import significant
from nnlab.ui.shell import ICON


def pixels_of(png: bytes) -> np.ndarray:
    picture = Image.open(BytesIO(png))
    assert picture.format == "PNG"
    return np.array(picture)


@pytest.mark.parametrize("shape", [(3, 5), (3, 5, 3)])
def test_a_picture_has_its_pixels_enlarged(shape):
    pixels = np.random.default_rng(0).integers(0, 256, shape, np.uint8)
    assert (pixels_of(to_png(pixels, 5)) == pixels).all()
    enlarged = pixels_of(to_png(pixels, 20))
    assert enlarged.shape == (12, 20, *shape[2:])
    assert (enlarged[::4, ::4] == pixels).all()
    assert (enlarged[3::4, 3::4] == pixels).all()


def test_a_part_of_a_larger_array_is_that_part():
    sheet = np.arange(100, dtype=np.uint8).reshape(10, 10)
    assert (pixels_of(to_png(sheet[::3, 1::2].T, 4)) == sheet[::3, 1::2].T).all()


def test_a_picture_is_never_wider_than_its_place():
    """280 pixels are nearer to half of 420 than to all of it, and twice as large they would not fit."""
    sheet = np.tile(np.arange(0, 250, 25, dtype=np.uint8), (280, 28))
    assert pixels_of(to_png(sheet, 420)).shape == (420, 420)


def test_the_same_picture_is_packed_once_and_another_one_anew():
    pixels = np.zeros((28, 28), np.uint8)
    first = to_png(pixels, 28)
    assert to_png(pixels.copy(), 28) is first
    pixels[5, 5] = 200
    assert pixels_of(to_png(pixels, 28))[5, 5] == 200
    assert pixels_of(to_png(pixels, 56)).shape == (56, 56)
    assert pixels_of(to_png(pixels.reshape(14, 56), 56)).shape == (14, 56)
    assert not pixels_of(first).any()


def test_the_icon_is_one_that_streamlit_sends_as_it_is():
    """It would pack any other again, as a JPEG, whenever a page runs: it asks for an alpha channel to take a PNG."""
    with Image.open(ICON) as icon:
        assert (icon.format, icon.mode) == ("PNG", "RGBA")


@pytest.mark.parametrize("normalization", INPUT_NORMALIZATION)
def test_paper_and_ink_are_what_a_network_makes_of_them(normalization):
    model = MLP(ModelConfig((), input_normalization=normalization), seed=0)
    paper, ink = model.normalize(torch.tensor([0.0, 1.0]).view(2, 1, 1).expand(2, 28, 28))[:, 0].tolist()
    assert paper_and_ink(normalization) == {"paper": significant(paper), "ink": significant(ink)}
