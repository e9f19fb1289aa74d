"""``python -m nnlab drawings``: the options of ``workshop.drawing_page``."""

from __future__ import annotations

from pathlib import Path

import click

from nnlab.cli.group import Command
from nnlab.cli.parameters import PathType, data_folder_option, number_option
from nnlab.cli.results import make_folders
from nnlab.config import Number
from nnlab.workshop import drawing_page as work
from nnlab.workshop.drawing_report import COUNT

COUNTS = Number(60, 100_000, integer=True)  # a sixth of them by each hand: ten digits at least


@click.command(cls=Command)
@number_option("--count", COUNTS, COUNT, f"drawings of digits (default: {COUNT})")
@data_folder_option("--data-dir")
@click.option("--output", type=PathType(), default=work.PAGE, metavar="FILE", help=f"default: {work.PAGE}")
def drawings(count: int, data_dir: Path | None, output: Path) -> int:
    """Measure how well drawings are read."""
    make_folders(output)
    return work.main(count, data_dir, output)
