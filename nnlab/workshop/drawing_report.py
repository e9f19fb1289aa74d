"""How well the bundled network reads drawings: ``python -m nnlab drawings`` measures it and writes docs/drawing.md.

The drawings are those of ``handwriting``'s held-out styles, put on a 280-pixel canvas and brought to 28 x 28 by
``drawing``, as a visitor's are. They are drawn by code, not by people; the page says so. The only digits by other
people than MNIST's at hand are those of scikit-learn, 8 x 8 pixels each; they are read too.

Read next: ``handwriting``, which draws what is read here.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
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
from nnlab.checkpoint import BUNDLED, load_bundled, read_header
from nnlab.config import CLASSES, PRESETS
from nnlab.data import DigitData, load_as_named
from nnlab.drawing import to_mnist
from nnlab.evaluation import EVALUATION_BATCH, to_float
from nnlab.model import MLP
from nnlab.paths import write_whole
from nnlab.training import TrainingRun
from nnlab.workshop.hands import OTHER_HAND, Hand
from nnlab.workshop.handwriting import Drawings, scribbles, write
from nnlab.workshop.handwriting_styles import HELD_OUT, Style
from nnlab.workshop.ink import draw
from nnlab.workshop.no_digits import NO_DIGITS_HELD_OUT

COUNT = 3000  # drawings of digits; 300 of each
FIT_SEED, TEST_SEED = 1001, 2002  # what sets temperature and threshold, and what tests them
PENS = (8.0, 14.0, 20.0, 30.0)  # pixels
SIZES = (70.0, 120.0, 240.0)  # pixels
WORST = 40  # pictures
PEOPLE_SIDE = 160  # pixels to which 8 x 8 are enlarged
PAPER = 0.15  # of the ink: what enlarging smears over the paper is left out, or the box around the digit grows
PAGE = Path("docs") / "drawing.md"


def drawn(
    count: int, seed: int, styles: Sequence[Style] = HELD_OUT, hand: Hand = OTHER_HAND
) -> tuple[Tensor, Drawings]:
    """Drawings on a canvas, as the network gets them: (N, 28, 28) float32, and the drawings themselves."""
    drawings = write(count, Generator().manual_seed(seed), styles, hand)
    return torch.stack([to_mnist(draw(drawings, index)) for index in range(count)]), drawings


@torch.no_grad()
def logits_of(model: MLP, images: Tensor) -> Tensor:
    """(N, 10) logits of (N, 28, 28) images in [0, 1], in batches, without dropout."""
    model.eval()
    return torch.cat([model(batch) for batch in images.split(EVALUATION_BATCH)])


def calibrate(model: MLP, mnist_images: Tensor, mnist_labels: Tensor, count: int = COUNT) -> Calibration:
    """Temperature and threshold of doubt from every second MNIST test image and as many drawings as ``count``."""
    images, drawings = drawn(count, FIT_SEED)
    logits = logits_of(model, torch.cat([to_float(mnist_images[::2]), images]))
    labels = torch.cat([mnist_labels[::2], drawings.labels])
    return Calibration(fit_temperature(logits, labels), fit_doubt(logits))


def examine(
    model: MLP, calibration: Calibration, mnist_images: Tensor, mnist_labels: Tensor, count: int = COUNT
) -> dict[str, Any]:
    """Measure on drawings and MNIST images that ``calibrate`` did not use.

    Returns:
        ``drawings`` {accuracy, samples, by_digit}, ``calibration_error`` {mnist, digits: [before, after]},
        ``doubted`` {mnist, digits, shapes, scribbles}: fractions.
    """
    images, drawings = drawn(count, TEST_SEED)
    strange, _ = drawn(count // 3, TEST_SEED, NO_DIGITS_HELD_OUT)
    wild, _ = drawn(count // 3, TEST_SEED, scribbles(100, Generator().manual_seed(TEST_SEED), turns="!"))
    sets = {"mnist": to_float(mnist_images[1::2]), "digits": images, "shapes": strange, "scribbles": wild}
    logits = {name: logits_of(model, each) for name, each in sets.items()}
    right = (logits["digits"].argmax(1) == drawings.labels).float()
    errors = {
        name: [
            expected_calibration_error(calibrated(logits[name], temperature), labels)
            for temperature in (1.0, calibration.temperature)
        ]
        for name, labels in (("mnist", mnist_labels[1::2]), ("digits", drawings.labels))
    }
    return {
        "drawings": {
            "accuracy": float(right.mean()),
            "samples": count,
            "by_digit": [float(right[drawings.labels == digit].mean()) for digit in range(CLASSES)],
        },
        "calibration_error": errors,
        "doubted": {
            name: float(doubt(each, calibration.doubt_threshold).float().mean()) for name, each in logits.items()
        },
    }


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


def main(count: int, data_dir: Path | None, output: Path) -> int:
    """Measure, write the page and its picture.

    Args:
        count: drawings of digits to read.
        data_dir: folder of MNIST; None: where the app looks.
        output: the page to write; the picture is put beside it.

    Returns:
        0, the command's exit status.
    """
    model, facts = load_bundled(), read_header(BUNDLED)["facts"]
    calibration = Calibration.from_facts(facts)
    data = load_as_named("mnist", root=data_dir)
    measured = examine(model, calibration, data.test_images, data.test_labels, count)
    images, drawings = drawn(count, TEST_SEED)
    probabilities = calibrated(logits_of(model, images), calibration.temperature)
    picture = output.with_name(output.stem + "-worst.png")
    shown = save_worst(picture, images, probabilities, drawings.labels)
    right = (probabilities.argmax(1) == drawings.labels).float()
    styles = [
        (f"{style.digit} {style.name}", float(right[drawings.styles == index].mean()))
        for index, style in enumerate(HELD_OUT)
        if (drawings.styles == index).any()
    ]
    table, people = by_pen_and_size(model, count // 6), compare_on_people(model, data)
    write_whole(output, page(facts, calibration, measured, styles, table, people, shown).encode())
    print(f"{output}: {measured['drawings']['accuracy']:.2%} of {count:,} drawings")
    return 0


def by_pen_and_size(model: MLP, count: int) -> list[list[float]]:
    """Accuracy for each of ``PENS`` (rows) and ``SIZES`` (columns), of ``count`` drawings each."""
    table = []
    for pen in PENS:
        row = []
        for size in SIZES:
            hand = replace(OTHER_HAND, pen=(pen, pen), size=(size - pen, size - pen))  # ink and all
            images, drawings = drawn(count, TEST_SEED, hand=hand)
            row.append(float((logits_of(model, images).argmax(1) == drawings.labels).float().mean()))
        table.append(row)
    return table


def save_worst(path: Path, images: Tensor, probabilities: Tensor, labels: Tensor) -> list[str]:
    """A picture of the drawings whose digit got least; returns "meant, read" of each, row by row of ten."""
    from PIL import Image

    of_label = probabilities.gather(1, labels[:, None])[:, 0]
    worst = of_label.argsort(stable=True)[:WORST]
    rows = [torch.cat(list(row), 1) for row in images[worst].split(10) if len(row) == 10]
    pixels = 255 - (torch.cat(rows) * 255).round().to(torch.uint8)
    picture = Image.fromarray(pixels.numpy())
    picture = picture.resize((2 * picture.width, 2 * picture.height), Image.Resampling.NEAREST)
    picture.save(png := io.BytesIO(), "png")
    write_whole(path, png.getvalue())
    return [f"{labels[i]} as {probabilities[i].argmax()}" for i in worst[: 10 * len(rows)].tolist()]


def page(
    facts: dict[str, Any],
    calibration: Calibration,
    measured: dict[str, Any],
    styles: list[tuple[str, float]],
    table: list[list[float]],
    people: dict[str, list[float]],
    shown: list[str],
) -> str:
    """The text of docs/drawing.md."""
    drawings, errors, doubted = measured["drawings"], measured["calibration_error"], measured["doubted"]
    lines = [
        "# How well the bundled network reads drawings",
        "",
        "Written by `python -m nnlab drawings`. The drawings are by code (`nnlab/workshop/handwriting.py`), **not by "
        "people**:",
        "styles that the network was not trained on, but set down by the same author. People will be read less well.",
        "",
        f"Of {drawings['samples']:,} drawings, {drawings['accuracy']:.2%} are read rightly; of MNIST's "
        f"{facts['test_samples']:,} test images, {facts['test_accuracy']:.2%}.",
        "",
        "| digit | " + " | ".join(map(str, range(CLASSES))) + " |",
        "| --- |" + " --: |" * CLASSES,
        "| read rightly | " + " | ".join(f"{value:.1%}" for value in drawings["by_digit"]) + " |",
        "",
        "By the pen's width and the drawing's height or width, in pixels of a 280-pixel canvas:",
        "",
        "| pen | " + " | ".join(f"{size:.0f}" for size in SIZES) + " |",
        "| --: |" + " --: |" * len(SIZES),
        *(f"| {pen:.0f} | " + " | ".join(f"{v:.1%}" for v in row) + " |" for pen, row in zip(PENS, table, strict=True)),
        "",
        "A pen of 30 pixels in a drawing of 70 leaves its strokes 40 to move in: hardly anybody could read that.",
        "",
        "By style, the hardest first:",
        "",
        "| style | read rightly |",
        "| --- | --: |",
        *(f"| {name} | {value:.1%} |" for name, value in sorted(styles, key=lambda style: style[1])),
        "",
        *_people_lines(people),
        "## Can the percentages be believed?",
        "",
        f"Logits are divided by the temperature {calibration.temperature:.3f}. Expected calibration error, 15 bins:",
        "",
        "| | before | after |",
        "| --- | --: | --: |",
        *(f"| {name} | {before:.4f} | {after:.4f} |" for name, (before, after) in errors.items()),
        "",
        "## Doubt",
        "",
        "A drawing is doubted if its energy is above a threshold that doubts 3 % of the digits it was set on. Of what",
        "did not set it, and was not learned from, these are doubted:",
        "",
        "| | doubted |",
        "| --- | --: |",
        *(f"| {name} | {value:.1%} |" for name, value in doubted.items()),
        "",
        "## The worst drawings",
        "",
        "![The worst drawings](drawing-worst.png)",
        "",
        "Row by row, what was meant and what was read: " + ", ".join(shown) + ".",
    ]
    return "\n".join(lines) + "\n"


def _people_lines(people: dict[str, list[float]]) -> list[str]:
    if not people:
        return []
    return [
        "## Digits by people",
        "",
        "1,797 digits by 13 people who are not in MNIST, from scikit-learn (UCI, Optical Recognition of Handwritten",
        "Digits), enlarged from 8 x 8 pixels: coarse, but by people. No network here has learned from them. But what",
        "an earlier one misread there was looked at, and nine styles of 1, 4 and 9 were added to those that are",
        "learned: so this is not a test that nobody has seen. That earlier network read 97.4 % (1: 90.7 %, 9: 93.3 %).",
        "",
        "| | all | " + " | ".join(map(str, range(CLASSES))) + " |",
        "| --- | --: |" + " --: |" * CLASSES,
        *(f"| {name} | " + " | ".join(f"{value:.1%}" for value in row) + " |" for name, row in people.items()),
        "",
    ]
