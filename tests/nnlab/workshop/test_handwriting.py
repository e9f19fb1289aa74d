"""Stylised digits: repeatable, on the canvas, true to pen and size; the short way equals the long one."""

from __future__ import annotations

from dataclasses import replace

import pytest
import torch

from nnlab.drawing import to_mnist
from nnlab.workshop.handwriting import OTHER_HAND, POINTS, Hand, draw, scribbles, template, to_images, write
from nnlab.workshop.handwriting_styles import HELD_OUT, NO_DIGITS_HELD_OUT, NO_DIGITS_TRAINING, TRAINING, Style


def generator(seed: int = 0) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


def test_training_and_test_share_no_template():
    assert not {style.strokes for style in TRAINING} & {style.strokes for style in HELD_OUT} - {"35,0 35,100"}
    assert not {style.strokes for style in NO_DIGITS_TRAINING} & {style.strokes for style in NO_DIGITS_HELD_OUT}
    for styles in (TRAINING, HELD_OUT):
        assert {style.digit for style in styles} == set(range(10))
        assert len({style[:2] for style in styles}) == len(styles)


@pytest.mark.parametrize("style", TRAINING + HELD_OUT + NO_DIGITS_TRAINING + NO_DIGITS_HELD_OUT, ids=str)
def test_a_path_keeps_to_its_points(style):
    points, stroke_of, matrix, is_down = template(style)
    assert matrix.shape == (POINTS, len(points))
    torch.testing.assert_close(matrix.sum(1), torch.ones(POINTS))  # moving all points moves the path
    assert int((~is_down).sum()) == int(stroke_of.max())
    path = matrix @ points
    torch.testing.assert_close(path[[0, -1]], points[[0, -1]], rtol=0, atol=1e-5)


def test_a_corner_is_sharp_and_a_smooth_point_is_not():
    sharp, smooth = (
        (t := template(Style(7, "", strokes)))[2] @ t[0] for strokes in ("0,0 60,0! 60,100", "0,0 60,0 60,100")
    )
    assert sharp[:, 0].max() <= 0.6001
    assert smooth[:, 0].max() > 0.62  # it swings out


def test_the_generator_decides_everything_and_digits_are_equally_frequent():
    one, two, other = (write(200, generator(seed)) for seed in (1, 1, 2))
    assert torch.equal(one.paths, two.paths)
    assert torch.equal(one.pens, two.pens)
    assert not torch.equal(one.paths, other.paths)
    assert one.labels.bincount().tolist() == [20] * 10


@pytest.mark.parametrize("hand", [Hand(), OTHER_HAND], ids=["training", "test"])
def test_ink_stays_on_the_canvas(hand):
    drawings = write(300, generator(), hand=hand)
    low = drawings.paths.amin(1) - drawings.pens[:, None] / 2
    high = drawings.paths.amax(1) + drawings.pens[:, None] / 2
    assert low.min() >= -0.01
    assert high.max() <= 280.01


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


@pytest.mark.parametrize("styles", [TRAINING, HELD_OUT], ids=["training", "test"])
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


def test_scribbles_are_no_digit_and_each_is_another():
    styles = scribbles(20, generator())
    assert {style.digit for style in styles} == {-1}
    assert len({style.strokes for style in styles}) == 20
    assert (to_images(write(20, generator(), styles)).sum((1, 2)) > 5).all()
