"""Own digits: which are held out, how they are mixed with the data set's, and that a network learns a hand by them."""

from __future__ import annotations

import json
import re
from functools import lru_cache

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from nnlab.checkpoint import load_bundled
from nnlab.config import TrainConfig, from_query, to_query
from nnlab.data import DigitData
from nnlab.evaluation import score
from nnlab.runs.worker.evaluating import score_own
from nnlab.runs.worker.trainer import with_own_digits
from nnlab.sources.own import (
    FINE_TUNING,
    MAX_REPEATS,
    MIN_HELD_OUT,
    OWN_SHARE,
    OwnDigits,
    can_hold_out,
    choose,
    fine_tuning,
    mix,
    own_share_count,
)
from nnlab.training import TrainingRun
from nnlab.workshop.hands import Hand
from nnlab.workshop.handwriting import write
from nnlab.workshop.handwriting_styles import HELD_OUT, Style
from nnlab.workshop.ink import to_images
from tests.hostile import JSON, tried

COUNT = 24


@pytest.fixture
def own() -> OwnDigits:
    """24 digits, 0 to 9 in turn, each image known by its first pixel: 100, 101, ..."""
    images = np.zeros((COUNT, 28, 28), np.uint8)
    images[:, 0, 0] = np.arange(100, 100 + COUNT)
    return choose(images, np.arange(COUNT) % 10, hold_out=True)


def data_set(count: int) -> tuple[np.ndarray, np.ndarray]:
    """Images known by their first two pixels, their number modulo 50 and divided by 50; labels 0 to 9 in turn."""
    images = np.zeros((count, 28, 28), np.uint8)
    images[:, 0, 0], images[:, 0, 1] = np.divmod(np.arange(count), 50)[::-1]
    return images, np.arange(count) % 10


def test_every_second_drawing_of_each_digit_is_held_out():
    """The example of the docstring with one more 4, since of four that were held out it would make none."""
    labels = np.array([7, 7, 7, 1, 1, 1, 1, 4, 7, 1, 4])
    chosen = choose(np.zeros((11, 28, 28), np.uint8), labels, hold_out=True)
    assert "".join("t" if trained else "h" for trained in chosen.is_trained) == "thtthththth"
    assert (chosen.trained_count, chosen.held_out_count) == (6, 5)


@pytest.mark.parametrize("count", [1, 10, 14, 15, 20, 37])
def test_both_halves_hold_every_digit_that_was_drawn_twice(count):
    labels = np.arange(count) % 10  # 0 to 9 in turn: every second of all would be the even digits
    chosen = choose(np.zeros((count, 28, 28), np.uint8), labels, hold_out=True)
    assert set(labels[chosen.is_trained]) == set(labels)
    assert can_hold_out(labels) == (chosen.held_out_count > 0) == (count >= 10 + MIN_HELD_OUT)
    if chosen.held_out_count:
        assert set(labels[~chosen.is_trained]) == {digit for digit in range(10) if (labels == digit).sum() > 1}


def test_nothing_is_held_out_unless_wanted(own):
    assert choose(own.images, own.labels, hold_out=False).is_trained.all()
    assert (own.trained_count, own.held_out_count) == (14, 10)


@pytest.mark.parametrize(
    ("own_count", "total", "expected"),
    [(20, 1000, 250), (20, 60_000, 300), (0, 2000, 0), (900, 2000, 900), (30, 10, 10)],
)
def test_share_of_own_digits(own_count, total, expected):
    """20 of 1,000: a quarter. 20 of 60,000: 15 times each. 900 of 2,000: each once. 30 of 10: there is no room."""
    assert own_share_count(own_count, total) == expected


def test_mix_is_own_digits_equally_often_and_a_part_of_the_data_set_without_repeats(own):
    images, labels = mix(own, *data_set(1000), total=800, seed=3)
    first, second = images[:, 0, 0].astype(int), images[:, 0, 1].astype(int)
    is_own = first >= 100
    assert is_own.sum() == OWN_SHARE * 800
    numbers, counts = np.unique(first[is_own], return_counts=True)
    assert set(numbers - 100) == set(np.flatnonzero(own.is_trained))  # none that is held out
    assert counts.max() - counts.min() <= 1
    assert (labels[is_own] == own.labels[first[is_own] - 100]).all()
    rehearsed = first[~is_own] + 50 * second[~is_own]
    assert len(set(rehearsed)) == 600
    assert (labels[~is_own] == rehearsed % 10).all()


