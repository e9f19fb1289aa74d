"""docs/drawing.md: what ``python -m nnlab drawings`` writes about how well the bundled network reads drawings.

Read next: ``drawing_report``, which measures what is written here.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from urllib.parse import quote

import torch
from torch import Tensor

from nnlab.calibration import Calibration, calibrated, doubt
from nnlab.checkpoint import BUNDLED, load_bundled, read_header
from nnlab.config import CLASSES
from nnlab.data import load_as_named
from nnlab.paths import write_whole
from nnlab.workshop.authors import AUTHORS, AUTHORS_HELD_OUT, SIGNS_HELD_OUT, SIGNS_TRAINING
from nnlab.workshop.drawing_report import (
    PENS,
    SIZES,
    Examination,
    by_hand,
    by_pen_and_size,
    compare_on_people,
    examine,
    examine_authors,
    examine_strangers,
    examine_unseen,
    facts_of,
)
from nnlab.workshop.handwriting_habits import HABITS_HELD_OUT, HABITS_TRAINING, HELD_OUT_OF, is_held_out
from nnlab.workshop.handwriting_styles import HELD_OUT, Style
from nnlab.workshop.handwriting_unseen import NO_DIGITS_UNSEEN, UNSEEN
from nnlab.workshop.strangers import SIGNS, STRANGERS

WORST = 40  # pictures
HARDEST = 12  # ways to write that are named
OFTEN = 0.9  # of the drawings of a sign that are doubted; those below are named
PAGE = Path("docs") / "drawing.md"
DIGITS = " | ".join(map(str, range(CLASSES)))


def main(count: int, data_dir: Path | None, output: Path) -> int:
    """Measure, write the page and its picture.

    Args:
        count: drawings of digits to read, and as many of habits.
        data_dir: folder of MNIST; None: where the app looks.
        output: the page to write; the picture is put beside it.

    Returns: 0, the command's exit status.
    """
    model, facts = load_bundled(), read_header(BUNDLED)["facts"]
    calibration = Calibration.from_facts(facts)
    data = load_as_named("mnist", root=data_dir)
    examination = examine(model, data.test_images, data.test_labels, count)
    measured = facts_of(examination, calibration)
    kinds = ("digits", "habits")
    images, labels, logits = (
        torch.cat([of[kind] for kind in kinds]) for of in (examination.images, examination.labels, examination.logits)
    )
    probabilities = calibrated(logits, calibration.temperature)
    picture = output.with_name(output.stem + "-worst.png")
    shown = save_worst(picture, images, probabilities, labels)
    lines = [
        *_summary(facts, measured),
        *_pens(by_pen_and_size(model, count // 12), by_pen_and_size(model, count // 12, HABITS_HELD_OUT)),
        *_hands(by_hand(model, count // 6)),
        *_styles("## By habit, the hardest first", examination, "habits", HABITS_HELD_OUT),
        *_styles("## By common style, the hardest first", examination, "digits", HELD_OUT),
        *_another(examine_unseen(model, count), calibration),
        *_five(examine_authors(model, count), calibration),
        *_strangers(examine_strangers(model), calibration),
        *_people(compare_on_people(model, data)),
        *_belief(calibration, measured),
        "## The worst drawings",
        "",
        f"![The worst drawings]({quote(picture.name)})",
        "",
        "Row by row, what was meant and what was read: " + ", ".join(shown) + ".",
        "",
        *TRIED,
    ]
    write_whole(output, ("\n".join(lines) + "\n").encode())
    print(
        f"{output}: {measured['drawings']['accuracy']:.2%} of {count:,} drawings, "
        f"{measured['habits']['accuracy']:.2%} of {count:,} of habits"
    )
    return 0


def save_worst(path: Path, images: Tensor, probabilities: Tensor, labels: Tensor) -> list[str]:
    """A picture of the drawings whose digit got least; returns "meant, read" of each, row by row of ten."""
    from PIL import Image

    of_label = probabilities.gather(1, labels[:, None])[:, 0]
    worst = of_label.argsort(stable=True)[:WORST]
    rows = [torch.cat(list(row), 1) for row in images[worst].split(10) if len(row) == 10]
    pixels = 255 - (torch.cat(rows) * 255).round().to(torch.uint8)
    picture = Image.fromarray(pixels.numpy())
    picture = picture.resize((2 * picture.width, 2 * picture.height), Image.Resampling.NEAREST)
    picture.save(png := io.BytesIO(), "png", optimize=True)
    write_whole(path, png.getvalue())
    return [f"{labels[i]} as {probabilities[i].argmax()}" for i in worst[: 10 * len(rows)].tolist()]


def _row(name: str, values: Sequence[float]) -> str:
    return f"| {name} | " + " | ".join(f"{value:.1%}" for value in values) + " |"


def _summary(facts: dict[str, Any], measured: dict[str, Any]) -> list[str]:
    drawings, habits = measured["drawings"], measured["habits"]
    return [
        "# How well the bundled network reads drawings",
        "",
        "Written by `python -m nnlab drawings`. The drawings are by code (`nnlab/workshop/handwriting.py`), **not by "
        "people**:",
        "styles that the network was not trained on, but set down by the same author. People will be read less well.",
        "Nothing was learned from, or tuned on, people's handwriting other than MNIST's.",
        "",
        f"Of {drawings['samples']:,} drawings in common styles, {drawings['accuracy']:.2%} are read rightly; of "
        f"{habits['samples']:,} with rarer habits, {habits['accuracy']:.2%};",
        f"of MNIST's {facts['test_samples']:,} test images, {facts['test_accuracy']:.2%}.",
        "",
        f"| digit | all | {DIGITS} |",
        "| --- |" + " --: |" * (CLASSES + 1),
        _row("common styles", [drawings["accuracy"], *drawings["by_digit"]]),
        _row("habits", [habits["accuracy"], *habits["by_digit"]]),
        "",
        f"There are {len(HABITS_TRAINING) + len(HABITS_HELD_OUT)} habits (`nnlab/workshop/handwriting_habits.py`). "
        f"{len(HABITS_HELD_OUT)} of them are held out, by a rule written before",
        f"the training: those whose name has a CRC-32 divisible by {HELD_OUT_OF}. They are read in equal parts as a "
        "careful hand, a fast one, a mouse,",
        "a trackpad and a finger draw them, and these hands stray in other ways than those that were learned from.",
        "",
    ]


def _pens(common: list[list[float]], habits: list[list[float]]) -> list[str]:
    sizes = " | ".join(f"{size:.0f}" for size in SIZES)
    return [
        "## By pen",
        "",
        "By the pen's width and the drawing's height or width, in pixels of a 280-pixel canvas; first common styles,",
        "then habits:",
        "",
        f"| pen | {sizes} | habits: {sizes} |",
        "| --: |" + " --: |" * (2 * len(SIZES)),
        *(_row(f"{pen:.0f}", [*row, *of_habits]) for pen, row, of_habits in zip(PENS, common, habits, strict=True)),
        "",
        "A pen of 30 pixels in a drawing of 70 leaves its strokes 40 to move in: hardly anybody could read that.",
        "",
    ]


def _hands(table: dict[str, list[float]]) -> list[str]:
    return [
        "## By hand",
        "",
        "Half common styles, half habits. A fast hand rounds corners, leaves gaps and overshoots; a mouse trembles; a",
        "trackpad draws straight pieces; a finger starts late.",
        "",
        f"| hand | all | {DIGITS} |",
        "| --- |" + " --: |" * (CLASSES + 1),
        *(_row(name, row) for name, row in table.items()),
        "",
    ]


def _styles(title: str, examination: Examination, kind: str, styles: Sequence[Style]) -> list[str]:
    """Those that were not all read rightly, and how many others there are."""
    right, places = examination.right(kind), examination.styles[kind]
    found = [
        (f"{style.digit} {style.name}", float(right[places == place].mean()))
        for place, style in enumerate(styles)
        if (places == place).any()
    ]
    hard = sorted((each for each in found if each[1] < 1), key=lambda each: each[1])
    return [
        title,
        "",
        "| | read rightly |",
        "| --- | --: |",
        *(_row(name, [value]) for name, value in hard),
        f"| {len(found) - len(hard)} others | 100.0% |",
        "",
    ]


def _another(examination: Examination, calibration: Calibration) -> list[str]:
    right, labels = examination.right("unseen"), examination.labels["unseen"]
    doubted = {kind: doubt(logits, calibration.doubt_threshold).float() for kind, logits in examination.logits.items()}
    by_digit = [float(right[labels == digit].mean()) for digit in range(CLASSES)]
    signs = examination.styles["signs"]
    shares = [
        (float(doubted["signs"][signs == place].mean()), NO_DIGITS_UNSEEN[place].name) for place in signs.unique()
    ]
    trusted = [f"{name} {share:.0%}" for share, name in sorted(shares) if round(share, 3) < OFTEN]
    return [
        "## By another author",
        "",
        f"{len(UNSEEN)} ways to write digits and {len(NO_DIGITS_UNSEEN)} signs that are none "
        "(`nnlab/workshop/handwriting_unseen.py`), set down before the",
        "training by somebody who had seen neither what is learned nor what was misread. The hands are those above.",
        "",
        f"Of {len(right):,} such digits, {float(right.mean()):.2%} are read rightly, and "
        f"{float(doubted['unseen'].mean()):.1%} are doubted; of {len(doubted['signs']):,} signs, "
        f"{float(doubted['signs'].mean()):.1%} are doubted.",
        "",
        f"| digit | all | {DIGITS} |",
        "| --- |" + " --: |" * (CLASSES + 1),
        _row("by another author", [float(right.mean()), *by_digit]),
        "",
        "Signs that are doubted least: " + (", ".join(trusted) or "none") + f"; all others at least {OFTEN:.0%}.",
        "",
        *_styles("### By style, the hardest first", examination, "unseen", UNSEEN),
    ]


def _five(examination: Examination, calibration: Calibration) -> list[str]:
    digits, signs = _doubted(examination, calibration)
    held_out = {people: [*filter(is_held_out, styles)] for people, styles in AUTHORS.items()}
    return [
        "## By five more authors",
        "",
        f"{sum(map(len, AUTHORS.values()))} ways to write digits (`nnlab/workshop/authors`), sixteen of each digit by "
        "each of four authors, who had",
        "seen neither one another's nor any that test. Three of four are learned from; what is read here are the other",
        f"{len(AUTHORS_HELD_OUT)}, held out by the rule of the habits.",
        f"Of {len(digits):,} drawings {float(digits.mean()):.1%} are doubted, and these read rightly:",
        "",
        "| people whom the author had in mind | ways held out | read rightly |",
        "| --- | --: | --: |",
        *(
            f"| {people} | {len(ways)} | {float(examination.right(people).mean()):.2%} |"
            for people, ways in held_out.items()
        ),
        "",
        f"A fifth author set down {len(SIGNS_TRAINING) + len(SIGNS_HELD_OUT)} signs that are no digit. Of "
        f"{len(signs):,} drawings of the {len(SIGNS_HELD_OUT)} that were held out",
        f"{float(signs.mean()):.1%} are doubted.",
        "",
    ]


def _doubted(examination: Examination, calibration: Calibration) -> tuple[Tensor, Tensor]:
    """Of all the digits, and of the signs: (N,) and (M,) float32, 1 where the network doubts."""
    doubted = {kind: doubt(logits, calibration.doubt_threshold).float() for kind, logits in examination.logits.items()}
    return torch.cat([doubted[kind] for kind in examination.labels]), doubted["signs"]


def _strangers(examination: Examination, calibration: Calibration) -> list[str]:
    digits, signs = _doubted(examination, calibration)
    right = torch.cat([examination.right(people) for people in STRANGERS])
    rows = []
    for people in STRANGERS:
        ours, labels = examination.right(people), examination.labels[people]
        doubted = doubt(examination.logits[people], calibration.doubt_threshold).float()
        shares = [float(ours[labels == digit].mean()) for digit in range(CLASSES)]
        rows.append(_row(people, [float(doubted.mean()), float(ours.mean()), *shares]))
    hardest = sorted(
        (float(examination.right(people)[examination.styles[people] == place].mean()), style)
        for people, styles in STRANGERS.items()
        for place, style in enumerate(styles)
    )
    return [
        "## By strangers",
        "",
        f"{sum(map(len, STRANGERS.values()))} ways to write digits and {len(SIGNS)} signs that are none "
        "(`nnlab/workshop/strangers`), by five authors from whom nothing",
        "is learned: they were asked when the network was there. They had seen no other list. "
        "Each hand draws each once.",
        "",
        f"Of {len(right):,} such digits, {float(right.mean()):.2%} are read rightly, and {float(digits.mean()):.1%} "
        f"are doubted; of {len(signs):,} signs {float(signs.mean()):.1%}.",
        "",
        f"| people whom the author had in mind | doubted | read rightly | {DIGITS} |",
        "| --- |" + " --: |" * (CLASSES + 2),
        *rows,
        "",
        "Hardest are: "
        + ", ".join(f"{style.digit} {style.name} ({share:.0%})" for share, style in hardest[:HARDEST])
        + ".",
        "",
    ]


def _people(people: dict[str, list[float]]) -> list[str]:
    if not people:
        return []
    return [
        "## Digits by people",
        "",
        "1,797 digits by 13 people who are not in MNIST, from scikit-learn (UCI, Optical Recognition of Handwritten",
        "Digits), enlarged from 8 x 8 pixels: coarse, but by people. No network here has learned from them. But what",
        "an earlier one misread there was looked at, and nine styles of 1, 4 and 9 were added to those that are",
        "learned: so they validate, and are no test that nobody has seen.",
        "",
        f"| | all | {DIGITS} |",
        "| --- |" + " --: |" * (CLASSES + 1),
        *(_row(name, row) for name, row in people.items()),
        "",
    ]


def _belief(calibration: Calibration, measured: dict[str, Any]) -> list[str]:
    return [
        "## Can the percentages be believed?",
        "",
        f"Logits are divided by the temperature {calibration.temperature:.3f}. Expected calibration error, 15 bins:",
        "",
        "| | before | after |",
        "| --- | --: | --: |",
        *(
            f"| {kind} | {before:.4f} | {after:.4f} |"
            for kind, (before, after) in measured["calibration_error"].items()
        ),
        "",
        "## Doubt",
        "",
        "A drawing is doubted if its energy is above a threshold that doubts 3 % of the drawn digits it was set on,",
        "half of them habits. Of what did not set it, and was not learned from, these are doubted:",
        "",
        "| | doubted |",
        "| --- | --: |",
        *(_row(kind, [value]) for kind, value in measured["doubted"].items()),
        "",
    ]


# Measured once, on 29 and 30 November 2026, on the same drawings; the page cannot measure networks that are gone.
TRIED = Path(__file__).with_name("drawing_tried.md").read_text("utf-8").splitlines()
