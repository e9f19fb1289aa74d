"""The same image moved, turned and scaled, and the images nearest to it."""

import torch

from nnlab.inspection.variations import nearest, transform
from tests.nnlab.inspection.pictures import dot


def test_the_nearest_of_a_class_come_first():
    images = torch.stack([dot(5, 5), dot(5, 5), torch.zeros(28, 28), dot(5, 5) + dot(9, 9) + dot(1, 1)])
    labels = torch.tensor([1, 4, 4, 4])
    assert nearest((images * 255).byte(), labels, dot(5, 5), target=4, count=2).tolist() == [1, 2]


def test_no_change_gives_the_same_image(image):
    torch.testing.assert_close(transform(image), image, atol=1e-4, rtol=0)


def test_a_shift_of_whole_pixels_moves_the_ink():
    torch.testing.assert_close(transform(dot(10, 10), right=3, down=-2), dot(8, 13), atol=1e-4, rtol=0)


def test_a_quarter_turn_is_counter_clockwise(image):
    torch.testing.assert_close(transform(image, degrees=90), image.rot90(), atol=1e-3, rtol=0)


def test_thicker_and_larger_hold_more_ink():
    bar = torch.zeros(28, 28)
    bar[8:20, 13:15] = 1
    assert transform(bar, thickness=1).sum() > bar.sum() > transform(bar, scale=0.7).sum()
