"""Two confusion matrices subtracted, and the images behind each cell, against counting one image after another."""

from __future__ import annotations

import torch

from nnlab.compare.disagreement import difference, disagreements


def readings(seed: int) -> torch.Tensor:
    return torch.softmax(torch.randn(300, 10, generator=torch.Generator().manual_seed(seed)), dim=1)


LABELS = torch.arange(300) % 10


def test_a_cell_counts_how_many_more_images_the_first_read_so():
    first, second = readings(1), readings(2)
    found = difference(first, second, LABELS)
    for truth in range(10):
        for predicted in range(10):
            ours, theirs = (((one.argmax(1) == predicted) & LABELS.eq(truth)).sum() for one in (first, second))
            assert found[truth, predicted] == ours - theirs
    assert found.sum(1).tolist() == [0] * 10
    assert difference(first, first, LABELS).any() == torch.tensor(False)


def test_behind_each_cell_are_the_images_that_make_its_number():
    first, second = readings(1), readings(2)
    matrix = difference(first, second, LABELS)
    for truth in range(10):
        for predicted in range(10):
            only_first, only_second = disagreements(first, second, LABELS, truth, predicted)
            assert len(only_first) - len(only_second) == matrix[truth, predicted]
            for found in only_first:
                assert (found.label, found.first) == (truth, predicted) == (LABELS[found.index], predicted)
                assert found.second == second[found.index].argmax() != predicted
                assert found.first_probability == first[found.index].max()
                assert found.second_probability == second[found.index].max()
            assert all(found.second == predicted != found.first for found in only_second)


def test_the_surest_are_first():
    only_first, only_second = disagreements(readings(1), readings(2), LABELS % 2, 1, 4)
    for found, name in ((only_first, "first_probability"), (only_second, "second_probability")):
        values = [getattr(each, name) for each in found]
        assert values == sorted(values, reverse=True)
        assert len(values) > 1


def test_two_that_agree_on_everything_have_nothing_to_show():
    assert disagreements(readings(1), readings(1), LABELS, 3, 4) == ([], [])
