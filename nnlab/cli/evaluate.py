"""``python -m nnlab evaluate``: what a trained network gets right on a test set, and what it takes for what."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from nnlab.cli.digits import load
from nnlab.cli.group import Command
from nnlab.cli.parameters import PathType, choice_option, data_folder_option, download_option, json_option
from nnlab.cli.results import make_folders, write_json
from nnlab.config import CLASSES, DATA_SOURCES
from nnlab.export.words import class_names
from nnlab.sources.published import is_of_digits

if TYPE_CHECKING:
    from nnlab.model import MLP


@click.command(cls=Command)
@click.option("--model", type=PathType(), metavar="FILE", help="a saved network; default: the bundled one")
@choice_option("--source", DATA_SOURCES, "{allowed}; default: mnist", default="mnist")
@data_folder_option("--data-dir")
@download_option
@json_option
def evaluate(model: Path | None, source: str, data_dir: Path | None, download: bool, json_file: Path | None) -> int:
    """Test a trained network, digit by digit."""
    from nnlab import checkpoint
    from nnlab.evaluation import accuracy_per_class, confusion, predict, score

    make_folders(json_file)
    network = _load_network(model)
    data = load(source, data_dir, download)
    loss, accuracy = score(network, data.test_images, data.test_labels)
    table = confusion(data.test_labels, predict(network, data.test_images).argmax(1))  # (C, C), rows: the true digit
    per_digit = accuracy_per_class(table).tolist()
    samples = f"{len(data.test_labels):,} images, {data.source}"
    print(f"{model or 'the bundled network'}: test accuracy {accuracy:.2%}, test loss {loss:.4f} ({samples})")
    what = "digit" if is_of_digits(data.source) else "class"
    print(f"\nRows: the true {what}; columns: what the network said.\n")
    heads = [f"{digit:>3}" for digit in range(CLASSES)]
    if what == "class":
        heads = [f"{head} {name}" for head, name in zip(heads, class_names(data.source, "en"), strict=True)]
    wide = max(map(len, heads))
    print(" " * wide + "".join(f"{digit:>6}" for digit in range(CLASSES)) + "   right")
    for digit, row in enumerate(table.tolist()):
        print(f"{heads[digit]:<{wide}}" + "".join(f"{count:>6}" for count in row) + f"{per_digit[digit]:>8.1%}")
    result = {
        "model": str(model or "bundled"),
        "data_source": data.source,
        "test_accuracy": accuracy,
        "test_loss": loss,
        "test_samples": len(data.test_labels),
        "accuracy_per_digit": per_digit,
        "confusion": table.tolist(),
        **checkpoint.provenance(),
    }
    write_json(json_file, result)
    return 0


def _load_network(path: Path | None) -> MLP:
    """The network of a file, or the bundled one; an error about the file names it."""
    from nnlab import checkpoint

    if path is None:
        return checkpoint.load_bundled()
    return checkpoint.load_named(path)
