"""Stylised digits: true to their templates, repeatable, and within the canvas."""

from __future__ import annotations

from collections import Counter
from itertools import chain

import pytest
import torch

from nnlab.workshop.authors import AUTHORS, AUTHORS_HELD_OUT, AUTHORS_TRAINING
from nnlab.workshop.hands import HANDS, OTHER_HAND, Hand
from nnlab.workshop.handwriting import LEARNED, POINTS, scribbles, template, write, write_by_many
from nnlab.workshop.handwriting_families import members
from nnlab.workshop.handwriting_habits import HABITS, HABITS_HELD_OUT, HABITS_TRAINING, is_held_out
from nnlab.workshop.handwriting_styles import HELD_OUT, TRAINING, Style
from nnlab.workshop.ink import to_images
from nnlab.workshop.no_digits import NO_DIGITS_HELD_OUT, NO_DIGITS_TRAINING
from nnlab.workshop.strangers import SIGNS, STRANGERS

BY_AUTHORS = AUTHORS_TRAINING + AUTHORS_HELD_OUT


def generator(seed: int = 0) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


def test_training_and_test_share_no_template():
    tested = {style.strokes for style in HELD_OUT + HABITS_HELD_OUT + AUTHORS_HELD_OUT}
    assert not {style.strokes for style in LEARNED} & tested - {"35,0 35,100"}
    assert not {style.strokes for style in NO_DIGITS_TRAINING} & {style.strokes for style in NO_DIGITS_HELD_OUT}
    for styles in (TRAINING, HELD_OUT, HABITS_TRAINING, HABITS_HELD_OUT):
        assert {style.digit for style in styles} == set(range(10))
        assert len({style[:2] for style in styles}) == len(styles)


def test_a_rule_says_which_habits_are_held_out():
    """CRC-32 of "0 phi" is 3,105,834,113, which is no multiple of 4; that of "0 open at the left" is one."""
    assert not is_held_out(Style(0, "phi", ""))
    assert is_held_out(Style(0, "open at the left", ""))
    assert TRAINING + HABITS_TRAINING + AUTHORS_TRAINING + members() == LEARNED
    assert sorted(HABITS_TRAINING + HABITS_HELD_OUT) == sorted(HABITS)
    assert not any(map(is_held_out, HABITS_TRAINING))
    assert 0.2 < len(HABITS_HELD_OUT) / len(HABITS) < 0.3


def test_each_author_has_sixteen_ways_for_each_digit():
    for styles in AUTHORS.values():
        assert Counter(style.digit for style in styles) == dict.fromkeys(range(10), 16)
        assert len({style[:2] for style in styles}) == len(styles)
    assert sorted(BY_AUTHORS) == sorted(style for styles in AUTHORS.values() for style in styles)
    assert not any(map(is_held_out, AUTHORS_TRAINING))
    assert 0.2 < len(AUTHORS_HELD_OUT) / len(BY_AUTHORS) < 0.3


@pytest.mark.parametrize(
    "style", TRAINING + HELD_OUT + HABITS + BY_AUTHORS + NO_DIGITS_TRAINING + NO_DIGITS_HELD_OUT, ids=str
)
def test_a_path_keeps_to_its_points(style):
    assert keeps_to_its_points(style)


def test_the_paths_of_strangers_keep_to_their_points():
    by_strangers = (*chain.from_iterable(STRANGERS.values()), *SIGNS)
    assert [style for style in by_strangers if not keeps_to_its_points(style)] == []


def keeps_to_its_points(style: Style) -> bool:
    points, stroke_of, matrix, is_down = template(style)
    path = matrix @ points
    return (
        matrix.shape == (POINTS, len(points))
        and torch.allclose(matrix.sum(1), torch.ones(POINTS), rtol=1.3e-6, atol=1e-5)  # moving all moves the path
        and int((~is_down).sum()) == int(stroke_of.max())
        and torch.allclose(path[[0, -1]], points[[0, -1]], rtol=0, atol=1e-5)
    )


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


def test_weights_choose_among_the_styles_of_a_digit_and_digits_stay_equal():
    styles = [Style(1, "plain", "35,0 35,100"), Style(1, "rare", "30,0 40,100"), Style(7, "plain", "2,2 62,2! 24,100")]
    drawings = write(2000, generator(), styles, weights=torch.tensor([0.9, 0.1, 0.01]))
    plain, rare, seven = drawings.styles.bincount(minlength=3).tolist()
    assert (plain + rare, seven) == (1000, 1000)
    assert 70 < rare < 130  # a tenth of 1,000, three deviations of 9.5 either way


def test_many_hands_write_equal_parts():
    drawings = write_by_many(60, generator())
    one_hand = write(10, generator(), LEARNED, HANDS[0])
    assert len(drawings) == 60
    assert torch.equal(drawings.paths[:10], one_hand.paths)
    assert drawings.labels.bincount().tolist() == [6] * 10


@pytest.mark.parametrize("hand", [Hand(), OTHER_HAND, *HANDS], ids=str)
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
