"""Images that no pen has drawn, and that the bundled network is not certain of any digit on them."""

from __future__ import annotations

import pytest
import torch

from nnlab.calibration import doubt
from nnlab.checkpoint import BUNDLED, load, read_header
from nnlab.workshop.drawing_report import logits_of
from nnlab.workshop.textures import TEXTURES_HELD_OUT, TEXTURES_TRAINING, texture_images

ALL = TEXTURES_TRAINING + TEXTURES_HELD_OUT


def seeded(seed: int) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


@pytest.mark.parametrize("kind", ALL, ids=lambda kind: kind.__name__)
def test_a_texture_is_in_range_and_each_is_another(kind):
    images = kind(40, seeded(1))
    assert images.shape == (40, 28, 28)
    assert images.dtype == torch.float32
    assert 0 <= images.min() < images.max() <= 1
    assert len(images.flatten(1).unique(dim=0)) > (5 if kind.__name__ == "tiles" else 30)
    assert torch.equal(images, kind(40, seeded(1)))
    assert not torch.equal(images, kind(40, seeded(2)))


def test_every_kind_has_its_part():
    images = texture_images(8, seeded(1))
    assert images.shape == (8, 28, 28)
    noise = images[:2]  # eight of six kinds: two of each of the first two
    assert all(len(image.unique()) > 500 for image in noise)
    assert texture_images(0, seeded(1)).shape == (0, 28, 28)


@pytest.mark.parametrize("kind", ALL, ids=lambda kind: kind.__name__)
def test_the_bundled_network_doubts_what_no_pen_leaves(kind):
    logits = logits_of(load(BUNDLED), kind(300, seeded(4)))
    is_doubted = doubt(logits, read_header(BUNDLED)["facts"]["doubt_threshold"])
    assert is_doubted.float().mean() > 0.9
