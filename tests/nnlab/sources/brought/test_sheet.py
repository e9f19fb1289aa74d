"""A page is cut into its digits, in the order in which people read."""

import numpy as np
import pytest

from nnlab.sources.brought import sheet
from nnlab.sources.brought.errors import BroughtError
from nnlab.sources.brought.sheet import components, cut


def marked(height: int, width: int, *boxes: tuple[int, int, int, int]) -> np.ndarray:
    """A page with a filled box for each (top, left, height, width); the first is 1, the second 2 ..."""
    ink = np.zeros((height, width), np.uint8)
    for number, (top, left, high, wide) in enumerate(boxes, start=1):
        ink[top : top + high, left : left + wide] = number
    return ink


def order_of(ink: np.ndarray) -> list[set[int]]:
    return [set(np.unique(piece).tolist()) - {0} for piece in cut(ink)]


def test_components_are_numbered_as_by_hand():
    """Two arms that meet below are one; a corner joins as well; the last dot is by itself."""
    rows = ["1.1....", "1.1....", "111.1..", "...1...", "......1"]
    mask = np.array([[letter == "1" for letter in row] for row in rows])
    numbers, count = components(mask)
    assert count == 2
    assert (numbers > 0).tolist() == mask.tolist()
    assert set(numbers[:4][mask[:4]].tolist()) == {1}
    assert numbers[4, 6] == 2


@pytest.mark.parametrize("seed", range(5))
def test_components_are_those_of_a_flood(seed):
    """Against the slow way: from each pixel on, to all that touch."""
    mask = np.random.default_rng(seed).random((25, 30)) < 0.4
    numbers, count = components(mask)
    seen = np.zeros(mask.shape, bool)
    flooded = 0
    for start in zip(*np.nonzero(mask), strict=True):
        if seen[start]:
            continue
        flooded, waiting, here = flooded + 1, [start], set()
        seen[start] = True
        while waiting:
            row, column = waiting.pop()
            here.add(int(numbers[row, column]))
            for near in np.ndindex(3, 3):
                place = row + near[0] - 1, column + near[1] - 1
                if 0 <= place[0] < 25 and 0 <= place[1] < 30 and mask[place] and not seen[place]:
                    seen[place] = True
                    waiting.append(place)
        assert len(here) == 1
    assert count == flooded == numbers.max()


def test_lines_are_read_from_left_to_right_also_uphill():
    boxes = [(40 - 4 * index, 20 + 60 * index, 40, 20) for index in range(6)]  # climbs by half a digit
    boxes += [(140 - 4 * index, 20 + 60 * index, 40, 20) for index in range(6)]
    assert order_of(marked(220, 400, *boxes)) == [{number} for number in range(1, 13)]


def test_the_bar_of_a_five_belongs_to_it():
    ink = marked(200, 300, (60, 40, 60, 40), (50, 45, 5, 38), (60, 180, 60, 40))
    assert order_of(ink) == [{1, 2}, {3}]


def test_specks_printed_lines_and_the_edge_of_the_table_are_no_digits():
    ink = marked(400, 400, (100, 100, 60, 40), (20, 20, 3, 3), (200, 10, 3, 380), (0, 370, 400, 30), (300, 100, 12, 12))
    assert order_of(ink) == [{1}]


def test_a_neighbours_ink_is_not_cut_out_with_it():
    """The second lies within the first one's box, as after a 7 that leans over it, and touches it nowhere."""
    ink = marked(200, 200, (20, 20, 100, 10), (20, 20, 8, 90), (60, 60, 70, 40))
    assert order_of(ink) == [{1, 2}, {3}]


def test_nothing_and_noise():
    assert cut(np.zeros((50, 50), np.uint8)) == []
    with pytest.raises(BroughtError) as caught:
        cut(np.tile(np.uint8([[0, 1], [0, 0]]), (600, 600)))
    assert caught.value.reason == "noisy"
    assert sheet.MAX_RUNS < 600 * 600


def test_a_page_of_more_marks_than_anybody_writes_is_refused_before_all_are_compared():
    """Forty thousand fit into a picture of 5 kB, and comparing each with each took a quarter of an hour."""
    mark = np.zeros((4, 17), np.uint8)
    mark[1:3, 1:16] = 1
    with pytest.raises(BroughtError) as caught:
        cut(np.tile(mark, (30, 70)))
    assert caught.value.reason == "noisy"
    assert len(cut(np.tile(mark, (5, 70)))) == 350