def test_any_part_of_the_mix_is_a_sample_of_all(own):
    """Of the first 500 of 4,000, in which 210 are own, there should be 26; five deviations are 24."""
    images, _ = mix(own, *data_set(4000), total=4000, seed=0)
    assert own_share_count(own.trained_count, 4000) == MAX_REPEATS * 14 == 210
    assert 2 < (images[:500, 0, 0] >= 100).sum() < 50


def test_the_seed_decides_the_mix(own):
    mixes = [mix(own, *data_set(1000), total=400, seed=seed) for seed in (1, 1, 2)]
    assert all(np.array_equal(one, other) for one, other in zip(mixes[0], mixes[1], strict=True))
    assert not np.array_equal(mixes[0][0], mixes[2][0])


def test_a_data_set_that_is_too_small_is_named(own):
    with pytest.raises(ValueError, match="training_images is 2000; the data hold 1000, and 210 are own"):
        mix(own, *data_set(1000), total=2000, seed=0)


def test_a_message_brings_them_back(own):
    plain, pixels = own.to_message()
    again = OwnDigits.from_message(json.loads(json.dumps(plain)), pixels)
    assert again == own
    assert again != choose(own.images, own.labels, hold_out=False)


@pytest.mark.parametrize(
    ("images", "labels", "is_trained", "words"),
    [
        (np.zeros((2, 28, 28)), np.zeros(2, np.int64), np.ones(2, bool), "images are float64"),
        (np.zeros((2, 27, 28), np.uint8), np.zeros(2, np.int64), np.ones(2, bool), "27"),
        (np.zeros((2, 28, 28), np.uint8), np.zeros(3, np.int64), np.ones(2, bool), "labels is int64"),
        (np.zeros((2, 28, 28), np.uint8), np.array([3, 10]), np.ones(2, bool), "from 3 to 10"),
        (np.zeros((2, 28, 28), np.uint8), np.zeros(2, np.int64), np.ones(2), "is_trained is float64"),
    ],
)
def test_what_is_no_digits_is_refused(images, labels, is_trained, words):
    with pytest.raises(ValueError, match=words):
        OwnDigits(images, labels, is_trained)


def test_the_fine_tuning_set_up_is_one_like_any_other():
    setup = fine_tuning(load_bundled().config)
    assert from_query(to_query(setup)) == (setup, [])
    assert setup.train == FINE_TUNING


def test_digits_that_are_a_test_alone_are_no_reason_to_hold_others_back():
    labels = np.array([3, 1, 4, 1, 5, 9, 2, 6, 5, 3, 5, 8, 9, 7, 0] + [1] * 40)
    only_test = np.arange(55) >= 15
    chosen = choose(np.zeros((55, 28, 28), np.uint8), labels, hold_out=True, only_test=only_test)
    assert not can_hold_out(labels[:15])
    assert chosen.is_trained.tolist() == (~only_test).tolist()


def test_own_scores_are_counted_apart(tiny_digits):
    """A network that learned the tiny digits reads those, and none of the same images with all labels one further."""
    run = TrainingRun(load_bundled().config, TrainConfig("adam", 0.001, epochs=5, training_images=400), tiny_digits)
    run.advance(35)
    images, labels = tiny_digits.test_images[:30].numpy(), tiny_digits.test_labels[:30].numpy()
    assert score(run.model, tiny_digits.test_images[:30], tiny_digits.test_labels[:30])[1] == 1
    is_trained = np.arange(30) < 12
    own = OwnDigits(images, np.where(is_trained, labels, (labels + 1) % 10), is_trained)
    found = score_own(run, own)
    assert (found.step, found.trained_right, found.held_out_right) == (35, 12, 0)
    assert (found.trained, found.held_out) == (12, 18)


