"""Augmentation: deterministic, within bounds, true to the strengths that it is given."""

from __future__ import annotations

import pytest
import torch
from torch import Tensor

from nnlab.augment import Augmentation, augment, change_thickness

NOTHING = Augmentation(**dict.fromkeys(Augmentation.__dataclass_fields__, 0.0))


def generator(seed: int = 0) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


def bars(count: int = 64) -> Tensor:
    """(count, 28, 28): an upright bar, 4 wide and 16 high, in the middle: columns 12 to 15, rows 6 to 21."""
    images = torch.zeros(count, 28, 28)
    images[:, 6:22, 12:16] = 1
    return images


def centres(images: Tensor) -> Tensor:
    """(N, 2): x and y of the centre of mass in pixels from the image's centre."""
    pixels = torch.arange(28) - 13.5
    mass = images.sum((1, 2))
    return torch.stack([(images.sum(1) * pixels).sum(1) / mass, (images.sum(2) * pixels).sum(1) / mass], 1)


def test_no_strength_changes_nothing():
    images = torch.rand(5, 28, 28, generator=generator())
    torch.testing.assert_close(augment(images, generator(), NOTHING), images, rtol=0, atol=1e-5)


def test_every_image_changes_in_its_own_way_and_stays_an_image():
    images = bars()
    changed = augment(images, generator())
    assert changed.shape == images.shape
    assert changed.dtype == torch.float32
    assert changed.min() >= 0
    assert changed.max() <= 1
    assert (changed.sum((1, 2)) > 10).all()  # ink is left
    assert not torch.equal(changed[0], changed[1])
    torch.testing.assert_close(images, bars(), rtol=0, atol=0)  # the input is not touched


def test_the_generator_is_the_only_source_of_randomness():
    torch.manual_seed(1)
    first = augment(bars(), generator(3))
    before = torch.random.get_rng_state()
    torch.manual_seed(2)
    second = augment(bars(), generator(3))
    assert torch.equal(first, second)
    torch.manual_seed(1)
    assert torch.equal(torch.random.get_rng_state(), before)
    assert not torch.equal(first, augment(bars(), generator(4)))


def test_shift_moves_the_centre_of_mass_evenly_up_to_its_limit():
    moved = centres(augment(bars(500), generator(), Augmentation(**{**vars(NOTHING), "shift": 3.0})))
    assert moved.abs().max() <= 3.001
    assert moved.abs().max() > 2.8
    assert moved.mean(0).abs().max() < 0.3  # standard error: 3 / sqrt(3) / sqrt(500) = 0.08


def test_rotation_turns_about_the_centre_up_to_its_limit():
    """For an upright bar, the axis of inertia leans by the angle: tan(2 a) = 2 xy / (xx - yy)."""
    turned = augment(bars(300), generator(), Augmentation(**{**vars(NOTHING), "rotation": 20.0}))
    pixels = torch.arange(28) - 13.5
    xx = (turned.sum(1) * pixels**2).sum(1)
    yy = (turned.sum(2) * pixels**2).sum(1)
    xy = torch.einsum("nyx,y,x->n", turned, pixels, pixels)
    angles = torch.rad2deg(0.5 * torch.atan2(2 * xy, yy - xx))
    assert angles.abs().max() < 20.5
    assert angles.min() < -18
    assert angles.max() > 18
    assert centres(turned).abs().max() < 0.05


def test_scale_changes_the_area_by_its_square():
    scaled = augment(bars(300), generator(), Augmentation(**{**vars(NOTHING), "scale": 0.2}))
    factors = (scaled.sum((1, 2)) / 64).sqrt()  # the bar has 4 x 16 pixels
    assert factors.min() == pytest.approx(1 / 1.2, abs=0.02)
    assert factors.max() == pytest.approx(1.2, abs=0.02)


@pytest.mark.parametrize("name", ["stretch", "shear"])
def test_stretch_and_shear_keep_the_area(name):
    changed = augment(bars(100), generator(), Augmentation(**{**vars(NOTHING), name: 0.3}))
    torch.testing.assert_close(changed.sum((1, 2)), torch.full((100,), 64.0), rtol=0.03, atol=0)
    assert (changed - bars(100)).abs().amax((1, 2)).max() > 0.3


def test_elastic_bends_smoothly_by_about_its_strength():
    """A ramp of brightness read through a field of displacements shows the field itself."""
    ramp = ((torch.arange(28) + 0.5) / 28).expand(400, 28, 28)  # brightness = x / 28
    bent = augment(ramp, generator(), Augmentation(**{**vars(NOTHING), "elastic": 1.5}))
    inner = ((bent - ramp) * 28)[:, 7:21, 7:21]  # pixels; the border reads paper from outside
    # Each image has its own strength, even from 0 to 1.5: root mean square 1.5 / sqrt(3) = 0.87.
    assert inner.square().mean().sqrt() == pytest.approx(0.87, rel=0.15)
    # The difference of neighbours of a Gaussian-smoothed field is sigma * sqrt(2) = 5.7 times smaller than the field.
    assert inner.diff(dim=2).square().mean().sqrt() < 0.25 * inner.square().mean().sqrt()


def test_a_broader_pen_covers_and_a_finer_one_is_covered():
    images = bars(1)
    finer, broader = change_thickness(images, torch.tensor([-1.0])), change_thickness(images, torch.tensor([2.0]))
    assert (finer <= images).all()
    assert (images <= broader).all()
    assert finer.sum() == 2 * 14  # the bar without its outer pixel
    # With diamonds of radius 2 the bar grows to 8 x 20 pixels less 3 at each corner.
    assert broader.sum() == 8 * 20 - 4 * 3


def test_half_a_pixel_of_thickness_is_half_way():
    images = torch.rand(1, 28, 28, generator=generator())
    once = change_thickness(images, torch.tensor([1.0]))
    torch.testing.assert_close(change_thickness(images, torch.tensor([0.5])), (images + once) / 2)


def test_the_finest_default_pen_leaves_a_line_of_one_pixel_to_be_seen():
    line = torch.zeros(1, 28, 28)
    line[0, 4:24, 14] = 0.9
    finest = change_thickness(line, torch.tensor([-Augmentation().thinner]))
    assert finest.max() == pytest.approx(0.9)
    assert (finest[0, 5:23, 14] > 0.1).all()


def test_an_empty_image_stays_empty_and_no_image_stays_none():
    assert augment(torch.zeros(8, 28, 28), generator()).abs().max() == 0
    assert augment(torch.zeros(0, 28, 28), generator()).shape == (0, 28, 28)


@pytest.mark.parametrize("shape", [(28, 28), (2, 784), (2, 1, 28, 28), (2, 32, 28)])
def test_a_wrong_shape_is_refused_with_the_shape(shape):
    with pytest.raises(ValueError, match=r"have shape \(.*expected \(N, 28, 28\)"):
        augment(torch.zeros(shape), generator())
