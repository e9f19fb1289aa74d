"""A visitor's own digits: some to learn from, the others kept back to test with, mixed with digits of the data set.

A network that is shown nothing but twenty new digits learns them by heart and forgets the rest. So each step sees both:
the own digits, a few of them many times, and a random part of the data set as rehearsal. Half of the own digits may be
held out: only those can say whether the network now knows the hand, or just these twenty pictures.

This module imports no torch: a page can count the digits at once.

Read next: ``runs.run``, which sends them to where they are learned; ``runs.worker.trainer`` mixes them in.
Source: Robins 1995, Catastrophic forgetting, rehearsal and pseudorehearsal.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from nnlab.config import CLASSES, IMAGE_SIDE, DataConfig, ModelConfig, Setup, TrainConfig

OWN_SHARE = 0.25  # of the training images, at most: three rehearsed images for each own one keep the rest in memory
# How often one own digit comes in an epoch, at most. More repeats taught nothing more, and the network lost accuracy on
# MNIST where somebody's 1 looks like MNIST's 7.
MAX_REPEATS = 15
MIN_HELD_OUT = 5  # fewer test nothing
MAX_OWN_DIGITS = 10_000  # far more than anybody draws
IMAGE_BYTES = IMAGE_SIDE * IMAGE_SIDE


@dataclass(frozen=True, eq=False)
class OwnDigits:
    """Digits somebody drew, and which of them a run may learn from. The arrays are never changed.

    Attributes:
        images: (N, 28, 28) uint8, 0 = paper, 255 = full ink.
        labels: (N,) int64, 0 to 9: what was meant.
        is_trained: (N,) bool: whether it is among the training images; the others are held out.

    Raises:
        ValueError: if a shape, a type or a label is another.
    """

    images: np.ndarray
    labels: np.ndarray
    is_trained: np.ndarray

    def __post_init__(self) -> None:
        count = len(self.images)
        if self.images.shape != (count, IMAGE_SIDE, IMAGE_SIDE) or self.images.dtype != np.uint8:
            raise ValueError(f"images are {self.images.dtype} {self.images.shape}; expected uint8 (N, 28, 28)")
        if not count <= MAX_OWN_DIGITS:
            raise ValueError(f"there are {count:,} own digits; allowed: up to {MAX_OWN_DIGITS:,}")
        for name, kind in (("labels", np.int64), ("is_trained", np.bool_)):
            values = getattr(self, name)
            if values.shape != (count,) or values.dtype != kind:
                raise ValueError(f"{name} is {values.dtype} {values.shape}; expected {np.dtype(kind)} ({count},)")
        if count and not 0 <= self.labels.min() <= self.labels.max() < CLASSES:
            raise ValueError(f"labels reach from {self.labels.min()} to {self.labels.max()}; allowed: 0 to 9")

    def __len__(self) -> int:
        return len(self.labels)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, OwnDigits):
            return NotImplemented
        names = ("images", "labels", "is_trained")
        return all(np.array_equal(getattr(self, name), getattr(other, name)) for name in names)

    @property
    def trained_count(self) -> int:
        return int(self.is_trained.sum())

    @property
    def held_out_count(self) -> int:
        return len(self) - self.trained_count

    def to_message(self) -> tuple[dict[str, Any], bytes]:
        """Plain values for JSON, and the pixels."""
        plain = {"labels": self.labels.tolist(), "is_trained": self.is_trained.tolist()}
        return plain, np.ascontiguousarray(self.images).tobytes()

    @classmethod
    def from_message(cls, plain: dict[str, Any], pixels: bytes) -> OwnDigits:
        """The inverse of ``to_message``.

        Raises:
            ValueError: if it is no such message.
        """
        if len(pixels) % IMAGE_BYTES:
            raise ValueError(f"the pixels of own digits are {len(pixels):,} bytes; expected {IMAGE_BYTES} of each")
        images = np.frombuffer(pixels, np.uint8).reshape(-1, IMAGE_SIDE, IMAGE_SIDE)
        parts = []
        for name, kind in (("labels", int), ("is_trained", bool)):
            values = plain.get(name)
            if not isinstance(values, list) or not all(type(value) is kind for value in values):
                raise ValueError(f"{name} of own digits is no list of {kind.__name__}")
            parts.append(values)
        labels, is_trained = parts
        if not all(0 <= label < CLASSES for label in labels):
            raise ValueError("labels of own digits are outside 0 to 9")
        return cls(images, np.array(labels, np.int64), np.array(is_trained, np.bool_))


@dataclass(frozen=True)
class OwnScore:
    """How many own digits a network read correctly after ``step`` steps: of those trained on, of those held out.

    ``trained`` and ``held_out`` say of how many; both are 0 where an older nnlab has kept the run.
    """

    step: int
    trained_right: int
    held_out_right: int
    trained: int = 0
    held_out: int = 0


def choose(images: np.ndarray, labels: np.ndarray, hold_out: bool, only_test: np.ndarray | None = None) -> OwnDigits:
    """Divide own digits into those to learn from and, if wanted, those held out to test with.

    Of each digit every second drawing is held out. Whoever draws 0, 1, 2, ... in turn would otherwise train on the even
    digits and test on the odd ones. A digit drawn once is learned from: without it the network could not know it.
    Nothing is held out where that leaves fewer than ``MIN_HELD_OUT``.

    Args:
        images: (N, 28, 28) uint8.
        labels: (N,) int64.
        hold_out: whether to hold any out.
        only_test: (N,) bool, those that are held out in any case; default: none.

    Example: labels 7 7 7 1 1 1 1 4 7 1 4 -> trained on, held out, trained on, t h t h, t, h, t, h.
    """
    may_train = np.ones(len(labels), np.bool_) if only_test is None else ~only_test
    is_trained = may_train.copy()
    if hold_out:
        for digit in range(CLASSES):
            is_trained[np.flatnonzero((labels == digit) & may_train)[1::2]] = False
        if (may_train & ~is_trained).sum() < MIN_HELD_OUT:  # those that are a test alone hold out nobody
            is_trained = may_train
    return OwnDigits(images, labels.astype(np.int64), is_trained)


def can_hold_out(labels: np.ndarray) -> bool:
    """Whether there are enough drawings of the same digits that some can be held out."""
    return bool(sum(np.count_nonzero(labels == digit) // 2 for digit in range(CLASSES)) >= MIN_HELD_OUT)


def own_share_count(own_count: int, total: int) -> int:
    """How many of ``total`` training images are own digits, repeats counted; each own digit appears at least once.

    Example: 20 own digits among 2,000 images -> 300, each 15 times; among 1,000 -> 250, a quarter.
    """
    if not own_count:
        return 0
    return min(max(round(OWN_SHARE * total), own_count), MAX_REPEATS * own_count, total)


def mix(own: OwnDigits, images: np.ndarray, labels: np.ndarray, total: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """The training images of a run that learns from own digits.

    Each own digit to learn from comes as often as any other, give or take one; the rest is a random part of the data
    set, no image twice. All is shuffled, so that the first thousand are a sample of the whole.

    Args:
        own: only those trained on are used.
        images: (M, 28, 28) uint8, the data set's training images, with labels (M,) int64.
        total: K, how many there are to be.
        seed: decides which images are rehearsed, and the order.

    Returns:
        (K, 28, 28) uint8 and (K,) int64, new arrays.

    Raises:
        ValueError: if the data set has too few images.
    """
    own_images, own_labels = own.images[own.is_trained], own.labels[own.is_trained]
    repeated = own_share_count(len(own_labels), total)
    if total - repeated > len(labels):
        raise ValueError(f"training_images is {total}; the data hold {len(labels)}, and {repeated} are own digits")
    random = np.random.default_rng([seed, IMAGE_BYTES])  # not the random numbers that the starting weights come from
    rehearsed = random.permutation(len(labels))[: total - repeated]
    again = np.arange(repeated) % max(1, len(own_labels))
    order = random.permutation(total)
    mixed_images = np.concatenate([own_images[again], images[rehearsed]])[order]  # (K, 28, 28)
    return mixed_images, np.concatenate([own_labels[again], labels[rehearsed]])[order]


# Found by trial on six made-up persons with odd hands, twenty digits each: the bundled network read 85 % of their other
# digits before and 98 % after, in two seconds; on MNIST its accuracy fell from 99.31 % to 99.2 %. A rate of 0.001
# learned the hand no better and lost 0.4 points on MNIST; SGD forgot nothing and learned little. The images are
# augmented so that the network learns how somebody writes, and not twenty pictures.
FINE_TUNING = TrainConfig(
    "adamw", 0.0002, "cosine", batch_size=64, epochs=3, l2=0.01, gradient_clip=1.0, augmentation=True,
    training_images=2000,
)  # fmt: skip


def fine_tuning(model: ModelConfig, source: str = "auto") -> Setup:
    """The set-up in which a network that can already read learns one hand; or goes on with the data set it knows."""
    return Setup(model, FINE_TUNING, DataConfig(source))
