"""What haste and the pointing device make of a stroke."""

from __future__ import annotations

import math
from dataclasses import fields, replace

import pytest
import torch

from nnlab.workshop.hands import HANDS, OTHER_HAND, OTHER_HANDS, Hand, hurry

POINTS = 41
DOWN = torch.ones(POINTS - 1, dtype=torch.bool)
# A line of length 1 from left to right; then the same with a right angle in the middle.
LINE = torch.stack([torch.linspace(0, 1, POINTS), torch.zeros(POINTS)], 1)
ANGLE = torch.stack([torch.linspace(0, 1, POINTS).clamp(max=0.5), torch.linspace(-0.5, 0.5, POINTS).clamp(min=0)], 1)
CIRCLE = torch.stack([f(torch.linspace(0, math.tau, POINTS)) for f in (torch.cos, torch.sin)], 1)


def hurried(path: torch.Tensor, is_down: torch.Tensor = DOWN, count: int = 200, **habits: object) -> torch.Tensor:
    return hurry(path.expand(count, -1, -1), is_down, torch.Generator().manual_seed(0), Hand(**habits))


def test_a_hand_without_haste_changes_nothing():
    assert torch.equal(hurried(ANGLE), ANGLE.expand(200, -1, -1))


def test_ends_are_too_early_and_too_late_by_a_part_of_the_stroke():
    paths = hurried(LINE, count=4000, ends=0.1)
    starts, stops = paths[:, 0, 0], paths[:, -1, 0]
    assert starts.mean() == pytest.approx(0, abs=0.01)
    assert starts.std() == pytest.approx(0.1, rel=0.1)
    assert stops.mean() == pytest.approx(1, abs=0.01)
    assert (stops > 1).float().mean() == pytest.approx(0.5, abs=0.05)  # overshoot is as frequent as a gap
    torch.testing.assert_close(paths[:, :, 1], torch.zeros(4000, POINTS))  # beyond its end the line goes on straight


def test_parts_are_of_the_way_and_not_of_the_points():
    """A path that spends 30 of its 40 steps on its first half loses a tenth of its way, not of its points."""
    crowded = torch.cat([torch.linspace(0, 0.5, 31), torch.linspace(0.55, 1, 10)])
    paths = hurried(torch.stack([crowded, torch.zeros(POINTS)], 1), late=0.2)
    starts = paths[:, 0, 0]
    assert starts.min() >= 0
    assert starts.max() <= 0.2001
    assert starts.mean() == pytest.approx(0.1, abs=0.02)
    torch.testing.assert_close(paths[:, -1, 0], torch.ones(200))


def test_only_the_first_stroke_starts_late():
    is_down = DOWN.clone()
    is_down[20] = False  # the pen is lifted between points 20 and 21
    paths = hurried(LINE, is_down, late=0.3)
    assert (paths[:, 0, 0] > 0.05).any()
    torch.testing.assert_close(paths[:, 20:], LINE[20:].expand(200, -1, -1))


def test_haste_rounds_a_corner_and_leaves_a_line_straight():
    corner = hurried(ANGLE, haste=4.0)
    distance = (corner[:, POINTS // 2] - torch.tensor([0.5, 0.0])).norm(dim=1)
    assert distance.max() > 0.05  # cut by a twentieth of the height
    assert distance.min() < 0.01  # some write with care
    torch.testing.assert_close(hurried(LINE, haste=4.0)[:, :, 1], torch.zeros(200, POINTS))


def test_a_trackpad_makes_a_circle_of_straight_pieces():
    paths = hurried(CIRCLE, pieces=(10.0, 10.0))
    steps = paths[0].diff(dim=0)
    turns = (steps[:-1, 0] * steps[1:, 1] - steps[:-1, 1] * steps[1:, 0]).abs()  # sine of the turn times both lengths
    assert int((turns > 1e-4).sum()) == 3  # four pieces meet in three corners
    on_circle = (paths[0].norm(dim=1) - 1).abs() < 1e-5
    assert int(on_circle.sum()) == 5  # where pieces begin and end


def test_the_hands_of_the_tests_are_not_those_of_the_training():
    assert not set(HANDS) & set(OTHER_HANDS.values())
    assert OTHER_HANDS["careful"] == OTHER_HAND
    quick = ("ends", "late", "haste")
    assert all(getattr(OTHER_HAND, name) == 0 for name in quick)  # the drawings of earlier reports stay the same
    assert {field.name for field in fields(Hand)} >= set(quick)
    assert replace(OTHER_HAND) == OTHER_HAND
