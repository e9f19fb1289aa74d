"""How well a network reads drawings: what ``python -m nnlab drawings`` and ``pretrain`` measure.

The drawings are those of the held-out styles and habits, by other hands than those that were learned from, put on a
280-pixel canvas and brought to 28 x 28 by ``drawing``, as a visitor's are. They are drawn by code, not by people. The
only digits by other people than MNIST's at hand are those of scikit-learn, 8 x 8 pixels each; they are read too.

Read next: ``handwriting``, which draws what is read here; ``drawing_page``, which writes it down.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import torch
import torch.nn.functional as F
from torch import Generator, Tensor

from nnlab.calibration import (
    Calibration,
    calibrated,
    doubt,
    expected_calibration_error,
    fit_doubt,
    fit_temperature,
)
from nnlab.config import CLASSES, PRESETS
from nnlab.data import DigitData
from nnlab.drawing import to_mnist
from nnlab.evaluation import EVALUATION_BATCH, to_float
from nnlab.model import MLP
from nnlab.training import TrainingRun
from nnlab.workshop.authors import AUTHORS, SIGNS_HELD_OUT
from nnlab.workshop.hands import OTHER_HAND, OTHER_HANDS, Hand
from nnlab.workshop.handwriting import Drawings, scribbles, write, write_by_many
from nnlab.workshop.handwriting_habits import HABITS_HELD_OUT, is_held_out
from nnlab.workshop.handwriting_styles import HELD_OUT, Style
from nnlab.workshop.handwriting_unseen import NO_DIGITS_UNSEEN, UNSEEN
from nnlab.workshop.ink import draw
from nnlab.workshop.no_digits import NO_DIGITS_HELD_OUT
from nnlab.workshop.strangers import SIGNS, STRANGERS
from nnlab.workshop.textures import TEXTURES_HELD_OUT, texture_images

COUNT = 3000  # drawings of digits; 300 of each
FIT_SEED, TEST_SEED = 1001, 2002  # what sets temperature and threshold, and what tests them
PENS = (8.0, 14.0, 20.0, 30.0)  # pixels
SIZES = (70.0, 120.0, 240.0)  # pixels
PEOPLE_SIDE = 160  # pixels to which 8 x 8 are enlarged
PAPER = 0.15  # of the ink: what enlarging smears over the paper is left out, or the box around the digit grows


def drawn(
    count: int, seed: int, styles: Sequence[Style] = HELD_OUT, hand: Hand = OTHER_HAND
) -> tuple[Tensor, Drawings]:
    """Drawings on a canvas, as the network gets them: (N, 28, 28) float32, and the drawings themselves."""
    return on_canvases(write(count, Generator().manual_seed(seed), styles, hand))


def drawn_habits(count: int, seed: int) -> tuple[Tensor, Drawings]:
    """``drawn`` of the held-out habits, each of the ``OTHER_HANDS`` writing an equal part, one after the other."""
    hands = list(OTHER_HANDS.values())
    return on_canvases(write_by_many(count, Generator().manual_seed(seed), HABITS_HELD_OUT, hands))


def on_canvases(drawings: Drawings) -> tuple[Tensor, Drawings]:
    """The drawings by way of a canvas, as the network gets them: (N, 28, 28) float32; and the drawings themselves."""
    return torch.stack([to_mnist(draw(drawings, index)) for index in range(len(drawings))]), drawings


@torch.no_grad()
def logits_of(model: MLP, images: Tensor) -> Tensor:
    """(N, 10) logits of (N, 28, 28) images in [0, 1], in batches, without dropout."""
    model.eval()
    return torch.cat([model(batch) for batch in images.split(EVALUATION_BATCH)])


def calibrate(model: MLP, mnist_images: Tensor, mnist_labels: Tensor, count: int = COUNT) -> Calibration:
    """The temperature from every second MNIST test image and ``count`` drawings, half of them habits.

    The threshold of doubt comes from the drawings alone, since doubt is for drawings: MNIST's images have less energy.
    """
    images, drawings = drawn(count // 2, FIT_SEED)
    habits, of_habits = drawn_habits(count - count // 2, FIT_SEED)
    logits = logits_of(model, torch.cat([to_float(mnist_images[::2]), images, habits]))
    labels = torch.cat([mnist_labels[::2], drawings.labels, of_habits.labels])
    return Calibration(fit_temperature(logits, labels), fit_doubt(logits[-count:]))


@dataclass(frozen=True, eq=False)
class Examination:
    """What a network was shown, and what it said.

    Attributes:
        images: (N, 28, 28) float32 of each kind: "mnist", "digits", "habits", "shapes", "scribbles",
            "textures"; or "unseen" and "signs"; or the authors, or the strangers, and "signs".
        logits: (N, 10) for each of them.
        labels: (N,) int64 for the kinds that are digits.
        styles: (N,) int64: the place in ``HELD_OUT`` of "digits", in ``HABITS_HELD_OUT`` of "habits", in ``UNSEEN``
            and ``NO_DIGITS_UNSEEN`` of "unseen" and "signs", among what was held out of an author's and of theirs,
            among a stranger's and in ``SIGNS``.
    """

    images: dict[str, Tensor]
    logits: dict[str, Tensor]
    labels: dict[str, Tensor]
    styles: dict[str, Tensor]

    def right(self, kind: str) -> Tensor:
        """(N,) float32, 1 where the answer is right."""
        return (self.logits[kind].argmax(1) == self.labels[kind]).float()


def examine(model: MLP, mnist_images: Tensor, mnist_labels: Tensor, count: int = COUNT) -> Examination:
    """Show a network drawings and MNIST images that ``calibrate`` did not use: ``count`` digits, as many habits."""
    images, drawings = drawn(count, TEST_SEED)
    habits, of_habits = drawn_habits(count, TEST_SEED)
    strange, _ = drawn(count // 3, TEST_SEED, NO_DIGITS_HELD_OUT)
    wild, _ = drawn(count // 3, TEST_SEED, scribbles(100, Generator().manual_seed(TEST_SEED), turns="!"))
    patterns = texture_images(count // 3, Generator().manual_seed(TEST_SEED), TEXTURES_HELD_OUT)
    mnist = to_float(mnist_images[1::2])
    sets = {
        "mnist": mnist, "digits": images, "habits": habits, "shapes": strange, "scribbles": wild, "textures": patterns,
    }  # fmt: skip
    return Examination(
        sets,
        {kind: logits_of(model, each) for kind, each in sets.items()},
        {"mnist": mnist_labels[1::2], "digits": drawings.labels, "habits": of_habits.labels},
        {"digits": drawings.styles, "habits": of_habits.styles},
    )


def examine_unseen(model: MLP, count: int = COUNT) -> Examination:
    """Show a network what another author set down: ``count`` digits ("unseen") and a third as many "signs"."""
    return _examine_styles(model, {"unseen": (UNSEEN, count), "signs": (NO_DIGITS_UNSEEN, count // 3)})


def examine_authors(model: MLP, count: int = COUNT) -> Examination:
    """Show a network what was held out of the authors' ways to write.

    Of ``count`` digits an equal part is by each of the four, and a third as many are the fifth's "signs".
    """
    held_out = {name: [style for style in styles if is_held_out(style)] for name, styles in AUTHORS.items()}
    kinds = {name: (styles, count // len(held_out)) for name, styles in held_out.items()}
    return _examine_styles(model, {**kinds, "signs": (SIGNS_HELD_OUT, count // 3)})


def examine_strangers(model: MLP, hands: Sequence[Hand] = tuple(OTHER_HANDS.values())) -> Examination:
    """Show a network what strangers set down: each way to write, and each of the "signs", once by each hand."""
    kinds = {name: (styles, len(styles) * len(hands)) for name, styles in {**STRANGERS, "signs": SIGNS}.items()}
    return _examine_styles(model, kinds, hands)


def _examine_styles(
    model: MLP, kinds: Mapping[str, tuple[Sequence[Style], int]], hands: Sequence[Hand] = tuple(OTHER_HANDS.values())
) -> Examination:
    """Show a network so many drawings of these styles, by all of the hands."""
    generator = Generator().manual_seed(TEST_SEED)
    written = {
        kind: on_canvases(write_by_many(count, generator, styles, hands)) for kind, (styles, count) in kinds.items()
    }
    return Examination(
        {kind: images for kind, (images, _) in written.items()},
        {kind: logits_of(model, images) for kind, (images, _) in written.items()},
        {kind: drawings.labels for kind, (_, drawings) in written.items() if drawings.labels.min() >= 0},
        {kind: drawings.styles for kind, (_, drawings) in written.items()},
    )


def facts_of(examination: Examination, calibration: Calibration) -> dict[str, Any]:
    """The figures of an examination that a network's file holds.

    Returns:
        ``drawings`` and ``habits`` {accuracy, samples, by_digit}, ``calibration_error`` {mnist, digits, habits:
        [before, after]}, ``doubted`` {mnist, digits, habits, shapes, scribbles, textures}: fractions.
    """
    logits, labels = examination.logits, examination.labels
    facts: dict[str, Any] = {}
    for name, kind in (("drawings", "digits"), ("habits", "habits")):
        right = examination.right(kind)
        by_digit = [float(right[labels[kind] == digit].mean()) for digit in range(CLASSES)]
        facts[name] = {"accuracy": float(right.mean()), "samples": len(right), "by_digit": by_digit}
    facts["calibration_error"] = {
        kind: [
            expected_calibration_error(calibrated(logits[kind], temperature), labels[kind])
            for temperature in (1.0, calibration.temperature)
        ]
        for kind in labels
    }
    facts["doubted"] = {
        kind: float(doubt(each, calibration.doubt_threshold).float().mean()) for kind, each in logits.items()
    }
    return facts


def peoples_digits() -> tuple[Tensor, Tensor] | None:
    """1,797 digits by 13 people, none of them in MNIST, as the network gets them; None without scikit-learn.

    They come as 8 x 8 counts of ink from 0 to 16, which is little to read from.

    Returns:
        (N, 28, 28) float32 in [0, 1] and (N,) int64.

    Source: Alpaydin and Kaynak 1998, Optical Recognition of Handwritten Digits, UCI; its test set.
    """
    try:
        from sklearn.datasets import load_digits as load_small_digits
    except ImportError:
        return None
    found = load_small_digits()
    counts = torch.tensor(found.images, dtype=torch.float32)[:, None] / 16  # (N, 1, 8, 8)
    large = F.interpolate(counts, size=(PEOPLE_SIDE, PEOPLE_SIDE), mode="bicubic", align_corners=False)[:, 0]
    ink = ((large - PAPER) / (1 - 2 * PAPER)).clamp(0, 1)  # (N, H, W)
    canvases = (ink * 255).round().to(torch.uint8)
    return torch.stack([to_mnist(canvas) for canvas in canvases]), torch.tensor(found.target)


def accuracies(model: MLP, images: Tensor, labels: Tensor) -> list[float]:
    """Of all images, then of each digit's."""
    right = (logits_of(model, images).argmax(1) == labels).float()
    return [float(right.mean()), *(float(right[labels == digit].mean()) for digit in range(CLASSES))]


