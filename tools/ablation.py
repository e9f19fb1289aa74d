"""What each part of the bundled network's training is good for: ``python -m tools.ablation``.

Trains the network from its random start, a few passes each time: with everything, and with one part left out or put in.
The passes are few, so that all of it takes an hour or two and not days: the table says what a part does in that time,
by one seed, and a difference of 0.2 points may be luck. What is trained is kept in a folder, so an interrupted
measurement goes on where it was. Needs the MNIST files (``NNLAB_DATA_DIR``) and one core.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import torch
from torch import Tensor

from nnlab.checkpoint import load, read_header, save
from nnlab.data import DigitData
from nnlab.evaluation import to_float
from nnlab.model import MLP
from nnlab.paths import md5_of
from nnlab.workshop.course import DRAWN_SHARE, Course
from nnlab.workshop.distillation import TaughtRun, committee
from nnlab.workshop.drawing_report import examine, peoples_digits
from nnlab.workshop.handwriting import LEARNED
from nnlab.workshop.handwriting_habits import HABITS_TRAINING
from nnlab.workshop.handwriting_styles import TRAINING, Style
from nnlab.workshop.pieces import Pieces, duration
from nnlab.workshop.pretrain import MODEL, THREADS, TRAIN
from tools.command_line import check_names, mnist, networks_of, parser_of, passes, seed

PASSES = 12
KINDS = ("mnist", "digits", "habits", "people")
HEADINGS = ("MNIST's test images", "common styles", "habits", "digits by people")


@dataclass(frozen=True)
class Variant:
    """One way to train: what it is called, what is drawn, and what else differs from the recipe of ``pretrain``."""

    name: str
    learned: Sequence[Style] = LEARNED
    drawn_share: float = DRAWN_SHARE
    dropout: float = MODEL.dropout
    augmentation: bool = True
    is_taught: bool = False


VARIANTS = {
    "all": Variant("everything, without teachers"),
    "mnist": Variant("MNIST alone, no drawings", drawn_share=0.0),
    "styles": Variant("drawings in common styles alone", learned=TRAINING),
    "habits": Variant("common styles and habits, no families", learned=TRAINING + HABITS_TRAINING),
    "steady": Variant("everything, without noise in the layers (dropout)", dropout=0.0),
    "plain": Variant("everything, images as they are (no turns, shifts, sizes)", augmentation=False),
    "taught": Variant("everything, and the teachers' answers", is_taught=True),
    "taught-steady": Variant("teachers' answers, without noise in the layers", dropout=0.0, is_taught=True),
    "taught-mnist": Variant("teachers' answers, on MNIST alone", drawn_share=0.0, is_taught=True),
}


def main() -> None:
    parser = parser_of("ablation", __doc__)
    parser.add_argument("variants", nargs="*", metavar="NAME", help=f"default: all of {', '.join(VARIANTS)}")
    parser.add_argument("--passes", type=passes, default=PASSES, metavar="N", help=f"default: {PASSES}")
    parser.add_argument("--seed", type=seed, default=0, metavar="N", help="default: 0")
    parser.add_argument("--teacher", type=Path, action="append", default=[], metavar="FILE", help="repeatable")
    parser.add_argument("--folder", type=Path, default=Path("ablation"), help="of what is trained (default: ablation)")
    options = parser.parse_args()
    check_names(parser, options.variants, VARIANTS)
    teachers = networks_of(parser, options.teacher)
    if not teachers and (taught := [name for name in options.variants if VARIANTS[name].is_taught]):
        parser.error(f"{', '.join(taught)} needs --teacher")
    torch.set_num_threads(THREADS)
    options.folder.mkdir(parents=True, exist_ok=True)
    data = mnist(parser)
    names = [name for name in options.variants or VARIANTS if teachers or not VARIANTS[name].is_taught]
    networks = {}
    for place, name in enumerate(names):
        networks[VARIANTS[name].name] = [train(name, options, data, left=len(names) - place)]
    if teachers:
        networks |= {f"the teacher {file.stem}": [one] for file, one in zip(options.teacher, teachers, strict=True)}
        networks["the teachers together, as a committee"] = teachers
    print(table(networks, data))


def train(name: str, options: argparse.Namespace, data: DigitData, left: int) -> MLP:
    """The network of a variant: trained now, or as it was stored."""
    variant, teachers = VARIANTS[name], options.teacher if VARIANTS[name].is_taught else []
    recipe = " ".join([name, str(options.seed), str(options.passes), *map(md5_of, teachers)])
    file = options.folder / f"{name}-{options.passes}-{options.seed}.safetensors"
    if file.exists() and read_header(file)["facts"].get("recipe") == recipe:  # by these teachers
        return load(file)
    train_config = replace(TRAIN, epochs=options.passes, seed=options.seed, augmentation=variant.augmentation)
    course = Course(data, options.seed, variant.learned, variant.drawn_share)
    networks = [load(teacher) for teacher in teachers]
    run = TaughtRun(replace(MODEL, dropout=variant.dropout), train_config, course.data, networks)
    pieces = Pieces(run, file.with_name(file.name + ".unfinished"), recipe, course)
    pieces.resume()
    print(f"{variant.name}: about {duration(pieces.forecast())} here; {left} to go")
    pieces.train()
    save(file, run.model, train_config, recipe=recipe)
    pieces.finish()
    return run.model


def table(networks: dict[str, list[MLP]], data: DigitData) -> str:
    """Markdown: a row for each network or committee, a column for each kind of digit."""
    first = next(iter(networks.values()))[0]
    examination = examine(first, data.test_images, data.test_labels)
    sets = {"mnist": (to_float(data.test_images), data.test_labels)}
    sets |= {kind: (examination.images[kind], examination.labels[kind]) for kind in ("digits", "habits")}
    people = peoples_digits()
    if people is not None:
        sets["people"] = people
    headings = [heading for kind, heading in zip(KINDS, HEADINGS, strict=True) if kind in sets]
    rows = ["| network | " + " | ".join(headings) + " |", "| --- |" + " --: |" * len(sets)]
    for name, members in networks.items():
        shares = [right(members, *each) for each in sets.values()]
        rows.append(f"| {name} | " + " | ".join(f"{share:.2%}" for share in shares) + " |")
    return "\n".join(rows)


def right(members: Sequence[MLP], images: Tensor, labels: Tensor) -> float:
    """The share of the images that the mean of the members' answers reads rightly."""
    return float((committee(members, images).argmax(1) == labels).float().mean())


if __name__ == "__main__":
    main()
