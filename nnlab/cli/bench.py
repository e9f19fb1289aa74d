"""``python -m nnlab bench``: the options of ``workshop.bench``."""

from __future__ import annotations

from pathlib import Path

import click

from nnlab.cli.group import Command
from nnlab.cli.parameters import THREADS, PathType, data_folder_option, number_option
from nnlab.cli.results import make_folders
from nnlab.config import Number
from nnlab.workshop import bench as work

REPETITIONS = Number(1, 1000, integer=True)


@click.command(cls=Command)
@click.option("--json", "json_file", type=PathType(), metavar="FILE", help="write all figures there")
@click.option("--markdown", type=PathType(), metavar="FILE", help="write a page with tables and plots there")
@number_option("--repetitions", REPETITIONS, work.REPETITIONS, f"default: {work.REPETITIONS}")
@number_option("--threads", THREADS, 1, "of torch; default: 1")
@click.option("--quick", is_flag=True, help="only the smallest network, timed shortly: seconds")
@data_folder_option("--data-dir")
def bench(
    json_file: Path | None, markdown: Path | None, repetitions: int, threads: int, quick: bool, data_dir: Path | None
) -> int:
    """Measure how fast it is, and what limits it."""
    make_folders(json_file, markdown)
    return work.main(json_file, markdown, repetitions, threads, quick, data_dir)
