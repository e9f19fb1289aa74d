"""Pictures of digits: each is packed once, and is the picture of the pixels that were given."""

from io import BytesIO

import numpy as np
import pytest
import torch
from PIL import Image

from nnlab.config import INPUT_NORMALIZATION, ModelConfig
from nnlab.model import MLP
from nnlab.replay import fonts
from nnlab.ui.images import SHEET_COLUMNS, SHEET_GAP, paper_and_ink, sheet_png, to_png
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


def sheet_of(*arguments) -> np.ndarray:
    picture = Image.open(BytesIO(sheet_png(*arguments)))
    assert picture.format == "PNG"
    return np.array(picture)


def test_a_sheet_to_be_saved_has_every_pixel_of_its_pictures_row_by_row():
    pictures = [np.random.default_rng(seed).integers(0, 256, (28, 28), np.uint8) for seed in range(9)]
    sheet, factor = sheet_of(pictures), 5  # 140 pixels are wanted
    step = 28 * factor + 2 + SHEET_GAP
    assert sheet.shape == (2 * step + SHEET_GAP, SHEET_COLUMNS * step + SHEET_GAP, 3)
    for number, picture in enumerate(pictures):
        top, left = (SHEET_GAP + 1 + place * step for place in divmod(number, SHEET_COLUMNS))
        found = sheet[top : top + 28 * factor : factor, left : left + 28 * factor : factor]
        assert (found == picture[..., None]).all()
    assert (sheet[-SHEET_GAP:] == 255).all()


def test_what_is_said_of_a_picture_stands_below_it_and_is_never_cut_off():
    pictures = [np.full((28, 28), 255, np.uint8)] * 2
    plain, captioned = sheet_of(pictures), sheet_of(pictures, ["4 → 9, 98.3%", "a caption wider than its picture"])
    assert captioned.shape[0] > plain.shape[0]
    assert captioned.shape[1] > plain.shape[1]
    below = captioned[plain.shape[0] - SHEET_GAP :, : captioned.shape[1] // 2]
    assert (below < 128).any()
    assert (captioned[:, -SHEET_GAP // 2 :] == 255).all()


def test_a_caption_that_cannot_be_written_is_left_out(monkeypatch):
    monkeypatch.setattr(fonts, "_korean", lambda: None)
    pictures = [np.zeros((28, 28), np.uint8), np.zeros((10, 20, 3), np.uint8)]  # of two shapes
    assert (sheet_of(pictures, ["바지", "셔츠"]) == sheet_of(pictures)).all()


def test_minus_signs_and_arrows_are_written_with_the_letters_that_there_are():
    picture = [np.zeros((28, 28), np.uint8)]
    assert (sheet_of(picture, ["−1 → 2"]) == sheet_of(picture, ["-1 > 2"])).all()