@lru_cache
def one_hand(seed: int = 3, bend: float = 20.0) -> tuple[Style, ...]:
    """The ten digits as one odd person writes them: held-out templates, each point but of arcs moved far."""
    random = np.random.default_rng(seed)

    def moved(point: re.Match) -> str:
        x, y = (float(number) + random.normal(0, bend) for number in point.groups())
        return f"{x:.0f},{y:.0f}"

    found = []
    for digit in range(10):
        styles = [style for style in HELD_OUT if style.digit == digit]
        strokes = styles[random.integers(len(styles))].strokes
        found.append(Style(digit, "own", re.sub(r"(?<![\w,-])(-?\d+),(-?\d+)(?![\d,])", moved, strokes)))
    return tuple(found)


def written(count: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Drawings of that person: (N, 28, 28) uint8 and (N,) int64."""
    hand = Hand(points=0.02, warp=0.02, turn=6.0, slant=0.1, aspect=0.15, gaps=0.0, pen=(14.0, 22.0))
    drawings = write(count, torch.Generator().manual_seed(seed), one_hand(), hand)
    return (to_images(drawings) * 255).round().to(torch.uint8).numpy(), drawings.labels.numpy()


def test_fine_tuning_learns_the_hand_and_keeps_the_rest(mnist):
    """Twenty drawings are learned; 200 others of the same hand are the test. Of MNIST less than 0.3 % is lost."""
    model, own = load_bundled(), choose(*written(40, 1), hold_out=True)
    assert (own.trained_count, own.held_out_count) == (20, 20)
    setup = fine_tuning(model.config)
    run = TrainingRun(setup.model, setup.train, with_own_digits(mnist, own, setup.train))
    run.model.load_state_dict(model.state_dict())
    images, labels = map(torch.from_numpy, written(200, 2))
    before, known = score(run.model, images, labels)[1], score(run.model, mnist.test_images, mnist.test_labels)[1]
    assert before < 0.9
    run.advance(run.total_steps)
    after = score_own(run, own)
    assert score(run.model, images, labels)[1] > (1 + before) / 2  # half of what was wrong is right
    assert score(run.model, mnist.test_images, mnist.test_labels)[1] > known - 0.003
    assert after.trained_right >= 18
    assert after.held_out_right >= 18


def test_mixing_keeps_the_test_set_and_changes_no_data(own, tiny_digits):
    checksums = tiny_digits.checksums()
    mixed = with_own_digits(tiny_digits, own, TrainConfig(training_images=400))
    assert isinstance(mixed, DigitData)
    assert mixed.test_images is tiny_digits.test_images
    assert tiny_digits.checksums() == checksums
    assert len(mixed.train_labels) == 400


LISTS = st.lists(st.integers(-1, 10) | st.booleans(), max_size=3) | JSON


@given(LISTS, LISTS, st.integers(0, 3).map(lambda count: bytes(784 * count)) | st.binary(max_size=20))
def test_own_digits_are_those_of_a_message_or_refused(labels, is_trained, pixels):
    plain = {"labels": labels, "is_trained": is_trained}
    own, _ = tried(ValueError, OwnDigits.from_message, plain, pixels)
    assert own is None or own.to_message() == (plain, pixels)


@pytest.mark.parametrize(
    ("plain", "pixels", "words"),
    [
        ({"labels": [7], "is_trained": [True]}, bytes(783), "783 bytes; expected 784 of each"),
        ({"labels": [7]}, bytes(784), "is_trained of own digits is no list of bool"),
        ({"labels": [7.5], "is_trained": [True]}, bytes(784), "labels of own digits is no list of int"),
        ({"labels": [10**30], "is_trained": [True]}, bytes(784), "outside 0 to 9"),
        ({"labels": [7, 7], "is_trained": [True]}, bytes(784), "labels is"),
    ],
)
def test_a_message_that_is_none_of_own_digits_is_refused_with_words(plain, pixels, words):
    with pytest.raises(ValueError, match=words):
        OwnDigits.from_message(plain, pixels)
