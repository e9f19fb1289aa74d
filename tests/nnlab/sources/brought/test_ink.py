"""What is ink on a photo, and how much of it: whatever the light, and whichever of the two is darker."""

import numpy as np
import pytest

from nnlab.sources.brought.ink import drawn, in_full, otsu, photographed, thicken
from tests.nnlab.sources.sheets import page, photograph


@pytest.mark.parametrize("is_dark", [True, False])
def test_ink_is_found_in_uneven_light(is_dark):
    """The paper in the shadow is darker than the ink in the light, so no one threshold would do."""
    written, _ = page(3, 4)
    grey = photograph(written, is_dark)
    lit, shaded = grey[:60, :60], grey[-60:, -60:]
    if is_dark:
        assert np.median(shaded) < 0.5 * np.median(lit)
    found = photographed(grey, 40)
    assert found.is_dark == is_dark
    assert (found.values[written > 0.9] > 127).mean() > 0.9
    assert (found.values[written == 0] == 0).mean() > 0.99


@pytest.mark.parametrize("is_dark", [True, False])
def test_what_is_said_of_the_ink_counts(is_dark):
    written, _ = page(1, 2)
    assert photographed(photograph(written, True), 40, is_dark).is_dark == is_dark
    assert drawn(np.zeros((28, 28), np.uint8), is_dark).is_dark == is_dark


def test_an_empty_page_has_no_ink():
    assert photographed(photograph(np.zeros((300, 400))), 25).is_empty
    assert photographed(np.full((300, 400), 128, np.uint8), 25).is_empty


def test_a_data_set_keeps_its_greys():
    images = np.zeros((3, 28, 28), np.uint8)
    images[:, 8:20, 12:16] = np.arange(48).reshape(12, 4) + 100
    assert np.array_equal(drawn(images).values, images)
    turned = drawn(255 - images)
    assert turned.is_dark
    assert np.array_equal(turned.values, images)


def test_paper_that_is_not_quite_white_is_paper():
    grey = np.full((28, 28), 240, np.uint8)
    grey[10:18, 12:15], grey[0, 0] = 40, 238
    found = drawn(grey)
    assert found.values[0, 0] == 0
    assert found.values[12, 13] == 255


def test_otsu_parts_two_groups():
    """Ten values near 20 and ten near 200. A threshold is rounded down to a 255th of the largest, 202."""
    values = np.array([18, 20, 22, 20, 20] * 2 + [198, 200, 202, 200, 200] * 2, float)
    assert 22 - 202 / 255 <= otsu(values) < 198
    assert otsu(np.zeros(5)) == 0


@pytest.mark.parametrize("is_dark", [True, False])
def test_a_drawn_picture_of_two_greys_has_ink(is_dark):
    """Without noise and without soft edges, rounding alone tells paper from paper: it must not be taken for ink."""
    grey = np.full((300, 300), 255 if is_dark else 15, np.uint8)
    grey[60:240, 140:158] = 20 if is_dark else 240
    found = photographed(grey, 75)
    assert found.is_dark == is_dark
    assert np.array_equal(found.values > 0, grey == grey[100, 150])


def test_of_equally_good_thresholds_otsu_takes_the_middle():
    assert otsu(np.array([0.0] * 9 + [200.0] * 3)) == pytest.approx(100, abs=1)


def test_a_digit_in_the_shadow_has_full_ink():
    ink = np.zeros((40, 30), np.uint8)
    ink[5:35, 10:16], ink[5:35, 9] = 90, 20
    found = in_full(ink)
    assert found[20, 12] == 255
    assert 0 < found[20, 9] < 100  # its soft edge stays soft
    assert np.array_equal(found > 0, ink > 0)
    assert np.array_equal(in_full(found), found)
    assert not in_full(np.zeros((3, 3), np.uint8)).any()


def test_a_thin_stroke_grows_to_its_share_and_a_thick_one_stays():
    """A line of 2 x 100 pixels at a tenth: (10 - 2) / 2 = 4 rounds, so 10 wide."""
    thin = np.zeros((104, 20), np.uint8)
    thin[2:102, 9:11] = 255
    grown = thicken(thin, 0.1)
    widths = (grown > 127).sum(1)
    assert abs(int(np.median(widths)) - 10) <= 2
    thick = np.zeros((104, 40), np.uint8)
    thick[2:102, 10:30] = 255
    assert np.array_equal(thicken(thick, 0.1), thick)
