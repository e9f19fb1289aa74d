"""Families of styles: drawn by lot, repeatable, within their bounds, and true to their digit."""

from __future__ import annotations

import math

import numpy as np
import pytest
import torch

from nnlab.checkpoint import load_bundled
from nnlab.workshop import handwriting_families as work
from nnlab.workshop.handwriting import LEARNED, POINTS, template, write
from nnlab.workshop.handwriting_habits import HABITS
from nnlab.workshop.handwriting_styles import HELD_OUT
from nnlab.workshop.ink import to_images


def test_a_seed_draws_the_members_and_another_draws_others():
    members = work.members()
    assert members == work.members()
    assert len(members) == sum(count for _, count in work.FAMILIES.values())
    assert len({member.strokes for member in members}) > 0.98 * len(members)  # two stems may be alike
    assert len(set(work.members(seed=1)) & set(members)) < 5
    assert set(members) <= set(LEARNED)
    assert not {member.strokes for member in members} & {style.strokes for style in HELD_OUT + HABITS}


@pytest.mark.parametrize("member", work.members(), ids=str)
def test_every_member_can_be_drawn(member):
    points, _, matrix, _ = template(member)
    path = matrix @ points
    assert path.shape == (POINTS, 2)
    assert path.isfinite().all()
    assert float((path.amax(0) - path.amin(0)).max()) < 2.2  # heights of the digit: no slash runs away


def test_a_long_flag_is_steep():
    """The flag's end and the stem's top: from 24 hundredths on, at least 38 degrees, or it would be a 7."""
    flagged = []
    for number in range(300):
        words = work.one(np.random.default_rng(number)).split(" | ")[0].split()
        corners = [word for word in words if word.startswith("38,0!")]
        if corners and words.index(corners[0]) == 1:
            x, y = map(float, words[0].split(","))
            if math.hypot(38 - x, y) > work.SHORT_FLAG + 1:
                flagged.append(math.degrees(math.atan2(y, 38 - x)))
    assert len(flagged) > 80
    assert min(flagged) > work.STEEP_FLAG - 2  # points are whole hundredths


@pytest.mark.parametrize("digit", sorted(work.FAMILIES))
def test_most_of_a_family_is_read_as_its_digit(digit):
    """Members of another seed, that nobody has learned from: what the rule draws is what it says it is."""
    others = [member for member in work.members(seed=5) if member.digit == digit]
    drawings = write(200, torch.Generator().manual_seed(3), others)
    answers = load_bundled().predict_proba(to_images(drawings)).argmax(1)
    assert float((answers == digit).float().mean()) > 0.9
