"""Stylised digits: true to their templates, repeatable, and within the canvas."""

from __future__ import annotations

import pytest
import torch

from nnlab.workshop.handwriting import OTHER_HAND, POINTS, Hand, scribbles, template, write
from nnlab.workshop.handwriting_styles import HELD_OUT, NO_DIGITS_HELD_OUT, NO_DIGITS_TRAINING, TRAINING, Style
from nnlab.workshop.ink import to_images


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


def test_scribbles_are_no_digit_and_each_is_another():
    styles = scribbles(20, generator())
    assert {style.digit for style in styles} == {-1}
    assert len({style.strokes for style in styles}) == 20
    assert (to_images(write(20, generator(), styles)).sum((1, 2)) > 5).all()
