"""How well the bundled network reads drawings: ``python -m nnlab drawings`` measures it and writes docs/drawing.md.

The drawings are those of ``handwriting``'s held-out styles, put on a 280-pixel canvas and brought to 28 x 28 by
``drawing``, as a visitor's are. They are drawn by code, not by people; the page says so.

Read next: ``jobs``.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import torch
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
from nnlab.config import CLASSES
from nnlab.data import load_digits
from nnlab.drawing import to_mnist
from nnlab.handwriting import OTHER_HAND, Drawings, Hand, draw, scribbles, write
from nnlab.handwriting_styles import HELD_OUT, NO_DIGITS_HELD_OUT, Style
from nnlab.model import MLP
from nnlab.training import EVALUATION_BATCH, to_float

COUNT = 3000  # drawings of digits; 300 of each
FIT_SEED, TEST_SEED = 1001, 2002  # what sets temperature and threshold, and what tests them
PENS = (8.0, 14.0, 20.0, 30.0)  # pixels
SIZES = (70.0, 120.0, 240.0)  # pixels
WORST = 40  # pictures
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


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of ``python -m nnlab drawings``."""
    parser.add_argument("--count", type=int, default=COUNT, help="drawings of digits (default: %(default)s)")
    parser.add_argument("--data-dir", type=Path, metavar="FOLDER", help="where MNIST is (default: where the app looks)")
    parser.add_argument("--output", type=Path, default=PAGE, metavar="FILE", help="default: %(default)s")


def main(args: argparse.Namespace) -> int:
    """Measure, write the page and its picture; returns 0."""
    model, facts = load_bundled(), read_header(BUNDLED)["facts"]
    calibration = Calibration.from_facts(facts)
    data = load_digits("mnist", root=args.data_dir)
    measured = examine(model, calibration, data.test_images, data.test_labels, args.count)
    images, drawings = drawn(args.count, TEST_SEED)
    probabilities = calibrated(logits_of(model, images), calibration.temperature)
    args.output.parent.mkdir(parents=True, exist_ok=True)
    picture = args.output.with_name(args.output.stem + "-worst.png")
    shown = save_worst(picture, images, probabilities, drawings.labels)
    right = (probabilities.argmax(1) == drawings.labels).float()
    styles = [
        (f"{style.digit} {style.name}", float(right[drawings.styles == index].mean()))
        for index, style in enumerate(HELD_OUT)
        if (drawings.styles == index).any()
    ]
    args.output.write_text(page(facts, calibration, measured, styles, by_pen_and_size(model, args.count // 6), shown))
    print(f"{args.output}: {measured['drawings']['accuracy']:.2%} of {args.count:,} drawings")
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
    picture.resize((2 * picture.width, 2 * picture.height), Image.Resampling.NEAREST).save(path)
    return [f"{labels[i]} as {probabilities[i].argmax()}" for i in worst[: 10 * len(rows)].tolist()]


def page(
    facts: dict[str, Any],
    calibration: Calibration,
    measured: dict[str, Any],
    styles: list[tuple[str, float]],
    table: list[list[float]],
    shown: list[str],
) -> str:
    """The text of docs/drawing.md."""
    drawings, errors, doubted = measured["drawings"], measured["calibration_error"], measured["doubted"]
    lines = [
        "# How well the bundled network reads drawings",
        "",
        "Written by `python -m nnlab drawings`. The drawings are by code (`nnlab/handwriting.py`), **not by people**:",
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
        "By style, the hardest first:",
        "",
        "| style | read rightly |",
        "| --- | --: |",
        *(f"| {name} | {value:.1%} |" for name, value in sorted(styles, key=lambda style: style[1])),
        "",
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
