"""What is read off ten probabilities."""

import pytest

from nnlab.ui.answers import digit_of, is_answer, ranking_of

PROBABILITIES = [0.0, 0.1, 0.0, 0.0, 0.2, 0.0, 0.0, 0.7, 0.0, 0.0]


def test_the_most_probable_digit_is_read():
    assert digit_of(PROBABILITIES) == 7
    assert ranking_of(PROBABILITIES) == [7, 4, 1, 0, 2, 3, 5, 6, 8, 9]


@pytest.mark.parametrize("equal", [[0.1] * 10, [0.0, 0.5, 0.5] + [0.0] * 7])
def test_of_equals_the_smallest_is_read(equal):
    assert digit_of(equal) == ranking_of(equal)[0] == equal.index(max(equal))


def test_what_is_no_number_is_no_answer():
    assert is_answer(PROBABILITIES)
    assert not is_answer([float("nan")] * 10)
    assert not is_answer([*PROBABILITIES[:9], float("nan")])
