"""``python -m nnlab export``: a trained network as files that live without nnlab."""

from __future__ import annotations

import sys
import zipfile
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from nnlab.cli.digits import load
from nnlab.cli.group import Command
from nnlab.cli.parameters import PathType, choice_option, data_folder_option, download_option
from nnlab.cli.results import make_folder
from nnlab.config import DATA_SOURCES
from nnlab.export.words import LANGUAGES
from nnlab.paths import write_whole
from nnlab.sources.errors import DataError

if TYPE_CHECKING:
    from nnlab.export.exported import Exported
    from nnlab.export.tested import Tested

LARGEST_HISTORY = 10_000_000  # bytes; a thousand epochs have some 200,000
LARGEST_WEIGHTS = 200_000_000  # bytes, unpacked from an archive


@click.command(cls=Command)
@click.argument("file", type=PathType(), metavar="FILE.safetensors")
@click.option("--to", "folder", type=PathType(), required=True, metavar="FOLDER", help="where the files are written")
@click.option(
    "--history", type=PathType(), metavar="JSON", help="what `train --json` wrote of the same run, for its curves"
)
@choice_option("--language", LANGUAGES, "of the notebook and the report: {allowed}; default: en", default="en")
@choice_option("--source", DATA_SOURCES, "what the report tests it with: {allowed}; default: auto", default="auto")
@data_folder_option("--data-dir")
@download_option
def export(
    file: Path, folder: Path, history: Path | None, language: str, source: str, data_dir: Path | None, download: bool
) -> int:
    """Write a trained network as PyTorch, ONNX, a notebook, a report."""
    from nnlab.export.folder import makers

    exported = _read(file, history)
    obstacle = exported.obstacle
    if obstacle == "unknown":
        print("The file does not say how the network was trained: model.py rebuilds and tests it, and trains nothing.")
    elif obstacle is not None:
        from nnlab.export.script import NOT_EXACT

        print(NOT_EXACT[obstacle])
    make_folder(folder)

    def test() -> Tested | None:
        return _test(exported, source, data_dir, download)

    for name, make in makers(exported, test, language).items():
        content = make()
        write_whole(folder / name, content)
        print(f"{len(content):>12,} bytes  {folder / name}")
    return 0


def _read(file: Path, history: Path | None) -> Exported:
    """The file, or the archive of a run with such a file in it, and what is known of its training.

    Raises:
        CheckpointError: if one of the two cannot be read, in a sentence that names it.
        OSError: likewise.
    """
    from nnlab.checkpoint import CheckpointError, naming
    from nnlab.export.exported import from_file
    from nnlab.export.folder import weights_in
    from nnlab.export.table import rows_of_json

    with naming(file):
        exported = from_file(weights_in(file.read_bytes(), LARGEST_WEIGHTS) if zipfile.is_zipfile(file) else file)
    if history is None:
        return exported
    try:
        with history.open("rb") as stream:
            content = stream.read(LARGEST_HISTORY + 1)
        if len(content) > LARGEST_HISTORY:
            raise ValueError(f"It has more than {LARGEST_HISTORY:,} bytes.")
        rows, train = rows_of_json(content)
        if exported.train is not None and train != exported.train:
            raise ValueError("It is the history of another run: the training of the file had other settings.")
    except ValueError as error:
        raise CheckpointError("history", f"{history}: {error}") from error
    return replace(exported, history=rows)


def _test(exported: Exported, source: str, data_dir: Path | None, download: bool) -> Tested | None:
    """The network on the test set; None, after a sentence, where that cannot be read and nobody has asked for it."""
    from nnlab.export.tested import examine

    try:
        data = load(source, data_dir, download)
    except DataError as error:
        if source != "auto":
            raise
        print(f"The report has no test: {error}", file=sys.stderr)
        return None
    return examine(exported.model, data.test_images, data.test_labels, data.source)