def compare_on_people(model: MLP, data: DigitData) -> dict[str, list[float]]:
    """``accuracies`` on people's digits, of a network and of one that has learned from MNIST alone; {} without them."""
    people = peoples_digits()
    if people is None:
        return {}
    preset = PRESETS["accurate"]
    plain = TrainingRun(preset.model, replace(preset.train, training_images=len(data.train_labels)), data)
    plain.advance(plain.total_steps)
    return {"this network": accuracies(model, *people), "preset accurate": accuracies(plain.model, *people)}


def by_pen_and_size(model: MLP, count: int, styles: Sequence[Style] = HELD_OUT) -> list[list[float]]:
    """Accuracy for each of ``PENS`` (rows) and ``SIZES`` (columns), of ``count`` drawings each."""
    table = []
    for pen in PENS:
        row = []
        for size in SIZES:
            hand = replace(OTHER_HAND, pen=(pen, pen), size=(size - pen, size - pen))  # ink and all
            images, drawings = drawn(count, TEST_SEED, styles, hand)
            row.append(float((logits_of(model, images).argmax(1) == drawings.labels).float().mean()))
        table.append(row)
    return table


def by_hand(model: MLP, count: int) -> dict[str, list[float]]:
    """``accuracies`` of each of the ``OTHER_HANDS``, of ``count`` drawings each, half common styles and half habits."""
    table = {}
    for name, hand in OTHER_HANDS.items():
        parts = [drawn(count // 2, TEST_SEED, styles, hand) for styles in (HELD_OUT, HABITS_HELD_OUT)]
        images, labels = torch.cat([each for each, _ in parts]), torch.cat([drawings.labels for _, drawings in parts])
        table[name] = accuracies(model, images, labels)
    return table
