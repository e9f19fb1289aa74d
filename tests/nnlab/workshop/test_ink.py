"""The ink of stylised digits: true to pen and size, and the short way to 28 x 28 close to the long one."""

from __future__ import annotations

from dataclasses import replace

import pytest
import torch

from nnlab.drawing import to_mnist
from nnlab.workshop.hands import Hand
from nnlab.workshop.handwriting import LEARNED, write
from nnlab.workshop.handwriting_styles import HELD_OUT, Style
from nnlab.workshop.ink import draw, to_images


def generator(seed: int = 0) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


def test_the_pen_has_its_width_and_the_drawing_its_size():
    """A straight line of length 100 with a pen of 20 covers about 20 x 100 pixels and two half discs."""
    hand = replace(
        Hand(),
        points=0.0,
        strokes=0.0,
        warp=0.0,
        turn=0.0,
        slant=0.0,
        shake=0.0,
        gaps=0.0,
        pen=(20, 20),
        size=(100, 100),
    )
    drawings = write(3, generator(), [Style(1, "line", "35,0 35,100")], hand)
    ink = draw(drawings, 0).float() / 255
    assert float(ink.sum()) == pytest.approx(20 * 100 + 3.1416 * 100, rel=0.02)


@pytest.mark.parametrize("styles", [LEARNED, HELD_OUT], ids=["training", "test"])
def test_the_short_way_to_28_x_28_is_close_to_the_long_one(styles):
    drawings = write(100, generator(3), styles)
    short = to_images(drawings)
    long = torch.stack([to_mnist(draw(drawings, index)) for index in range(100)])
    assert short.shape == long.shape
    assert short.min() >= 0
    assert short.max() <= 1
    difference = (short - long).abs().mean((1, 2))
    assert difference.median() < 0.01
    assert (difference < 0.03).float().mean() > 0.85  # a rounded centre of mass may move the rest by a pixel
