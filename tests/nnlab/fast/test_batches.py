"""Batches: every image once an epoch, the right one at every step, in whatever order steps are asked for."""

import pytest
import torch

from nnlab.fast import batches
from nnlab.fast.batches import Batches


def shuffle(epoch: int) -> torch.Tensor:
    return torch.randperm(100, generator=torch.Generator().manual_seed(epoch))


@pytest.fixture
def digits():
    """100 images, each filled with its own number, which is its label too."""
    labels = torch.arange(100)
    return labels.to(torch.uint8)[:, None, None].expand(100, 28, 28).contiguous(), labels


@pytest.mark.parametrize("at_once", [1, 40, 70, 1000])
@pytest.mark.parametrize("batch_size", [1, 32, 50, 64, 100, 300])
def test_every_step_sees_its_images(digits, batch_size, at_once, monkeypatch):
    monkeypatch.setattr(batches, "IMAGES_AT_ONCE", at_once)
    source = Batches(*digits, batch_size, shuffle)
    expected = [part for epoch in range(3) for part in shuffle(epoch).split(batch_size)]
    assert source.per_epoch == len(expected) / 3
    for order in (range(len(expected)), reversed(range(len(expected)))):
        for step in order:
            images, labels = source[step]
            assert torch.equal(labels, expected[step])
            assert torch.equal(images[:, 13, 13].long(), expected[step])


@pytest.mark.parametrize("at_once", [1, 70, 1000])
@pytest.mark.parametrize("batch_size", [1, 32, 50, 100, 300])
def test_the_labels_ahead_are_those_of_the_steps(digits, batch_size, at_once, monkeypatch):
    monkeypatch.setattr(batches, "IMAGES_AT_ONCE", at_once)
    source = Batches(*digits, batch_size, shuffle)
    expected = [part for epoch in range(2) for part in shuffle(epoch).split(batch_size)]
    for step in range(len(expected)):
        for most in (1, 3, 500):
            ahead = source.ahead(step, most)
            assert 1 <= len(ahead) <= most
            for labels, wanted in zip(ahead, expected[step:], strict=False):
                assert torch.equal(labels, wanted)
    assert len(Batches(*digits, 32, shuffle).ahead(0, 9)) == (3 if at_once == 1000 else 2 if at_once == 70 else 1)


def test_the_images_are_copies(digits):
    images, labels = digits[0].clone(), digits[1].clone()
    found, answers = Batches(*digits, 32, shuffle)[0]
    found.zero_()
    answers.zero_()
    assert torch.equal(digits[0], images)
    assert torch.equal(digits[1], labels)
