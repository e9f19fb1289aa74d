"""Families of what is no digit: drawn by lot, repeatable, different, and doubted by a network that knows others."""

from __future__ import annotations

import pytest
import torch

from nnlab.calibration import Calibration, doubt
from nnlab.checkpoint import BUNDLED, load_bundled, read_header
from nnlab.workshop import no_digit_families as work
from nnlab.workshop.drawing_report import logits_of
from nnlab.workshop.handwriting import POINTS, template, write
from nnlab.workshop.ink import to_images


def test_a_seed_draws_the_members_and_another_draws_others():
    members = work.strange_members()
    assert members == work.strange_members()
    assert len(members) == sum(count for _, count in work.FAMILIES)
    assert {member.digit for member in members} == {-1}
    assert len({member.strokes for member in members}) > 0.98 * len(members)  # a syllable may come twice
    assert len({member.name for member in members}) == len(members)
    others = {member.strokes for member in work.strange_members(seed=1)}
    assert len(others & {member.strokes for member in members}) < 4


@pytest.mark.parametrize("member", work.strange_members(), ids=str)
def test_every_member_can_be_drawn(member):
    points, _, matrix, _ = template(member)
    path = matrix @ points
    assert path.shape == (POINTS, 2)
    assert path.isfinite().all()
    width, height = (path.amax(0) - path.amin(0)).tolist()
    assert 0.4 < max(width, height) < 2.4


def test_most_of_them_are_doubted():
    """Members of another seed, that nobody has learned from."""
    drawings = write(240, torch.Generator().manual_seed(3), work.strange_members(seed=5))
    threshold = Calibration.from_facts(read_header(BUNDLED)["facts"]).doubt_threshold
    assert float(doubt(logits_of(load_bundled(), to_images(drawings)), threshold).float().mean()) > 0.9
