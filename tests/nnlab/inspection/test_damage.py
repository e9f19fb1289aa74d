"""Every damage against scipy's image functions or plain slices, and accuracy along it against counting."""

from __future__ import annotations

import pytest
import torch

from nnlab.inspection.damage import DAMAGES, Damage, accuracy_along, add_noise, change_pen, cover, shift, turn

CROSS = [[0, 1, 0], [1, 1, 1], [0, 1, 0]]  # a pixel and its four neighbours


@pytest.fixture
def images():
    """(3, 28, 28): a field of noise within a border of paper, its negative, and a stroke."""
    generator = torch.Generator().manual_seed(3)
    images = torch.zeros(3, 28, 28)
    images[0, 6:22, 6:22] = torch.rand(16, 16, generator=generator)
    images[1] = 1 - images[0]
    images[2, 4:24, 12:16] = 0.8
    return images


@pytest.mark.parametrize("name", DAMAGES)
def test_no_strength_changes_nothing_and_every_strength_gives_images(images, name):
    damage, before = DAMAGES[name], images.clone()
    assert damage.none in damage.strengths
    assert list(damage.strengths) == sorted(set(damage.strengths))
    torch.testing.assert_close(damage.apply(images, damage.none), images, atol=1e-5, rtol=0)
    for strength in damage.strengths:
        damaged = damage.apply(images, strength)
        assert damaged.shape == images.shape
        assert 0 <= damaged.min() <= damaged.max() <= 1 + 1e-6
        assert torch.equal(damaged, damage.apply(images, strength))
        assert strength == damage.none or (damaged - images).abs().max() > 0.1
    assert torch.equal(images, before)


@pytest.mark.parametrize("degrees", [-60, -15, 30, 90])
def test_a_turn_is_that_of_scipy(images, degrees):
    ndimage = pytest.importorskip("scipy.ndimage")
    expected = ndimage.rotate(images.numpy(), -degrees, axes=(1, 2), reshape=False, order=1, mode="grid-constant")
    torch.testing.assert_close(turn(images, degrees), torch.from_numpy(expected), atol=1e-4, rtol=0)


def test_a_quarter_turn_is_clockwise(images):
    torch.testing.assert_close(turn(images, 90), images.rot90(-1, dims=(1, 2)), atol=1e-4, rtol=0)


def test_a_shift_moves_the_ink_and_lets_paper_in(images):
    expected = torch.zeros(3, 28, 28)
    expected[:, :, 4:] = images[:, :, :-4]
    torch.testing.assert_close(shift(images, 4), expected, atol=1e-4, rtol=0)
    expected = torch.zeros(3, 28, 28)
    expected[:, :, :-6] = images[:, :, 6:]
    torch.testing.assert_close(shift(images, -6), expected, atol=1e-4, rtol=0)


def test_noise_has_its_deviation_and_stays_the_same_noise():
    grey = torch.full((50, 28, 28), 0.5)
    weak, strong = add_noise(grey, 0.05) - grey, add_noise(grey, 0.1) - grey
    assert weak.std().item() == pytest.approx(0.05, rel=0.02)
    assert weak.mean().item() == pytest.approx(0, abs=0.002)
    torch.testing.assert_close(strong, 2 * weak, atol=1e-5, rtol=0)
    assert (add_noise(torch.zeros(1, 28, 28), 1) == 0).float().mean().item() == pytest.approx(0.5, abs=0.06)


def test_a_broader_pen_is_scipys_grey_dilation_and_a_finer_one_its_erosion(images):
    ndimage = pytest.importorskip("scipy.ndimage")
    footprint = torch.tensor([CROSS]).numpy()
    once = ndimage.grey_dilation(images.numpy(), footprint=footprint, mode="nearest")
    torch.testing.assert_close(change_pen(images, 1), torch.from_numpy(once))
    twice = ndimage.grey_dilation(once, footprint=footprint, mode="nearest")
    torch.testing.assert_close(change_pen(images, 2), torch.from_numpy(twice))
    finer = ndimage.grey_erosion(images.numpy(), footprint=footprint, mode="nearest")
    finer *= images.amax((1, 2), keepdim=True).numpy() / finer.max((1, 2), keepdims=True)  # as dark as before
    torch.testing.assert_close(change_pen(images, -1), torch.from_numpy(finer))


@pytest.mark.parametrize("side", [1, 6, 7, 28])
def test_a_square_in_the_middle_is_hidden(side):
    covered = cover(torch.ones(2, 28, 28), side)
    hidden = (covered[1] == 0).nonzero()
    assert len(hidden) == side**2
    assert hidden.float().mean(0).tolist() == pytest.approx([13.5 - side % 2 / 2] * 2)
    assert torch.equal(covered[0], covered[1])


def test_accuracy_along_a_damage_is_counted():
    """An eye that calls what is dark 1 and all else 0: with each step one more of four images is dark."""
    images = torch.tensor([0.0, 0.2, 0.4, 0.6]).view(4, 1, 1).expand(4, 28, 28)
    darker = Damage(lambda images, strength: images + strength, (0, 0.2, 0.4, 0.6, 0.8))

    def predict(images: torch.Tensor) -> torch.Tensor:
        is_dark = (images.mean((1, 2)) > 0.7).float()
        return torch.stack([1 - is_dark, is_dark], 1)

    assert accuracy_along(predict, images, torch.tensor([0, 0, 0, 0]), darker) == [1, 0.75, 0.5, 0.25, 0]
    assert accuracy_along(predict, images, torch.tensor([0, 0, 0, 1]), darker) == [0.75, 1, 0.75, 0.5, 0.25]
