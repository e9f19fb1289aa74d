"""Points of a plane: as many of each class, the same from a seed, and each arrangement what it says."""

import numpy as np
import pytest

from nnlab.teaching.points import ARRANGEMENTS, MOST_NOISE, OWN, REACH, arrange

ALL = pytest.mark.parametrize("name", ARRANGEMENTS)


@ALL
def test_half_are_of_each_class_and_all_lie_in_the_plane(name):
    places, classes = arrange(name, 301, MOST_NOISE, seed=3)
    assert places.shape == (301, 2)
    assert np.bincount(classes).tolist() == [151, 150]
    assert np.abs(places).max() <= REACH


@ALL
def test_a_seed_gives_the_same_points_and_fewer_are_the_first_of_more(name):
    places, classes = arrange(name, 100, 0.2, seed=1)
    fewer = arrange(name, 37, 0.2, seed=1)
    assert np.array_equal(fewer.places, places[:37])
    assert np.array_equal(fewer.classes, classes[:37])
    assert not np.allclose(arrange(name, 100, 0.2, seed=2).places, places)


@ALL
def test_noise_moves_points_and_changes_no_class(name):
    calm, moved = arrange(name, 400), arrange(name, 400, 0.3)
    assert np.array_equal(calm.classes, moved.classes)
    inside = np.abs(moved.places).max(1) < REACH
    assert (moved.places - calm.places)[inside].std() == pytest.approx(0.3, rel=0.15)


def best_line(places, classes) -> float:
    """The share that the best of many straight borders tells apart."""
    angles = np.linspace(0, np.pi, 90)
    along = places @ np.stack([np.cos(angles), np.sin(angles)])  # (N, A)
    shares = [((along > border) == classes[:, None]).mean(0) for border in np.linspace(-REACH, REACH, 61)]
    return float(np.maximum(shares, 1 - np.array(shares)).max())


@pytest.mark.parametrize(("name", "low", "high"), [
    ("blobs", 0.99, 1), ("xor", 0.5, 0.8), ("circles", 0.5, 0.8), ("moons", 0.8, 0.97), ("spiral", 0.5, 0.75),
])  # fmt: skip
def test_a_straight_border_is_enough_for_the_blobs_alone(name, low, high):
    assert low <= best_line(*arrange(name, 400)) <= high


def test_xor_is_whether_the_signs_agree_and_circles_whether_one_is_near_the_middle():
    places, classes = arrange("xor", 300)
    assert np.array_equal(places.prod(1) > 0, classes == 1)
    places, classes = arrange("circles", 300)
    assert np.array_equal(np.hypot(*places.T) < 1.65, classes == 1)


@ALL
def test_points_of_the_other_class_keep_a_distance_without_noise(name):
    """So that a border exists, and its place is not the luck of two points that lie on each other."""
    places, classes = arrange(name, 400)
    apart = np.linalg.norm(places[classes == 1][:, None] - places[classes == 0][None], axis=2)
    assert apart.min() > 0.2


def test_of_ones_own_there_are_none():
    places, classes = arrange(OWN, 40)
    assert places.shape == (0, 2)
    assert len(classes) == 0


@pytest.mark.parametrize("wrong", [{"count": -1}, {"count": 5, "noise": 0.6}, {"count": 5, "noise": float("nan")}])
def test_what_cannot_be_arranged(wrong):
    with pytest.raises(ValueError, match="points with a noise"):
        arrange("xor", **wrong)
    with pytest.raises(KeyError):
        arrange("cubes", 4)
