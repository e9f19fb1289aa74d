"""``python -m nnlab record``: the options of ``workshop.record``."""

from __future__ import annotations

from pathlib import Path

import click

from nnlab.cli.group import Command
from nnlab.cli.parameters import PathType, data_folder_option, half_precision_option
from nnlab.cli.results import make_folders
from nnlab.workshop import record as work
from nnlab.workshop.looks import AS_IT_IS, LOOKS
from nnlab.workshop.pieces import CheckpointMismatchError

EPOCHS, WIDENED = work.RECORD.train.epochs, work.WIDENED.train.epochs


@click.command(cls=Command)
@click.option("--networks", type=int, default=1, metavar="N", help="of a committee, 1 to 7 (default: 1)")
@click.option("--epochs", type=int, metavar="N", help=f"passes over MNIST (default: {EPOCHS}; widened: {WIDENED})")
@click.option("--seed", type=int, default=work.RECORD.train.seed, metavar="N", help="the first network's (default: 0)")
@click.option(
    "--look",
    "looks",
    type=click.Choice(list(LOOKS)),
    multiple=True,
    default=[AS_IT_IS],
    help=f"how a network's images are prepared; several: the networks take turns (default: {AS_IT_IS})",
)
@click.option("--widen", is_flag=True, help="begin from the bundled network, made twice as wide; with --all-images")
@click.option("--all-images", is_flag=True, help="train on all training images and measure the test set")
@half_precision_option
@click.option("--resume", is_flag=True, help="go on where this command was interrupted")
@data_folder_option("--data-dir")
@click.option("--output", type=PathType(), default=work.FOLDER, metavar="FOLDER", help=f"default: {work.FOLDER}")
def record(
    networks: int,
    epochs: int | None,
    seed: int,
    looks: tuple[str, ...],
    widen: bool,
    all_images: bool,
    half_precision: bool,
    resume: bool,
    data_dir: Path | None,
    output: Path,
) -> int:
    """Train the record network, or a committee of them, for hours."""
    if widen and not all_images:
        raise click.UsageError(
            "The bundled network has learned from all training images, so none can be kept out: add --all-images."
        )
    make_folders(output / "seed.safetensors")
    named = tuple(dict.fromkeys(looks))  # one that is named twice would make the same network twice
    options = work.Options(networks, epochs, seed, data_dir, output, all_images, half_precision, resume, named, widen)
    try:
        return work.main(options)
    except CheckpointMismatchError as error:
        raise click.UsageError(str(error)) from error
